"""Turning what a person typed into a search of stored words."""

import re
import unicodedata

from django.contrib.postgres.search import SearchQuery

_WORD = re.compile(r"[a-z0-9]+")


def normalise(text: str) -> str:
    """Lower case without accents: the Python twin of the database function ``lonja_key``."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).lower()


def prefix_query(text: str) -> SearchQuery | None:
    """A query for rows that hold, for each word typed, a word beginning with it; None for no words at all."""
    words = _WORD.findall(normalise(text))[:8]
    if not words:
        return None
    return SearchQuery(" & ".join(f"{word}:*" for word in words), config="simple", search_type="raw")
