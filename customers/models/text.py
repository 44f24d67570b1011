"""Text that sorts and searches the same on every server.

The functions ``lonja_key`` (accents and case removed) and ``lonja_words`` (its words as a tsvector) are
made by the first migration; columns built on them carry COLLATE "C", so no server's locale matters.
"""

from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func, Value
from django.db.models.functions import Coalesce


class Key(Func):
    """``lonja_key(text)``: lower case, accents removed, ASCII letters and digits kept as they are."""

    function = "lonja_key"
    output_field = models.TextField()


class Words(Func):
    """``lonja_words(text)``: the words of a text, accents and case removed, as a tsvector."""

    function = "lonja_words"
    output_field = SearchVectorField()


def key_field(column: str) -> models.GeneratedField:
    """A stored sort and search key of one text column."""
    return models.GeneratedField(
        expression=Key(F(column)), output_field=models.TextField(db_collation="C"), db_persist=True
    )


def words_field(*columns: str) -> models.GeneratedField:
    """A stored tsvector over several text columns; nulls count as empty."""
    text: Func = Coalesce(F(columns[0]), Value(""))
    for column in columns[1:]:
        text = _Joined(text, Coalesce(F(column), Value("")))
    return models.GeneratedField(expression=Words(text), output_field=SearchVectorField(), db_persist=True)


def phone_field() -> models.GeneratedField:
    """The last nine digits of ``phone``: how people say a number, whatever the prefix and the blanks."""
    digits = Func(template=r"right(regexp_replace(phone, '\D', '', 'g'), 9)", output_field=models.TextField())
    return models.GeneratedField(expression=digits, output_field=models.TextField(db_collation="C"), db_persist=True)


class _Joined(Func):
    """``a || ' ' || b``; unlike CONCAT this is immutable, as a generated column demands."""

    template = "(%(expressions)s)"
    arg_joiner = " || ' ' || "
    output_field = models.TextField()
