"""Reading a table out of a file that someone else wrote: right where that is certain, else refused in clear words."""

import codecs
import csv
import dataclasses
import gzip
import io
import re
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _

MAX_BYTES = 2_000_000_000  # of text, unpacked
MAX_RATIO = 200  # unpacked to packed; order tables reach 10
BLOCK = 1 << 20
DELIMITERS = ",;\t|"
ENCODINGS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
EITHER_NUMBER = re.compile(r"-?\d{1,3}([.,]\d{3})$")  # 1,234 is one thing in London and another in Madrid
COMMA_NUMBER = re.compile(r"-?(\d+|\d{1,3}(\.\d{3})+),\d+$")
POINT_NUMBER = re.compile(r"-?(\d+|\d{1,3}(,\d{3})+)\.\d+$")


class FileProblem(Exception):
    """The file can't be read with certainty, and nothing was changed; the message names line and column."""


@dataclasses.dataclass(frozen=True)
class Table:
    """A readable table: what ``rows`` will read, and how."""

    path: Path
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    lines: int  # in the whole file, for progress
    decimal_comma: bool

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Line number (the header is line 1) and values of every row; blank lines are passed over.

        Raises FileProblem for a line that has not as many values as the header, or an open quotation mark.
        """
        with open_text(self.path, self.encoding) as text:
            reader = csv.reader(text, delimiter=self.delimiter, strict=True)
            try:
                next(reader)
                for row in reader:
                    if len(row) != len(self.header):
                        if not any(row):
                            continue
                        raise FileProblem(self._wrong_length(reader.line_num, row))
                    yield reader.line_num, row
            except csv.Error as error:
                raise FileProblem(
                    _("Line %(line)s can't be read: %(error)s. Is a quotation mark missing, or is the file cut off?")
                    % {"line": reader.line_num, "error": error}
                ) from error

    def _wrong_length(self, line: int, row: Sequence[str]) -> str:
        if len(row) < len(self.header):
            return _(
                "Line %(line)s has %(found)s values instead of %(wanted)s: it ends before the column %(column)s. "
                "The file may be cut off; nothing was changed."
            ) % {"line": line, "found": len(row), "wanted": len(self.header), "column": self.header[len(row)]}
        return _(
            "Line %(line)s has %(found)s values instead of %(wanted)s, more than there are columns after "
            "%(column)s. Put texts that hold the separator into quotation marks; nothing was changed."
        ) % {"line": line, "found": len(row), "wanted": len(self.header), "column": self.header[-1]}


def open_table(path: Path, *, columns: Sequence[str], numbers: Sequence[str]) -> Table:
    """Look through the whole file once and say how to read it.

    ``columns`` are the headings that must be there, ``numbers`` those that hold numbers (they tell a decimal
    comma from a decimal point). CSV or gzipped CSV; UTF-8, UTF-16 with its mark, or Windows-1252; separated by
    comma, semicolon, tab or bar. Raises FileProblem.
    """
    size = path.stat().st_size
    if size == 0:
        raise FileProblem(_("The file is empty."))
    encoding, lines = _encoding(path, size)
    with open_text(path, encoding) as text:
        first = text.readline(1 << 16)
    delimiter, header = _header(first, columns)
    table = Table(path, encoding, delimiter, header, lines, decimal_comma=False)
    return dataclasses.replace(table, decimal_comma=_decimal_comma(table, numbers))


def first_line(path: Path) -> str:
    """The line of the headings, as text. Raises FileProblem for what is no text, like ``open_table``."""
    size = path.stat().st_size
    if size == 0:
        raise FileProblem(_("The file is empty."))
    encoding, _lines = _encoding(path, size)
    with open_text(path, encoding) as text:
        return text.readline(1 << 16)


def has_columns(line: str, columns: Sequence[str]) -> bool:
    """Tell whether a line of headings names all of some columns."""
    try:
        _header(line, columns)
    except FileProblem:
        return False
    return True


def open_text(path: Path, encoding: str) -> io.TextIOWrapper:
    """The file as text, unpacked when it is gzipped; line ends stay as they are, for the CSV reader."""
    return io.TextIOWrapper(open_bytes(path), encoding=encoding, newline="")


def open_bytes(path: Path) -> BinaryIO:
    """The file's bytes, unpacked when it is gzipped."""
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    return gzip.open(path, "rb") if packed else path.open("rb")  # type: ignore[return-value]


