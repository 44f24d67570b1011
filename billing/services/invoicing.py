"""Invoices from what was shipped (or ordered, where the customer is billed on order): each unit once, whoever races."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from billing.exceptions import InvoiceRefused, NothingToInvoice
from billing.models import Instalment, Invoice, InvoiceKind, InvoiceLine, InvoiceStatus, InvoiceTax
from billing.pdf.fonts import unprintable
from billing.services import timeline
from billing.services.documents import enqueue_pdfs
from billing.services.exposure import lock_accounts, lock_orders, refresh_exposure
from billing.services.numbering import issue_drafts
from billing.services.parties import Snapshots, snapshots
from billing.services.taxes import take_totals
from billing.services.terms import split_total
from config.money import ZERO
from customers.models import Customer, PaymentMethod, PaymentTermsInstalment, User
from inventory.services.taxes import RATES_ON, rates_for
from orders.models import EventKind, Order, Shipment
from orders.services.exposure import refresh_exposure as refresh_order_exposure


@dataclass(frozen=True)
class Unit:
    """Something to bill: units of an order line, mostly of one line of a delivery note."""

    order_id: int
    line_id: int
    shipment_line_id: int | None
    shipment_id: int | None
    quantity: Decimal
    position: int
    supplied_on: datetime.date | None
    delivery_note: str
    ship_to_id: int | None
    code: str
    description: str
    unit: str
    price: Decimal
    price_quantity: Decimal
    discount_percent: Decimal
    tax_rate: Decimal | None
    surcharge_rate: Decimal | None


@dataclass
class Draft:
    """An invoice on its way: whose it is, and the units it bills."""

    orders: list[Order]
    units: list[Unit]
    invoice: Invoice = field(default_factory=Invoice)
    lines: list[InvoiceLine] = field(default_factory=list)


@transaction.atomic
def issue_invoice(
    *,
    order: Order | None = None,
    shipments: Sequence[Shipment] = (),
    by: User | None,
    today: datetime.date,
    at: datetime.datetime | None = None,
) -> Invoice:
    """Issue one invoice for what is not billed yet of an order, or of some shipments, and enqueue its PDF.

    Shipments may belong to several orders of one customer, payer, issuer and currency. Orders billed on order are
    invoiced whole before they ship. Tax follows the rates of the day of supply and how the customer is taxed;
    ``today`` is the date of the document, ``at`` the moment noted on the orders' timeline.

    Raises NothingToInvoice when everything is billed already, InvoiceRefused with all other reasons.
    """
    order_ids = [order.pk] if order else sorted({shipment.order_id for shipment in shipments})
    shipment_ids = None if order else sorted(shipment.pk for shipment in shipments)
    orders, units = _take_units(order_ids, shipment_ids, today)
    if not units:
        raise NothingToInvoice(_("Everything that was shipped has been invoiced already."))
    used = {unit.order_id for unit in units}
    draft = Draft([order for order in orders if order.pk in used], units)
    _refuse_mixture(draft)
    return _issue([draft], by=by, today=today, at=at)[0]


@transaction.atomic
def issue_invoices(
    *, order_ids: Iterable[int], by: User | None, today: datetime.date, at: datetime.datetime | None = None
) -> list[Invoice]:
    """Issue one invoice per order for what is not billed yet; orders without anything to bill are left out.

    The number of statements does not depend on the number of orders (rates, parties, lines, counters and numbers are
    written in bulk); keep it to a hundred or so, for their groups stay locked meanwhile. Raises InvoiceRefused for the
    first order that can't be billed: then none is.
    """
    orders, units = _take_units(sorted(set(order_ids)), None, today)
    by_order: dict[int, list[Unit]] = {}
    for unit in units:
        by_order.setdefault(unit.order_id, []).append(unit)
    drafts = [Draft([order], by_order[order.pk]) for order in orders if order.pk in by_order]
    return _issue(drafts, by=by, today=today, at=at) if drafts else []


def _take_units(
    order_ids: list[int], shipment_ids: list[int] | None, today: datetime.date
) -> tuple[list[Order], list[Unit]]:
    """Lock orders, their groups and what is billable of them, in that order; whoever comes second finds it billed."""
    lock_orders(order_ids)
    orders = list(Order.objects.filter(pk__in=order_ids, is_history=False).order_by("pk"))
    lock_accounts(order.account_id for order in orders)
    with connection.cursor() as cursor:
        asked = {"orders": order_ids, "shipments": shipment_ids, "today": today}
        cursor.execute(SHIPPED_UNITS, asked)
        rows = cursor.fetchall()
        cursor.execute(ORDERED_UNITS if shipment_ids is None else CHARGES_OF_SHIPMENTS, asked)
        rows += cursor.fetchall()
    units = [Unit(*row) for row in rows]
    units.sort(
        key=lambda unit: (unit.order_id, unit.supplied_on or datetime.date.max, unit.shipment_id or 0, unit.position)
    )
    return orders, units


_COLUMNS = """l.code, l.description, u.symbol, l.price, l.price_quantity, l.discount_percent, t.rate, t.surcharge"""
_PRODUCT = """JOIN inventory_product p ON p.id = l.product_id JOIN inventory_unit u ON u.id = p.unit_id"""

_SHIPPED_ON = "(s.shipped_at AT TIME ZONE i.time_zone)::date"


def _rates_on(day: str) -> str:
    return f"LEFT JOIN LATERAL ({RATES_ON.format(tax_class='l.tax_class_id', day=day)}) t ON true"


# Shipped, not refused on delivery and not billed, of the orders' shipments or of some of them.
SHIPPED_UNITS = f"""
SELECT l.order_id, l.id, sl.id, s.id, sl.quantity - sl.refused - sl.invoiced + sl.reversed, l.position,
  {_SHIPPED_ON}, s.number, coalesce(s.ship_to_id, o.ship_to_id), {_COLUMNS}
