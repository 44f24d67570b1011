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
        sub_name=_("Town"),
        url="customers:customer_page",
        key="customer_id",
        verbose_name=_("Customer"),
        card="sub",
        css="order-customer",
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
    warehouse = TextColumn(accessor="places", verbose_name=_("From"), hide="l")
    rep = PersonColumn(accessor="rep__name", verbose_name=_("Rep"), hide="l")
    total = MoneyColumn(accessor="gross", verbose_name=_("Total"), card="amount")

    sorts = {
        "placed": ("placed_at", "desc"),
        "total": ("gross", "desc"),
        "promised": ("promised_on", "asc"),
    }
    row_url = "orders:order_page"
    peek = True

    # What a row needs of the orders themselves; ``with_progress`` adds ``customer__city``, ``rep__name``, ``places``,
    # ``shipped_lines`` and ``picked_lines``.
    fields = (
        "pk",
        "number",
        "placed_at",
        "customer_id",
        "customer_name",
        "customer_po",
        "status",
        "hold_reason",
        "line_count",
        "promised_on",
        "warehouse_id",
        "rep_id",
        "gross",
        "currency",
    )

    class Meta:
        caption = _("Orders")

    def row_class(self, record: Any) -> str:
        return "is-off" if record["status"] in ("cancelled", "rejected", "expired") else ""


# -- Portal -------------------------------------------------------------------------------------------------------


class PortalOrderTable(BaseTable):
    """Orders as the customer follows them."""

    number = LinkColumn("orders:portal_order_page", verbose_name=_("Order"), card="title")
    placed = DateTimeColumn(accessor="placed_at", verbose_name=_("Placed"), card="meta")
    po = TextColumn(accessor="customer_po", verbose_name=_("Your reference"), card="sub")
    branch = TextColumn(accessor="customer_name", verbose_name=_("For"), hide="m")
    status = StatusColumn(OrderStatus, verbose_name=_("Status"), card="state")
    promised = PromiseColumn(
        accessor="promised_on", verbose_name=_("Arrives"), card="note", done=lambda row: row["status"] in OVER
    )
    total = MoneyColumn(accessor="gross", verbose_name=_("Total"), card="amount")

    sorts = {"placed": ("placed_at", "desc"), "total": ("gross", "desc")}
    row_url = "orders:portal_order_page"

    fields = (
        "pk",
        "number",
        "placed_at",
        "customer_po",
        "customer_name",
        "status",
        "promised_on",
        "gross",
        "currency",
    )

    class Meta:
        caption = _("Your orders")


class PortalReturnTable(BaseTable):
    """Returns as the customer follows them."""

    number = TextColumn(verbose_name=_("Return"), card="title")
    requested = DateTimeColumn(accessor="requested_at", verbose_name=_("Requested"), card="meta")
    order = TextColumn(
        accessor="order__number",
        url="orders:portal_order_page",
        key="order_id",
        verbose_name=_("Order"),
        card="sub",
        orderable=False,
    )
    reason = TextColumn(verbose_name=_("Reason"), card="note", orderable=False)

    sorts = {"requested": ("requested_at", "desc")}

    fields = ("pk", "number", "requested_at", "order_id", "order__number", "reason")

    class Meta:
        caption = _("Returns")
