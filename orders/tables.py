"""Tables of orders and what hangs on them: columns, sorts and links, never queries."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from config.web.tables import (
    BaseTable,
    DateTimeColumn,
    LinkColumn,
    MoneyColumn,
    PersonColumn,
    ProgressColumn,
    PromiseColumn,
    SelectColumn,
    StatusColumn,
    TextColumn,
)
from orders.models import OrderStatus

# -- Desk ---------------------------------------------------------------------------------------------------------

OVER = frozenset(
    {
        OrderStatus.SHIPPED,
        OrderStatus.DELIVERED,
        OrderStatus.CLOSED,
        OrderStatus.REJECTED,
        OrderStatus.EXPIRED,
        OrderStatus.CANCELLED,
    }
)


class OrderTable(BaseTable):
    """Orders as the desk works on them."""

    select = SelectColumn(label="number")
    number = LinkColumn("orders:order_page", verbose_name=_("Order"), card="title")
    placed = DateTimeColumn(accessor="placed_at", verbose_name=_("Placed"), card="meta")
    customer = TextColumn(
        accessor="customer_name",
        sub="customer__city",
        url="customers:customer_page",
        key="customer_id",
        verbose_name=_("Customer"),
        card="sub",
    )
    po = TextColumn(accessor="customer_po", verbose_name=_("Their PO"), hide="l")
    status = StatusColumn(OrderStatus, note="hold_reason", verbose_name=_("Status"), card="state")
    lines = ProgressColumn(
        accessor="line_count",
        done="shipped_lines",
        partly="picked_lines",
        total="line_count",
        verbose_name=_("Lines"),
        hide="m",
    )
    promised = PromiseColumn(
        accessor="promised_on",
        verbose_name=_("Promised"),
        card="note",
        done=lambda row: row["status"] in OVER,
    )
    warehouse = TextColumn(accessor="warehouse__name", verbose_name=_("From"), hide="l")
    rep = PersonColumn(accessor="rep__name", verbose_name=_("Rep"), hide="l")
    total = MoneyColumn(accessor="gross", verbose_name=_("Total"), card="amount")

    sorts = {
        "placed": ("placed_at", "desc"),
        "total": ("gross", "desc"),
        "promised": ("promised_on", "asc"),
    }
    row_url = "orders:order_page"
    peek = True

    # What a row needs of the database; ``shipped_lines`` and ``picked_lines`` are added by the view.
    fields = (
        "pk",
        "number",
        "placed_at",
        "customer_id",
        "customer_name",
        "customer__city",
        "customer_po",
        "status",
        "hold_reason",
        "line_count",
        "promised_on",
        "warehouse__name",
        "rep__name",
        "gross",
        "currency",
    )

    class Meta:
        caption = _("Orders")

    def row_class(self, record: Any) -> str:
        return "is-off" if record["status"] in ("cancelled", "rejected", "expired") else ""