FROM orders_shipmentline sl
JOIN orders_shipment s ON s.id = sl.shipment_id
JOIN orders_orderline l ON l.id = sl.line_id
JOIN orders_order o ON o.id = l.order_id
JOIN customers_issuer i ON i.id = o.issuer_id
{_PRODUCT}
{_rates_on(_SHIPPED_ON)}
WHERE s.order_id = ANY(%(orders)s) AND (%(shipments)s::bigint[] IS NULL OR s.id = ANY(%(shipments)s))
  AND s.status NOT IN ('open', 'packed', 'cancelled')
  AND l.billing_policy = 'on_shipment' AND NOT l.is_history
  AND sl.quantity > sl.refused + sl.invoiced - sl.reversed
ORDER BY sl.id FOR NO KEY UPDATE OF sl
"""  # noqa: S608 constants of this module

# Charges and packaging that went along without standing on a delivery note.
_CHARGES = """
  l.billing_policy = 'on_shipment' AND l.type IN ('charge', 'deposit') AND l.shipped > l.invoiced - l.reversed
  AND NOT EXISTS (SELECT FROM orders_shipmentline sl WHERE sl.line_id = l.id)
"""
_WITHOUT_NOTE = f"""
FROM orders_orderline l
JOIN orders_order o ON o.id = l.order_id
{_PRODUCT}
{_rates_on("%(today)s")}
WHERE l.order_id = ANY(%(orders)s) AND NOT l.is_history AND l.order_status NOT IN
  ('draft', 'quoted', 'submitted', 'pending_approval', 'credit_hold', 'rejected', 'expired', 'cancelled')
"""
CHARGES_OF_SHIPMENTS = f"""
SELECT l.order_id, l.id, NULL::bigint, NULL::bigint, l.shipped - l.invoiced + l.reversed, l.position, NULL::date, '',
  o.ship_to_id, {_COLUMNS}
{_WITHOUT_NOTE} AND {_CHARGES}
ORDER BY l.id FOR NO KEY UPDATE OF l
"""

# The same, and whatever is ordered where the customer is billed on order.
ORDERED_UNITS = f"""
SELECT l.order_id, l.id, NULL::bigint, NULL::bigint,
  CASE WHEN l.billing_policy = 'on_order' THEN l.ordered - l.cancelled - l.refused ELSE l.shipped END
    - l.invoiced + l.reversed,
  l.position, NULL::date, '', o.ship_to_id, {_COLUMNS}
{_WITHOUT_NOTE}
  AND (l.billing_policy = 'on_order' AND l.ordered - l.cancelled - l.refused > l.invoiced - l.reversed OR {_CHARGES})
