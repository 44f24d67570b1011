"""Lines that wait for inbound supply, and what becomes of their dates when the supply moves.

One place computes it, for the screen that shows what a new date would do and for the services that do it.
"""

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web import formats
from customers.models import OutboxMessage, User
from customers.services import mail
from inventory.models import PurchaseOrderLine
from inventory.services.calendar import Calendar, Route
from inventory.services.promises import supply_day
from orders.models import EventKind, OrderEvent, PromiseReason
from orders.sentences import cause_sentence

ZERO = Decimal(0)


@dataclass
class Piece:
    """Units of a line from one source: ``supply_id`` for pegs, None for reserved stock."""

    key: int
    supply_id: int | None
    warehouse_id: int
    quantity: Decimal
    promised_on: datetime.date | None
    expected_on: datetime.date | None = None


@dataclass
class WaitingLine:
    """A line of goods of a live order, with the pieces that its date is made of."""

    id: int
    order_id: int
    order_number: str
    order_status: str
    account_id: int
    customer_id: int
    customer_name: str
    position: int
    product_id: int
    code: str
    description: str
    backordered: Decimal
    promised_on: datetime.date | None
    promise_reason: str
    requested_on: datetime.date | None
    placed_at: datetime.datetime
    warehouse_id: int | None
    region_id: int | None
    ship_complete: bool
    weekdays: str
    language: str
    email: str
    pieces: list[Piece] = field(default_factory=list)

    @property
    def unpegged(self) -> Decimal:
        """Backordered units that no supply is pegged for."""
        return self.backordered - sum((p.quantity for p in self.pieces if p.supply_id), ZERO)

    def pegged_to(self, supply_id: int) -> Decimal:
        """Units that wait for one supply."""
        return sum((p.quantity for p in self.pieces if p.supply_id == supply_id), ZERO)


@dataclass(frozen=True)
class Change:
    """The date of one line before and after, and why; ``quantity`` are the units it is about."""

    line: WaitingLine
    quantity: Decimal
    old: datetime.date | None
    new: datetime.date | None
    old_reason: str
    reason: str
    cause: str

    @property
    def is_moved(self) -> bool:
        """True when the customer is told another date than before."""
        return self.old != self.new

    @property
    def days(self) -> int | None:
        """Calendar days later (or earlier, below zero); None where one of the dates is open."""
        return (self.new - self.old).days if self.old and self.new else None

    @property
    def tone(self) -> str:
        """How the change is for the customer: "bad", "ok", or "" for none."""
        if not self.is_moved:
            return ""
        return "ok" if self.new and (self.old is None or self.new < self.old) else "bad"


_LINES = """
    SELECT l.id, l.order_id, o.number, o.status, l.account_id, o.customer_id, o.customer_name, l.position, l.product_id, l.code,
           l.description, l.backordered, l.promised_on, l.promise_reason, l.requested_on, o.placed_at, o.warehouse_id, c.region_id,
           c.ship_complete, c.delivery_weekdays, c.language,
           coalesce((SELECT k.email FROM customers_contact k WHERE k.customer_id = c.id AND k.is_main AND k.email <> ''),
                    c.email)
    FROM orders_orderline l
    JOIN orders_order o ON o.id = l.order_id
    JOIN customers_customer c ON c.id = o.customer_id
    WHERE l.order_id = ANY(%s) AND l.type IN ('goods', 'free') AND l.ordered > l.cancelled + l.shipped
    ORDER BY l.order_id, l.position
"""

_PIECES = """
    SELECT p.line_id, p.id, p.supply_id, s.warehouse_id, p.quantity, p.promised_on, s.expected_on
    FROM orders_peg p
    JOIN orders_orderline l ON l.id = p.line_id
    JOIN inventory_purchaseorderline s ON s.id = p.supply_id
    WHERE l.order_id = ANY(%(orders)s)
    UNION ALL
    SELECT r.line_id, r.id, NULL, r.warehouse_id, r.quantity, r.promised_on, NULL
    FROM orders_reservation r
    JOIN orders_orderline l ON l.id = r.line_id
    WHERE l.order_id = ANY(%(orders)s)
"""

