"""What changed since: one cheap question that open pages ask every few seconds.

``LIVE_TOPICS`` in the settings maps a topic ("orders") to the dotted name of a function ``version(request)`` that
returns anything small which changes when the topic does for this reader: the greatest id of an append-only event
table, a sequence's value, None for "nothing to say". Nothing is written for it: a counter row that every
transaction updates would make all writers wait for each other.

``LIVE_COUNTS`` lists dotted names of functions ``counts(request)`` that return small figures for the navigation,
``{"orders:order_list": 71}``: by the URL name of the entry, which is its ``data-count``. They are computed
for the first question of a page and when something changed, never for the page itself.

``GET /live/?v=<what the last answer said>`` answers 204 when nothing changed, else the event ``<topic>-changed`` for
every topic that did, and the new versions and counts in the event ``live``.
"""

import json
from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from django.views.decorators.http import require_GET

from config.database.prepared import prepared, prepared_cursor

LATEST = 100


@cache
def _reader(dotted: str) -> Any:
    return import_string(dotted)


def versions(request: HttpRequest) -> dict[str, str]:
    """Return the version of every topic that has one for this reader."""
    found = {}
    for topic, dotted in getattr(settings, "LIVE_TOPICS", {}).items():
        version = _reader(dotted)(request)
        if version is not None:
            found[topic] = str(version)
    return found


def counts(request: HttpRequest) -> dict[str, str]:
    """Return the figures of the navigation; None and 0 say nothing and come as ""."""
    found: dict[str, str] = {}
    for dotted in getattr(settings, "LIVE_COUNTS", ()):
        found |= {name: str(value) if value else "" for name, value in _reader(dotted)(request).items()}
    return found


def encode(found: dict[str, str]) -> str:
    """Return versions as they stand in an address: ``orders:812,stock:77``."""
    return ",".join(f"{topic}:{version}" for topic, version in sorted(found.items()))


def decode(text: str) -> dict[str, str]:
    """Read what ``encode`` wrote; anything else is no version at all."""
    return dict(part.split(":", 1) for part in text.split(",") if ":" in part)


def latest(rows: QuerySet[Any]) -> str:
    """Return something that changes with every row of an append-only table, a late one too. One index read.

    Greatest id and sum of the latest ones, not the greatest alone: a transaction that began earlier may commit later.
    """
    with prepared():
        return _version(list(rows.order_by("-pk").values_list("pk", flat=True)[:LATEST]))


def latest_of_all(model: type[Model]) -> str:
    """``latest`` of all rows of a table: what the desk's pages ask with every list, so the statement is not built anew."""
    with prepared_cursor() as cursor:
        cursor.execute(f"SELECT id FROM {model._meta.db_table} ORDER BY id DESC LIMIT {LATEST}")  # noqa: S608 constants
        return _version([pk for (pk,) in cursor.fetchall()])


def _version(ids: list[int]) -> str:
    return f"{ids[0]}.{sum(ids) % 1_000_003}" if ids else "0"


@require_GET
def live(request: HttpRequest) -> HttpResponse:
    """Answer what changed since ``v``; without ``v`` only the versions of now."""
    now = versions(request)
    known = decode(request.GET.get("v", ""))
    changed = [topic for topic, version in now.items() if topic in known and known[topic] != version]
    response = HttpResponse(status=204)
    response["Cache-Control"] = "no-store"
    if known.keys() != now.keys() or changed or not known:
        events: dict[str, Any] = {f"{topic}-changed": {} for topic in changed}
        events["live"] = {"v": encode(now), "counts": counts(request)}
        response["HX-Trigger"] = json.dumps(events)
    return response
