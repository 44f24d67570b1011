"""The rows of this app's lists, as an address asks for them: the same for the page, its figures and its file."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Case, Count, Min, QuerySet, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from config.database.prepared import prepared_cursor
from config.web import formats, lists
from config.web.exports import ListSource
from customers.requests import PersonRequest
from orders import facts
from orders.filters import OrderFilter
from orders.fulfilment_filters import IncidentFilter, ReturnFilter, ShipmentFilter
from orders.fulfilment_tables import IncidentTable, ReturnTable, ShipmentTable
from orders.models import (
    Incident,
    IncidentStatus,
    Order,
    OrderStatus,
    Return,
    ReturnLine,
    ReturnLineStatus,
    Shipment,
    ShipmentStatus,
)
from orders.querysets import orders_in_view
from orders.tables import OrderTable

ORDER_VIEWS = ("all", "to_release", "backordered", "undated", "at_risk", "late", "to_ship", "my_drafts", "mine")
# A return stands where its least advanced line stands.
RETURN_PROGRESS = [
    ReturnLineStatus.REQUESTED,
    ReturnLineStatus.AUTHORISED,
    ReturnLineStatus.IN_TRANSIT,
    ReturnLineStatus.RECEIVED,
    ReturnLineStatus.INSPECTED,
    ReturnLineStatus.CLOSED,
    ReturnLineStatus.REFUSED,
]


# -- Orders -------------------------------------------------------------------------------------------------------


def orders(request: PersonRequest) -> ListSource:
    """The orders of the saved view that the address names."""
    rows = orders_in_view(
        Order.objects.visible_to(request.user),
        lists.current_view(request, ORDER_VIEWS),
        user=request.user,
        today=timezone.localdate(),
    )
    return ListSource(rows, OrderTable, OrderFilter, with_progress)


def with_progress(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Add to rows of orders how many lines are shipped or picked, from where, and the names behind their keys.

    One statement for all of them. The list itself then joins nothing, so that finding its rows costs the least.
    """
    if not rows:
        return rows
    with prepared_cursor() as cursor:
        cursor.execute(
            _PROGRESS,
            {
                "open": [row["pk"] for row in rows if row["status"] in OrderStatus.LIVE],
                **{name: [row[name] for row in rows] for name in ("pk", "customer_id", "warehouse_id", "rep_id")},
            },
        )
        found = {pk: rest for pk, *rest in cursor.fetchall()}
    for row in rows:
        city, warehouse, rep, places, shipped, picked = found[row["pk"]]
        done = row["line_count"] if row["status"] in OrderStatus.DONE else 0
        row["customer__city"], row["rep__name"] = city, rep
        row["hold_reason"] = _short_hold(row["hold_reason"]) if row["status"] == "credit_hold" else ""
        row["places"] = f"{places[0]} +{len(places) - 1}" if places and len(places) > 1 else (places or [warehouse])[0]
        row["shipped_lines"], row["picked_lines"] = (done, done) if shipped is None else (shipped, picked)
    return rows


# Lines shipped and lines at least picked of orders that are not over, and the warehouses that orders were or will be
# shipped from: only such orders hold stock. The lines are read once; their reservations as one range of an index.
# Arrays are unpacked and packed again so that PostgreSQL plans alike for any number of orders, and keeps the plan.
_PROGRESS = """
WITH lines AS MATERIALIZED (
  SELECT id, order_id, reserved, shipped >= ordered - cancelled AS is_shipped,
    shipped + picked >= ordered - cancelled AS is_picked
  FROM orders_orderline WHERE order_id = ANY(ARRAY(SELECT unnest(%(open)s::bigint[])))
), places AS MATERIALIZED (
  SELECT p.order_id, array_agg(w.name ORDER BY w.name) AS names FROM (
    SELECT order_id, warehouse_id FROM orders_shipment
    WHERE order_id = ANY(ARRAY(SELECT unnest(%(pk)s::bigint[]))) AND status <> 'cancelled'
    UNION
    SELECT l.order_id, r.warehouse_id FROM lines l JOIN orders_reservation r ON r.line_id = l.id
    WHERE r.line_id = ANY(ARRAY(SELECT id FROM lines WHERE reserved > 0))
  ) p JOIN inventory_warehouse w ON w.id = p.warehouse_id GROUP BY p.order_id
), counts AS MATERIALIZED (
  SELECT order_id, count(*) FILTER (WHERE is_shipped) AS shipped, count(*) FILTER (WHERE is_picked) AS picked
  FROM lines GROUP BY order_id
)
SELECT o.id, c.city, w.name, u.name, p.names, n.shipped, n.picked
FROM unnest(%(pk)s::bigint[], %(customer_id)s::bigint[], %(warehouse_id)s::bigint[], %(rep_id)s::bigint[])
  AS o(id, customer_id, warehouse_id, rep_id)
JOIN customers_customer c ON c.id = o.customer_id
LEFT JOIN inventory_warehouse w ON w.id = o.warehouse_id
LEFT JOIN customers_user u ON u.id = o.rep_id
LEFT JOIN places p ON p.order_id = o.id
LEFT JOIN counts n ON n.order_id = o.id
"""


