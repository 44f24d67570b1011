"""Credit notes: documents of their own that refer to what they correct; an issued invoice never changes."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from billing.exceptions import CreditRefused
from billing.models import CreditLineKind, Invoice, InvoiceKind, InvoiceLine, InvoiceReference, InvoiceTax
from billing.pdf.fonts import unprintable
from billing.services import timeline
from billing.services.documents import enqueue_pdfs
from billing.services.exposure import lock_accounts, lock_orders, refresh_exposure
from billing.services.invoicing import count_units, noon
from billing.services.numbering import issue_drafts
from billing.services.payments import settle_with
from billing.services.taxes import take_totals
from config.money import ZERO, line_net, round_half_up
from config.web import formats
from customers.models import User
from orders.models import EventKind
from orders.services.exposure import refresh_exposure as refresh_order_exposure

PRICE_STEP = Decimal("0.0001")


@dataclass(frozen=True)
class Credit:
    """What to credit of one invoice line: ``quantity`` units; ``price`` (net, per price quantity) for a corrected price.

    A ``reversal`` takes the units back and frees them to be billed again; ``goods`` came back and are not; ``price``
    gives back a part of the price and leaves the units billed.
    """

    invoice_line_id: int
    quantity: Decimal
    kind: str
    price: Decimal | None = None


@dataclass(frozen=True)
class Creditable:
    """What is left of an invoice line: units neither reversed nor returned, and the net not yet credited."""

    quantity: Decimal
    net: Decimal


@dataclass(frozen=True)
class Amount:
    """At what a line is credited: net ``price`` per ``price_quantity`` units, less ``discount_percent``."""

    price: Decimal
    price_quantity: Decimal
    discount_percent: Decimal = ZERO

    def net(self, quantity: Decimal) -> Decimal:
        """The amount of some units, as the database computes it for the line."""
        return line_net(quantity, self.price, self.price_quantity, self.discount_percent)


def creditable(lines: Iterable[InvoiceLine]) -> dict[int, Creditable]:
    """Line → what may still be credited of it. One query."""
    lines = list(lines)
    taken = {
        pk: (units or ZERO, net or ZERO)
        for pk, units, net in InvoiceLine.objects.filter(
            corrects__in=[line.pk for line in lines], invoice__status="issued"
        )
        .order_by()
        .values_list("corrects_id")
        .annotate(units=Sum("quantity", filter=~Q(credit_kind=CreditLineKind.PRICE)), credited=Sum("net"))
    }
    return {
        line.pk: Creditable(
            max(line.quantity - taken.get(line.pk, (ZERO, ZERO))[0], ZERO),
            max(line.net - taken.get(line.pk, (ZERO, ZERO))[1], ZERO),
        )
        for line in lines
    }


@transaction.atomic
def issue_credit_note(
    *,
    invoice: Invoice | None = None,
    lines: Sequence[Credit],
    reason: str,
    by: User | None,
    today: datetime.date,
    at: datetime.datetime | None = None,
    settle: bool = True,
) -> Invoice:
    """Issue one credit note for lines of one or several invoices of a payer, and enqueue its PDF.

    The rates are those of the invoices; parties are copied from the first. With ``settle`` it pays first what is
    still open of the invoices it corrects, oldest instalment first; the rest stays to the payer's credit.
    ``invoice`` only says that all lines have to be its own. Raises CreditRefused with everything that is wrong.
    """
    wanted = {credit.invoice_line_id for credit in lines}
    found = InvoiceLine.objects.filter(pk__in=wanted).select_related("invoice", "order_line")
    billed = {line.pk: line for line in (found.filter(invoice=invoice) if invoice else found)}
    invoices = {line.invoice_id for line in billed.values()}
    behind = InvoiceLine.objects.filter(invoice_id__in=invoices, order_line__isnull=False).order_by()
    lock_orders(behind.values_list("order_line__order_id", flat=True).distinct())
    lock_accounts(line.account_id for line in billed.values())
    amounts, beyond = _amounts(lines, billed)
    _refuse(lines, billed, reason, beyond)

    first = min((line.invoice for line in billed.values()), key=lambda one: (one.issued_on, one.pk))
    corrected = {line.invoice_id: line.invoice for line in billed.values()}
    note = _draft(first, corrected.values(), reason)
    note.save()
    made = [
        _line(note, position, credit, billed[credit.invoice_line_id], amount)
        for position, (credit, amount) in enumerate(zip(lines, amounts, strict=True), 1)
    ]
    InvoiceLine.objects.bulk_create(made)
    InvoiceReference.objects.bulk_create(
        InvoiceReference(credit_note=note, invoice=one, account_id=note.account_id) for one in corrected.values()
    )
    InvoiceTax.objects.bulk_create(take_totals(note, made))
    _count(made)
    refresh_order_exposure(account_ids=[note.account_id])
    issue_drafts(drafts=[note], by=by, today=today)
    moment = at or noon(today)
    if settle:
        settle_with(credit_note=note, invoice_ids=corrected, by=by, at=moment)
    refresh_exposure(account_ids=[note.account_id])
    orders = timeline.orders_of([note.pk])
    timeline.record(
        [(order, note) for order in orders.get(note.pk, [])],
        kind=EventKind.CREDITED,
        by=by,
        at=moment,
        reason=reason,
    )
    enqueue_pdfs(invoices=[note])
    return note


def reversal_of(invoice: Invoice) -> list[Credit]:
    """Everything that is left of an invoice, as a reversal."""
    lines = list(invoice.lines.all())
    left = creditable(lines)
    return [
        Credit(line.pk, left[line.pk].quantity, CreditLineKind.REVERSAL) for line in lines if left[line.pk].quantity > 0
    ]


def _refuse(credits: Sequence[Credit], billed: dict[int, InvoiceLine], reason: str, beyond: Sequence[str]) -> None:
    problems = []
    if not reason.strip():
        problems.append(_("Say why: the reason is printed on the credit note."))
    if bad := unprintable(reason):
        problems.append(_("The reason holds signs that can't be printed: %s") % " ".join(bad))
    if not credits:
        problems.append(_("Nothing is to be credited: enter a quantity on at least one line."))
    unknown = [credit for credit in credits if credit.invoice_line_id not in billed]
    if unknown:
        problems.append(_("Some lines are not on this invoice."))
    known = list(billed.values())
    if len({(line.invoice.payer_id, line.invoice.issuer_id, line.invoice.currency) for line in known}) > 1:
        problems.append(_("One credit note corrects invoices of one payer, issuer and currency."))
    if any(line.invoice.kind != InvoiceKind.INVOICE or line.invoice.status != "issued" for line in known):
        problems.append(_("Only issued invoices are corrected."))
    if problems or beyond:
        raise CreditRefused(*problems, *beyond)


def _amounts(credits: Sequence[Credit], billed: dict[int, InvoiceLine]) -> tuple[list[Amount], list[str]]:
    """At what each credit is billed, one after the other, and sentences about those beyond what is left of their line."""
    left = creditable(billed.values())
    amounts, problems = [], []
    for credit in credits:
        line = billed.get(credit.invoice_line_id)
        if line is None:
            continue
        before = left[line.pk]
        if problem := _beyond(credit, line, before):
            problems.append(problem)
            continue
        amount = _amount(credit, line, before)
        units = ZERO if credit.kind == CreditLineKind.PRICE else credit.quantity
        left[line.pk] = Creditable(before.quantity - units, before.net - amount.net(credit.quantity))
        amounts.append(amount)
    return amounts, problems


def _beyond(credit: Credit, line: InvoiceLine, left: Creditable) -> str:
    """A sentence about a credit that asks for more than is left of its line, "" for none."""
    named = {"line": line.position, "text": line.description}
    if credit.kind not in CreditLineKind.values or credit.quantity <= 0:
        return _("Line %(line)s “%(text)s”: the quantity has to be above zero.") % named
    if credit.quantity > left.quantity:
        return _("Line %(line)s “%(text)s”: %(left)s are left to credit.") % {
            **named,
            "left": formats.quantity(left.quantity),
        }
    if credit.kind != CreditLineKind.PRICE:
        return ""
    if credit.price is None or not 0 < credit.price <= line.price:
        return _("Line %(line)s “%(text)s”: give back a price above zero, at most what was billed.") % named
    if _amount(credit, line, left).net(credit.quantity) > left.net:
        return _("Line %(line)s “%(text)s”: %(left)s are left to credit.") % {
            **named,
            "left": formats.money(left.net, line.invoice.currency),
        }
    return ""


def _amount(credit: Credit, line: InvoiceLine, left: Creditable) -> Amount:
    """A price given back is the one that was typed; units are worth their share of what is left of their line.

    The share is said at the price billed where that gives it to the cent, else at a price corrected since, else as a
    part of what is left: so all credits of a line together are never more than the line.
    """
    if credit.kind == CreditLineKind.PRICE and credit.price is not None:
        return Amount(credit.price, line.price_quantity, line.discount_percent)
    share = Amount(left.net, left.quantity)
    billed = Amount(line.price, line.price_quantity, line.discount_percent)
    corrected = Amount(round_half_up(left.net * line.price_quantity / left.quantity, PRICE_STEP), line.price_quantity)
    worth = share.net(credit.quantity)
    return next((one for one in (billed, corrected) if one.net(credit.quantity) == worth), share)


def _draft(first: Invoice, corrected: Iterable[Invoice], reason: str) -> Invoice:
    return Invoice(
        issuer_id=first.issuer_id,
        customer_id=first.customer_id,
        payer_id=first.payer_id,
        account_id=first.account_id,
        order_id=first.order_id,
        kind=InvoiceKind.CREDIT_NOTE,
        currency=first.currency,
        language=first.language,
        payer_name=first.payer_name,
        supplied_on=first.supplied_on,
        parties={
            **first.parties,
            "corrects": [
                {"number": one.number, "issued_on": one.issue_day.isoformat()}
                for one in sorted(corrected, key=lambda one: (one.issue_day, one.pk))
            ],
        },
        reason=reason.strip(),
    )


def _line(note: Invoice, position: int, credit: Credit, billed: InvoiceLine, amount: Amount) -> InvoiceLine:
    return InvoiceLine(
        invoice=note,
        account_id=note.account_id,
        position=position,
        order_line=billed.order_line,
        shipment_line_id=billed.shipment_line_id,
        corrects=billed,
        credit_kind=credit.kind,
        code=billed.code,
        description=billed.description,
        unit=billed.unit,
        quantity=credit.quantity,
        price=amount.price,
        price_quantity=amount.price_quantity,
        discount_percent=amount.discount_percent,
        tax_rate=billed.tax_rate,
        surcharge_rate=billed.surcharge_rate,
    )


def _count(made: Sequence[InvoiceLine]) -> None:
    """Count reversed and credited units on delivery notes and order lines."""
    notes: dict[int, Decimal] = {}
    reversed_: dict[int, Decimal] = {}
    credited: dict[int, Decimal] = {}
    for line in made:
        if line.order_line_id is None or line.credit_kind == CreditLineKind.PRICE:
            continue
        counter = reversed_ if line.credit_kind == CreditLineKind.REVERSAL else credited
        counter[line.order_line_id] = counter.get(line.order_line_id, ZERO) + line.quantity
        if line.shipment_line_id and line.credit_kind == CreditLineKind.REVERSAL:
            notes[line.shipment_line_id] = notes.get(line.shipment_line_id, ZERO) + line.quantity
    count_units("orders_shipmentline", "reversed", notes)
    count_units("orders_orderline", "reversed", reversed_)
    count_units("orders_orderline", "credited", credited)
