"""Placing an order: check everything, decide credit, release, reserve and promise, in one transaction.

The order of work is the order of locks (see ``orders.services.reservations``): the order row, the account row, then
reads that lock nothing, one statement that writes the order with all that hangs on it, supply, and last the stock.
Somebody who took the same stock in between makes the transaction be done again, and then the plan is another one.
"""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _
from psycopg import Error as PsycopgError

from config.database.idempotency import once
from config.database.prepared import prepared_cursor
from config.money import LINE_NET
from customers.models import Customer, User
from orders.exceptions import OrderRefused, Problem, StaleOrder
from orders.models import Order, OrderStatus
from orders.services.deciding import decide, new_context, order_context, repeated_po
from orders.services.drafts import COLUMNS, LINE_COLUMNS, RECORD, clean_header, order_day
from orders.services.lines import DraftRow, GoodRow, LineInput, good_rows, line_columns, resolve_rows
from orders.services.states import check_move
from orders.services.totals import ORDER_TOTALS
from orders.services.writing import PLACED, Placement, event, release_events, write_order

SUBMIT_FIELDS = frozenset({"customer_po", "warehouse_id", "ship_to_id", "requested_on", "note", "po_override_reason"})
# The amounts of an order, from the rows that become its lines.
_TYPED = f"(SELECT 0 AS order_id, tax_rate, surcharge_rate, {LINE_NET.format(quantity='ordered')} AS net FROM input) l"  # noqa: S608
_TOTALS = f"totals AS ({ORDER_TOTALS.format(lines=_TYPED)})"

# The lines of ``placed``, from the same rows.
_LINES = f"""
        INSERT INTO orders_orderline AS l
            (order_id, account_id, order_status, billing_policy, is_history, {COLUMNS}, cancelled, backordered,
             reserved, picked, shipped, delivered, returned, invoiced, reversed, credited, requested_on, promised_on,
             first_promised_on, promise_reason)
        SELECT placed.id, %(account)s, %(status)s, %(policy)s, false,
               {", ".join(f"i.{column}" for column in LINE_COLUMNS)}, 0, i.backordered, i.reserved, 0, 0, 0, 0, 0, 0, 0,
               %(requested_on)s, i.promised_on, i.promised_on, i.promise_reason
        FROM input i CROSS JOIN placed
"""  # noqa: S608 - made of constants

_INSERT = f"""
    WITH input AS MATERIALIZED (SELECT * FROM json_to_recordset(%(lines)s::json) AS x({RECORD}, {PLACED})),
    {_TOTALS},
    placed AS (
        INSERT INTO orders_order
            (number, issuer_id, customer_id, payer_id, account_id, status, billing_policy, is_history, channel, currency,
             customer_name, customer_po, po_must_be_unique, po_override_by_id, po_override_reason, placed_at,
             placed_by_id, rep_id, warehouse_id, ship_to_id, requested_on, promised_on, credit_decision, hold_reason,
             note, net, tax, gross, line_count, version, source, source_key)
        SELECT orders_new_number(), %(issuer)s, %(customer)s, %(payer)s, %(account)s, %(status)s, %(policy)s, false,
               %(channel)s, %(currency)s, %(customer_name)s, %(po)s, %(po_must_be_unique)s, %(po_override_by)s,
               %(po_override_reason)s, %(at)s, %(by)s, %(rep)s, %(warehouse)s, %(ship_to)s, %(requested_on)s,
               %(promised_on)s, %(decision)s, %(reason)s, %(note)s, t.net, t.tax, t.net + t.tax, t.lines, 1, '', ''
        FROM totals t
        RETURNING id, number, net, tax, gross, line_count, version
    ),
    written AS ({_LINES} RETURNING id, position, product_id, open_gross)
"""  # noqa: S608 - made of constants

_PLACED_DRAFT = """
            status = %(status)s, credit_decision = %(decision)s, hold_reason = %(reason)s, placed_at = %(at)s,
            placed_by_id = %(by)s, promised_on = %(promised_on)s, po_must_be_unique = %(po_must_be_unique)s,
            po_override_by_id = %(po_override_by)s, po_override_reason = %(po_override_reason)s, version = version + 1
"""

