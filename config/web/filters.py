"""Filters of lists: a row of controls, chips for what is in force, everything in the query string.

A filter set declares filters; the templates draw them by kind::

    class OrderFilter(BaseFilter):
        q = SearchFilter(method="search", label=_("Number, customer, their PO"))
        status = AnyOfFilter(choices=OrderStatus.choices, label=_("Status"), icon="circle-dot")
        warehouse = OneOfFilter(queryset=warehouses, label=_("Warehouse"))
        placed = DatesFilter(field_name="placed_at", label=_("Placed"))
        more = ("placed",)

        def search(self, queryset, name, value): ...

``more`` names the filters that wait behind the "More" button. Values that make no sense are ignored.
"""

import copy
import time
from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Any

import django_filters
from django import forms
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from config.web import formats
from config.web.pages import address

BLANK_SECONDS = 10
BLANKS_KEPT = 512


@dataclass(frozen=True)
class Chip:
    """A filter in force; ``url`` is the list without it."""

    label: str
    value: str
    url: str


@dataclass(frozen=True)
class Part:
    """One control of the filter row: ``kind`` is "search", "many", "one", "dates", "flag", "hidden" or "text".

    Plain values, so that equal controls are drawn once (see the tag ``fixed``). ``options`` are (value, label,
    chosen) of what can be chosen, ``dates`` the two ends of a period, both as they stand in the query string.
    """

    name: str
    kind: str
    label: str
    icon: str = ""
    active: int = 0
    value: str = ""
    options: tuple[tuple[str, str, bool], ...] = ()
    dates: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Controls:
    """The filter row of a list: the search box if there is one, what stands in the row, what waits behind "More"."""

    search: Part | None
    shown: tuple[Part, ...]
    more: tuple[Part, ...]

    @property
    def more_active(self) -> int:
        """How many of those behind "More" are in force."""
        return sum(1 for part in self.more if part.active)


_BLANKS: dict[Hashable, tuple[float, Part | None]] = {}


class _Kind(django_filters.Filter):
    """What every filter of ours has in common; a filter set copies its filters for each request, cheaply."""

    kind = "text"
    icon = ""

    def __deepcopy__(self, memo: dict[int, Any]) -> "_Kind":
        twin = copy.copy(self)
        twin.extra = dict(self.extra)  # written to when the field is made
        if self.method is not None:  # bound to the copy, whose parent it asks
            twin.method = self.method
        return twin


class SearchFilter(_Kind, django_filters.CharFilter):
    """The search box; give it ``method``, whose query decides what is searched."""

    kind = "search"


class AnyOfFilter(_Kind, django_filters.MultipleChoiceFilter):
    """Check boxes in a popover; one ``IN``, no DISTINCT."""

    kind = "many"

    def __init__(self, *args: Any, icon: str = "", **kwargs: Any):
        kwargs.setdefault("widget", forms.CheckboxSelectMultiple)
        super().__init__(*args, **kwargs)
        self.icon = icon

    def filter(self, qs: QuerySet[Any], value: list[str]) -> QuerySet[Any]:
        if not value:
            return qs
        return qs.filter(**{f"{self.field_name}__in": value})


class OneOfFilter(_Kind, django_filters.ModelChoiceFilter):
    """One row of a table (few rows: they all stand in the menu)."""

    kind = "one"

    def __init__(self, *args: Any, **kwargs: Any):
        kwargs.setdefault("empty_label", gettext_lazy("Any"))
        super().__init__(*args, **kwargs)


class ChoiceFilter(_Kind, django_filters.ChoiceFilter):
    """One of a few fixed values."""

    kind = "one"

    def __init__(self, *args: Any, **kwargs: Any):
        kwargs.setdefault("empty_label", gettext_lazy("Any"))
        super().__init__(*args, **kwargs)


class DatesFilter(_Kind, django_filters.DateFromToRangeFilter):
    """Two dates, both days included: ``?placed_after=2026-11-01&placed_before=2026-11-30``."""

    kind = "dates"

    def __init__(self, *args: Any, **kwargs: Any):
        kwargs.setdefault("widget", django_filters.widgets.DateRangeWidget(attrs={"type": "date"}))
        super().__init__(*args, **kwargs)


class FlagFilter(_Kind, django_filters.BooleanFilter):
    """A check box; only "on" filters."""

    kind = "flag"

    def __init__(self, *args: Any, **kwargs: Any):
        kwargs.setdefault("widget", forms.CheckboxInput)
        super().__init__(*args, **kwargs)

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        return super().filter(qs, True) if value else qs


class HiddenFilter(_Kind, django_filters.CharFilter):
    """A value that comes from a link or a panel (``?customer=5``) and has no control of its own."""

    kind = "hidden"

    def __init__(self, *args: Any, **kwargs: Any):
        kwargs.setdefault("widget", forms.HiddenInput)
        super().__init__(*args, **kwargs)


