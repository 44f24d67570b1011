"""Writing an order with all that hangs on it in one statement, then taking supply, then stock.

The statement begins with a head of the caller's (a new order, a draft that is placed, a hold that is lifted) that
defines ``placed`` (the order's row) and ``written`` (its lines: id, position, product_id, open_gross).
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from config.database.prepared import prepared_cursor
from inventory.services.promises import NOT_STOCKED, Promise
from orders.models import OrderStatus, PromiseReason
from orders.services.reservations import take_stock, take_supply, wanted_stock


@dataclass(frozen=True)
class Placement:
    """A line and what it is promised; ``columns`` are what the head's statement needs besides."""

    position: int
    code: str
    promise: Promise
    columns: dict[str, Any]

    @property
    def is_stocked(self) -> bool:
        """True for goods, which take stock."""
        return self.promise.reason != NOT_STOCKED


# What a head adds to the record of a line.
PLACED = """
    reserved numeric(14,3), backordered numeric(14,3), promised_on date, promise_reason text
"""

# What follows is the same for every head.
HANGERS = """,
    reservations AS (
        INSERT INTO orders_reservation (line_id, account_id, product_id, warehouse_id, quantity, picked, promised_on)
        SELECT l.id, %(account)s, l.product_id, r.warehouse_id, r.quantity, 0, r.promised_on
        FROM json_to_recordset(%(reservations)s::json)
             AS r(position int, warehouse_id bigint, quantity numeric, promised_on date)
        JOIN written l ON l.position = r.position
    ),
    pegs AS (
        INSERT INTO orders_peg (line_id, account_id, product_id, supply_id, quantity, promised_on)
        SELECT l.id, %(account)s, l.product_id, p.supply_id, p.quantity, p.promised_on
        FROM json_to_recordset(%(pegs)s::json) AS p(position int, supply_id bigint, quantity numeric, promised_on date)
        JOIN written l ON l.position = p.position
    ),
    events AS (
        INSERT INTO orders_orderevent (order_id, account_id, kind, at, by_id, data, is_public)
        SELECT placed.id, %(account)s, e.kind, %(at)s, %(by)s, e.data, e.is_public
        FROM json_to_recordset(%(events)s::json) AS e(kind text, data jsonb, is_public boolean) CROSS JOIN placed
    ),
    exposure AS (
        UPDATE customers_account a SET open_orders = a.open_orders + (SELECT sum(open_gross) FROM written)
        WHERE a.id = %(account)s AND %(status)s = 'released'
    )
    SELECT id, number, net, tax, gross, line_count, version FROM placed
"""


def write_order(
    head: str,
    values: dict[str, Any],
    placements: Sequence[Placement],
    events: Sequence[dict[str, Any]],
    written: Callable[[int], None] = lambda order_id: None,
) -> Sequence[Any]:
    """Run the statement and take what the promises count on, unless the order goes on hold.

    ``values`` are the head's, with ``status``, ``account``, ``at`` and ``by``. What else is to be written goes into
    ``written(order id)``: nothing may come after the stock, whose rows everybody waits for. Returns id, number, net, tax, gross,
    line_count and version. Raises StockMoved. One statement, one for pegs if there are any, one for stock.
    """
    released = values["status"] == OrderStatus.RELEASED
    promises = [placement.promise for placement in placements] if released else []
    values = values | {
        "lines": _json([line.columns | _placed(line, released=released) for line in placements]),
        "reservations": _json(
            {
                "position": promise.position,
                "warehouse_id": part.warehouse_id,
                "quantity": str(part.quantity),
                "promised_on": part.promised_on,
            }
            for promise in promises
            for part in promise.allocations
        ),
        "pegs": _json(
            {
                "position": promise.position,
                "supply_id": peg.supply_id,
                "quantity": str(peg.quantity),
                "promised_on": peg.promised_on,
            }
            for promise in promises
            for peg in promise.pegs
        ),
        "events": _json(events),
    }
    with prepared_cursor() as cursor:
        cursor.execute(head + HANGERS, values)
        result = cursor.fetchone()
    written(result[0])
    take_supply(promises)
    take_stock(wanted_stock(promises))
    return result


def promised_on(promises: Iterable[Promise]) -> date | None:
    """The last date of the lines that take stock; None while one of them has none."""
    days = [promise.promised_on for promise in promises if promise.reason != NOT_STOCKED]
    known = [day for day in days if day is not None]
    return max(known, default=None) if len(known) == len(days) else None


def release_events(
    values: Mapping[str, Any], placements: Sequence[Placement], *, is_from_hold: bool = False
) -> list[dict[str, Any]]:
    """The events of an order that is released: what was reserved (from hold: if anything), and what waits for what."""
    goods = [line for line in placements if line.is_stocked]
    waiting = [line for line in goods if line.promise.short]
    served = len([line for line in goods if line.promise.from_stock])
    events = []
    if served or is_from_hold or not waiting:
        events.append(event("released", lines=served, promised_on=values["promised_on"]))
    if waiting:
        lines = [
            {
                "code": line.code,
                "quantity": str(line.promise.short),
                "promised_on": line.promise.promised_on,
                "reason": line.promise.reason,
            }
            for line in waiting
        ]
        events.append(event("backordered", lines=lines))
    return events


def event(kind: str, *, is_public: bool = True, **data: Any) -> dict[str, Any]:
    """An event for ``write_order``."""
    return {"kind": kind, "data": data, "is_public": is_public}


def _placed(line: Placement, *, released: bool) -> dict[str, Any]:
    """Where the units of a line are once it is placed."""
    promise = line.promise
    if not released:
        reason = PromiseReason.ON_HOLD if line.is_stocked else PromiseReason.NOT_STOCKED
        return {"reserved": "0", "backordered": "0", "promised_on": None, "promise_reason": reason}
    return {
        "reserved": str(promise.from_stock),
        "backordered": str(promise.short),
        "promised_on": promise.promised_on,
        "promise_reason": promise.reason,
    }


def _json(rows: Iterable[Any]) -> str:
    return json.dumps(list(rows), default=str)
