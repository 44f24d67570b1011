"""Orders that are being written: nothing is promised or held yet."""

import datetime
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from config.money import Totals, total
from customers.models import Address, Customer, Issuer, PoPolicy, User
from inventory.services.availability import availability
from inventory.services.promises import promise_lines
from orders.exceptions import OrderRefused, Problem, StaleOrder
from orders.models import EventKind, Order, OrderStatus
from orders.services.events import record
from orders.services.lines import (
    DraftRow,
    GoodRow,
    LineInput,
    good_rows,
    line_columns,
    promise_query,
    resolve_rows,
)
from orders.services.numbers import take_numbers
from orders.services.states import move_order
from orders.services.totals import refresh_totals

__all__ = ["DraftResult", "LineInput", "lock_draft", "set_lines", "start_draft", "update_header"]

HEADER_FIELDS = frozenset({"customer_po", "warehouse", "ship_to", "requested_on", "note", "rep", "valid_until"})

# Columns of a line that a draft writes, with their types.
LINE_COLUMNS = {
    "position": "int",
    "type": "text",
    "product_id": "bigint",
    "code": "text",
    "description": "text",
    "unit_id": "bigint",
    "entered": "numeric(14,3)",
    "factor": "numeric(14,3)",
    "ordered": "numeric(14,3)",
    "price": "numeric(14,4)",
    "price_quantity": "numeric(10,3)",
    "discount_percent": "numeric(5,2)",
    "price_level": "text",
    "price_list_id": "bigint",
    "price_break": "numeric(14,3)",
    "price_valid_from": "date",
    "priced_by_id": "bigint",
    "unit_cost": "numeric(14,4)",
    "tax_class_id": "bigint",
    "tax_rate": "numeric(5,2)",
    "surcharge_rate": "numeric(5,2)",
}
COLUMNS = ", ".join(LINE_COLUMNS)
RECORD = ", ".join(f"{name} {kind}" for name, kind in LINE_COLUMNS.items())


@dataclass
class DraftResult:
    """An order as it stands, and every row that was typed, good or bad; totals count the good ones."""

    order: Order
    rows: list[DraftRow]
    totals: Totals

    @property
    def problems(self) -> list[Problem]:
        """What is wrong, row by row."""
        return [problem for row in self.rows for problem in row.problems]


@transaction.atomic
def start_draft(*, customer: Customer, by: User | None, channel: str, at: datetime.datetime) -> Order:
    """Begin an order for a customer, with the customer's own address, rep and payer, and a number; six statements."""
    order = new_order(customer=customer, by=by, channel=channel, at=at)
    order.number = take_numbers(1)[0]
    order.save(force_insert=True)
    record(order=order, kind=EventKind.DRAFTED, by=by, at=at, is_public=False)
    return order


def new_order(*, customer: Customer, by: User | None, channel: str, at: datetime.datetime) -> Order:
    """An unsaved draft for a customer, without number."""
    return Order(
        issuer=Issuer.objects.seller(),
        customer=customer,
        payer_id=customer.payer_id or customer.pk,
        account_id=customer.account_id,
        billing_policy=customer.billing_policy,
        channel=channel,
        currency=customer.account.currency,
        customer_name=customer.name,
        po_must_be_unique=customer.po_policy == PoPolicy.REFUSE,
        placed_at=at,
        placed_by=by,
        rep_id=customer.rep_id,
        ship_to=Address.objects.filter(customer=customer, is_default=True, is_active=True).first(),
    )


def lock_draft(*, order: Order, version: int | None) -> Order:
    """Read the order again and keep everybody else from changing it.

    Raises StaleOrder when it is at another version by now, OrderRefused when it is no draft any more.
    """
    locked = Order.objects.select_for_update(of=("self",)).select_related("customer__account").get(pk=order.pk)
    if version is not None and locked.version != version:
        raise StaleOrder(version=locked.version)
    if not locked.is_editable:
        message = _("Order %(number)s is %(status)s and can't be changed any more.")
        values = {"number": locked.number, "status": locked.get_status_display()}
        raise OrderRefused([Problem(None, "not_a_draft", message % values)])
    return locked


@transaction.atomic
def set_lines(
    *, order: Order, rows: Sequence[LineInput], by: User | None, at: datetime.datetime, version: int | None
) -> DraftResult:
    """Make the typed rows the lines of a draft: products, units, prices with reasons, taxes, dates, free stock.

    Rows with problems stay in the result and not on the order. Raises StaleOrder and OrderRefused. At most ten
    statements, whatever the number of rows.
    """
    locked = lock_draft(order=order, version=version)
    result = preview_lines(order=locked, rows=rows, at=at)
    good = good_rows(result.rows)
    _write(locked, good, by)
    refresh_totals(order_ids=[locked.pk])
    locked.version += 1
    Order.objects.filter(pk=locked.pk).update(version=locked.version)
    locked.net, locked.tax, locked.gross = result.totals.net, result.totals.tax, result.totals.gross
    locked.line_count = len(good)
    return result