def parameters(name: str, declared: Any) -> tuple[str, ...]:
    """Return the query parameters of one filter."""
    return (f"{name}_after", f"{name}_before") if getattr(declared, "kind", "") == "dates" else (name,)


class BaseFilter(django_filters.FilterSet):
    """The filter set of a list; ``controls`` and ``chips`` are what the templates draw."""

    more: tuple[str, ...] = ()

    def names(self) -> list[str]:
        """Return the query parameters that belong to the filters."""
        return [key for name, declared in self.filters.items() for key in parameters(name, declared)]

    def _asked(self) -> list[str]:
        """The filters that the query string names."""
        return [
            name
            for name, declared in self.filters.items()
            if any(key in self.data for key in parameters(name, declared))
        ]

    @property
    def form(self) -> forms.Form:
        """What was asked, checked; without the fields that nobody asked for."""
        if not hasattr(self, "_form"):
            self._form = forms.Form(self.data, prefix=self.form_prefix)
            self._form.fields = {name: self.filters[name].field for name in self._asked()}
        return self._form

    @cached_property
    def _values(self) -> dict[str, Any]:
        if not self.is_bound:
            return {}
        self.form.is_valid()
        return {name: value for name, value in self.form.cleaned_data.items() if value not in (None, "", [], False)}

    def _part(self, name: str) -> Part:
        """One control as the query string sets it."""
        part = self._blank(name)
        if not any(key in self.data for key in parameters(name, self.filters[name])):
            return part
        value, given = self._values.get(name), self.data.getlist(name)
        return replace(
            part,
            active=len(value) if isinstance(value, list) else int(value is not None),
            value=given[-1] if given else "",
            options=tuple((key, label, key in given) for key, label, _chosen in part.options),
            dates=(self.data.get(f"{name}_after", ""), self.data.get(f"{name}_before", "")),
        )

    def _blank(self, name: str) -> Part:
        """A control with nothing chosen, as this reader saw it within the last ten seconds in this process."""
        reader = getattr(getattr(self.request, "user", None), "pk", None)
        key, now = (type(self), name, reader, get_language()), time.monotonic()
        at, part = _BLANKS.get(key, (0.0, None))
        if part is None or now - at > BLANK_SECONDS:
            if len(_BLANKS) >= BLANKS_KEPT:
                _BLANKS.clear()
            part = self._new_part(name)
            _BLANKS[key] = now, part
        return part

    def _new_part(self, name: str) -> Part:
        declared = self.filters[name]
        is_choice = isinstance(declared, AnyOfFilter | OneOfFilter | ChoiceFilter)
        return Part(
            name,
            getattr(declared, "kind", "text"),
            str(declared.label or name),
            getattr(declared, "icon", ""),
            options=tuple((str(value), str(label), False) for value, label in declared.field.choices)
            if is_choice
            else (),
        )

    @cached_property
    def controls(self) -> Controls:
        """The filter row as the query string sets it."""
        parts = [self._part(name) for name in self.filters]
        return Controls(
            search=next((part for part in parts if part.kind == "search"), None),
            shown=tuple(part for part in parts if part.name not in self.more and part.kind != "search"),
            more=tuple(part for part in parts if part.name in self.more),
        )

    @property
    def in_force(self) -> bool:
        """True when anything narrows the list, a value from a link included."""
        return bool(self._values)

    @property
    def keeps_plan(self) -> bool:
        """True when one plan suits all values: at most one filter is in force, and it searches no words."""
        return len(self._values) <= 1 and all(self.filters[name].kind != "search" for name in self._values)

    def chips(self, request: HttpRequest) -> list[Chip]:
        """Return the filters in force as chips; a value among several gets a chip of its own."""
        chips = []
        for name, value in self._values.items():
            declared = self.filters[name]
            label = str(declared.label or name)
            kind = getattr(declared, "kind", "text")
            if kind == "hidden":
                continue
            if isinstance(value, list):
                words = {str(key): str(word) for key, word in getattr(self.form.fields[name], "choices", ())}
                for one in value:
                    rest = request.GET.copy()
                    rest.setlist(name, [str(other) for other in value if other != one])
                    for cursor in ("after", "before"):
                        rest.pop(cursor, None)
                    url = f"{request.path}?{rest.urlencode()}" if rest else request.path
                    chips.append(Chip(label, words.get(str(one), str(one)), url))
                continue
            url = address(request, **dict.fromkeys([*parameters(name, declared), "after", "before"]))
            chips.append(Chip(label, self._word(kind, name, value), url))
        return chips

    def _word(self, kind: str, name: str, value: Any) -> str:
        if kind == "dates":
            start, stop = value.start, value.stop
            if start and stop:
                return f"{formats.day(start)} – {formats.day(stop)}"
            return _("from %s") % formats.day(start) if start else _("until %s") % formats.day(stop)
        if kind == "flag":
            return _("yes")
        if isinstance(value, Model):
            return str(value)
        choices = getattr(self.form.fields[name], "choices", None)
        if choices is not None:
            return {str(key): str(word) for key, word in choices}.get(str(value), str(value))
        return str(value)
