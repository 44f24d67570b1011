"""Bringing history in: COPY to a temporary table, then a few set-based statements, in one transaction."""

import dataclasses
import datetime
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.db import DataError, IntegrityError, connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.web.exports import line_writer
from customers.models import Issuer
from inventory.models import ProductLine, TaxClass, Unit
from orders.services.history.mapping import Mapping
from orders.services.history.reading import FileProblem, Table, open_table
from orders.services.history.statements import STEPS

Progress = Callable[[int, int, str], None]

REASONS = {
    "no_document": gettext_lazy("no document number"),
    "no_code": gettext_lazy("no product code"),
    "too_long": gettext_lazy("a code, number or name is longer than can be kept"),
    "bad_quantity": gettext_lazy("the quantity is not a number"),
    "zero_quantity": gettext_lazy("the quantity is zero"),
    "too_large": gettext_lazy("the quantity, the price or the sum of the document is larger than can be kept"),
    "bad_price": gettext_lazy("the price is not a number"),
    "negative_price": gettext_lazy("negative price: an entry of bookkeeping, not a sale"),
    "bad_date": gettext_lazy("the date can't be read"),
    "bookkeeping": gettext_lazy("an entry of bookkeeping, not a sale"),
    "stock_adjustment": gettext_lazy("an adjustment of stock in the old system, not a sale"),
    "credit_not_negative": gettext_lazy("a positive quantity on a cancellation"),
    "several_customers": gettext_lazy("the document names several customers"),
    "already_imported": gettext_lazy("imported before, unchanged"),
    "differs": gettext_lazy("imported before with other contents"),
    "repeated_row": gettext_lazy("kept; an identical row stands in the same document"),
}
MAX_NUMBER = Decimal(10) ** 10


@dataclasses.dataclass
class ImportResult:
    """What came of a file; ``read = imported + set_aside`` always."""

    read: int = 0
    imported: int = 0
    set_aside: int = 0
    flagged: int = 0
    reasons: dict[str, int] = dataclasses.field(default_factory=dict)
    counts: dict[str, int] = dataclasses.field(default_factory=dict)

    def summary(self) -> str:
        """One line for people and scripts."""
        return _("read %(read)s · imported %(imported)s · set aside %(set_aside)s") % dataclasses.asdict(self)

    def breakdown(self) -> list[tuple[str, int]]:
        """Why rows were set aside or flagged, most frequent first."""
        return [(str(REASONS[code]), n) for code, n in sorted(self.reasons.items(), key=lambda item: -item[1])]


class _DryRun(Exception):
    """Unwinds everything a dry run did."""


def import_history(
    *,
    path: Path,
    mapping: Mapping,
    at: datetime.datetime,
    report: Path | None = None,
    dry_run: bool = False,
    progress: Progress = lambda done, total, stage: None,
) -> ImportResult:
    """Import a file of order lines as history: all that can be kept, or nothing when the file is not certain.

    Writes ``report`` (CSV, one line per row set aside or flagged, with its reason) when given. ``progress`` is
    called with steps done, steps in all, and the stage. The same document read again adds nothing; one that
    differs is set aside. Raises FileProblem (nothing changed) and MappingError. Source: ``planning`` of returns
    and cancellations is told in docs/how-to/import.md.
    """
    columns = list(mapping.columns.values())
    table = open_table(path, columns=columns, numbers=[mapping.columns["quantity"], mapping.columns["price"]])
    result = ImportResult()
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                _run(cursor, table, mapping, at, result, progress)
                if report is not None:
                    _write_report(cursor, report)
            if dry_run:
                raise _DryRun
    except _DryRun:
        pass
    except (DataError, IntegrityError) as error:
        message = _("The database refused the file, and nothing was changed: %(reason)s")
        raise FileProblem(message % {"reason": str(error).splitlines()[0]}) from error
    return result


