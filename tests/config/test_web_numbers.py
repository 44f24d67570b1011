"""Numbers as people type them, in both languages: read right, or refused."""

from decimal import Decimal

import pytest
from django import forms
from django.utils.translation import override

from config.web import formats
from config.web.numbers import NumberField, parse_id, parse_number, write_number


@pytest.mark.parametrize(
    ("language", "text", "number"),
    [
        ("en", "12", "12"),
        ("en", "1,250", "1250"),
        ("en", "1.250", "1.250"),
        ("es", "1.250", "1250"),
        ("es", "1,250", "1.250"),
        ("en", "1,5", "1.5"),
        ("es", "1.5", "1.5"),
        ("es", "1.234,5", "1234.5"),
        ("en", "1,234.5", "1234.5"),
        ("en", " 7 ", "7"),
        ("en", "-3", "-3"),
        ("es", "0.500", "0.5"),
        ("en", "0,500", "0.5"),
        ("es", "1234.567", "1234.567"),
        ("es", "1,234,567", "1234567"),
        ("es", "1,234.50", "1234.5"),
        ("en", "1 234,50", "1234.5"),
        ("es", "8.898", "8898"),
        ("en", "8,898", "8898"),
    ],
)
def test_numbers_are_read_as_people_write_them(language: str, text: str, number: str) -> None:
    with override(language):
        assert parse_number(text) == Decimal(number)


@pytest.mark.parametrize(
    "text",
    ["", "x", "12 pieces", "1.2.3,4,5", "--1", "NaN", "1e9", "٣", "12.34.56", "1,23,456", "1.23,4,5", "1 2", "."],
)
def test_what_is_no_number_is_none(text: str) -> None:
    assert parse_number(text) is None


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("12", 12), ("007", 7), ("9" * 18, 10**18 - 1), ("9" * 19, None), ("", None), (None, None), ("-1", None),
        ("1.5", None), ("1e5", None), ("\u00b2", None), ("\u0661", None), ("x\0", None),
    ],
)  # fmt: skip
def test_keys_are_plain_digits_that_a_row_may_have(text: str | None, key: int | None) -> None:
    assert parse_id(text) == key


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("number", ["3", "8898", "1.125"])
def test_inputs_write_quantities_as_pages_do(language: str, number: str) -> None:
    with override(language):
        assert write_number(Decimal(number)) == formats.quantity(Decimal(number))


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("number", ["1", "0.125", "1.125", "12.125", "1250", "1250.5", "2.75", "8898", "1234567.0425"])
def test_numbers_are_written_as_they_are_read(language: str, number: str) -> None:
    with override(language):
        assert parse_number(write_number(Decimal(number))) == Decimal(number)


class PlainForm(forms.Form):
    quantity = NumberField(min_value=Decimal("0.5"), max_digits=8, decimal_places=3)


@pytest.mark.parametrize(
    ("language", "text", "quantity"),
    [("es", "1.234,5", "1234.5"), ("en", "1,234.5", "1234.5"), ("es", "1.250", "1250"), ("en", "1.250", "1.250")],
)
def test_field_reads_the_reader_s_language(language: str, text: str, quantity: str) -> None:
    with override(language):
        form = PlainForm({"quantity": text})
        assert form.is_valid(), form.errors
        assert form.cleaned_data["quantity"] == Decimal(quantity)
        assert f'value="{text}"' in str(form["quantity"])


@pytest.mark.parametrize("text", ["12.34.56", "x", "1,23,4", "0,1", "1,2345", "NaN"])
def test_field_refuses_what_it_is_not_sure_of(text: str) -> None:
    with override("es"):
        assert not PlainForm({"quantity": text}).is_valid()


def test_field_shows_what_is_stored_as_the_page_does() -> None:
    for language, text in (("en", "1,234.5"), ("es", "1.234,5")):
        with override(language):
            form = PlainForm(initial={"quantity": Decimal("1234.500")})
            assert f'value="{text}"' in str(form["quantity"])
