"""A year of invoices, credit notes, payments and allocations, worked out in memory and written set-based."""

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from billing.demo.calendar import Calendar, moment
from billing.demo.companies import Companies
from billing.demo.demand import Back, Counter, Line, Parcel, Sale, sums, tax_of
from billing.demo.people import Buyer
from billing.demo.rows import copy_rows, euros, keys, money4, units
from billing.models import (
    Allocation,
    Instalment,
    Invoice,
    InvoiceKind,
    InvoiceLine,
    InvoiceReference,
    InvoiceSeries,
    InvoiceTax,
    Payment,
)
from billing.services.numbering import number_of, series_code
from billing.services.parties import snapshots
from billing.services.terms import split_total
from orders.models import EventKind

_UNPAID = 0.004  # share of invoices that somebody disputes and nobody has paid


@dataclass(slots=True)
class Due:
    """An instalment: cents due on a day, and when it will be paid (None: not yet)."""

    id: int
    invoice: "Bill"
    position: int
    due_on: date
    amount: int
    pays_on: date | None
    settled: int = 0

    @property
    def left(self) -> int:
        """Cents still to pay."""
        return self.amount - self.settled


@dataclass(slots=True)
class Bill:
    """An invoice for a parcel, or a credit note for what came back of it."""

    id: int
    sale: Sale
    parcel: Parcel
    issued_on: date
    units: list[tuple[int, Line, int, int | None]]  # key, line, thousandths, key of the shipment line
    kind: InvoiceKind = InvoiceKind.INVOICE
    corrects: "Bill | None" = None
    back: Back | None = None
    sequence: int = 0
    nets: dict[tuple[int, int], int] = field(default_factory=dict)
    net: int = 0
    tax: int = 0
    settled: int = 0
    dues: list[Due] = field(default_factory=list)

    @property
    def gross(self) -> int:
        """The total in cents."""
        return self.net + self.tax

    @property
    def number(self) -> str:
        """As printed."""
        return number_of(series_code(self.kind, self.issued_on.year), self.sequence)