def preview_lines(*, order: Order, rows: Sequence[LineInput], at: datetime.datetime) -> DraftResult:
    """Resolve typed rows for an order as ``set_lines`` does, and write nothing; at most five statements."""
    customer = order.customer
    drafts = resolve_rows(customer=customer, rows=rows, on=order_day(at))
    _refuse_repeated_positions(drafts)
    good = good_rows(drafts)
    promises = promise_lines(
        customer=customer,
        warehouse_id=order.warehouse_id,
        lines=[promise_query(row, order.requested_on) for row in good],
        at=at,
    )
    free = availability(product_ids={row.product.id for row in drafts if row.product and row.product.is_stocked})
    for row in drafts:
        row.promise = promises.get(row.position)
        row.available = free.get(row.product.id, []) if row.product else []
        if row.product and row.promise and row.promise.short and not customer.accepts_backorders:
            row.warnings.append(shortage(row.position, row.product.code, row.promise.from_stock))
    totals = total((row.tax_rate, row.surcharge_rate, row.net) for row in good)
    return DraftResult(order=order, rows=drafts, totals=totals)


def order_day(at: datetime.datetime) -> datetime.date:
    """The day on which prices and rates of an order are looked up: the house's date at a moment."""
    return timezone.localdate(at)


def shortage(position: int, code: str, free: Decimal) -> Problem:
    """The problem of a line whose customer takes no backorders."""
    message = _("Only %(free)s of %(code)s are free, and this customer takes no backorders.")
    return Problem(position, "short", message % {"free": f"{free.normalize():f}", "code": code})


@transaction.atomic
def update_header(
    *, order: Order, by: User | None, at: datetime.datetime, version: int | None, **fields: object
) -> Order:
    """Change the header of a draft: any of HEADER_FIELDS. Raises StaleOrder and OrderRefused; two statements."""
    cleaned = clean_header(fields)
    locked = lock_draft(order=order, version=version)
    for name, value in cleaned.items():
        setattr(locked, name, value)
    locked.version += 1
    locked.save(update_fields=[*fields, "version"])
    return locked


def clean_header(fields: Mapping[str, Any]) -> dict[str, Any]:
    """HEADER_FIELDS as an order keeps them: texts trimmed, without what PostgreSQL can't store."""
    unknown = fields.keys() - HEADER_FIELDS
    if unknown:
        raise TypeError(f"not fields of an order's header: {', '.join(sorted(unknown))}")
    return {name: v.replace("\0", "").strip() if isinstance(v, str) else v for name, v in fields.items()}


@transaction.atomic
def discard_draft(*, order: Order, by: User | None, at: datetime.datetime, version: int | None = None) -> Order:
    """Cancel a draft that nobody will place; three statements. Raises StaleOrder and OrderRefused."""
    locked = lock_draft(order=order, version=version)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM orders_orderline WHERE order_id = %s", [locked.pk])
    nothing: dict[str, Any] = {"net": 0, "tax": 0, "gross": 0, "line_count": 0}
    move_order(
        order=locked, to=OrderStatus.CANCELLED, kind=EventKind.CANCELLED, by=by, at=at, is_public=False, **nothing
    )
    return locked


def _refuse_repeated_positions(rows: Sequence[DraftRow]) -> None:
    seen: set[int] = set()
    for row in rows:
        if row.position in seen or row.position < 0:
            row.refuse("bad_position", _("Two rows have the same position."))
        seen.add(row.position)


_SET_LINES = f"""
    WITH input AS MATERIALIZED (SELECT * FROM json_to_recordset(%(lines)s::json) AS x({RECORD})),
    gone AS (
        DELETE FROM orders_orderline l
        WHERE l.order_id = %(order)s AND NOT EXISTS (SELECT FROM input i WHERE i.position = l.position)
    )
    INSERT INTO orders_orderline AS l
        (order_id, account_id, order_status, billing_policy, is_history, {COLUMNS}, cancelled, backordered, reserved,
         picked, shipped, delivered, returned, invoiced, reversed, credited, promise_reason)
    SELECT %(order)s, %(account)s, %(status)s, %(policy)s, false, {COLUMNS}, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ''
    FROM input
    ON CONFLICT (order_id, position) DO UPDATE
    SET {", ".join(f"{name} = excluded.{name}" for name in LINE_COLUMNS if name != "position")}
    WHERE ({", ".join(f"l.{name}" for name in LINE_COLUMNS)})
          IS DISTINCT FROM ({", ".join(f"excluded.{name}" for name in LINE_COLUMNS)})
"""  # noqa: S608 - made of constants


def _write(order: Order, rows: Sequence[GoodRow], by: User | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            _SET_LINES,
            {
                "lines": json.dumps([line_columns(row, by) for row in rows]),
                "order": order.pk,
                "account": order.account_id,
                "status": order.status,
                "policy": order.billing_policy,
            },
        )
