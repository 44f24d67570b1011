"""Tables of shipments, supply, incidents and returns: columns, sorts and links, never queries."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from config.web.tables import (
    BaseTable,
    DateTimeColumn,
    LinkColumn,
    PersonColumn,
    PromiseColumn,
    QuantityColumn,
    StatusColumn,
    TextColumn,
)
from orders.models import IncidentKind, IncidentStatus, ReturnLineStatus, ShipmentStatus

ARRIVED = (ShipmentStatus.DELIVERED, ShipmentStatus.RETURNED_TO_SENDER, ShipmentStatus.CANCELLED)


class ShipmentTable(BaseTable):
    """Shipments as the desk follows them."""

    number = LinkColumn("orders:shipment_page", verbose_name=_("Shipment"), card="title")
    begun = DateTimeColumn(accessor="created_at", verbose_name=_("Begun"), card="meta")
    customer = TextColumn(
        accessor="customer__name", sub="ship_to__city", sub_name=_("Town"), verbose_name=_("Customer"), card="sub"
    )
    order = TextColumn(accessor="order__number", verbose_name=_("Order"), hide="m")
    status = StatusColumn(ShipmentStatus, verbose_name=_("Status"), card="state")
    expected = PromiseColumn(
        accessor="expected_on",
        verbose_name=_("Expected"),
        card="note",
        done=lambda row: row["status"] in ARRIVED,
    )
    carrier = TextColumn(accessor="carrier__name", verbose_name=_("Carrier"), hide="m")
    warehouse = TextColumn(accessor="warehouse__name", verbose_name=_("From"), hide="l")
    parcels = QuantityColumn(accessor="parcels", verbose_name=_("Parcels"), card="amount")

    sorts = {"begun": ("created_at", "desc")}
    row_url = "orders:shipment_page"
    peek = True

    fields = (
        "pk",
        "number",
        "created_at",
        "customer__name",
        "ship_to__city",
        "order__number",
        "status",
        "expected_on",
        "carrier__name",
        "warehouse__name",
        "parcels",
    )

    class Meta:
        caption = _("Shipments")


class SupplyTable(BaseTable):
    """Inbound lines, the late ones first: who waits for them and what changes when they slip."""

    product = LinkColumn(
        "orders:supply_page", accessor="product__name", sub="product__code", verbose_name=_("Product"), card="title"
    )
    order = TextColumn(
        accessor="order__number", sub="order__supplier__name", verbose_name=_("Purchase order"), card="sub"
    )
    warehouse = TextColumn(accessor="warehouse__name", verbose_name=_("To"), hide="m")
    expected_on = PromiseColumn(
        accessor="expected_on", verbose_name=_("Supplier's date"), card="note", empty=_("no date")
    )
    open = QuantityColumn(
        accessor="open", unit="product__unit__symbol", verbose_name=_("Expected"), orderable=False, card="amount"
    )
    pegged = QuantityColumn(accessor="pegged", verbose_name=_("Promised"), orderable=False, hide="m")
    waiting = QuantityColumn(accessor="waiting", verbose_name=_("Waiting"), orderable=False)

    sorts = {"expected_on": ("expected_on", "asc")}
    row_url = "orders:supply_page"

    class Meta:
        caption = _("Inbound supply")

    def row_class(self, record: Any) -> str:
        return "is-warn" if record["is_late"] and record["waiting"] else ""


class IncidentTable(BaseTable):
    """What went wrong, and who has the next move."""

    kind = LinkColumn("orders:incident_page", choices=IncidentKind.choices, verbose_name=_("What"), card="title")
    opened = DateTimeColumn(accessor="opened_at", verbose_name=_("Reported"), card="meta")
    customer = TextColumn(accessor="customer__name", verbose_name=_("Customer"), card="sub")
    order = TextColumn(
        accessor="order__number", sub="shipment__number", sub_name=_("Shipment"), verbose_name=_("Order"), hide="m"
    )
    description = TextColumn(verbose_name=_("What happened"), css="t-wrap")
    status = StatusColumn(IncidentStatus, verbose_name=_("Status"), card="state")
    due = PromiseColumn(
        accessor="due_on",
        verbose_name=_("Deadline"),
        card="note",
        done=lambda row: row["status"] == IncidentStatus.SOLVED,
    )
    owner = PersonColumn(accessor="owner__name", verbose_name=_("Owner"), hide="l")

    sorts = {"opened": ("opened_at", "desc"), "due": ("due_on", "asc")}
    row_url = "orders:incident_page"

    fields = (
        "pk",
        "kind",
        "opened_at",
        "customer__name",
        "order__number",
        "shipment__number",
        "description",
        "status",
        "due_on",
        "owner__name",
    )

    class Meta:
        caption = _("Incidents")


class ReturnTable(BaseTable):
    """Goods that come back."""

    number = LinkColumn("orders:return_page", verbose_name=_("Return"), card="title")
    requested = DateTimeColumn(accessor="requested_at", verbose_name=_("Requested"), card="meta")
    customer = TextColumn(accessor="customer__name", verbose_name=_("Customer"), card="sub")
    order = TextColumn(accessor="order__number", verbose_name=_("Order"), hide="m")
    reason = TextColumn(verbose_name=_("Reason"))
    status = StatusColumn(ReturnLineStatus, accessor="state", verbose_name=_("Status"), orderable=False, card="state")
    lines = QuantityColumn(accessor="line_count", verbose_name=_("Lines"), orderable=False, card="amount")

    sorts = {"requested": ("requested_at", "desc")}
    row_url = "orders:return_page"

    fields = ("pk", "number", "requested_at", "customer__name", "order__number", "reason", "is_history")

    class Meta:
        caption = _("Returns")
