"""What is owed, how old it is, and how it came about."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, F, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from billing.models import Instalment, Invoice, InvoiceKind, Payment, PaymentDirection
from config.money import ZERO
from customers.models import Account, Customer

# (key, label, days past due: first, last); the keys stand in addresses.
BUCKETS = (
    ("current", _("Not due"), None, 0),
    ("1-30", _("1–30 days"), 1, 30),
    ("31-60", _("31–60 days"), 31, 60),
    ("61-90", _("61–90 days"), 61, 90),
    ("over-90", _("Over 90 days"), 91, None),
)
BUCKET_KEYS = tuple(key for key, _label, _first, _last in BUCKETS)


@dataclass
class Ageing:
    """What is owed by age, in the group's currency, and what is on account (``credit``: unused money and credit notes)."""

    amounts: dict[str, Decimal] = field(default_factory=lambda: dict.fromkeys(BUCKET_KEYS, ZERO))
    credit: Decimal = ZERO

    @property
    def owed(self) -> Decimal:
        return sum(self.amounts.values(), ZERO)

    @property
    def overdue(self) -> Decimal:
        return self.owed - self.amounts["current"]

    @property
    def balance(self) -> Decimal:
        return self.owed - self.credit

    @property
    def parts(self) -> list[tuple[str, object, Decimal]]:
        """(key, label, amount) of every age."""
        return [(key, label, self.amounts[key]) for key, label, _first, _last in BUCKETS]


def due_within(bucket: str, today: datetime.date, prefix: str = "") -> Q:
    """The condition for instalments whose due date falls into an age."""
    first, last = next((first, last) for key, _label, first, last in BUCKETS if key == bucket)
    condition = Q()
    if first is not None:
        condition &= Q(**{f"{prefix}due_on__lte": today - datetime.timedelta(days=first)})
    if last is not None:
        condition &= Q(**{f"{prefix}due_on__gte": today - datetime.timedelta(days=last)})
    return condition


def ageing(
    *,
    accounts: Iterable[int] | QuerySet[Account] | None,
    today: datetime.date,
    payers: QuerySet[Customer] | None = None,
) -> dict[int, Ageing]:
    """Group → what it (or some payers in it) owes by age. Three queries.

    ``accounts`` None means all that owe or have something.
    """
    instalments = open_instalments()
    notes = Invoice.objects.filter(status="issued", kind=InvoiceKind.CREDIT_NOTE, settled__lt=F("gross"))
    payments = Payment.objects.filter(direction=PaymentDirection.IN, allocated__lt=F("amount"))
    found: dict[int, Ageing] = {}
    if payers is not None:
        instalments = instalments.filter(invoice__payer__in=payers)
        notes, payments = notes.filter(payer__in=payers), payments.filter(payer__in=payers)
    if accounts is not None:
        ids = accounts if isinstance(accounts, QuerySet) else list(accounts)
        instalments = instalments.filter(account__in=ids)
        notes = notes.filter(account__in=ids)
        payments = payments.filter(account__in=ids)
        if not isinstance(ids, QuerySet):
            found = {pk: Ageing() for pk in ids}
    for row in instalments.order_by().values("account_id").annotate(**_sums(today)):
        found.setdefault(row["account_id"], Ageing()).amounts = _amounts(row)
    for rows, amount in ((notes, "open_amount"), (payments, "unallocated")):
        for pk, unused in rows.order_by().values_list("account_id").annotate(unused=Sum(amount)):
            found.setdefault(pk, Ageing()).credit += unused
    return found


def total_ageing(*, today: datetime.date, accounts: QuerySet[Account] | None = None) -> Ageing:
    """What everybody owes by age (or the groups of a queryset). Three queries."""
    total = Ageing()
    for one in ageing(accounts=accounts, today=today).values():
        for key, amount in one.amounts.items():
            total.amounts[key] += amount
        total.credit += one.credit
    return total


def open_instalments() -> QuerySet[Instalment]:
    """Instalments of issued invoices with something left to pay."""
    return Instalment.objects.open()


def balance(*, account: Account, today: datetime.date, payers: QuerySet[Customer] | None = None) -> Ageing:
    """What one group (or some payers in it) owes, by age, and has on account."""
    return ageing(accounts=[account.pk], today=today, payers=payers)[account.pk]


def _sums(today: datetime.date) -> dict[str, Coalesce]:
    zero = Value(ZERO, output_field=DecimalField(max_digits=14, decimal_places=2))
    return {
        f"b{place}": Coalesce(Sum(F("amount") - F("settled"), filter=due_within(key, today)), zero)
        for place, key in enumerate(BUCKET_KEYS)
    }


def _amounts(row: Mapping[str, Any]) -> dict[str, Decimal]:
    return {key: row[f"b{place}"] for place, key in enumerate(BUCKET_KEYS)}


@dataclass(frozen=True)
class Entry:
    """One line of a statement: ``debit`` raises what is owed, ``credit`` lowers it; ``balance`` is what is owed then."""

    on: datetime.date
    kind: str  # "invoice", "credit_note", "payment" or "refund"
    text: str
    document: Invoice | Payment
    debit: Decimal
    credit: Decimal
    balance: Decimal


@dataclass(frozen=True)
class Statement:
    """What happened on an account between two days, both included."""

    since: datetime.date
    until: datetime.date
    opening: Decimal
    entries: list[Entry]
    closing: Decimal


def statement(
    *, account: Account, since: datetime.date, until: datetime.date, payers: QuerySet[Customer] | None = None
) -> Statement:
    """Documents and payments of a group (or of some payers in it) by day, with a running balance. Four queries."""
    owner = Q(account=account) if payers is None else Q(account=account, payer__in=payers)
    invoices = Invoice.objects.filter(owner, status="issued")
    payments = Payment.objects.filter(owner)
    before = (
        invoices.filter(issued_on__lt=since).aggregate(
            debit=Sum("gross", filter=Q(kind=InvoiceKind.INVOICE)),
            credit=Sum("gross", filter=Q(kind=InvoiceKind.CREDIT_NOTE)),
        ),
        payments.filter(value_on__lt=since).aggregate(
            debit=Sum("amount", filter=Q(direction=PaymentDirection.OUT)),
            credit=Sum("amount", filter=Q(direction=PaymentDirection.IN)),
        ),
    )
    owed = opening = sum(((part["debit"] or ZERO) - (part["credit"] or ZERO) for part in before), ZERO)
    moves: list[tuple[datetime.date, int, Invoice | Payment]] = [
        (invoice.issue_day, 0, invoice)
        for invoice in invoices.filter(issued_on__range=(since, until)).select_related("pdf")
    ]
    moves += [(payment.value_on, 1, payment) for payment in payments.filter(value_on__range=(since, until))]
    entries = []
    for day, _order, document in sorted(moves, key=lambda move: (move[0], move[1], move[2].pk)):
        if isinstance(document, Invoice):
            raises = document.kind == InvoiceKind.INVOICE
            kind, amount, text = document.kind, document.gross, document.number or ""
        else:
            raises = document.direction == PaymentDirection.OUT
            kind, amount = ("refund" if raises else "payment"), document.amount
            text = document.bank_reference or str(document.get_method_display())
        owed += amount if raises else -amount
        entries.append(Entry(day, kind, text, document, amount if raises else ZERO, ZERO if raises else amount, owed))
    return Statement(since, until, opening, entries, owed)
