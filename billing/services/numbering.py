"""Numbers without gaps: one counter row per issuer, kind and year, locked last in the transaction that issues."""

import datetime
from collections.abc import Sequence
from itertools import groupby

from django.db import connection
from django.utils.translation import gettext as _

from billing.exceptions import InvoiceRefused
from billing.models import Invoice, InvoiceKind, InvoiceSeries, InvoiceStatus
from config.web import formats
from customers.models import User

PREFIXES = {InvoiceKind.INVOICE: "F", InvoiceKind.CREDIT_NOTE: "R"}


def series_code(kind: str, year: int) -> str:
    """The series of a kind in a year: F26 for invoices, R26 for credit notes, which have to have their own."""
    return f"{PREFIXES[InvoiceKind(kind)]}{year % 100:02d}"


def number_of(code: str, sequence: int) -> str:
    """The number as printed: F26-000123."""
    return f"{code}-{sequence:06d}"


def issue_drafts(*, drafts: Sequence[Invoice], by: User | None, today: datetime.date) -> None:
    """Number drafts in the given order and issue them, with the totals that the instances carry.

    The series is made on its first use and stays locked until the transaction ends, so it has to be the last lock
    taken; a transaction that is rolled back gives its numbers back. Four statements per series. Raises
    InvoiceRefused when the series already holds a document of a later day.
    """
    for (issuer_id, kind), group in groupby(
        sorted(drafts, key=lambda draft: (draft.issuer_id, draft.kind)), key=lambda draft: (draft.issuer_id, draft.kind)
    ):
        invoices = list(group)
        series = _lock_series(issuer_id, kind, today)
        first = series.last_number + 1
        series.last_number += len(invoices)
        series.last_issued_on = today
        series.save(update_fields=["last_number", "last_issued_on"])
        for sequence, invoice in enumerate(invoices, start=first):
            invoice.series, invoice.sequence, invoice.number = series, sequence, number_of(series.code, sequence)
            invoice.status, invoice.issued_on, invoice.issued_by = InvoiceStatus.ISSUED, today, by
        _write(invoices)


def _lock_series(issuer_id: int, kind: str, today: datetime.date) -> InvoiceSeries:
    code = series_code(kind, today.year)
    InvoiceSeries.objects.bulk_create([InvoiceSeries(issuer_id=issuer_id, code=code, kind=kind)], ignore_conflicts=True)
    series = InvoiceSeries.objects.select_for_update(no_key=True).get(issuer_id=issuer_id, code=code)
    if series.last_issued_on is not None and series.last_issued_on > today:
        raise InvoiceRefused(
            _("Series %(code)s already holds a document of %(day)s; an earlier date is not allowed.")
            % {"code": code, "day": formats.day_full(series.last_issued_on)}
        )
    return series


def _write(invoices: Sequence[Invoice]) -> None:
    """Issue the drafts in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE billing_invoice i SET status = 'issued', series_id = v.series_id, sequence = v.sequence,
              number = v.number, issued_on = v.issued_on, issued_by_id = v.issued_by_id, due_on = v.due_on,
              net = v.net, tax = v.tax, gross = v.gross
            FROM unnest(%s::bigint[], %s::bigint[], %s::integer[], %s::text[], %s::date[], %s::bigint[], %s::date[],
                        %s::numeric[], %s::numeric[], %s::numeric[])
              AS v (id, series_id, sequence, number, issued_on, issued_by_id, due_on, net, tax, gross)
            WHERE i.id = v.id
            """,
            [
                [getattr(invoice, name) for invoice in invoices]
                for name in (
                    "pk",
                    "series_id",
                    "sequence",
                    "number",
                    "issued_on",
                    "issued_by_id",
                    "due_on",
                    "net",
                    "tax",
                    "gross",
                )
            ],
        )