def _short_hold(reason: str) -> str:
    """The reason of a hold in a word or two: how much over the limit."""
    code, _space, rest = reason.partition(" ")
    amount, _space, currency = rest.partition(" ")
    if code != "over_limit":
        return facts.hold_sentence(reason)
    try:
        return _("%s over") % formats.money_round(Decimal(amount), currency)
    except InvalidOperation:
        return facts.hold_sentence(reason)


# -- Shipments ----------------------------------------------------------------------------------------------------


def shipments(request: PersonRequest) -> ListSource:
    """The shipments of the tab that the address names."""
    views = shipments_in_view(request)
    return ListSource(views[lists.current_view(request, tuple(views))], ShipmentTable, ShipmentFilter)


def shipments_in_view(request: PersonRequest) -> dict[str, QuerySet[Shipment]]:
    """The tabs of the list of shipments, each with its rows."""
    found = Shipment.objects.visible_to(request.user)
    return {
        "all": found,
        "leaving": found.filter(status__in=[ShipmentStatus.OPEN, ShipmentStatus.PACKED]),
        "travelling": found.filter(status__in=[ShipmentStatus.SHIPPED, ShipmentStatus.IN_TRANSIT]),
        "trouble": found.filter(status__in=[ShipmentStatus.EXCEPTION, ShipmentStatus.RETURNED_TO_SENDER]),
    }


# -- Incidents ----------------------------------------------------------------------------------------------------


def incidents(request: PersonRequest) -> ListSource:
    """The incidents of the tab that the address names; a panel shows all of an order or a customer."""
    views = incidents_in_view(request)
    view = lists.current_view(request, ("all",) if "_panel" in request.GET else tuple(views))
    return ListSource(views[view], IncidentTable, IncidentFilter)


def incidents_in_view(request: PersonRequest) -> dict[str, QuerySet[Incident]]:
    """The tabs of the list of incidents, each with its rows."""
    found = Incident.objects.visible_to(request.user)
    still_open = found.exclude(status=IncidentStatus.SOLVED)
    return {
        "open": still_open,
        "mine": still_open.filter(owner=request.user),
        "late": still_open.filter(due_on__lt=timezone.localdate()),
        "all": found,
    }


# -- Returns ------------------------------------------------------------------------------------------------------


def returns(request: PersonRequest) -> ListSource:
    """The returns of the tab that the address names."""
    views = returns_in_view(request)
    return ListSource(views[lists.current_view(request, tuple(views))], ReturnTable, ReturnFilter, with_state)


def returns_in_view(request: PersonRequest) -> dict[str, QuerySet[Return]]:
    """The tabs of the list of returns, each with its rows."""
    found = Return.objects.visible_to(request.user)

    def with_line(*states: str) -> QuerySet[Return]:
        lines = ReturnLine.objects.filter(status__in=states, parent__is_history=False)
        return found.filter(pk__in=lines.values("parent"))

    return {
        "all": found,
        "to_decide": with_line(ReturnLineStatus.REQUESTED),
        "coming": with_line(ReturnLineStatus.AUTHORISED, ReturnLineStatus.IN_TRANSIT),
        "to_inspect": with_line(ReturnLineStatus.RECEIVED, ReturnLineStatus.INSPECTED),
    }


def with_state(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Add the state and the number of lines of each return; one statement for all rows."""
    rank = Case(*(When(status=state, then=Value(place)) for place, state in enumerate(RETURN_PROGRESS)))
    found = {
        parent: (RETURN_PROGRESS[least], count)
        for parent, least, count in ReturnLine.objects.filter(parent__in=[row["pk"] for row in rows])
        .values_list("parent")
        .annotate(least=Min(rank), count=Count("id"))
        if least is not None
    }
    nothing = (ReturnLineStatus.CLOSED, 0)
    return [row | dict(zip(("state", "line_count"), found.get(row["pk"], nothing), strict=True)) for row in rows]
