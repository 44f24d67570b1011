"""Tables of companies."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from config.web.badges import bar
from config.web.tables import BaseTable, Cell, LinkColumn, MoneyColumn, PersonColumn, StatusColumn, TextColumn, Written
from customers.models import CustomerStatus


class CreditColumn(Cell):
    """How much of a group's credit limit is used, as a bar; empty without a limit."""

    css = "t-progress"

    def cell(self, value: Any, record: Any) -> str:
        limit, used = record["account__credit_limit"], record["account__exposure"]
        return (
            bar(used, limit, label=str(_("Credit used")), tone="bad" if used > limit else "") if limit else self.empty
        )

    def written(self, heading: str, path: str) -> Written:
        """What is used, and the limit."""
        return [
            (heading, lambda row: row["account__exposure"]),
            (str(_("Credit limit")), lambda row: row["account__credit_limit"]),
        ]


class CustomerTable(BaseTable):
    """Customers as sales knows them; balance and credit are those of the group."""

    name = LinkColumn(
        "customers:customer_page", verbose_name=_("Customer"), sub="number", sub_name=_("Number"), card="title"
    )
    city = TextColumn(verbose_name=_("Town"), card="sub")
    segment = TextColumn(accessor="segment__name", verbose_name=_("Segment"), hide="m")
    region = TextColumn(accessor="region__name", verbose_name=_("Region"), hide="l")
    rep = PersonColumn(accessor="rep__name", verbose_name=_("Rep"), hide="l")
    status = StatusColumn(CustomerStatus, verbose_name=_("Status"), card="state")
    receivable = MoneyColumn(
        accessor="account__receivable", currency="account__currency", verbose_name=_("Owes"), card="amount"
    )
    credit = CreditColumn(accessor="account__credit_limit", verbose_name=_("Credit used"), orderable=False, hide="m")

    sorts = {"name": ("search_key", "asc")}
    row_url = "customers:customer_page"

    fields = (
        "pk",
        "search_key",
        "name",
        "number",
        "city",
        "segment__name",
        "region__name",
        "rep__name",
        "status",
        "account__receivable",
        "account__currency",
        "account__credit_limit",
        "account__exposure",
    )

    class Meta:
        caption = _("Customers")

    def row_class(self, record: Any) -> str:
        return "is-off" if record["status"] == CustomerStatus.CLOSED else ""
