"""Numbers as people type them: read with certainty in the reader's language, and written as everywhere on the page."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from config.web import formats

_LONGEST_ID = 18  # digits that always fit in the database's bigint
_SPACED = re.compile(r"(?<=\d)[ '\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}](?=\d{3}(?!\d))")
_PLAIN = re.compile(r"[+-]?([0-9]+[.,]?[0-9]*|[.,][0-9]+)")
_GROUPED = {  # by the sign between thousands; no group begins with a zero
    ",": re.compile(r"[+-]?[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]*)?"),
    ".": re.compile(r"[+-]?[1-9][0-9]{0,2}(\.[0-9]{3})+(,[0-9]*)?"),
}


def parse_number(text: str, language: str | None = None) -> Decimal | None:
    """The number somebody typed, None for what is none or may be two things.

    "1.500" is one and a half in English and fifteen hundred in Spanish; "1.5" and "1,234.50" are the same in both,
    for they can be nothing else.
    """
    plain = _SPACED.sub("", text.strip())
    own = "." if (language or get_language() or "").startswith("es") else ","
    if _GROUPED[own].fullmatch(plain):
        thousands = own
    elif _PLAIN.fullmatch(plain):
        thousands = ""
    else:
        thousands = "," if own == "." else "."
        if not _GROUPED[thousands].fullmatch(plain):
            return None
    return Decimal(plain.replace(thousands, "").replace(",", ".") if thousands else plain.replace(",", "."))


def parse_id(text: str | None) -> int | None:
    """The key of a row as a link or a form carries it, None for what no row can have: other signs, or 64 bits passed."""
    if not text or not text.isascii() or not text.isdigit() or len(text) > _LONGEST_ID:
        return None
    return int(text)


def write_number(number: Decimal, language: str | None = None) -> str:
    """A number with all its decimals as pages show it, and as ``parse_number`` reads it: "1,234.5", "1.234,5"."""
    exponent = number.normalize().as_tuple().exponent
    return formats.number(number, max(0, -exponent if isinstance(exponent, int) else 0), language)


class NumberField(forms.DecimalField):
    """A number typed in the reader's language; what may be two things is refused."""

    widget = forms.TextInput

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "inputmode": "decimal", "autocomplete": "off"}

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # the stubs take it for an integer
        if value in self.empty_values or isinstance(value, Decimal | int):
            return super().to_python(value)
        number = parse_number(str(value))
        if number is None:
            raise ValidationError(_("Enter a number."), code="invalid")
        return number

    def prepare_value(self, value: Any) -> Any:
        return write_number(Decimal(value)) if isinstance(value, Decimal | int) else value