ORDER BY l.id FOR NO KEY UPDATE OF l
"""


def _refuse_mixture(draft: Draft) -> None:
    """One invoice has one issuer, customer, payer and currency."""
    if len({(order.issuer_id, order.customer_id, order.payer_id, order.currency) for order in draft.orders}) > 1:
        raise InvoiceRefused(
            _("These shipments belong to different customers, payers or currencies: invoice them one by one.")
        )


def _issue(
    drafts: list[Draft], *, by: User | None, today: datetime.date, at: datetime.datetime | None
) -> list[Invoice]:
    """Write drafts with all their parts and issue them; orders, groups and units are locked already."""
    orders = [order for draft in drafts for order in draft.orders]
    known = snapshots(
        issuer_ids={order.issuer_id for order in orders},
        customer_ids={pk for order in orders for pk in (order.customer_id, order.payer_id)},
        address_ids={unit.ship_to_id for draft in drafts for unit in draft.units},
    )
    for draft in drafts:
        _fill_invoice(draft, known)
    _fill_lines(drafts, known)
    _refuse_unprintable(drafts)

    Invoice.objects.bulk_create([draft.invoice for draft in drafts])
    InvoiceLine.objects.bulk_create([line for draft in drafts for line in draft.lines], batch_size=2000)
    _write_amounts(drafts, known, today)
    _count_billed(drafts)
    account_ids = {order.account_id for order in orders}
    refresh_order_exposure(account_ids=account_ids)
    invoices = [draft.invoice for draft in drafts]
    issue_drafts(drafts=invoices, by=by, today=today)
    refresh_exposure(account_ids=account_ids)
    timeline.record(
        [(order, draft.invoice) for draft in drafts for order in draft.orders],
        kind=EventKind.INVOICED,
        by=by,
        at=at or noon(today),
    )
    enqueue_pdfs(invoices=invoices)
    return invoices


def _fill_invoice(draft: Draft, known: Snapshots) -> None:
    order = draft.orders[0]
    payer = known.customers[order.payer_id]
    ship_to = {unit.ship_to_id for unit in draft.units}
    supplied = [unit.supplied_on for unit in draft.units if unit.supplied_on]
    draft.invoice = Invoice(
        issuer_id=order.issuer_id,
        customer_id=order.customer_id,
        payer_id=order.payer_id,
        account_id=order.account_id,
        order=order if len(draft.orders) == 1 else None,
        kind=InvoiceKind.INVOICE,
        status=InvoiceStatus.DRAFT,
        currency=order.currency,
        language=payer.language,
        payer_name=payer.name,
        supplied_on=max(supplied, default=None),
        parties={
            "issuer": known.issuer(order.issuer_id),
            "payer": known.company(order.payer_id),
            "customer": known.company(order.customer_id) if order.customer_id != order.payer_id else None,
            "ship_to": known.ship_to(ship_to.pop()) if len(ship_to) == 1 else None,
            "bank": known.bank(order.issuer_id),
            "tax_treatment": known.customers[order.customer_id].tax_treatment,
            "orders": [
                {"number": one.number, "customer_po": one.customer_po, "placed_on": one.placed_at.date().isoformat()}
                for one in draft.orders
            ],
        },
    )


def _fill_lines(drafts: list[Draft], known: Snapshots) -> None:
    """Make the lines with the rates of the day of supply; raises InvoiceRefused naming products without a rate."""
    problems = []
    for draft in drafts:
        treatment = known.customers[draft.invoice.customer_id].tax_treatment
        for position, unit in enumerate(draft.units, start=1):
            rates = rates_for(treatment, unit.tax_rate, unit.surcharge_rate)
            if rates is None:
                problems.append(_("%(code)s has no tax rate for that day.") % {"code": unit.code})
                continue
            draft.lines.append(
                InvoiceLine(
                    invoice=draft.invoice,
                    account_id=draft.invoice.account_id,
                    position=position,
                    order_line_id=unit.line_id,
                    shipment_line_id=unit.shipment_line_id,
                    code=unit.code,
                    description=unit.description,
                    unit=unit.unit,
                    quantity=unit.quantity,
                    price=unit.price,
                    price_quantity=unit.price_quantity,
                    discount_percent=unit.discount_percent,
                    tax_rate=rates[0],
                    surcharge_rate=rates[1],
                )
            )
    if problems:
        raise InvoiceRefused(*dict.fromkeys(problems))


def _refuse_unprintable(drafts: Iterable[Draft]) -> None:
    """A character that our font lacks would be an empty box on the document: refuse, naming where it stands."""
    problems = []
    for draft in drafts:
        order = draft.orders[0]
        problems += [
            _("Order %(order)s, line %(line)s “%(text)s”: %(signs)s can't be printed.")
            % {"order": order.number, "line": line.position, "text": line.description, "signs": " ".join(bad)}
            for line in draft.lines
            if (bad := unprintable(f"{line.code} {line.description} {line.unit}"))
        ]
        if bad := unprintable(" ".join(_texts(draft.invoice.parties))):
            problems.append(
                _("Names and addresses of %(name)s: %(signs)s can't be printed.")
                % {"name": draft.invoice.payer_name, "signs": " ".join(bad)}
            )
    if problems:
        raise InvoiceRefused(*problems)


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)


def _write_amounts(drafts: list[Draft], known: Snapshots, today: datetime.date) -> None:
    """Write taxes and instalments, and set the totals, from the nets that the database computed for the lines."""
    terms = _terms_of(draft.invoice.payer_id for draft in drafts)
    taxes, instalments = [], []
    for draft in drafts:
        invoice = draft.invoice
        taxes += take_totals(invoice, draft.lines)
        dues = split_total(total=invoice.gross, parts=terms.get(invoice.payer_id, ()), issued_on=today)
        invoice.due_on = max((due.due_on for due in dues), default=today)
        payer: Customer = known.customers[invoice.payer_id]
        method = payer.terms.method if payer.terms else PaymentMethod.TRANSFER
        instalments += [
            Instalment(
                invoice=invoice,
                account_id=invoice.account_id,
                position=position,
                due_on=due.due_on,
                method=method,
                amount=due.amount,
            )
            for position, due in enumerate(dues, start=1)
        ]
    InvoiceTax.objects.bulk_create(taxes)
    Instalment.objects.bulk_create(instalments)


def _terms_of(payer_ids: Iterable[int]) -> dict[int, list[tuple[int, Decimal]]]:
    """Payer → [(days, per cent)] of its payment terms. One query."""
    found: dict[int, list[tuple[int, Decimal]]] = {}
    ids = set(payer_ids)
    rows = PaymentTermsInstalment.objects.filter(terms__in=Customer.objects.filter(pk__in=ids).values("terms_id"))
    parts: dict[int, list[tuple[int, Decimal]]] = {}
    for terms_id, days, percent in rows.values_list("terms_id", "days", "percent"):
        parts.setdefault(terms_id, []).append((days, percent))
    for pk, terms_id in Customer.objects.filter(pk__in=ids, terms__isnull=False).values_list("pk", "terms_id"):
        found[pk] = parts.get(terms_id, [])
    return found


def _count_billed(drafts: Iterable[Draft]) -> None:
    """Count what is billed on delivery notes and order lines: two statements, rows in the order of their ids."""
    per_note: dict[int, Decimal] = {}
    per_line: dict[int, Decimal] = {}
    for draft in drafts:
        for unit in draft.units:
            per_line[unit.line_id] = per_line.get(unit.line_id, ZERO) + unit.quantity
            if unit.shipment_line_id:
                per_note[unit.shipment_line_id] = unit.quantity
    count_units("orders_shipmentline", "invoiced", per_note)
    count_units("orders_orderline", "invoiced", per_line)


def count_units(table: str, column: str, quantities: dict[int, Decimal]) -> None:
    """Add quantities (by primary key) to a counter; the table's own rules refuse what can't be."""
    if not quantities:
        return
    ids = sorted(quantities)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} t SET {column} = t.{column} + v.quantity "  # noqa: S608 names from our own code
            "FROM unnest(%s::bigint[], %s::numeric[]) AS v (id, quantity) WHERE t.id = v.id",
            [ids, [quantities[pk] for pk in ids]],
        )


def noon(today: datetime.date) -> datetime.datetime:
    """The moment of something of which only the day is known."""
    return timezone.make_aware(datetime.datetime.combine(today, datetime.time(12)))
