"""What an order is placed against, and what is decided before anything is written."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection, models
from django.utils.translation import gettext as _

from config.database.prepared import prepared_cursor
from config.money import ZERO, line_gross
from customers.models import Customer, CustomerStatus, PoPolicy, User
from inventory.services.promises import Promise, plan, read_sources
from orders.exceptions import OrderRefused, Problem
from orders.models import CreditDecision, Order, OrderStatus
from orders.services.drafts import shortage
from orders.services.lines import DraftRow, GoodRow, good_rows, promise_query
from orders.services.writing import promised_on


def _columns(model: type[models.Model], *, without: Sequence[str] = ()) -> list[str]:
    return [f.db_column or f.attname for f in model._meta.concrete_fields if f.name not in without]


CUSTOMER_COLUMNS = _columns(Customer, without=("search_key", "words"))
ORDER_COLUMNS = _columns(Order, without=("words",))


@dataclass
class OrderContext:
    """What an order is placed against; the account row is locked."""

    customer: Customer
    currency: str
    credit_limit: Decimal | None
    is_blocked: bool
    exposure: Decimal
    issuer_id: int
    ship_to_id: int | None
    same_po: str | None  # number of the live order with the same PO


@dataclass
class CreditOutcome:
    """What was decided: the status the order goes into, and why."""

    status: str
    decision: str | None
    reason: str


# The issuer is ``Issuer.objects.seller()``; a PO number is compared with orders that are placed and not undone.
_CONTEXT = f"""
    SELECT {", ".join(f"c.{column}" for column in CUSTOMER_COLUMNS)},
           a.currency, a.credit_limit, a.is_blocked, a.exposure,
           (SELECT i.id FROM customers_issuer i ORDER BY i.id LIMIT 1),
           (SELECT d.id FROM customers_address d WHERE d.customer_id = c.id AND d.is_default AND d.is_active),
           (SELECT o.number FROM orders_order o
            WHERE o.customer_id = c.id AND o.customer_po <> '' AND lower(o.customer_po) = lower({{po}})
              AND NOT o.is_history AND o.id <> {{order}}
              AND o.status NOT IN ('draft', 'quoted', 'cancelled', 'rejected', 'expired') LIMIT 1)
"""  # noqa: S608 - made of constants

_NEW_CONTEXT = (
    _CONTEXT.format(po="%(po)s", order="0")
    + """
    FROM customers_customer c JOIN customers_account a ON a.id = c.account_id
    WHERE c.id = %(customer)s
    FOR NO KEY UPDATE OF a
"""
)

_ORDER_CONTEXT = (
    _CONTEXT.format(po="coalesce(%(po)s::text, d.customer_po)", order="d.id")
    + f"""
        , {", ".join(f"d.{column}" for column in ORDER_COLUMNS)}
    FROM orders_order d
    JOIN customers_customer c ON c.id = d.customer_id
    JOIN customers_account a ON a.id = d.account_id
    WHERE d.id = %(order)s
    FOR UPDATE OF d FOR NO KEY UPDATE OF a
