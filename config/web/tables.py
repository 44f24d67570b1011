"""Tables: columns that write one finished string per cell, and a row loop that costs next to nothing.

A table declares columns, sorts and links, never queries::

    class OrderTable(BaseTable):
        select = SelectColumn()
        number = LinkColumn("orders:order_page", verbose_name=_("Order"), card="title")
        placed = DateTimeColumn(accessor="placed_at", verbose_name=_("Placed"), card="meta")
        customer = TextColumn(accessor="customer__name", sub="customer__city", verbose_name=_("Customer"), card="sub")
        status = StatusColumn(OrderStatus, verbose_name=_("Status"), card="state")
        total = MoneyColumn(accessor="total_gross", verbose_name=_("Total"), card="amount")

        sorts = {"placed": ("placed_at", "desc"), "total": ("total_gross", "desc")}
        row_url = "orders:order_page"
        peek = True

Rows may be model instances, dicts (``.values()``) or named tuples; a path is written ``customer__name``. A method
``render_<column>(self, record, value)`` overrides the column's own text and returns escaped HTML.
"""

import copy
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from functools import cached_property, lru_cache, partial
from inspect import signature
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils import timezone
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from config.web import badges, formats
from config.web.escaping import escape
from config.web.keyset import read

PLACEHOLDER = 987654321
NONE = SafeString(f'<span class="t-none">{formats.NOTHING}</span>')  # a phone's card leaves it out

Written = list[tuple[str, Callable[[Any], Any]]]


@lru_cache(maxsize=256)
def _url_pattern(viewname: str) -> tuple[str, str]:
    before, found, after = reverse(viewname, args=[PLACEHOLDER]).partition(str(PLACEHOLDER))
    if not found:
        raise ValueError(f"{viewname} takes no primary key")
    return before, after


def row_address(viewname: str, pk: object) -> str:
    """Return the address of a view that takes one key; reversed once per name, not once per row."""
    before, after = _url_pattern(viewname)
    return f"{before}{pk}{after}"


@dataclass(frozen=True)
class Reader:
    """Who reads the table: asked once for all rows, not once per cell."""

    language: str = "en"
    today: date | None = None
    zone: tzinfo | None = None

    @classmethod
    def now(cls) -> "Reader":
        return cls(get_language() or "en", timezone.localdate(), timezone.get_current_timezone())

    def local(self, value: datetime) -> datetime:
        """Return a moment as the reader's clock shows it."""
        return value.astimezone(self.zone).replace(tzinfo=None) if self.zone and timezone.is_aware(value) else value


@lru_cache(maxsize=8192)
def _promise(value: date | None, reader: Reader, *, done: bool) -> str:
    text, note, tone = formats.promise(value, reader.today, done=done)
    if not tone:
        return text
    after = f'<span class="t-sub u-{tone}">{note}</span>' if note else ""
    return SafeString(f'<span class="u-{tone}">{text}</span>{after}')


@lru_cache(maxsize=8192)
def _day_time(value: datetime, reader: Reader) -> str:
    return formats.day_time(reader.local(value), reader.today, reader.language)


def _reads(records: Sequence[Any]) -> Callable[[Any, str], Any]:
    """``read`` for these rows: dicts, what most lists have, hold every path as a key."""
    return dict.get if records and type(records[0]) is dict else read


class Cell(tables.Column):
    """A column that formats its own cells.

    ``css`` are extra classes of head and cells. ``card`` is the place on a phone's card: "title", "amount", "sub",
    "meta", "state" or "note"; a column without one is not shown there. ``hide`` drops the column when the sheet is
    narrow: "l" below 1120 px, "m" below 960 px. ``empty`` is the text for None and "". ``reader``, and ``read`` for
    the value of a row at a path, are set for the rows of one table.
    """

    reader = Reader()
    read = staticmethod(read)

    css = ""
    control = False
    empty = formats.NOTHING

    def __init__(
        self, *args: Any, css: str = "", card: str = "", hide: str = "", empty: str | None = None, **kwargs: Any
    ):
        super().__init__(*args, **kwargs)
        self.card = card
        classes = [self.css, css, f"t-at-{card}" if card else "t-wide", f"t-hide-{hide}" if hide else ""]
        self.classes = " ".join(filter(None, classes))
        if empty is not None:
            self.empty = empty

    def __deepcopy__(self, memo: dict[int, Any]) -> "Cell":
        return copy.copy(self)  # a table copies its columns for each request; they hold nothing that changes

    def cell(self, value: Any, record: Any) -> str:
        """Return the cell's content as escaped HTML."""
        return self.empty if value is None or value == "" else escape(value)

    def written(self, heading: str, path: str) -> Written:
        """Return what a file carries of this column: one or several of (heading, function of a row to its value)."""
        return [(heading, partial(read, path=path))]


