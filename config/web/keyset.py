"""Pages that begin at a row: the place of a row in a sort, and the rows after it or before it."""

import base64
import binascii
import json
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import BooleanField, Field, Func, Model, Q, QuerySet, Value
from django.db.models.expressions import F

from config.database.prepared import prepared


class _RowCompare(Func):
    """``(a, b) < (x, y)``: the whole-row comparison that an index on (a, b) answers."""

    output_field = BooleanField()

    def __init__(self, *expressions: Any, operator: str = "<", **extra: Any):
        super().__init__(*expressions, operator=operator, **extra)

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **kwargs: Any) -> tuple[str, tuple[Any, ...]]:
        parts, params = [], []
        for expression in self.source_expressions:
            sql, values = compiler.compile(expression)
            parts.append(sql)
            params.extend(values)
        return f"({parts[0]}, {parts[1]}) {self.extra['operator']} ({parts[2]}, {parts[3]})", tuple(params)


@dataclass(frozen=True)
class Cursor:
    """The place of a row in a sort: its value, its primary key and how many rows stand before it."""

    value: str | None
    pk: str
    position: int

    def encode(self) -> str:
        text = json.dumps([self.value, self.pk, self.position], separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str) -> "Cursor | None":
        """Return the cursor, None for anything that we have not written."""
        try:
            raw = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            value, pk, position = raw
            if (
                not (value is None or isinstance(value, str))
                or not isinstance(pk, str)
                or not isinstance(position, int)
                or "\0" in f"{value}{pk}"
            ):
                return None
            return cls(value, pk, max(0, position))
        except (ValueError, TypeError, binascii.Error, UnicodeDecodeError, RecursionError):
            return None


def _write(value: object) -> str | None:
    return None if value is None else value.isoformat() if hasattr(value, "isoformat") else str(value)


def read(record: Any, path: str) -> Any:
    """Return ``customer__name`` of a model instance, a dict or a named tuple; None where the path ends early."""
    if type(record) is dict or isinstance(record, Mapping):  # the first, cheap half is nearly always the answer
        return record.get(path)
    try:
        return getattr(record, path)
    except AttributeError:
        for part in path.split("__"):
            record = getattr(record, part, None)
            if record is None:
                return None
        return record


class Keyset:
    """Order a queryset by (field, pk) and cut pages out of it at a row.

    ``direction`` is "asc" or "desc". PostgreSQL sorts NULL as the greatest value, and so does the cursor.
    ``keeps_plan`` says that the values in the conditions do not change which plan is best.
    """

    def __init__(self, queryset: QuerySet[Any], path: str, direction: str, *, keeps_plan: bool = False):
        self.queryset, self.path, self.direction, self.keeps_plan = queryset, path, direction, keeps_plan
        self.field = self._field(queryset, path)
        self.pk_field = queryset.model._meta.pk

    @staticmethod
    def _field(queryset: QuerySet[Any], path: str) -> "Field[Any, Any]":
        if path in queryset.query.annotations:
            return queryset.query.annotations[path].output_field
        model: type[Model] = queryset.model
        found: Any = None
        for part in path.split("__"):
            try:
                found = model._meta.pk if part == "pk" else model._meta.get_field(part)
            except FieldDoesNotExist as error:
                raise ValueError(f"{queryset.model.__name__} cannot be sorted by {path}") from error
            model = found.related_model or model
        return found

    def ordered(self, *, reverse: bool = False) -> QuerySet[Any]:
        sign = "-" if (self.direction == "desc") != reverse else ""
        return self.queryset.order_by(f"{sign}{self.path}", f"{sign}pk")

    def beyond(self, cursor: Cursor, *, reverse: bool = False) -> QuerySet[Any] | None:
        """Return the rows after the cursor (before it when ``reverse``), None if its values do not parse."""
        try:
            pk = self.pk_field.to_python(cursor.pk)
            value = None if cursor.value is None else self.field.to_python(cursor.value)
        except (ValidationError, ValueError, TypeError):
            return None
        down = (self.direction == "desc") != reverse
        rows = self.ordered(reverse=reverse)
        if value is None:
            same = Q(**{f"{self.path}__isnull": True, ("pk__lt" if down else "pk__gt"): pk})
            return rows.filter(same | Q(**{f"{self.path}__isnull": False}) if down else same)
        compare = _RowCompare(
            F(self.path), F("pk"), Value(value, self.field), Value(pk, self.pk_field), operator="<" if down else ">"
        )
        if down or not self._nullable:
            return rows.filter(compare)
        return rows.filter(Q(compare) | Q(**{f"{self.path}__isnull": True}))

    def fetch(self, queryset: QuerySet[Any], rows: int) -> list[Any]:
        """Return the first rows of one of our querysets."""
        with self.planned():
            return list(queryset[:rows])

    def planned(self) -> AbstractContextManager[None]:
        """Where statements about these rows are sent: PostgreSQL keeps their plans if one suits all values."""
        return prepared() if self.keeps_plan else nullcontext()

    @property
    def _nullable(self) -> bool:
        return bool(getattr(self.field, "null", True)) or "__" in self.path

    def cursor(self, record: Any, position: int) -> Cursor:
        pk = record.get("pk", record.get("id")) if isinstance(record, Mapping) else record.pk
        return Cursor(_write(read(record, self.path)), str(pk), position)
