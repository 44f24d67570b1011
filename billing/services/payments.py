"""Money received, allocated to what is owed, taken back and paid back."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from billing.exceptions import AllocationRefused, PaymentRefused
from billing.models import (
    Allocation,
    Instalment,
    Invoice,
    InvoiceKind,
    Payment,
    PaymentDirection,
)
from billing.services import timeline
from billing.services.exposure import lock_accounts, lock_orders, refresh_exposure
from billing.services.invoicing import count_units
from config.money import ZERO
from config.web import formats
from customers.models import Customer, Issuer, PaymentMethod, User
from orders.models import EventKind

Source = Payment | Invoice


@dataclass(frozen=True)
class Part:
    """An amount for one instalment."""

    instalment_id: int
    amount: Decimal


@transaction.atomic
def record_payment(
    *,
    payer: Customer,
    amount: Decimal,
    method: str,
    value_on: datetime.date,
    by: User | None,
    at: datetime.datetime,
    bank_reference: str | None = None,
    note: str = "",
    issuer: Issuer | None = None,
    parts: Sequence[Part | tuple[int, Decimal]] = (),
) -> Payment:
    """Record money received from a payer, in its group's currency, and allocate ``parts`` of it to instalments.

    What is not allocated stays on account. Without ``issuer`` it is the one that invoiced the payer last, else the
    first there is. Raises PaymentRefused (also for a bank reference that came before) and AllocationRefused.
    """
    problems = []
    if amount <= 0:
        problems.append(_("The amount has to be above zero."))
    if value_on > timezone.localtime(at).date():
        problems.append(_("The value date lies in the future."))
    if method not in PaymentMethod.values:
        problems.append(_("This way of paying is not known."))
    if problems:
        raise PaymentRefused(*problems)
    lock_orders(_orders_behind(parts))
    lock_accounts([payer.account_id])
    issuer_id = issuer.pk if issuer else _issuer_of(payer)
    payment = Payment(
        issuer_id=issuer_id,
        payer=payer,
        account_id=payer.account_id,
        direction=PaymentDirection.IN,
        method=method,
        currency=payer.account.currency,
        amount=amount,
        value_on=value_on,
        bank_reference=(bank_reference or "").strip() or None,
        note=note.strip(),
        recorded_by=by,
        recorded_at=at,
    )
    _save_once(payment)
    if parts:
        allocate(payment=payment, parts=parts, by=by, at=at)
    else:
        refresh_exposure(account_ids=[payer.account_id])
    return payment


@transaction.atomic
def allocate(
    *,
    payment: Payment | None = None,
    credit_note: Invoice | None = None,
    parts: Sequence[Part | tuple[int, Decimal]],
    by: User | None,
    at: datetime.datetime,
) -> list[Allocation]:
    """Use a part of a payment, or of a credit note, to settle instalments of the same payer and currency.

    The group's row is locked first, so that nothing is used twice. The value date is the later one of the money's
    and the invoice's. An invoice that is settled by it is noted as paid on its orders. Raises AllocationRefused with
    everything that is wrong.
    """
    wanted = [part if isinstance(part, Part) else Part(*part) for part in parts]
    given = payment or credit_note
    if given is None:
        raise ValueError("Give a payment or a credit note.")
    lock_orders(_orders_behind(wanted))
    lock_accounts([given.account_id])
    source: Source = type(given)._default_manager.get(pk=given.pk)
    instalments = {
        one.pk: one
        for one in Instalment.objects.filter(pk__in=[part.instalment_id for part in wanted]).select_related("invoice")
    }
    _refuse_allocation(source, wanted, instalments)

    made = [
        Allocation(
            account_id=source.account_id,
            payer_id=source.payer_id,
            currency=source.currency,
            payment=source if isinstance(source, Payment) else None,
            credit_note=source if isinstance(source, Invoice) else None,
            invoice=instalments[part.instalment_id].invoice,
            instalment=instalments[part.instalment_id],
            amount=part.amount,
            value_on=max(_value_day(source), instalments[part.instalment_id].invoice.issue_day),
            by=by,
            at=at,
        )
        for part in wanted
    ]
    Allocation.objects.bulk_create(made)
    _count(made)
    refresh_exposure(account_ids=[source.account_id])
    _note_paid({one.invoice_id for one in made if one.invoice_id}, by=by, at=at)
    _refresh(given, source)
    return made


@transaction.atomic
def reverse_allocation(*, allocation: Allocation, by: User | None, at: datetime.datetime) -> Allocation:
    """Undo one allocation, whole: the instalment is open again and the money is back on account.

    Raises AllocationRefused when it was undone before.
    """
    return reverse_allocations(allocations=[allocation], by=by, at=at)[0]


@transaction.atomic
def reverse_allocations(
    *, allocations: Iterable[Allocation], by: User | None, at: datetime.datetime
) -> list[Allocation]:
    """Undo some allocations of one group, whole, in one go; see ``reverse_allocation``."""
    undone = list(allocations)
    lock_orders(_orders_behind((one.instalment_id, one.amount) for one in undone if one.instalment_id))
    lock_accounts({one.account_id for one in undone})
    if any(one.reverses_id for one in undone) or Allocation.objects.filter(reverses__in=undone).exists():
        raise AllocationRefused(_("This allocation has been undone already."))
    today = timezone.localtime(at).date()
    made = [
        Allocation(
            account_id=one.account_id,
            payer_id=one.payer_id,
            currency=one.currency,
            payment_id=one.payment_id,
            credit_note_id=one.credit_note_id,
            invoice_id=one.invoice_id,
            instalment_id=one.instalment_id,
            refund_id=one.refund_id,
            amount=-one.amount,
            reverses=one,
            value_on=max(today, one.value_on),
            by=by,
            at=at,
        )
        for one in undone
    ]
    was_paid = _paid({one.invoice_id for one in undone if one.invoice_id})
    Allocation.objects.bulk_create(made)
    _count(made)
    refresh_exposure(account_ids={one.account_id for one in undone})
    _note_undone(undone, was_paid, by=by, at=at)
    return made


@transaction.atomic
def reverse_payment(
    *, payment: Payment, reason: str, by: User | None, at: datetime.datetime, value_on: datetime.date | None = None
) -> Payment:
    """Take a payment back (returned by the bank, or recorded in error) and return the payment out that does it.

    What it settled is open again; the payment out uses it up whole, so that nothing of it stays on account. Raises
    PaymentRefused when a part of it was paid back already.
    """
    if payment.direction != PaymentDirection.IN:
        raise PaymentRefused(_("Only money received can be taken back."))
    if not reason.strip():
        raise PaymentRefused(_("Say why the payment is taken back."))
    live = Allocation.objects.filter(payment=payment, reverses__isnull=True, reversed_by__isnull=True)
    lock_orders(live.values_list("invoice__order_id", flat=True))
    lock_accounts([payment.account_id])
    if live.filter(refund__isnull=False).exists():
        raise PaymentRefused(_("This payment was taken or paid back already."))
    if found := list(live):
        reverse_allocations(allocations=found, by=by, at=at)
    back = _pay_out(
        payment,
        amount=payment.amount,
        method=payment.method,
        note=reason,
        value_on=value_on or timezone.localtime(at).date(),
        by=by,
        at=at,
    )
    _use_for(back, {payment: payment.amount}, by=by, at=at)
    payment.refresh_from_db()
    return back


@transaction.atomic
def refund(
    *,
    payer: Customer,
    amount: Decimal,
    method: str,
    value_on: datetime.date,
    by: User | None,
    at: datetime.datetime,
    note: str = "",
    bank_reference: str | None = None,
) -> Payment:
    """Pay back what a payer has on account: from its oldest unused payments, then from its credit notes.

    Raises PaymentRefused when less is on account.
    """
    lock_accounts([payer.account_id])
    sources: list[Source] = [
        *Payment.objects.filter(payer=payer, direction=PaymentDirection.IN, allocated__lt=F("amount")).order_by(
            "value_on", "pk"
        ),
        *Invoice.objects.filter(
            payer=payer, kind=InvoiceKind.CREDIT_NOTE, status="issued", settled__lt=F("gross")
        ).order_by("issued_on", "pk"),
    ]
    left, uses = amount, {}
    for source in sources:
        used = min(left, _unused(source))
        if used > 0:
            uses[source] = used
            left -= used
    if amount <= 0 or left > 0:
        raise PaymentRefused(
            _("%(payer)s has %(amount)s on account; more can't be paid back.")
            % {"payer": payer.name, "amount": formats.money(amount - left, payer.account.currency)}
        )
    out = _pay_out(
        next(iter(uses)),
        amount=amount,
        method=method,
        note=note,
        value_on=value_on,
        by=by,
        at=at,
        bank_reference=bank_reference,
    )
    _use_for(out, uses, by=by, at=at)
    return out


def propose(*, instalments: Iterable[Instalment], amount: Decimal) -> dict[int, Decimal]:
    """Instalment → amount: the oldest due date first, until the money is used up. No query."""
    found: dict[int, Decimal] = {}
    for one in sorted(instalments, key=lambda one: (one.due_on, one.invoice_id, one.position)):
        part = min(amount, one.amount - one.settled)
        if part > 0:
            found[one.pk] = part
            amount -= part
    return found


def settle_with(
    *, credit_note: Invoice, invoice_ids: Iterable[int], by: User | None, at: datetime.datetime
) -> list[Allocation]:
    """Use a credit note for what is open of some invoices, the oldest instalment first."""
    open_ones = Instalment.objects.filter(invoice_id__in=list(invoice_ids), settled__lt=F("amount"))
    parts = [Part(pk, part) for pk, part in propose(instalments=open_ones, amount=credit_note.gross).items()]
    return allocate(credit_note=credit_note, parts=parts, by=by, at=at) if parts else []


def _refuse_allocation(source: Source, wanted: Sequence[Part], instalments: Mapping[int, Instalment]) -> None:
    problems = []
    if not wanted:
        problems.append(_("Nothing was allocated: enter an amount on at least one instalment."))
    if isinstance(source, Payment) and source.direction != PaymentDirection.IN:
        problems.append(_("Money that went out settles nothing."))
    if len({part.instalment_id for part in wanted}) < len(wanted):
        problems.append(_("An instalment stands twice among the allocations."))
    for part in wanted:
        one = instalments.get(part.instalment_id)
        if one is None:
            problems.append(_("An instalment is not known any more."))
            continue
        number = one.invoice.number
        if (one.invoice.payer_id, one.invoice.currency) != (source.payer_id, source.currency):
            problems.append(_("%s is owed by another payer or in another currency.") % number)
        elif part.amount <= 0:
            problems.append(_("The amount for %s has to be above zero.") % number)
        elif part.amount > one.amount - one.settled:
            left = formats.money(one.amount - one.settled, source.currency)
            problems.append(_("Only %(left)s are open of %(number)s.") % {"left": left, "number": number})
    total = sum((part.amount for part in wanted), ZERO)
    if total > _unused(source):
        problems.append(
            _("%(total)s are allocated, but only %(left)s are left.")
            % {
                "total": formats.money(total, source.currency),
                "left": formats.money(_unused(source), source.currency),
            }
        )
    if problems:
        raise AllocationRefused(*problems)


def _unused(source: Source) -> Decimal:
    return source.amount - source.allocated if isinstance(source, Payment) else source.gross - source.settled


def _value_day(source: Source) -> datetime.date:
    return source.value_on if isinstance(source, Payment) else source.issue_day


def _orders_behind(parts: Iterable[Part | tuple[int, Decimal]]) -> list[int]:
    """The orders on whose timeline an allocation may write."""
    ids = [part.instalment_id if isinstance(part, Part) else part[0] for part in parts]
    if not ids:
        return []
    lines = Invoice.objects.filter(instalments__in=ids).values_list("lines__order_line__order_id", flat=True)
    return [pk for pk in lines.distinct() if pk]


def _count(made: Iterable[Allocation]) -> None:
    """Add allocations to the counters of what they use and of what they settle: one statement per table."""
    counters: dict[tuple[str, str], dict[int, Decimal]] = {}

    def add(table: str, column: str, pk: int | None, amount: Decimal) -> None:
        if pk:
            counter = counters.setdefault((table, column), {})
            counter[pk] = counter.get(pk, ZERO) + amount

    for one in made:
        add("billing_payment", "allocated", one.payment_id, one.amount)
        add("billing_payment", "allocated", one.refund_id, one.amount)
        add("billing_invoice", "settled", one.credit_note_id, one.amount)
        add("billing_invoice", "settled", one.invoice_id, one.amount)
        add("billing_instalment", "settled", one.instalment_id, one.amount)
    for (table, column), quantities in counters.items():
        count_units(table, column, quantities)


def _paid(invoice_ids: set[int]) -> dict[int, Invoice]:
    """Those of some invoices that are settled whole."""
    found = Invoice.objects.filter(pk__in=invoice_ids, settled=F("gross"), gross__gt=0)
    return {invoice.pk: invoice for invoice in found}


def _note_paid(invoice_ids: set[int], *, by: User | None, at: datetime.datetime) -> None:
    """Note on the orders of invoices that are settled now that they are paid."""
    if paid := _paid(invoice_ids):
        orders = timeline.orders_of(paid)
        pairs = [(order, paid[pk]) for pk, found in orders.items() for order in found]
        timeline.record(pairs, kind=EventKind.PAID, by=by, at=at)


def _note_undone(
    undone: Iterable[Allocation], was_paid: Mapping[int, Invoice], *, by: User | None, at: datetime.datetime
) -> None:
    """Note on the orders of invoices how much of them is open again; customers see it who saw that they were paid."""
    amounts: dict[int, Decimal] = {}
    for one in undone:
        if one.invoice_id:
            amounts[one.invoice_id] = amounts.get(one.invoice_id, ZERO) + one.amount
    if not amounts:
        return
    invoices, orders = Invoice.objects.in_bulk(amounts), timeline.orders_of(amounts)
    for is_public in (True, False):
        told = [pk for pk in amounts if (pk in was_paid) == is_public]
        pairs = [(order, invoices[pk]) for pk in told for order in orders.get(pk, ())]
        timeline.record(pairs, kind=EventKind.PAID, by=by, at=at, is_public=is_public, amounts=amounts, state="undone")


def _issuer_of(payer: Customer) -> int:
    issued = Invoice.objects.filter(payer=payer, status="issued").order_by("-issued_on", "-pk")
    last = issued.select_related("issuer").only("issuer").first()
    issuer = last.issuer if last else Issuer.objects.seller()
    if issuer is None:
        raise PaymentRefused(_("There is no issuer yet who could be paid."))
    return issuer.pk


def _save_once(payment: Payment) -> None:
    """Insert a payment; a bank reference that came before is the person's to read, not a fault."""
    try:
        with transaction.atomic():
            payment.save(force_insert=True)
    except IntegrityError as error:
        if "payment_bank_reference_once" not in str(error):
            raise
        earlier = Payment.objects.get(issuer_id=payment.issuer_id, bank_reference=payment.bank_reference)
        raise PaymentRefused(
            _("The bank reference %(reference)s was recorded before: %(amount)s of %(day)s from %(payer)s.")
            % {
                "reference": payment.bank_reference,
                "amount": formats.money(earlier.amount, earlier.currency),
                "day": formats.day_full(earlier.value_on),
                "payer": earlier.payer.name,
            }
        ) from error


