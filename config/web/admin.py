"""What the administration of every app is made of: master data with a readable history, and what may only be read."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol, cast, runtime_checkable

import pghistory.core
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.core.paginator import Paginator
from django.db import connection, models
from django.db.models.deletion import get_candidate_relations_to_delete
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property

from config.web.field_names import name_fields

CHANGES_SHOWN = 200
COUNTED = 10_000  # rows that a filtered list counts at most


@dataclass(frozen=True)
class Change:
    """One entry of the history of an object: what happened, when, by whom, and each field old → new."""

    at: Any
    label: str
    by: str
    fields: list[tuple[str, str, str]]


class EstimatingPaginator(Paginator):
    """Counts without reading a large table: what the planner knows of a whole one, at most COUNTED of a filtered one."""

    object_list: models.QuerySet[Any]

    @cached_property
    def count(self) -> int:
        query = self.object_list.query
        if query.where or query.is_sliced or query.distinct:
            return self._counted()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT reltuples::bigint FROM pg_class WHERE oid = %s::regclass",
                [self.object_list.model._meta.db_table],
            )
            estimate = cursor.fetchone()[0]
        return estimate if estimate >= COUNTED else self._counted()

    def _counted(self) -> int:
        return self.object_list.order_by().values("pk")[:COUNTED].count()


@runtime_checkable
class HasWords(Protocol):
    """Rows that are found by the words they keep (see ``customers.search``)."""

    def matching(self, text: str) -> models.QuerySet[Any]: ...


class NamedAdmin(admin.ModelAdmin):
    """A page whose fields, also those of the rows under it, are named in the reader's language."""

    show_full_result_count = False
    paginator = EstimatingPaginator

    def __init__(self, model: type[models.Model], admin_site: admin.AdminSite) -> None:
        super().__init__(model, admin_site)
        for named in (model, *(inline.model for inline in self.inlines)):
            name_fields(named)

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        """By words through their index, where the rows have them."""
        if search_term.strip() and isinstance(queryset, HasWords):
            return queryset.matching(search_term), False
        return super().get_search_results(request, queryset, search_term)


class AuditedAdmin(NamedAdmin):
    """Master data: its History button shows who changed what, old → new, bulk changes included."""

    object_history_template = "admin/audit_history.html"

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, Any, Any, Any]:
        """What deleting would take along, or the kinds of rows that forbid it, asked for without reading them.

        Django's own reads every row that hangs on a row, which for a customer is all their orders and for a product
        all its movements.
        """
        relations = cast("Iterable[models.ManyToOneRel]", get_candidate_relations_to_delete(self.model._meta))
        kinds = {
            str(relation.related_model._meta.verbose_name_plural)
            for relation in relations
            if relation.on_delete is models.PROTECT
            and relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": objs}).exists()
        }
        if kinds:
            return [], {}, set(), sorted(kinds)
        return super().get_deleted_objects(objs, request)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        changes = list_changes(self.model, object_id)
        return super().history_view(request, object_id, {**(extra_context or {}), "changes": changes})


class ReadOnlyAdmin(NamedAdmin):
    """Money, stock, issued documents, history: looked up here, changed only by the services."""

    list_max_show_all = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyInline(admin.TabularInline):
    """Rows of a document, shown under it."""

    extra = 0
    can_delete = False
    show_change_link = False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def list_changes(model: type[models.Model], pk: object) -> list[Change]:
    """The latest changes of one object, newest first; none for a model that is not audited. Few queries, whatever the number."""
    events = pghistory.core.event_models(tracks_model=model)
    if not events:
        return []
    event = events[0]
    tracked = [
        field
        for field in event._meta.concrete_fields
        if not field.name.startswith("pgh_") and field.name != model._meta.pk.name
    ]
    rows: list[Any] = list(event._default_manager.filter(pgh_obj_id=pk).order_by("-pgh_id")[: CHANGES_SHOWN + 1])
    people = _names(get_user_model(), {(row.pgh_context or {}).get("user") for row in rows})
    related = {
        field.name: _names(field.related_model, {getattr(row, field.attname) for row in rows})
        for field in tracked
        if field.related_model
    }

    def shown(row: Any, field: models.Field) -> str:
        if row is None:
            return ""
        value = getattr(row, field.attname)
        if field.related_model:
            return related[field.name].get(value, "" if value is None else str(value))
        return "" if value is None else str(dict(field.flatchoices).get(value, value))

    changes = []
    for row, before in zip(rows, [*rows[1:], None], strict=True):
        if before is None and len(rows) > CHANGES_SHOWN:
            break
        fields = [
            (str(field.verbose_name), shown(before, field), shown(row, field))
            for field in tracked
            if before is None or getattr(before, field.attname) != getattr(row, field.attname)
        ]
        by = people.get((row.pgh_context or {}).get("user"), "")
        changes.append(
            Change(row.pgh_created_at, row.pgh_label, by, [entry for entry in fields if entry[1] != entry[2]])
        )
    return changes


def _names(model: type[models.Model], keys: Iterable[Any]) -> dict[Any, str]:
    return {key: str(found) for key, found in model._base_manager.in_bulk([key for key in keys if key]).items()}
