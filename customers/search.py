"""Turning what a person typed into a search of stored words."""

import json
import re
import unicodedata
from collections.abc import Sequence

from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.db.models import BooleanField, Func, Model

_WORD = re.compile(r"[a-z0-9]+")
COMMON = 5_000  # rows: reading so many postings takes about a millisecond


class HoldsWords(Func):
    """``words @@ query``, checked row by row: a function is never looked up in an index."""

    function = "ts_match_vq"
    output_field = BooleanField()


def normalise(text: str) -> str:
    """Lower case without accents: the Python twin of the database function ``lonja_key``."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).lower()


def words_of(text: str) -> list[str]:
    """The words typed, at most eight, as they are stored."""
    return _WORD.findall(normalise(text))[:8]


def all_of(words: Sequence[str]) -> SearchQuery:
    """A query for rows that hold, for each of the words, a word beginning with it."""
    return SearchQuery(" & ".join(f"{word}:*" for word in words), config="simple", search_type="raw")


def prefix_query(text: str) -> SearchQuery | None:
    """A query for rows that hold a word beginning with each word typed; None for no words at all."""
    words = words_of(text)
    return all_of(words) if words else None


def rarer_words(model: type[Model], words: Sequence[str]) -> list[str]:
    """The words that few rows of a model hold, as PostgreSQL estimates from its statistics; at least the rarest.

    Costs one statement that is planned and not run; none for a single word.
    """
    if len(words) == 1:
        return list(words)
    one = f"SELECT FROM {connection.ops.quote_name(model._meta.db_table)} WHERE words @@ %s::tsquery"
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {' UNION ALL '.join([one] * len(words))}", [f"{w}:*" for w in words])
        found = cursor.fetchone()[0]
    plan = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
    estimates = [branch["Plan Rows"] for branch in plan["Plans"]]
    if len(estimates) != len(words):
        return list(words)
    few = max(COMMON, min(estimates))
    return [word for word, rows in zip(words, estimates, strict=True) if rows <= few]