def _pay_out(
    source: Source,
    *,
    amount: Decimal,
    method: str,
    note: str,
    value_on: datetime.date,
    by: User | None,
    at: datetime.datetime,
    bank_reference: str | None = None,
) -> Payment:
    payment = Payment(
        issuer_id=source.issuer_id,
        payer_id=source.payer_id,
        account_id=source.account_id,
        direction=PaymentDirection.OUT,
        method=method,
        currency=source.currency,
        amount=amount,
        value_on=value_on,
        bank_reference=(bank_reference or "").strip() or None,
        note=note.strip(),
        recorded_by=by,
        recorded_at=at,
    )
    _save_once(payment)
    return payment


def _use_for(out: Payment, uses: Mapping[Source, Decimal], *, by: User | None, at: datetime.datetime) -> None:
    """Take the money that went out from where it came from."""
    made = [
        Allocation(
            account_id=out.account_id,
            payer_id=out.payer_id,
            currency=out.currency,
            payment=source if isinstance(source, Payment) else None,
            credit_note=source if isinstance(source, Invoice) else None,
            refund=out,
            amount=used,
            value_on=out.value_on,
            by=by,
            at=at,
        )
        for source, used in uses.items()
    ]
    Allocation.objects.bulk_create(made)
    _count(made)
    refresh_exposure(account_ids=[out.account_id])
    out.refresh_from_db()


def _refresh(given: Source, source: Source) -> None:
    """Let the caller's instance show what is left."""
    given.refresh_from_db(
        fields=["allocated", "unallocated"] if isinstance(source, Payment) else ["settled", "open_amount"]
    )