class TextColumn(Cell):
    """A text, with an optional second, quieter one: ``sub`` is its path in the row; ``url`` a view taking ``key``.

    ``sub_name`` is the second one's heading in a file, which leaves it out without one. ``choices`` are the words of
    a coded text.
    """

    def __init__(
        self,
        *args: Any,
        sub: str = "",
        sub_name: Any = "",
        url: str = "",
        key: str = "pk",
        choices: Iterable[tuple[Any, Any]] = (),
        **kwargs: Any,
    ):
        super().__init__(*args, **kwargs)
        self.sub, self.sub_name, self.url, self.key = sub, sub_name, url, key
        self.words = dict(choices)

    def cell(self, value: Any, record: Any) -> str:
        value = self.words.get(value, value) if self.words else value
        text = self.empty if value is None or value == "" else escape(value)
        key = self.read(record, self.key) if self.url else None
        note = self.read(record, self.sub) if self.sub else None
        if key is None and not note:
            return text
        if key is not None:
            text = f'<a class="t-quiet" href="{row_address(self.url, key)}">{text}</a>'
        return SafeString(f'{text}<span class="t-sub">{escape(note)}</span>' if note else text)

    def written(self, heading: str, path: str) -> Written:
        """The word, and the second text where it has a heading."""
        words = self.words
        first = (
            heading,
            (lambda row: words.get(read(row, path), read(row, path))) if words else partial(read, path=path),
        )
        return [first, (str(self.sub_name), partial(read, path=self.sub))] if self.sub_name else [first]


class LinkColumn(TextColumn):
    """The row's own link: bold, opens the document. ``key`` is the path of what the address takes."""

    css = "t-key"

    def __init__(self, url: str, *args: Any, **kwargs: Any):
        super().__init__(*args, url=url, **kwargs)

    def cell(self, value: Any, record: Any) -> str:
        text = escape(self.empty if value in (None, "") else self.words.get(value, value))
        note = self.read(record, self.sub) if self.sub else None
        after = f'<span class="t-sub">{escape(note)}</span>' if note else ""
        address = row_address(self.url, self.read(record, self.key))
        return SafeString(f'<a class="t-link" href="{address}">{text}</a>{after}')