"""
)


def new_context(customer_id: int, po: str) -> OrderContext:
    """Lock the account of a customer and read what a new order needs; one statement."""
    with prepared_cursor() as cursor:
        cursor.execute(_NEW_CONTEXT, {"customer": customer_id, "po": po.strip()})
        row = cursor.fetchone()
    if row is None:
        raise Customer.DoesNotExist
    return _context(row)


def order_context(order_id: int, *, po: str | None = None) -> tuple[Order, OrderContext]:
    """Lock an order, then its account, and read both with the customer; one statement. Raises Order.DoesNotExist.

    ``po`` is the PO number that the order is about to get; without it the order's own is looked for.
    """
    with prepared_cursor() as cursor:
        cursor.execute(_ORDER_CONTEXT, {"order": order_id, "po": po})
        row = cursor.fetchone()
    if row is None:
        raise Order.DoesNotExist
    return Order.from_db(connection.alias, ORDER_COLUMNS, row[-len(ORDER_COLUMNS) :]), _context(row)


def _context(row: Sequence[Any]) -> OrderContext:
    width = len(CUSTOMER_COLUMNS)
    customer = Customer.from_db(connection.alias, CUSTOMER_COLUMNS, row[:width])
    return OrderContext(customer, *row[width : width + 7])


def decide(
    context: OrderContext, rows: Sequence[DraftRow], header: Mapping[str, Any], by: User | None, at: datetime.datetime
) -> dict[str, Any]:
    """Check the whole order, plan its promises, decide its credit; the values of the writing statement.

    Raises OrderRefused with everything that is wrong.
    """
    customer = context.customer
    requested_on = header.get("requested_on")
    problems = [problem for row in rows for problem in row.problems] + _check_customer(context, rows, header)
    good = good_rows(rows)
    promises = _promises(context, good, header, at)
    for row, promise in zip(good, promises, strict=True):
        row.promise = promise
        if promise.short and not customer.accepts_backorders:
            problems.append(shortage(row.position, row.product.code, promise.from_stock))
    if problems:
        raise OrderRefused(sorted(problems, key=lambda problem: (problem.position is not None, problem.position or 0)))
    credit = decide_credit(context, sum((_open_gross(row) for row in good), ZERO))
    override = header.get("po_override_reason", "").strip() if context.same_po else ""
    overrides = bool(override) and customer.po_policy == PoPolicy.REFUSE
    return {
        "account": customer.account_id,
        "at": at,
        "by": by.pk if by else None,
        "status": credit.status,
        "decision": credit.decision,
        "reason": credit.reason,
        "po": header.get("customer_po", "").strip(),
        "same_po": context.same_po,
        "po_must_be_unique": customer.po_policy == PoPolicy.REFUSE and not overrides,
        "po_override_by": by.pk if by and overrides else None,
        "po_override_reason": override if overrides else "",
        "requested_on": requested_on,
        "promised_on": promised_on(promises) if credit.status == OrderStatus.RELEASED else None,
    }


def _promises(
    context: OrderContext, rows: Sequence[GoodRow], header: Mapping[str, Any], at: datetime.datetime
) -> list[Promise]:
    if not rows:
        return []
    sources = read_sources(
        customer=context.customer,
        warehouse_id=header.get("warehouse_id"),
        product_ids=[row.product.id for row in rows if row.product.is_stocked],
        at=at,
    )
    queries = [promise_query(row, header.get("requested_on")) for row in rows]
    promises = plan(sources=sources, lines=queries, at=at, ship_complete=context.customer.ship_complete)
    return [promises[row.position] for row in rows]


def _check_customer(context: OrderContext, rows: Sequence[DraftRow], header: Mapping[str, Any]) -> list[Problem]:
    customer = context.customer
    problems = []
    if customer.status == CustomerStatus.ON_HOLD:
        message = _("%(customer)s is on hold: no order can be placed.")
        problems.append(Problem(None, "customer_on_hold", message % {"customer": customer.name}))
    if customer.status == CustomerStatus.CLOSED:
        message = _("%(customer)s is closed: no order can be placed.")
        problems.append(Problem(None, "customer_closed", message % {"customer": customer.name}))
    if not rows:
        problems.append(Problem(None, "no_lines", _("The order has no lines.")))
    if len({row.position for row in rows}) < len(rows):
        problems.append(Problem(None, "bad_position", _("Two rows have the same position.")))
    if customer.po_required and not header.get("customer_po", "").strip():
        problems.append(Problem(None, "po_missing", _("This customer's orders need their PO number.")))
    if context.same_po and customer.po_policy == PoPolicy.REFUSE and not header.get("po_override_reason", "").strip():
        problems.append(repeated_po(header.get("customer_po", ""), context.same_po))
    return problems


def repeated_po(po: str, number: str | None) -> Problem:
    """What is wrong with a PO number that came before, on the order ``number`` where it is known."""
    message = (
        _("PO number %(po)s is on order %(number)s already.")
        if number
        else _("PO number %(po)s is on an order already.")
    )
    return Problem(None, "po_repeated", message % {"po": po, "number": number})


def _open_gross(row: GoodRow) -> Decimal:
    """What the line will add to its group's exposure, as its column computes it."""
    taxes = row.tax_rate + row.surcharge_rate
    return line_gross(row.ordered, row.unit_price, row.product.price_quantity, row.discount, taxes)


def decide_credit(context: OrderContext, open_gross: Decimal) -> CreditOutcome:
    """Decide on the locked account row; the reason is a code with its amount (see ``orders.facts.hold_sentence``)."""
    if context.is_blocked:
        return CreditOutcome(OrderStatus.CREDIT_HOLD, None, "blocked")
    if context.credit_limit is None:
        return CreditOutcome(OrderStatus.RELEASED, CreditDecision.NO_LIMIT, "")
    excess = context.exposure + open_gross - context.credit_limit
    if excess > 0:
        return CreditOutcome(OrderStatus.CREDIT_HOLD, None, f"over_limit {excess} {context.currency}")
    return CreditOutcome(OrderStatus.RELEASED, CreditDecision.WITHIN_LIMIT, "")