class Ledger:
    """Bills what was shipped, credits what came back, and lets customers pay as they do."""

    def __init__(self, dice: random.Random, companies: Companies, calendar: Calendar, today: date) -> None:
        self.dice, self.companies, self.calendar, self.today = dice, companies, calendar, today
        self.bills: list[Bill] = []
        self.payments: list[tuple[int, Buyer, str, int, int, date, str]] = []
        self.allocations: list[tuple[int | None, Bill | None, Due, int, date]] = []
        self.events: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
        self.payers = {buyer.id: buyer for buyer in companies.buyers}
        self.line_ids, self.due_ids = Counter(next(keys(InvoiceLine))), Counter(next(keys(Instalment)))

    def _units(self, parcel: Parcel) -> list[tuple[int, Line, int, int | None]]:
        return [(self.line_ids(), line, quantity, pk) for pk, line, quantity in parcel.lines]

    def work_out(self, sales: list[Sale], *, until: date) -> None:
        """Decide what shipped before ``until`` is billed, what is credited, who paid what and when. Writes nothing."""
        drafts: list[Bill] = []
        for sale in sales:
            for parcel in sale.shipments:
                parcel.is_billed = parcel.shipped_on < until
                if not parcel.is_billed:
                    continue
                drafts.append(Bill(0, sale, parcel, parcel.shipped_on, self._units(parcel)))
            if sale.back and not (sale.shipments[0].is_billed):
                sale.back.lines[0][0].returned = 0
                sale.back = None
        by_parcel = {bill.parcel.id: bill for bill in drafts}
        drafts += [self._credit(sale, back, by_parcel) for sale in sales if (back := sale.back)]
        drafts.sort(key=lambda bill: (bill.issued_on, bill.kind == InvoiceKind.CREDIT_NOTE, bill.parcel.id))
        ids = Counter(next(keys(Invoice)))
        counters: dict[str, Counter] = defaultdict(lambda: Counter(1))
        for bill in drafts:
            bill.id, bill.sequence = ids(), counters[series_code(bill.kind, bill.issued_on.year)]()
            bill.nets, bill.net, bill.tax = sums([(line, quantity) for _pk, line, quantity, _note in bill.units])
            if bill.kind == InvoiceKind.INVOICE:
                self._fall_due(bill)
            kind = EventKind.INVOICED if bill.kind == InvoiceKind.INVOICE else EventKind.CREDITED
            self._note(bill, kind, moment(bill.issued_on, 18, bill.id % 60))
        self.bills = drafts
        self._settle_credits()
        self._pay()

    def _credit(self, sale: Sale, back: Back, by_parcel: dict[int, Bill]) -> Bill:
        invoice = by_parcel[sale.shipments[0].id]
        notes = {line.id: note for _pk, line, _quantity, note in invoice.units}
        units = [(self.line_ids(), line, quantity, notes[line.id]) for line, quantity in back.lines]
        day = min(self.calendar.on_or_after(back.received_on + timedelta(days=1)), self.today)
        return Bill(0, sale, sale.shipments[0], day, units, kind=InvoiceKind.CREDIT_NOTE, corrects=invoice, back=back)

    def _fall_due(self, bill: Bill) -> None:
        payer = self.payers[bill.sale.buyer.payer]
        parts = split_total(
            total=_decimal(bill.gross),
            parts=[(days, _whole(share)) for days, share in payer.terms],
            issued_on=bill.issued_on,
        )
        disputed = self.dice.random() < (0.3 if payer.logs_in and self._is_recent(bill) else _UNPAID)
        for position, part in enumerate(parts, start=1):
            bill.dues.append(
                Due(
                    self.due_ids(),
                    bill,
                    position,
                    part.due_on,
                    int(part.amount * 100),
                    None if disputed else self._pay_day(payer, part.due_on),
                )
            )

    def _is_recent(self, bill: Bill) -> bool:
        """Issued so that its first instalment fell due in the last weeks: some of these are shown overdue."""
        return 34 <= (self.today - bill.issued_on).days <= 58

    def _pay_day(self, payer: Buyer, due_on: date) -> date | None:
        """Cards and direct debits on the day; transfers on the Friday after the customer gets round to it."""
        if payer.method != "transfer":
            return self.calendar.on_or_after(due_on)
        day = due_on + timedelta(days=payer.punctuality + self.dice.randint(-2, 3))
        return self.calendar.on_or_before(day + timedelta(days=(4 - day.weekday()) % 7))

    def _settle_credits(self) -> None:
        for bill in self.bills:
            if not bill.corrects:
                continue
            for due in bill.corrects.dues:
                part = min(due.left, bill.gross - bill.settled)
                if part > 0 and (due.pays_on is None or due.pays_on > bill.issued_on):
                    self._allocate(None, bill, due, part, bill.issued_on)
                    bill.settled += part

    def _pay(self) -> None:
        runs: dict[tuple[date, int], list[Due]] = defaultdict(list)
        for bill in self.bills:
            for due in bill.dues:
                if due.left and due.pays_on and due.pays_on < self.today:
                    runs[max(due.pays_on, bill.issued_on), bill.sale.buyer.payer].append(due)
        ids = Counter(next(keys(Payment)))
        for day, payer_id in sorted(runs):
            dues, payer = runs[day, payer_id], self.payers[payer_id]
            is_recent = day > self.today - timedelta(days=45)
            owed = sum(due.left for due in dues)
            pk, paid = ids(), owed
            chance = self.dice.random()
            if payer.method == "transfer" and is_recent and chance < 0.02:
                paid = owed * 6 // 10  # paid short
            elif payer.method == "transfer" and is_recent and chance < 0.04:
                paid = owed + self.dice.randint(500, 9_000)  # paid too much
            left = paid
            for due in sorted(dues, key=lambda due: (due.due_on, due.id)):
                if part := min(left, due.left):
                    self._allocate(pk, None, due, part, day)
                    left -= part
            reference = f"{day:%Y%m%d}-{pk:06d}"
            self.payments.append((pk, payer, payer.method, paid, paid - left, day, reference))

    def _allocate(self, payment: int | None, credit: Bill | None, due: Due, part: int, day: date) -> None:
        due.settled += part
        due.invoice.settled += part
        self.allocations.append((payment, credit, due, part, day))
        if due.invoice.settled == due.invoice.gross:
            self._note(due.invoice, EventKind.PAID, moment(day, 10, due.id % 60))

    def _note(self, bill: Bill, kind: EventKind, at: Any) -> None:
        data = {"invoice": bill.id, "number": bill.number, "amount": euros(bill.gross), "currency": "EUR"}
        if bill.back:
            data["reason"] = bill.back.reason
        self.events[bill.sale.id].append((kind, at, data))

    def write(self) -> None:
        """Insert drafts with all their parts, issue them in the order of their dates, then the money."""
        self._write_drafts()
        self._write_parts()
        self._issue()
        self._write_money()

    def _write_drafts(self) -> None:
        buyers = self.companies.buyers
        known = snapshots(
            issuer_ids=[self.companies.issuer.pk],
            customer_ids=[buyer.id for buyer in buyers],
            address_ids=[buyer.address for buyer in buyers],
        )
        shared = {"issuer": known.issuer(self.companies.issuer.pk), "bank": known.bank(self.companies.issuer.pk)}
        of_buyer = {
            buyer.id: {
                **shared,
                "payer": known.company(buyer.payer),
                "customer": known.company(buyer.id) if buyer.payer != buyer.id else None,
                "ship_to": known.ship_to(buyer.address),
                "tax_treatment": buyer.treatment,
            }
            for buyer in buyers
        }

        def rows() -> Iterator[tuple[Any, ...]]:
            for bill in self.bills:
                sale, buyer = bill.sale, bill.sale.buyer
                order = {
                    "number": sale.number,
                    "customer_po": sale.po,
                    "placed_on": sale.placed_on.isoformat(),
                }
                parties = {**of_buyer[buyer.id], "orders": [order]}
                if bill.corrects:
                    corrected = bill.corrects
                    parties["corrects"] = [{"number": corrected.number, "issued_on": corrected.issued_on.isoformat()}]
                payer = self.payers[buyer.payer]
                yield (
                    bill.id,
                    buyer.id,
                    buyer.payer,
                    buyer.account,
                    sale.id,
                    bill.kind.value,
                    payer.language,
                    bill.parcel.shipped_on,
                    payer.name,
                    parties,
                    bill.back.reason if bill.back else "",
                    euros(bill.net),
                    euros(bill.tax),
                    euros(bill.gross),
                    moment(bill.issued_on, 18),
                )

        copy_rows(
            Invoice,
            [
                "id",
                "customer_id",
                "payer_id",
                "account_id",
                "order_id",
                "kind",
                "language",
                "supplied_on",
                "payer_name",
                "parties",
                "reason",
                "net",
                "tax",
                "gross",
                "created_at",
            ],
            rows(),
            issuer_id=self.companies.issuer.pk,
            status="draft",
            currency="EUR",
        )

    def _write_parts(self) -> None:
        columns = (
            "id invoice_id account_id position order_line_id shipment_line_id corrects_id credit_kind code description "
            "unit quantity price price_quantity tax_rate surcharge_rate"
        )
        billed = {note: pk for bill in self.bills if not bill.corrects for pk, _line, _quantity, note in bill.units}
        copy_rows(
            InvoiceLine,
            columns.split(),
            (
                (
                    pk,
                    bill.id,
                    bill.sale.buyer.account,
                    position,
                    line.id,
                    note,
                    billed[note] if bill.corrects else None,
                    "goods" if bill.corrects else "",
                    line.item.code,
                    line.item.name,
                    line.item.unit_symbol,
                    units(quantity),
                    money4(line.found.price),
                    line.item.price_quantity,
                    line.rate / 100,
                    line.surcharge / 100,
                )
                for credits in (False, True)
                for bill in self.bills
                if bool(bill.corrects) == credits
                for position, (pk, line, quantity, note) in enumerate(bill.units, start=1)
            ),
        )
        copy_rows(
            InvoiceTax,
            ["invoice_id", "account_id", "rate", "surcharge_rate", "base", "amount", "surcharge"],
            (
                (
                    bill.id,
                    bill.sale.buyer.account,
                    rate / 100,
                    extra_rate / 100,
                    euros(bill.nets[rate, extra_rate]),
                    euros(vat),
                    euros(extra),
                )
                for bill in self.bills
                for (rate, extra_rate), (vat, extra) in tax_of(bill.nets).items()
            ),
        )
        copy_rows(
            Instalment,
            ["id", "invoice_id", "account_id", "position", "due_on", "method", "amount", "settled"],
            (
                (
                    due.id,
                    bill.id,
                    bill.sale.buyer.account,
                    due.position,
                    due.due_on,
                    self.payers[bill.sale.buyer.payer].method,
                    euros(due.amount),
                    euros(due.settled),
                )
                for bill in self.bills
                for due in bill.dues
            ),
        )
        copy_rows(
            InvoiceReference,
            ["credit_note_id", "invoice_id", "account_id"],
            ((bill.id, bill.corrects.id, bill.sale.buyer.account) for bill in self.bills if bill.corrects),
        )

    def _issue(self) -> None:
        series: dict[str, InvoiceSeries] = {}
        for bill in self.bills:
            code = series_code(bill.kind, bill.issued_on.year)
            row = series.setdefault(code, InvoiceSeries(issuer=self.companies.issuer, code=code, kind=bill.kind))
            row.last_number, row.last_issued_on = bill.sequence, bill.issued_on
        InvoiceSeries.objects.bulk_create(series.values())
        keys_of = {code: row.pk for code, row in series.items()}
        with connection.cursor() as cursor:
            cursor.execute(
                """
                UPDATE billing_invoice i SET status = 'issued', series_id = v.series, sequence = v.sequence,
                  number = v.number, issued_on = v.issued_on, due_on = v.due_on, settled = v.settled,
                  issued_by_id = %s
                FROM unnest(%s::bigint[], %s::bigint[], %s::integer[], %s::text[], %s::date[], %s::date[], %s::numeric[])
                  AS v (id, series, sequence, number, issued_on, due_on, settled)
                WHERE i.id = v.id
                """,
                [
                    self.companies.staff["finance"].pk,
                    [bill.id for bill in self.bills],
                    [keys_of[series_code(bill.kind, bill.issued_on.year)] for bill in self.bills],
                    [bill.sequence for bill in self.bills],
                    [bill.number for bill in self.bills],
                    [bill.issued_on for bill in self.bills],
                    [max((due.due_on for due in bill.dues), default=None) for bill in self.bills],
                    [euros(bill.settled) for bill in self.bills],
                ],
            )

    def _write_money(self) -> None:
        finance = self.companies.staff["finance"].pk
        copy_rows(
            Payment,
            [
                "id",
                "payer_id",
                "account_id",
                "method",
                "amount",
                "allocated",
                "value_on",
                "bank_reference",
                "recorded_at",
            ],
            (
                (pk, payer.id, payer.account, method, euros(paid), euros(used), day, reference, moment(day, 10))
                for pk, payer, method, paid, used, day, reference in self.payments
            ),
            issuer_id=self.companies.issuer.pk,
            direction="in",
            currency="EUR",
            recorded_by_id=finance,
        )
        copy_rows(
            Allocation,
            [
                "account_id",
                "payer_id",
                "payment_id",
                "credit_note_id",
                "invoice_id",
                "instalment_id",
                "amount",
                "value_on",
                "at",
            ],
            (
                (
                    due.invoice.sale.buyer.account,
                    due.invoice.sale.buyer.payer,
                    payment,
                    credit.id if credit else None,
                    due.invoice.id,
                    due.id,
                    euros(part),
                    day,
                    moment(day, 10, 5),
                )
                for payment, credit, due, part, day in sorted(self.allocations, key=lambda entry: entry[4])
            ),
            currency="EUR",
            by_id=finance,
        )


def _decimal(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)


def _whole(percent: int) -> Decimal:
    return Decimal(percent)