_ROUTES = """
    SELECT w.id, coalesce(r.region_id, 0), w.name, w.cut_off, i.time_zone, coalesce(r.transit_days, 1)
    FROM inventory_warehouse w
    JOIN customers_issuer i ON i.id = w.issuer_id
    LEFT JOIN inventory_warehouseregion r ON r.warehouse_id = w.id
"""


def waiting_lines(*, order_ids: Collection[int]) -> list[WaitingLine]:
    """Return the open lines of goods of some orders with the pieces they are made of; two statements."""
    with connection.cursor() as cursor:
        cursor.execute(_LINES, [list(order_ids)])
        lines = {row[0]: WaitingLine(*row) for row in cursor.fetchall()}
        cursor.execute(_PIECES, {"orders": list(order_ids)})
        for line_id, *piece in cursor.fetchall():
            if line_id in lines:
                lines[line_id].pieces.append(Piece(*piece))
    return list(lines.values())


@dataclass
class Geography:
    """Routes by (warehouse, region) and the days without work; read once for many customers."""

    routes: dict[tuple[int, int], Route]
    holidays: list[tuple[datetime.date, int | None]]

    def route(self, region_id: int | None, warehouse_id: int) -> Route:
        """How goods of a warehouse reach a region; a working day where it isn't served."""
        served = self.routes.get((warehouse_id, region_id or 0))
        if served:
            return served
        other = next(route for (warehouse, _region), route in self.routes.items() if warehouse == warehouse_id)
        return Route(other.warehouse_id, other.name, other.cut_off, other.time_zone, 1)

    def calendar(self, region_id: int | None, weekdays: str) -> Calendar:
        """The working days that count for a customer of a region with these delivery days."""
        return Calendar(
            weekdays=weekdays,
            everywhere={day for day, region in self.holidays if region is None},
            regional={day for day, region in self.holidays if region is not None and region == region_id},
        )

    def arrival(
        self, *, region_id: int | None, weekdays: str, warehouse_id: int, leaves_on: datetime.date
    ) -> datetime.date:
        """The day at a customer's door of goods that leave a warehouse on a day."""
        return self.calendar(region_id, weekdays).delivery_day(self.route(region_id, warehouse_id), leaves_on)

    def from_stock(self, line: WaitingLine, warehouse_id: int, at: datetime.datetime) -> datetime.date:
        """The day at the door of goods that lie in a warehouse now."""
        calendar, route = self.calendar(line.region_id, line.weekdays), self.route(line.region_id, warehouse_id)
        return calendar.delivery_day(route, calendar.dispatch_day(route, at), line.requested_on)

    def from_supply(
        self, line: WaitingLine, piece: Piece, expected_on: datetime.date | None, at: datetime.datetime
    ) -> datetime.date | None:
        """The day at the door of goods that a supplier delivers on a day."""
        route = self.route(line.region_id, piece.warehouse_id)
        return supply_day(self.calendar(line.region_id, line.weekdays), route, expected_on, at, line.requested_on)


def read_geography(*, at: datetime.datetime) -> Geography:
    """Read routes and holidays around a moment; two statements."""
    with connection.cursor() as cursor:
        cursor.execute(_ROUTES)
        routes = {
            (warehouse, region): Route(warehouse, name, cut_off, zone, transit)
            for warehouse, region, name, cut_off, zone, transit in cursor.fetchall()
        }
        cursor.execute(
            "SELECT day, region_id FROM inventory_holiday WHERE day BETWEEN %(on)s::date - 7 AND %(on)s::date + 730",
            {"on": at.date()},
        )
        return Geography(routes, cursor.fetchall())