class MoneyColumn(Cell):
    """An amount; ``currency`` is the path of the row's currency, or a code of three letters."""

    css = "t-num"

    def __init__(self, *args: Any, currency: str = "currency", **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.currency = currency
        self.fixed = bool(re.fullmatch("[A-Z]{3}", currency))

    def cell(self, value: Any, record: Any) -> str:
        currency = self.currency if self.fixed else self.read(record, self.currency) or "EUR"
        return formats.money(value, currency, self.reader.language)

    def written(self, heading: str, path: str) -> Written:
        """The amount and its currency."""
        currency, fixed = self.currency, self.fixed
        return [
            (heading, partial(read, path=path)),
            (_("Currency"), (lambda row: currency) if fixed else partial(read, path=currency)),
        ]


class QuantityColumn(Cell):
    """A quantity with up to three decimals; ``unit`` is the path of its unit."""

    css = "t-num"

    def __init__(self, *args: Any, unit: str = "", **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.unit = unit

    def cell(self, value: Any, record: Any) -> str:
        unit = self.read(record, self.unit) if self.unit and value is not None else None
        text = formats.quantity(value, self.reader.language)
        if unit:
            return SafeString(f'{text} <span class="t-unit">{escape(unit)}</span>')
        if self.card:  # a number alone says nothing
            return SafeString(f'<span class="t-word">{escape(self.verbose_name)} </span>{text}')
        return text

    def written(self, heading: str, path: str) -> Written:
        """The quantity, and its unit where it has one."""
        first = (heading, partial(read, path=path))
        return [first, (_("Unit"), partial(read, path=self.unit))] if self.unit else [first]


class DateColumn(Cell):
    """A day: "22 Nov", with the year when it is another one."""

    css = "t-date"

    def cell(self, value: Any, record: Any) -> str:
        if isinstance(value, datetime):
            value = self.reader.local(value)
        return formats.day(value, self.reader.today, self.reader.language)


class DateTimeColumn(Cell):
    """A moment: "22 Nov, 09:04"."""

    css = "t-date"

    def cell(self, value: Any, record: Any) -> str:
        if value is None:
            return self.empty
        return _day_time(value, self.reader)


class PromiseColumn(Cell):
    """A promised day in words, with how late it is; ``done`` tells whether the row no longer waits for it."""

    css = "t-date"

    def __init__(self, *args: Any, done: Callable[[Any], bool] | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.done = done

    def cell(self, value: Any, record: Any) -> str:
        if value is None:
            return self.empty
        return _promise(value, self.reader, done=bool(self.done and self.done(record)))


class StatusColumn(Cell):
    """A state as a badge; ``states`` is the TextChoices class with its ``TONES``, ``note`` the path of a reason."""

    css = "t-status"

    def __init__(self, states: type[Any], *args: Any, note: str = "", **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.states, self.note = states, note

    def cell(self, value: Any, record: Any) -> str:
        if value in (None, ""):
            return self.empty
        note = self.read(record, self.note) if self.note else None
        badge = badges.badge_of(self.states, value, self.reader.language)
        return SafeString(f'{badge}<span class="t-sub">{escape(note)}</span>') if note else badge

    def written(self, heading: str, path: str) -> Written:
        """The state in words."""
        words = dict(self.states.choices)
        return [(heading, lambda row: words.get(read(row, path), read(row, path)))]


class PersonColumn(Cell):
    """A person or company as initials in a coloured disc."""

    css = "t-person"

    def cell(self, value: Any, record: Any) -> str:
        return badges.avatar(str(value)) if value else self.empty


class ProgressColumn(Cell):
    """How much of a total is done: a bar and "3/8". ``done``, ``partly`` and ``total`` are paths of numbers."""

    css = "t-progress"

    def __init__(self, *args: Any, done: str, total: str, partly: str = "", **kwargs: Any):
        kwargs.setdefault("accessor", total)
        super().__init__(*args, **kwargs)
        self.done, self.partly, self.total = done, partly, total

    def cell(self, value: Any, record: Any) -> str:
        partly = self.read(record, self.partly) if self.partly else 0
        return badges.progress(
            self.read(record, self.done) or 0, self.read(record, self.total) or 0, partly or 0, self.reader.language
        )

    def written(self, heading: str, path: str) -> Written:
        """How many there are, and how many are done."""
        done = _("%(things)s: done") % {"things": heading}
        return [(heading, partial(read, path=self.total)), (done, partial(read, path=self.done))]


class BooleanColumn(Cell):
    """Yes or nothing: a tick with a word for screen readers."""

    css = "t-mark"

    def cell(self, value: Any, record: Any) -> str:
        return badges.tick(str(self.verbose_name or _("Yes"))) if value else ""

    def written(self, heading: str, path: str) -> Written:
        """Yes or no."""
        yes, no = _("Yes"), _("No")
        return [(heading, lambda row: yes if read(row, path) else no)]


@lru_cache(maxsize=8)
def _select_words(language: str) -> str:
    return escape(_("Select %s"))


class SelectColumn(Cell):
    """The check box of bulk actions; posts ``select=<pk>``."""

    css = "t-select"
    control = True

    def __init__(self, *args: Any, label: str = "", **kwargs: Any):
        kwargs.setdefault("accessor", "pk")
        super().__init__(*args, **kwargs)
        self.label = label

    def cell(self, value: Any, record: Any) -> str:
        name = escape(self.read(record, self.label) if self.label else value)
        said = _select_words(self.reader.language) % name
        return SafeString(
            f'<label class="t-tick"><input type="checkbox" name="select" value="{escape(value)}" aria-label="{said}"></label>'
        )


@lru_cache(maxsize=256)
def _labels(table: type["BaseTable"], language: str) -> dict[str, str]:
    return {bound.name: str(bound.header) for bound in table([]).columns.iterall()}


class BaseTable(tables.Table):
    """A table whose rows are written by ``body``; the template only wraps them.

    ``sorts`` maps column names to (path, first direction), the first entry is the list's own order. ``row_url`` is
    the view that a row opens (takes ``row_key``), ``peek`` whether that view can answer ``HX-Target: peek`` with a
    drawer. Inside another page's panel the table shows ``panel_rows`` rows, no check boxes and no column of
    ``panel_exclude``. ``row_class(record)`` may return a class for the row. ``container_id`` is the id of the container the
    list lives in: ``OrderTable`` → ``order_table``.
    """

    sorts: dict[str, tuple[str, str]] = {}
    row_url = ""
    row_key = "pk"
    peek = False
    panel_exclude: tuple[str, ...] = ()
    panel_rows = 8
    listing: Any = None

    class Meta:
        caption = ""
        template_name = "table.html"
        orderable = False

    @property
    def container_id(self) -> str:
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", type(self).__name__).lower()

    @property
    def caption(self) -> str:
        """What the table is, for screen readers."""
        return str(self.Meta.caption)

    def row_class(self, record: Any) -> str:
        return ""

    @cached_property
    def shown(self) -> list[tuple[str, Any, str]]:
        """The visible columns: name, bound column, css classes."""
        return [
            (bound.name, bound, getattr(bound.column, "classes", "t-wide"))
            for bound in self.columns.iterall()
            if bound.visible
        ]

    @cached_property
    def labels(self) -> dict[str, str]:
        """What stands above each column."""
        return _labels(type(self), get_language() or "")  # type: ignore[arg-type]  # classes are hashable

    @property
    def headers(self) -> list[Any]:
        """The column heads; those of the list know their links."""
        if self.listing is not None:
            return self.listing.headers
        return [{"label": self.labels[name], "css": css} for name, _bound, css in self.shown]

    def written(self) -> Written:
        """What a file carries: (heading, function of a row to its value) of each visible column that is no control.

        A unit or currency that several columns share stands once.
        """
        found: dict[str, Callable[[Any], Any]] = {}
        for _name, bound, _css in self.shown:
            if not getattr(bound.column, "control", False):
                for heading, value in bound.column.written(str(bound.header), str(bound.accessor).replace(".", "__")):
                    found.setdefault(heading, value)
        return list(found.items())

    def body(self) -> SafeString:
        """Return all rows as finished HTML: 50 rows are 500 cells, too many for a template's loop.

        Written column by column, so that what a column needs to know is looked up once.
        """
        records = self.data.data
        reader, reads = Reader.now(), _reads(records)
        columns = []
        for name, bound, css in self.shown:
            bound.column.reader, bound.column.read = reader, reads
            write, path = self._writer(name, bound), str(bound.accessor).replace(".", "__")
            opening = f'<td class="{css}">'
            texts = [write(reads(record, path), record) for record in records]
            texts = [text if type(text) is SafeString else escape(text) for text in texts]
            columns.append([opening + (NONE if text == formats.NOTHING else text) for text in texts])
        rows = [
            f"{opening}{'</td>'.join(cells)}</td></tr>\n"
            for opening, cells in zip(self._openings(records), zip(*columns, strict=True), strict=True)
        ]
        return SafeString("".join(rows))

    def _openings(self, records: Sequence[Any]) -> list[str]:
        """The ``<tr>`` of every row."""
        if type(self).row_class is BaseTable.row_class:
            classes = [""] * len(records)
        else:
            classes = [f' class="{escape(css)}"' if (css := self.row_class(record)) else "" for record in records]
        if not self.row_url:
            return [f"<tr{css}>" for css in classes]
        urls = [row_address(self.row_url, read(record, self.row_key)) for record in records]
        if self.peek:
            return [f'<tr data-href="{url}" data-peek="{url}"{css}>' for url, css in zip(urls, classes, strict=True)]
        return [f'<tr data-href="{url}"{css}>' for url, css in zip(urls, classes, strict=True)]

    def _writer(self, name: str, bound: Any) -> Callable[[Any, Any], str]:
        method = getattr(self, f"render_{name}", None)
        if method is not None:
            wants = signature(method).parameters
            if "value" in wants and "record" in wants:
                return lambda value, record: conditional_escape(method(value=value, record=record))
            if "record" in wants:
                return lambda value, record: conditional_escape(method(record=record))
            return lambda value, record: conditional_escape(method(value=value))
        if isinstance(bound.column, Cell):
            return bound.column.cell
        return lambda value, record: formats.NOTHING if value in (None, "") else conditional_escape(value)
