"""The promise: from where each line is served and on which day it is at the customer's door.

One function for every channel. What is free in the nearest warehouse goes first, the rest waits for supply that
nobody else waits for, and what neither can give has no date yet, with a reason: nobody is made to invent one.
"""

import datetime
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from config.database.prepared import prepared_cursor
from customers.models import Customer
from inventory.services.calendar import DAY, Calendar, Route

ZERO = Decimal(0)

# The values of ``orders.PromiseReason``, which lies above this app.
STOCK, SUPPLY, NO_SUPPLY, NO_SUPPLY_DATE, SUPPLY_LATE, NOT_STOCKED = (
    "stock",
    "supply",
    "no_supply",
    "no_supply_date",
    "supply_late",
    "not_stocked",
)


@dataclass(frozen=True)
class PromiseQuery:
    """A line that wants a date: ``quantity`` in stock units; lines that are not ``stocked`` go along with the rest."""

    position: int
    product_id: int
    quantity: Decimal
    requested_on: datetime.date | None = None
    stocked: bool = True


@dataclass(frozen=True)
class Allocation:
    """Units from the stock of a warehouse, and the day they are at the door."""

    warehouse_id: int
    warehouse_name: str
    quantity: Decimal
    promised_on: datetime.date | None


@dataclass(frozen=True)
class PegPlan:
    """Units from inbound supply that is ``expected_on`` a day, and the day they are at the door."""

    supply_id: int
    warehouse_id: int
    quantity: Decimal
    expected_on: datetime.date | None
    promised_on: datetime.date | None


@dataclass
class Promise:
    """What one line is promised. ``promised_on`` is the day of its last unit; None means no date yet.

    ``reason`` is a value of ``PromiseReason``. The quantities, in stock units, add up to what was asked.
    """

    position: int
    product_id: int
    from_stock: Decimal = ZERO
    from_supply: Decimal = ZERO
    unpromised: Decimal = ZERO
    promised_on: datetime.date | None = None
    reason: str = STOCK
    warehouse_id: int | None = None
    allocations: list[Allocation] = field(default_factory=list)
    pegs: list[PegPlan] = field(default_factory=list)

    @property
    def short(self) -> Decimal:
        """Units that stock doesn't give."""
        return self.from_supply + self.unpromised


@dataclass
class Supply:
    """Inbound units of a product that nobody waits for yet."""

    supply_id: int
    warehouse_id: int
    free: Decimal
    expected_on: datetime.date | None


@dataclass
class Sources:
    """Everything that promises are made of, as it was read: routes by distance, working days, free stock by
    (product, warehouse), free supply by product."""

    routes: list[Route]
    calendar: Calendar
    free: dict[tuple[int, int], Decimal]
    supply: dict[int, list[Supply]]


_SOURCES = """
    WITH routes AS MATERIALIZED (
        SELECT w.id, w.name, w.cut_off, i.time_zone, coalesce(r.transit_days, 1) AS transit_days, r.rank, w.code
        FROM inventory_warehouse w
        JOIN customers_issuer i ON i.id = w.issuer_id
        LEFT JOIN inventory_warehouseregion r ON r.warehouse_id = w.id AND r.region_id = %(region)s
        WHERE w.is_active AND w.kind = 'stock'
          AND CASE WHEN %(warehouse)s::bigint IS NOT NULL THEN w.id = %(warehouse)s
              ELSE r.id IS NOT NULL
                OR NOT EXISTS (SELECT FROM inventory_warehouseregion x WHERE x.region_id = %(region)s) END
    )
    SELECT
        (SELECT json_agg(json_build_array(id, name, cut_off, time_zone, transit_days) ORDER BY rank NULLS LAST, code)
         FROM routes),
        (SELECT json_agg(json_build_array(h.day, h.region_id)) FROM inventory_holiday h
         WHERE h.day BETWEEN %(today)s::date - 7 AND %(today)s::date + 730
           AND (h.region_id IS NULL OR h.region_id = %(region)s)),
        (SELECT json_agg(json_build_array(l.product_id, l.warehouse_id, l.available::text))
         FROM inventory_stocklevel l
         WHERE l.product_id = ANY(%(products)s) AND l.available > 0 AND l.warehouse_id IN (SELECT id FROM routes)),
        (SELECT json_agg(json_build_array(s.product_id, s.id, s.warehouse_id,
                                          (s.expected - s.received - s.pegged)::text, s.expected_on)
                         ORDER BY s.expected_on < %(today)s::date NULLS LAST, s.expected_on, s.id)
         FROM inventory_purchaseorderline s
         JOIN inventory_purchaseorder o ON o.id = s.order_id AND o.status IN ('sent', 'confirmed')
         WHERE s.product_id = ANY(%(products)s) AND NOT s.is_closed AND s.expected > s.received + s.pegged
           AND s.warehouse_id IN (SELECT id FROM routes))
"""