def decide(
    *, lines: Sequence[WaitingLine], cause: str, about: Mapping[int, Decimal], at: datetime.datetime
) -> list[Change]:
    """Say for every line which date its pieces make now, and why; customers with complete deliveries get one for all.

    The pieces hold their new dates already. ``about`` maps line ids to the units that moved. In the order given.
    """
    own = {line.id: _own_promise(line, at) for line in lines}
    by_order: dict[int, list[WaitingLine]] = {}
    for line in lines:
        by_order.setdefault(line.order_id, []).append(line)
    for together in by_order.values():
        if together[0].ship_complete:
            worst = max((own[line.id] for line in together), key=lambda promise: promise[0] or datetime.date.max)
            own.update({line.id: worst for line in together})
    return [
        Change(
            line=line,
            quantity=about.get(line.id, ZERO),
            old=line.promised_on,
            new=own[line.id][0],
            old_reason=line.promise_reason,
            reason=own[line.id][1],
            cause=cause,
        )
        for line in lines
    ]


def _own_promise(line: WaitingLine, at: datetime.datetime) -> tuple[datetime.date | None, str]:
    pegs = [piece for piece in line.pieces if piece.supply_id]
    undated = [peg for peg in pegs if peg.promised_on is None]
    if line.unpegged > 0:
        return None, PromiseReason.NO_SUPPLY
    if undated:
        late = any(peg.expected_on and peg.expected_on < timezone.localdate(at) for peg in undated)
        return None, PromiseReason.SUPPLY_LATE if late else PromiseReason.NO_SUPPLY_DATE
    days = [piece.promised_on for piece in line.pieces if piece.promised_on]
    return max(days, default=line.promised_on), PromiseReason.SUPPLY if pegs else PromiseReason.STOCK


# -- Writing it down ----------------------------------------------------------------------------------------------

_WRITE_LINES = """
    UPDATE orders_orderline l SET promised_on = n.promised_on, promise_reason = n.reason,
           first_promised_on = coalesce(l.first_promised_on, n.promised_on)
    FROM unnest(%s::bigint[], %s::date[], %s::text[]) AS n(id, promised_on, reason)
    WHERE l.id = n.id
"""

_WRITE_PEGS = """
    UPDATE orders_peg p SET promised_on = n.promised_on
    FROM unnest(%s::bigint[], %s::date[]) AS n(id, promised_on)
    WHERE p.id = n.id
"""

# The order's date is the last of its open lines, none while one of them has none.
_WRITE_ORDERS = """
    UPDATE orders_order o SET promised_on = n.promised_on
    FROM (
        SELECT l.order_id, CASE WHEN count(*) = count(l.promised_on) THEN max(l.promised_on) END AS promised_on
        FROM orders_orderline l
        WHERE l.order_id = ANY(%s) AND l.type IN ('goods', 'free') AND l.ordered > l.cancelled + l.shipped
        GROUP BY l.order_id
    ) n
    WHERE o.id = n.order_id AND o.promised_on IS DISTINCT FROM n.promised_on
"""


def write_changes(
    *,
    changes: Sequence[Change],
    by: User | None,
    at: datetime.datetime,
    expected: tuple[datetime.date | None, datetime.date | None] | None = None,
) -> int:
    """Store new dates of lines, pegs and orders, an event per line whose date moved, and one mail per customer.

    ``expected`` are the supplier's date before and after. The orders are locked by the caller. Returns the number of
    mails. Six statements at most, whatever the number of lines.
    """
    changed = [change for change in changes if change.is_moved or change.reason != change.old_reason]
    pegs = [piece for change in changes for piece in change.line.pieces if piece.supply_id]
    with connection.cursor() as cursor:
        if pegs:
            cursor.execute(_WRITE_PEGS, [[peg.key for peg in pegs], [peg.promised_on for peg in pegs]])
        if changed:
            cursor.execute(
                _WRITE_LINES,
                [
                    [change.line.id for change in changed],
                    [change.new for change in changed],
                    [str(change.reason) for change in changed],
                ],
            )
        cursor.execute(_WRITE_ORDERS, [sorted({change.line.order_id for change in changes})])
    moved = [change for change in changed if change.is_moved]
    OrderEvent.objects.bulk_create(
        OrderEvent(
            order_id=change.line.order_id,
            account_id=change.line.account_id,
            kind=EventKind.PROMISE_CHANGED,
            by=by,
            at=at,
            data=_said(change, expected),
        )
        for change in moved
    )
    return _write_mails(moved)


