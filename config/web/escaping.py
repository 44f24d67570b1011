"""Escaping for tables on pages, where Django's own pays for lazy strings each time, and for tables in files."""

import re
from functools import lru_cache
from html import escape as _escape

from django.utils.safestring import SafeString

# A spreadsheet runs what begins with one of these; one that splits at another separator than ours begins there, too.
_FORMULA = re.compile(r"(^|[;|\t\r\n])(?=\s*[=+\-@＝＋－＠])|^(?=[\t\r])")


def escape(value: object) -> SafeString:
    """Return a value's text escaped for HTML, like ``django.utils.html.escape`` (what is safe is escaped again)."""
    return _escaped(str(value))


@lru_cache(maxsize=8192)
def _escaped(text: str) -> SafeString:
    return SafeString(_escape(text))


def disarm(text: str) -> str:
    """Return text for a spreadsheet, with an apostrophe before whatever it would run as a formula."""
    return _FORMULA.sub(r"\1'", text)