def read_sources(
    *, customer: Customer, warehouse_id: int | None, product_ids: Iterable[int], at: datetime.datetime
) -> Sources:
    """Read what promises are made of, without locking; one statement."""
    with prepared_cursor() as cursor:
        cursor.execute(
            _SOURCES,
            {
                "region": customer.region_id,
                "warehouse": warehouse_id,
                "products": list(set(product_ids)),
                "today": timezone.localdate(at),
            },
        )
        routes, holidays, levels, supplies = (
            json.loads(v) if isinstance(v, str) else v or [] for v in cursor.fetchone()
        )
    supply: dict[int, list[Supply]] = {}
    for product_id, supply_id, supply_warehouse_id, free, expected_on in supplies:
        day = datetime.date.fromisoformat(expected_on) if expected_on else None
        supply.setdefault(product_id, []).append(Supply(supply_id, supply_warehouse_id, Decimal(free), day))
    return Sources(
        routes=[
            Route(pk, name, datetime.time.fromisoformat(cut_off), zone, transit)
            for pk, name, cut_off, zone, transit in routes
        ],
        calendar=Calendar(
            weekdays=customer.delivery_weekdays,
            everywhere={datetime.date.fromisoformat(day) for day, region in holidays if region is None},
            regional={datetime.date.fromisoformat(day) for day, region in holidays if region is not None},
        ),
        free={(product_id, warehouse): Decimal(free) for product_id, warehouse, free in levels},
        supply=supply,
    )


def promise_lines(
    *, customer: Customer, warehouse_id: int | None, lines: Sequence[PromiseQuery], at: datetime.datetime
) -> dict[int, Promise]:
    """Promise lines to a customer as they would be served if placed ``at`` this moment, by position.

    ``warehouse_id`` confines the search to one warehouse; None tries those that serve the customer's region by
    rank. Nothing is locked or written. One statement, whatever the number of lines.
    """
    products = [line.product_id for line in lines if line.stocked]
    if not lines:
        return {}
    sources = read_sources(customer=customer, warehouse_id=warehouse_id, product_ids=products, at=at)
    return plan(sources=sources, lines=lines, at=at, ship_complete=customer.ship_complete)


def plan(
    *, sources: Sources, lines: Sequence[PromiseQuery], at: datetime.datetime, ship_complete: bool = False
) -> dict[int, Promise]:
    """Share out ``sources`` (which are used up) among lines in the order of their positions.

    One warehouse that can serve all lines is preferred, then one that can serve a whole line, then parts by rank.
    """
    leaves = {route.warehouse_id: sources.calendar.dispatch_day(route, at) for route in sources.routes}
    single = _one_for_all(sources, lines)
    routes = [single] if single else sources.routes
    promises = {}
    for line in sorted(lines, key=lambda line: line.position):
        promise = Promise(position=line.position, product_id=line.product_id)
        promises[line.position] = promise
        if not line.stocked:
            promise.reason = NOT_STOCKED
            continue
        missing = _from_stock(sources, routes, leaves, line, promise)
        if missing:
            missing = _from_supply(sources, line, promise, missing, at)
        promise.unpromised = missing
        _conclude(promise, sources, line)
    if ship_complete:
        _together(promises.values())
    _go_along(promises.values())
    return promises


def _one_for_all(sources: Sources, lines: Sequence[PromiseQuery]) -> Route | None:
    wanted: dict[int, Decimal] = {}
    for line in lines:
        if line.stocked:
            wanted[line.product_id] = wanted.get(line.product_id, ZERO) + line.quantity
    for route in sources.routes:
        if all(sources.free.get((product, route.warehouse_id), ZERO) >= asked for product, asked in wanted.items()):
            return route
    return None


def _from_stock(
    sources: Sources,
    routes: Sequence[Route],
    leaves: dict[int, datetime.date],
    line: PromiseQuery,
    promise: Promise,
) -> Decimal:
    """Take from stock what there is; return what is missing."""
    missing = line.quantity
    free = {route.warehouse_id: sources.free.get((line.product_id, route.warehouse_id), ZERO) for route in routes}
    whole = [route for route in routes if free[route.warehouse_id] >= missing]
    for route in whole[:1] or routes:
        taken = min(free[route.warehouse_id], missing)
        if taken > 0:
            day = sources.calendar.delivery_day(route, leaves[route.warehouse_id], line.requested_on)
            promise.allocations.append(Allocation(route.warehouse_id, route.name, taken, day))
            sources.free[line.product_id, route.warehouse_id] -= taken
            missing -= taken
    promise.from_stock = line.quantity - missing
    promise.warehouse_id = promise.allocations[0].warehouse_id if promise.allocations else None
    return missing