def _said(change: Change, expected: tuple[datetime.date | None, datetime.date | None] | None) -> dict[str, Any]:
    line = change.line
    return {
        "line": line.id,
        "position": line.position,
        "code": line.code,
        "product": line.description,
        "quantity": f"{change.quantity.normalize():f}",
        "old": change.old.isoformat() if change.old else None,
        "new": change.new.isoformat() if change.new else None,
        "cause": change.cause,
        "reason": str(change.reason),
        "expected_old": expected[0].isoformat() if expected and expected[0] else None,
        "expected_new": expected[1].isoformat() if expected and expected[1] else None,
    }


def _write_mails(moved: Iterable[Change]) -> int:
    """One mail to each customer concerned, in the customer's language, in the outbox; two statements."""
    by_customer: dict[int, list[Change]] = {}
    for change in moved:
        if change.line.email:
            by_customer.setdefault(change.line.customer_id, []).append(change)
    messages = [_mail(changes) for changes in by_customer.values()]
    if not messages:
        return 0
    OutboxMessage.objects.bulk_create(messages)
    mail.enqueue(messages=messages)
    return len(messages)


def _mail(changes: Sequence[Change]) -> OutboxMessage:
    first = changes[0].line
    numbers = sorted({change.line.order_number for change in changes})
    with translation.override(first.language):
        subject = ngettext(
            "New delivery date for order %(numbers)s", "New delivery dates for orders %(numbers)s", len(numbers)
        ) % {"numbers": ", ".join(numbers)}
        body = [_("Good day,"), ""]
        for number in numbers:
            body.append(_("Order %(number)s") % {"number": number})
            for change in changes:
                if change.line.order_number == number:
                    body.append(f"  {change.line.code} {change.line.description}")
                    body.append(
                        "  "
                        + _("Until now: %(old)s. Now: %(new)s.")
                        % {"old": day_said(change.old), "new": day_said(change.new)}
                    )
            body.append("")
        body.extend(sorted({cause_sentence(change.cause) for change in changes}))
        body += ["", _("You see the state of your order at any time in the portal.")]
    return OutboxMessage(
        account_id=first.account_id,
        recipient=first.email,
        subject=" ".join(subject.split())[:200],
        body="\n".join(body),
    )


def day_said(day: datetime.date | None) -> str:
    """A promised day in words: "Tuesday 24 November", or that there is none yet."""
    return formats.weekday_long(day) if day else _("no date yet")


def lock_orders(*, order_ids: Iterable[int]) -> None:
    """Lock several orders in the one order that everybody keeps."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM orders_order WHERE id = ANY(%s) ORDER BY id FOR UPDATE", [sorted(order_ids)])


def orders_pegged_to(*, supply_id: int) -> set[int]:
    """Ids of the orders with a line that waits for a supply."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT l.order_id FROM orders_peg p JOIN orders_orderline l ON l.id = p.line_id"
            " WHERE p.supply_id = %s",
            [supply_id],
        )
        return {order_id for (order_id,) in cursor.fetchall()}


def lock_supply(*, supply_id: int) -> PurchaseOrderLine:
    """Lock an inbound line: after the orders, before any stock."""
    return (
        PurchaseOrderLine.objects.select_for_update(of=("self",), no_key=True)
        .select_related("order", "product", "warehouse")
        .get(pk=supply_id)
    )
