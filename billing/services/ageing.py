"""What is owed, how old it is, and how it came about."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from billing.models import Instalment, Invoice, InvoiceKind, Payment, PaymentDirection
from config.database.prepared import prepared_cursor
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
        """What is open, of every age."""
        return sum(self.amounts.values(), ZERO)

    @property
    def overdue(self) -> Decimal:
        """What is open past its day."""
        return self.owed - self.amounts["current"]

    @property
    def balance(self) -> Decimal:
        """What is open less what is on account; negative when the house owes."""
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
    *, accounts: Collection[int] | None, today: datetime.date, payers: QuerySet[Customer] | None = None
) -> dict[int, Ageing]:
    """Group → what it (or some payers in it) owes by age. One statement, and one for the payers.

    ``accounts`` None means all that owe or have something.
    """
    where = ""
    values: dict[str, Any] = {"today": today}
    if accounts is not None:
        where, values["accounts"] = " AND d.account_id = ANY(%(accounts)s::bigint[])", list(accounts)
    if payers is not None:
        where += " AND d.payer_id = ANY(%(payers)s::bigint[])"
        values["payers"] = list(payers.values_list("pk", flat=True))
    found = {pk: Ageing() for pk in accounts or ()}
    with prepared_cursor() as cursor:
        cursor.execute(_AGEING.replace("{where}", where), values)
        for pk, part, amount in cursor.fetchall():
            of_group = found.setdefault(pk, Ageing())
            if part == "credit":
                of_group.credit += amount
            else:
                of_group.amounts[part] = amount
    return found


# What is left to pay of issued invoices by age (the keys of BUCKETS), and what is unused of credit notes and payments.
_AGES = " ".join(
    f"WHEN i.due_on >= %(today)s::date - {last} THEN '{key}'" if last is not None else f"ELSE '{key}'"
    for key, _label, _first, last in BUCKETS
)
_AGEING = f"""
SELECT d.account_id, CASE {_AGES} END, sum(i.amount - i.settled)
FROM billing_instalment i JOIN billing_invoice d ON d.id = i.invoice_id
WHERE i.settled < i.amount AND d.status = 'issued'{{where}} GROUP BY 1, 2
UNION ALL
SELECT d.account_id, 'credit', sum(d.open_amount) FROM billing_invoice d
WHERE d.status = 'issued' AND d.kind = 'credit_note' AND d.settled < d.gross{{where}} GROUP BY 1
UNION ALL
SELECT d.account_id, 'credit', sum(d.unallocated) FROM billing_payment d
WHERE d.direction = 'in' AND d.allocated < d.amount{{where}} GROUP BY 1
"""  # noqa: S608 - BUCKETS are ours


def total_ageing(*, today: datetime.date, accounts: QuerySet[Account] | None = None) -> Ageing:
    """What everybody owes by age (or the groups of a queryset). One statement, and one for the groups."""
    total = Ageing()
    ids = None if accounts is None else list(accounts.values_list("pk", flat=True))
    for one in ageing(accounts=ids, today=today).values():
        for key, amount in one.amounts.items():
            total.amounts[key] += amount
        total.credit += one.credit
    return total


def days_to_pay(*, account_id: int, since: datetime.date, until: datetime.date) -> int | None:
    """How long a group took from issue to payment: the average in days, weighted by amount. One statement.

    Of what its payments settled with a value date within the days given, allocations undone left out; None where
    nothing was paid.
    """
    with prepared_cursor() as cursor:
        cursor.execute(_DAYS_TO_PAY, {"account": account_id, "since": since, "until": until})
        (days,) = cursor.fetchone()
    return days


_DAYS_TO_PAY = """
SELECT round(sum(a.amount * (a.value_on - i.issued_on)) / sum(a.amount))::int
FROM billing_allocation a JOIN billing_invoice i ON i.id = a.invoice_id AND i.account_id = a.account_id
WHERE a.account_id = %(account)s AND a.value_on BETWEEN %(since)s AND %(until)s
  AND a.payment_id IS NOT NULL AND a.invoice_id IS NOT NULL AND a.reverses_id IS NULL
  AND NOT EXISTS (
    SELECT FROM billing_allocation r
    WHERE r.account_id = %(account)s AND r.value_on >= %(since)s
      AND r.payment_id IS NOT NULL AND r.invoice_id IS NOT NULL AND r.reverses_id = a.id
  )
"""


def open_instalments() -> QuerySet[Instalment]:
    """Instalments of issued invoices with something left to pay."""
    return Instalment.objects.open()


def balance(*, account: Account, today: datetime.date, payers: QuerySet[Customer] | None = None) -> Ageing:
    """What one group (or some payers in it) owes, by age, and has on account."""
    return ageing(accounts=[account.pk], today=today, payers=payers)[account.pk]


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