def _encoding(path: Path, size: int) -> tuple[str, int]:
    """Find the encoding, and count lines, by decoding everything, within the limits of size; refuse what is no text."""
    with path.open("rb") as file:
        start = file.read(8)
    if start.startswith(b"PK"):
        raise FileProblem(
            _("This is a ZIP archive or a spreadsheet. Unpack it, or save the sheet as CSV, and try again.")
        )
    if start.startswith((b"%PDF", b"\x7fELF", b"MZ", b"\x89PNG", b"\xff\xd8\xff")):
        raise FileProblem(_("This is no table of text. Export the orders as CSV and try again."))
    with open_bytes(path) as file:
        try:
            start = file.read(4)
        except (OSError, EOFError, zlib.error) as error:
            raise _damaged(error) from error
    for mark, encoding in ENCODINGS:
        if start.startswith(mark):
            return _decoded(path, size, encoding)
    try:
        return _decoded(path, size, "utf-8")
    except UnicodeDecodeError:
        pass
    try:
        return _decoded(path, size, "cp1252")
    except UnicodeDecodeError as error:
        raise FileProblem(
            _("The text is neither UTF-8, UTF-16 nor Windows-1252 (byte %(byte)s). Save it as UTF-8 and try again.")
            % {"byte": error.start}
        ) from error


def _decoded(path: Path, size: int, encoding: str) -> tuple[str, int]:
    """The encoding and the number of lines when the whole file decodes; what is no text is named by its line."""
    decoder = codecs.getincrementaldecoder(encoding)()
    line, total = 1, 0
    with open_bytes(path) as file:
        while True:
            try:
                block = file.read(BLOCK)
            except (OSError, EOFError, zlib.error) as error:
                raise _damaged(error) from error
            total += len(block)
            if total > MAX_BYTES or (total > 50_000_000 and total > MAX_RATIO * size):
                raise FileProblem(
                    _("Unpacked, the file is larger than %(limit)s MB or grows more than a table does. Split it.")
                    % {"limit": MAX_BYTES // 1_000_000}
                )
            text = decoder.decode(block, final=not block)
            odd = _CONTROL.search(text)
            if odd:
                raise FileProblem(
                    _(
                        "Line %(line)s, column %(column)s, holds a character that no text has (code %(code)s). "
                        "Is this a CSV file?"
                    )
                    % {
                        "line": line + text.count("\n", 0, odd.start()),
                        "column": odd.start() - text.rfind("\n", 0, odd.start()),
                        "code": ord(odd.group()),
                    }
                )
            line += text.count("\n")
            if not block:
                return encoding, line


_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def _damaged(error: Exception) -> FileProblem:
    return FileProblem(_("The packed file is damaged or cut off: %(error)s. Nothing was changed.") % {"error": error})


def _header(line: str, columns: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """The separator under which the wanted headings are there, and all headings."""
    best: tuple[str, ...] = ()
    for delimiter in DELIMITERS:
        try:
            header = tuple(name.strip() for name in next(csv.reader([line], delimiter=delimiter)))
        except (csv.Error, StopIteration):
            continue
        if set(columns) <= set(header):
            if len(set(header)) != len(header):
                double = next(name for name in header if header.count(name) > 1)
                raise FileProblem(_("The column %(column)s stands twice in line 1.") % {"column": double})
            return delimiter, header
        best = max(best, header, key=lambda names: (len(set(names) & set(columns)), len(names)))
    missing = [name for name in columns if name not in best]
    raise FileProblem(
        _("Line 1 must name the columns. Missing: %(missing)s. Found: %(found)s.")
        % {"missing": ", ".join(missing), "found": ", ".join(name[:40] for name in best[:20]) or "–"}
    )


def _decimal_comma(table: Table, numbers: Sequence[str]) -> bool:
    """True when numbers are written 1.234,56; decided by the first ten thousand rows that show it."""
    places = [table.header.index(name) for name in numbers]
    comma = point = either = 0
    for seen, (line, row) in enumerate(table.rows()):
        for place in places:
            value = row[place].strip()
            if EITHER_NUMBER.match(value):
                either = either or line
            elif COMMA_NUMBER.match(value):
                comma = comma or line
            elif POINT_NUMBER.match(value):
                point = point or line
            if comma and point:
                raise FileProblem(
                    _(
                        "Column %(column)s writes decimals with a comma in line %(comma)s and with a point in line "
                        "%(point)s. Use one of them; nothing was changed."
                    )
                    % {"column": table.header[place], "comma": comma, "point": point}
                )
        if seen > 10_000 and (comma or point):
            break
    if either and not comma and not point:
        raise FileProblem(
            _(
                "Line %(line)s has a number that may mean thousands or decimals, and no other number of the file tells "
                "which. Write numbers without separators of thousands; nothing was changed."
            )
            % {"line": either}
        )
    return bool(comma)