def _run(
    cursor: Any, table: Table, mapping: Mapping, at: datetime.datetime, result: ImportResult, progress: Progress
) -> None:
    """Fill the temporary table, then run the steps; everything in the caller's transaction."""
    cursor.execute("SET LOCAL statement_timeout = 0")
    cursor.execute("SET LOCAL lock_timeout = '30s'")
    cursor.execute("SET LOCAL work_mem = '96MB'")
    cursor.execute("SELECT pg_advisory_xact_lock(hashtext('import_history'))")  # two imports at once take turns
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    cursor.execute(CREATE)
    with cursor.copy("COPY import_row FROM STDIN") as copy:
        for result.read, (line, values) in enumerate(_parsed(table, mapping), start=1):
            copy.write_row((line, *values))
            if result.read % 5_000 == 0:
                progress(min(result.read, table.lines), 2 * table.lines, str(_("Reading rows")))
    cursor.execute("ANALYZE import_row")
    parameters = _parameters(cursor, mapping, at)
    for index, (stage, sql) in enumerate(STEPS):
        progress(table.lines + table.lines * index // len(STEPS), 2 * table.lines, str(stage))
        cursor.execute(sql, parameters)
    progress(2 * table.lines, 2 * table.lines, str(_("Done")))
    cursor.execute("SELECT reason, count(*) FROM import_row WHERE reason IS NOT NULL GROUP BY reason")
    result.reasons = dict(cursor.fetchall())
    result.set_aside = sum(result.reasons.values())
    result.imported = result.read - result.set_aside
    cursor.execute("SELECT count(*) FROM import_row WHERE is_repeated AND reason IS NULL")
    result.flagged = cursor.fetchone()[0]
    cursor.execute("SELECT what, n FROM import_count ORDER BY what")
    result.counts = dict(cursor.fetchall())


CREATE = """
DROP TABLE IF EXISTS import_row, import_count, import_document, import_customer, import_product, import_order,
  import_credit, import_sold, import_return;
CREATE TEMPORARY TABLE import_row (
  line bigint, document text COLLATE "C", kind text, code text COLLATE "C", description text, quantity numeric(14,3),
  at timestamp, price numeric(14,4), customer text COLLATE "C", customer_name text, country text, reason text, raw text,
  is_charge boolean, is_repeated boolean DEFAULT false
) ON COMMIT DROP;
CREATE TEMPORARY TABLE import_count (what text, n bigint) ON COMMIT DROP;
"""


def _parsed(table: Table, mapping: Mapping) -> Iterator[tuple[int, tuple]]:
    """Each row of the file as typed values, or with the reason why it can't be kept.

    ``kind`` is "order" or "credit"; the rest of the columns are those of ``CREATE``.
    """
    place = {ours: table.header.index(theirs) for ours, theirs in mapping.columns.items()}
    read_time = _time_reader(mapping.times)
    countries: dict[str, str] = {}
    for line, row in table.rows():
        cell = {ours: row[index].strip() for ours, index in place.items()}
        reason = None
        document, code = cell["document"], cell["code"].upper()
        quantity: Decimal | None = None
        price: Decimal | None = None
        try:
            quantity = _number(cell["quantity"], decimal_comma=table.decimal_comma)
        except ValueError:
            reason = "bad_quantity"
        try:
            price = _number(cell["price"], decimal_comma=table.decimal_comma)
        except ValueError:
            reason = reason or "bad_price"
        moment = read_time(cell["at"])
        customer = _customer_key(cell.get("customer", ""))
        is_credit = bool(mapping.credit_prefix) and document.upper().startswith(mapping.credit_prefix)
        if reason is None and quantity is not None and price is not None:
            reason = _fault(document, code, quantity, price, moment, customer, is_credit=is_credit, mapping=mapping)
        if len(document) > 60 or len(code) > 40 or len(customer) > 60:
            reason = reason or "too_long"
        if reason in ("bad_quantity", "bad_price", "too_large", "too_long"):
            quantity = price = None
        country = cell.get("country", "")
        if country not in countries:
            countries[country] = mapping.country_code(country)
        kind = "credit" if quantity is not None and quantity < 0 else "order"
        yield (
            line,
            (
                document[:80],
                kind,
                code[:80],
                cell.get("description", "")[:200],
                quantity,
                moment,
                price,
                customer[:80],
                cell.get("customer_name", "")[:160],
                countries[country],
                reason,
                table.delimiter.join(row)[:500],
                code in mapping.charges,
                False,
            ),
        )


def _fault(
    document: str,
    code: str,
    quantity: Decimal,
    price: Decimal,
    moment: datetime.datetime | None,
    customer: str,
    *,
    is_credit: bool,
    mapping: Mapping,
) -> str | None:
    """Why a row of readable numbers is no sale and no return; None when it is one."""
    faults = (
        (not document, "no_document"),
        (not code, "no_code"),
        (moment is None, "bad_date"),
        (max(abs(quantity), abs(price), abs(quantity * price)) >= MAX_NUMBER, "too_large"),
        (code in mapping.bookkeeping, "bookkeeping"),
        (price < 0, "negative_price"),
        (quantity == 0, "zero_quantity"),
        (price == 0 and (quantity < 0 or not customer), "stock_adjustment"),
        (is_credit and quantity > 0, "credit_not_negative"),
    )
    return next((reason for is_so, reason in faults if is_so), None)


def _number(text: str, *, decimal_comma: bool) -> Decimal:
    """A number as the file writes it. Raises ValueError."""
    text = text.replace(".", "").replace(",", ".") if decimal_comma else text.replace(",", "")
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError(text) from None
    if not number.is_finite():
        raise ValueError(text)
    return number


def _customer_key(text: str) -> str:
    """A customer's number; 17850.0, as spreadsheets write whole numbers, is 17850."""
    whole = text.removesuffix(".0")
    return whole if whole.isdecimal() else text


def _time_reader(formats: tuple[str, ...]) -> Callable[[str], datetime.datetime | None]:
    """A reader of local times; remembers what it read, for documents repeat their time on every line."""
    known: dict[str, datetime.datetime | None] = {}

    def read(text: str) -> datetime.datetime | None:
        if text not in known:
            if len(known) > 50_000:
                known.clear()
            known[text] = _parse_time(text, formats)
        return known[text]

    return read


def _parse_time(text: str, formats: tuple[str, ...]) -> datetime.datetime | None:
    for form in formats:
        try:
            moment = datetime.datetime.strptime(text, form)  # noqa: DTZ007  (the database adds the mapping's zone)
        except ValueError:
            continue
        return moment if 1970 <= moment.year <= 2200 else None
    return None


def _parameters(cursor: Any, mapping: Mapping, at: datetime.datetime) -> dict[str, object]:
    """What the steps need to know. Raises FileProblem when the catalogue lacks its basics."""
    issuer = Issuer.objects.seller()
    tax_class = TaxClass.objects.order_by("pk").first()
    if issuer is None or tax_class is None:
        raise FileProblem(_("Set up an issuer and a tax class in the administration first; nothing was changed."))
    unit = Unit.objects.filter(code__in=["H87", "C62"]).order_by("-code").first()
    if unit is None:
        unit = Unit.objects.create(code="H87", name=str(_("Piece")), symbol=str(_("pc")))
    line, _created = ProductLine.objects.get_or_create(
        code=f"H-{mapping.name}"[:12].upper(), defaults={"name": mapping.label}
    )
    return {
        "source": mapping.name,
        "prefix": mapping.number_prefix,
        "zone": str(mapping.time_zone),
        "currency": mapping.currency,
        "default_country": mapping.default_country,
        "issuer": issuer.pk,
        "tax_class": tax_class.pk,
        "unit": unit.pk,
        "line": line.pk,
        "now": at,
        "customer_word": str(_("Customer")),
        "anonymous": _("Customers without a number (%(source)s)") % {"source": mapping.label},
    }


def _write_report(cursor: Any, report: Path) -> None:
    """Every row set aside or flagged: line, reason, the row as it stood in the file."""
    cursor.execute(
        """
        SELECT line, coalesce(reason, 'repeated_row'), reason IS NULL, document, code, raw
        FROM import_row WHERE reason IS NOT NULL OR is_repeated ORDER BY line
        """
    )
    with report.open("w", encoding="utf-8-sig", newline="") as file:
        writer = line_writer(file)
        writer.writerow([_("line of the file"), _("outcome"), _("reason"), _("document"), _("code"), _("row")])
        for line, reason, is_kept, document, code, raw in cursor:
            outcome = _("imported, flagged") if is_kept else _("set aside")
            cells = (_plain(cell) for cell in (document, code, raw))
            writer.writerow([line, outcome, REASONS[reason], *cells])


def _plain(text: str | None) -> str:
    """Text that a spreadsheet does not take for a formula."""
    text = text or ""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