def _from_supply(
    sources: Sources, line: PromiseQuery, promise: Promise, missing: Decimal, at: datetime.datetime
) -> Decimal:
    """Tie what stock doesn't give to inbound supply; return what is still missing."""
    routes = {route.warehouse_id: route for route in sources.routes}
    for supply in sources.supply.get(line.product_id, []):
        taken = min(supply.free, missing)
        if taken > 0:
            route = routes[supply.warehouse_id]
            day = supply_day(sources.calendar, route, supply.expected_on, at, line.requested_on)
            promise.pegs.append(PegPlan(supply.supply_id, supply.warehouse_id, taken, supply.expected_on, day))
            supply.free -= taken
            missing -= taken
    promise.from_supply = line.quantity - promise.from_stock - missing
    return missing


def supply_day(
    calendar: Calendar,
    route: Route,
    expected_on: datetime.date | None,
    at: datetime.datetime,
    requested_on: datetime.date | None = None,
) -> datetime.date | None:
    """The day at the door of goods expected from a supplier: one day to receive them, then as from stock.

    None when the supplier has given no date, or one that has passed.
    """
    if expected_on is None or expected_on < route.today(at):
        return None
    return calendar.delivery_day(route, calendar.working_day(expected_on + DAY), requested_on)


def _conclude(promise: Promise, sources: Sources, line: PromiseQuery) -> None:
    days = [part.promised_on for part in promise.allocations] + [peg.promised_on for peg in promise.pegs]
    undated = [peg for peg in promise.pegs if peg.promised_on is None]
    if promise.unpromised:
        promise.reason = NO_SUPPLY
    elif undated:
        promise.reason = SUPPLY_LATE if undated[0].expected_on else NO_SUPPLY_DATE
    elif promise.pegs:
        promise.reason = SUPPLY
    if promise.unpromised == 0 and days and None not in days:
        promise.promised_on = max(day for day in days if day)


def _together(promises: Iterable[Promise]) -> None:
    """A customer that takes complete deliveries only gets every line on the day of the last, or none has a date.

    Allocations and pegs keep the days of their own, for the last one may change.
    """
    stocked = [promise for promise in promises if promise.reason != NOT_STOCKED]
    if stocked:
        worst = max(stocked, key=lambda promise: promise.promised_on or datetime.date.max)
        for promise in stocked:
            promise.promised_on, promise.reason = worst.promised_on, worst.reason


def _go_along(promises: Iterable[Promise]) -> None:
    """Charges and packaging go with the first goods that leave."""
    promises = list(promises)
    first = min(
        (p.promised_on for p in promises if p.reason != NOT_STOCKED and p.promised_on is not None), default=None
    )
    for promise in promises:
        if promise.reason == NOT_STOCKED:
            promise.promised_on = first


def promise_sentence(promise: Promise) -> str:
    """Say in the reader's language why a line is promised when it is."""
    parts = [
        _("%(quantity)s from %(warehouse)s, %(day)s")
        % {"quantity": _number(part.quantity), "warehouse": part.warehouse_name, "day": _day(part.promised_on)}
        for part in promise.allocations
    ]
    for peg in promise.pegs:
        if peg.promised_on:
            text = _("%(quantity)s from the supplier's delivery of %(expected)s, %(day)s")
        elif peg.expected_on:
            text = _("%(quantity)s from a delivery that was due on %(expected)s: no date yet")
        else:
            text = _("%(quantity)s on order without a date from the supplier")
        parts.append(
            text % {"quantity": _number(peg.quantity), "expected": _day(peg.expected_on), "day": _day(peg.promised_on)}
        )
    if promise.unpromised:
        parts.append(_("%(quantity)s not on order with the supplier yet") % {"quantity": _number(promise.unpromised)})
    if promise.reason == NOT_STOCKED:
        parts.append(_("goes along with the goods"))
    return "; ".join(parts)


def _day(day: datetime.date | None) -> str:
    return date_format(day, "j M") if day else _("no date yet")


def _number(quantity: Decimal) -> str:
    return f"{quantity.normalize():f}"
