"""Escaping for tables: a list escapes some 400 texts, and Django's own pays for lazy strings each time."""

from html import escape as _escape

from django.utils.safestring import SafeString


def escape(value: object) -> SafeString:
    """Return a value's text escaped for HTML, like ``django.utils.html.escape`` (what is safe is escaped again)."""
    return SafeString(_escape(str(value)))