_REWRITE = f"""
    WITH input AS MATERIALIZED (SELECT * FROM json_to_recordset(%(lines)s::json) AS x({RECORD}, {PLACED})),
    {_TOTALS},
    placed AS (
        UPDATE orders_order
        SET customer_po = %(po)s, warehouse_id = %(warehouse)s, ship_to_id = %(ship_to)s, note = %(note)s,
            requested_on = %(requested_on)s, rep_id = %(rep)s, valid_until = %(valid_until)s,
            net = t.net, tax = t.tax, gross = t.net + t.tax, line_count = t.lines, {_PLACED_DRAFT}
        FROM totals t WHERE id = %(order)s
        RETURNING id, number, orders_order.net, orders_order.tax, gross, line_count, version
    ),
    gone AS (
        DELETE FROM orders_orderline l
        WHERE l.order_id = %(order)s AND NOT EXISTS (SELECT FROM input i WHERE i.position = l.position)
    ),
    written AS (
        {_LINES}
        ON CONFLICT (order_id, position) DO UPDATE
        SET {", ".join(f"{name} = excluded.{name}" for name in LINE_COLUMNS if name != "position")},
            order_status = excluded.order_status, reserved = excluded.reserved, backordered = excluded.backordered,
            requested_on = excluded.requested_on, promised_on = excluded.promised_on,
            first_promised_on = excluded.first_promised_on, promise_reason = excluded.promise_reason
        RETURNING l.id, l.position, l.product_id, l.open_gross
    )
"""  # noqa: S608 - made of constants

_DRAFT_LINES = """
    SELECT l.id, l.position, l.code, l.entered, u.code, l.price_list_id IS NULL, l.price, l.discount_percent,
           l.product_id, l.factor, l.tax_rate, l.surcharge_rate
    FROM orders_orderline l JOIN inventory_unit u ON u.id = l.unit_id
    WHERE l.order_id = %s ORDER BY l.position
"""

_UPDATE = f"""
    WITH input AS MATERIALIZED (SELECT * FROM json_to_recordset(%(lines)s::json) AS x(id bigint, {PLACED})),
    placed AS (
        UPDATE orders_order
        SET {_PLACED_DRAFT}        WHERE id = %(order)s
        RETURNING id, number, net, tax, gross, line_count, version
    ),
    written AS (
        UPDATE orders_orderline l
        SET order_status = %(status)s, reserved = i.reserved, backordered = i.backordered,
            requested_on = %(requested_on)s, promised_on = i.promised_on, first_promised_on = i.promised_on,
            promise_reason = i.promise_reason
        FROM input i WHERE l.id = i.id
        RETURNING l.id, l.position, l.product_id, l.open_gross
    )
"""  # noqa: S608 - made of constants


@transaction.atomic
def place_order(
    *, order: Order, by: User | None, at: datetime.datetime, version: int | None = None, po_override_reason: str = ""
) -> Order:
    """Place a draft or a quote that is still valid: it becomes released, or is put on credit hold.

    Released: every unit of goods is reserved or backordered and pegged to supply, each line has its date or the
    reason why it has none yet. On hold: nothing is held. ``po_override_reason`` accepts a PO number that came before
    and names ``by``; who may, is the view's to check. Raises StaleOrder, OrderRefused with everything that is wrong,
    and StockMoved (the transaction is to be repeated). At most eight statements, whatever the number of lines.
    """
    draft, context = order_context(order.pk)
    _check_draft(draft, version)
    lines = _draft_lines(draft.pk)
    today = order_day(at)
    is_valid = draft.valid_until is not None and draft.valid_until >= today
    keeps_prices = draft.status == OrderStatus.QUOTED and is_valid
    inputs = [line.as_typed(keeps_price=keeps_prices) for line in lines]
    rows = resolve_rows(customer=context.customer, rows=inputs, on=today)
    for line, row in zip(lines, rows, strict=True):
        line.compare(row, keeps_price=keeps_prices)
    values = decide(context, rows, _header(draft, po_override_reason), by, at) | {"order": draft.pk}
    check_move(order=draft, to=values["status"])
    ids = {line.position: line.id for line in lines}
    result = _write(_UPDATE, values, [_placement(row, {"id": ids[row.position]}) for row in good_rows(rows)])
    draft.customer = context.customer
    return _with(draft, values, result)


