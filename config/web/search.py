"""One search box over everything: each app offers a function, the settings name them.

``SEARCH_SOURCES`` lists dotted names of ``search(request, text, limit) -> list[Hit]``. A source looks at what the
reader may see, uses an index, and returns nothing rather than everything for text it can't know.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string

PER_SOURCE = 6


@dataclass(frozen=True)
class Hit:
    """One thing found. ``kind`` heads its group; ``exact`` hits (a number, a code) come before all others."""

    kind: str
    label: str
    url: str
    sub: str = ""
    icon: str = "search"
    exact: bool = False


Source = Callable[[HttpRequest, str, int], list[Hit]]


@cache
def _source(dotted: str) -> Source:
    return import_string(dotted)


def find(request: HttpRequest, text: str) -> list[tuple[str, list[Hit]]]:
    """Return groups of hits for what was typed: exact ones first in a group of their own, then by kind."""
    text = " ".join(text.replace("\0", " ").split())[:80]  # PostgreSQL knows no NUL
    if len(text) < 2:
        return []
    hits = [
        hit for dotted in getattr(settings, "SEARCH_SOURCES", ()) for hit in _source(dotted)(request, text, PER_SOURCE)
    ]
    groups: dict[str, list[Hit]] = {"": [hit for hit in hits if hit.exact]}
    for hit in hits:
        if not hit.exact:
            groups.setdefault(hit.kind, []).append(hit)
    return [(kind, found) for kind, found in groups.items() if found]