@transaction.atomic
def place_typed(
    *,
    order: Order,
    rows: Sequence[LineInput],
    by: User | None,
    at: datetime.datetime,
    version: int | None,
    po_override_reason: str = "",
    **header: Any,
) -> Order:
    """Make typed rows the lines of a draft and place it, in one go: as ``set_lines`` and ``place_order`` would.

    ``header`` takes HEADER_FIELDS that have changed. What is refused leaves the draft as it was. Raises as
    ``place_order``. At most seven statements, whatever the number of rows.
    """
    fields = clean_header(header)
    draft, context = order_context(order.pk, po=fields.get("customer_po"))
    _check_draft(draft, version)
    for name, value in fields.items():
        setattr(draft, name, value)
    resolved = resolve_rows(customer=context.customer, rows=rows, on=order_day(at))
    values = decide(context, resolved, _header(draft, po_override_reason), by, at) | {
        "order": draft.pk,
        "policy": draft.billing_policy,
        "warehouse": draft.warehouse_id,
        "ship_to": draft.ship_to_id,
        "note": draft.note,
        "rep": draft.rep_id,
        "valid_until": draft.valid_until,
    }
    check_move(order=draft, to=values["status"])
    result = _write(_REWRITE, values, [_placement(row, line_columns(row, by)) for row in good_rows(resolved)])
    draft.customer = context.customer
    return _with(draft, values, result)


def _header(draft: Order, po_override_reason: str) -> dict[str, Any]:
    return {
        "customer_po": draft.customer_po,
        "warehouse_id": draft.warehouse_id,
        "requested_on": draft.requested_on,
        "po_override_reason": po_override_reason,
    }


def submit_and_place(
    *,
    customer: Customer,
    lines: Sequence[LineInput],
    by: User | None,
    at: datetime.datetime,
    channel: str,
    key: str,
    **header: Any,
) -> Order:
    """Take and place an order in one go, once per ``key`` however often it is asked: the repetition gets that order.

    ``header`` takes SUBMIT_FIELDS. Raises OrderRefused, KeyReused when the key came with something else, StockMoved
    (the transaction is to be repeated). At most nine statements, whatever the number of lines.
    """
    unknown = header.keys() - SUBMIT_FIELDS
    if unknown:
        raise TypeError(f"not fields of an order's header: {', '.join(sorted(unknown))}")
    asked = {"customer": customer.pk, "lines": [line.__dict__ for line in lines], **header}
    with once(scope=f"submit_and_place {by.pk if by else ''}", key=key, body=asked) as slot:
        if slot.is_answered:
            return Order.objects.get(pk=slot.content["order"])
        return _submit(
            customer.pk,
            lines,
            by,
            at,
            channel,
            header,
            lambda order_id: slot.answer(status=201, content={"order": order_id}),
        )


def _submit(
    customer_id: int,
    lines: Sequence[LineInput],
    by: User | None,
    at: datetime.datetime,
    channel: str,
    header: Mapping[str, Any],
    answer: Callable[[int], None],
) -> Order:
    context = new_context(customer_id, header.get("customer_po", ""))
    customer = context.customer
    rows = resolve_rows(customer=customer, rows=lines, on=order_day(at))
    values = decide(context, rows, header, by, at) | {
        "issuer": context.issuer_id,
        "customer": customer.pk,
        "payer": customer.payer_id or customer.pk,
        "policy": customer.billing_policy,
        "channel": channel,
        "currency": context.currency,
        "customer_name": customer.name,
        "rep": customer.rep_id,
        "warehouse": header.get("warehouse_id"),
        "ship_to": header.get("ship_to_id") or context.ship_to_id,
        "note": header.get("note", ""),
    }
    result = _write(_INSERT, values, [_placement(row, line_columns(row, by)) for row in good_rows(rows)], answer)
    order = Order(
        issuer_id=context.issuer_id,
        customer=customer,
        payer_id=values["payer"],
        account_id=customer.account_id,
        billing_policy=customer.billing_policy,
        channel=channel,
        currency=context.currency,
        customer_name=customer.name,
        customer_po=values["po"],
        rep_id=customer.rep_id,
        warehouse_id=values["warehouse"],
        ship_to_id=values["ship_to"],
        requested_on=values["requested_on"],
        note=values["note"],
    )
    return _with(order, values, result)


def _with(order: Order, values: Mapping[str, Any], result: Sequence[Any]) -> Order:
    """The order as it was written."""
    order.id, order.number, order.net, order.tax, order.gross, order.line_count, order.version = result
    order.status = str(values["status"])
    order.credit_decision, order.hold_reason = values["decision"], values["reason"]
    order.placed_at, order.placed_by_id = values["at"], values["by"]
    order.promised_on = values["promised_on"]
    order.po_must_be_unique = values["po_must_be_unique"]
    order.po_override_by_id, order.po_override_reason = values["po_override_by"], values["po_override_reason"]
    order._state.adding = False
    order._state.db = connection.alias
    return order


def _check_draft(order: Order, version: int | None) -> None:
    if version is not None and order.version != version:
        raise StaleOrder(version=order.version)
    if not order.is_editable:
        message = _("Order %(number)s is %(status)s already.")
        values = {"number": order.number, "status": order.get_status_display()}
        raise OrderRefused([Problem(None, "not_a_draft", message % values)])


@dataclass
class _DraftLine:
    """A line as the draft holds it."""

    id: int
    position: int
    code: str
    entered: Decimal
    unit: str
    is_manual: bool
    price: Decimal
    discount: Decimal
    product_id: int
    factor: Decimal
    tax_rate: Decimal
    surcharge_rate: Decimal

    def as_typed(self, *, keeps_price: bool) -> LineInput:
        """The row that would make this line."""
        price = self.price if self.is_manual or keeps_price else None
        return LineInput(self.position, self.code, self.entered, self.unit, price, self.discount, self.product_id)

    def compare(self, row: DraftRow, *, keeps_price: bool) -> None:
        """Refuse to place what has become something else since the person saw it."""
        if row.problems:
            return
        if row.unit_price != self.price or (row.tax_rate, row.surcharge_rate) != (self.tax_rate, self.surcharge_rate):
            message = _("The price of %(code)s has changed from %(old)s to %(new)s; look at the lines again.")
            row.refuse("price_changed", message % {"code": self.code, "old": self.price, "new": row.unit_price})
        if row.unit is not None and row.unit.factor != self.factor:
            message = _("What a pack of %(code)s holds has changed; look at the lines again.")
            row.refuse("pack_changed", message % {"code": self.code})


def _draft_lines(order_id: int) -> list[_DraftLine]:
    with prepared_cursor() as cursor:
        cursor.execute(_DRAFT_LINES, [order_id])
        return [_DraftLine(*row) for row in cursor.fetchall()]


def _placement(row: GoodRow, columns: dict[str, Any]) -> Placement:
    if row.promise is None:
        raise ValueError("A line is written once its date is decided.")
    return Placement(row.position, row.product.code, row.promise, columns)


def _write(
    statement: str,
    values: dict[str, Any],
    placements: Sequence[Placement],
    written: Callable[[int], None] = lambda order_id: None,
) -> Sequence[Any]:
    try:
        return write_order(statement, values, placements, _events(values, placements), written)
    except IntegrityError as error:
        cause = error.__cause__
        if (
            isinstance(cause, PsycopgError) and cause.diag.constraint_name == "order_po_once"
        ):  # placed while this one waited for the account
            raise OrderRefused([repeated_po(values["po"], None)]) from error
        raise


def _events(values: Mapping[str, Any], placements: Sequence[Placement]) -> list[dict[str, Any]]:
    events = [event("placed", lines=len(placements), po=values["po"])]
    if values["po_override_reason"]:
        about = {"po": values["po"], "same_po": values["same_po"], "reason": values["po_override_reason"]}
        events.append(event("note", is_public=False, about="po_override", **about))
    if values["status"] == OrderStatus.CREDIT_HOLD:
        events.append(event("held", is_public=False, reason=values["reason"]))
    else:
        events += release_events(values, placements)
    return events
