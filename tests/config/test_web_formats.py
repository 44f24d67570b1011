"""Money, numbers and dates in both languages."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from config.web import formats

NOW = datetime(2026, 11, 22, 10, 30, tzinfo=UTC)
TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("value", "currency", "language", "expected"),
    [
        ("3172", "EUR", "en", "€3,172.00"),
        ("3172", "EUR", "es", "3.172,00\xa0€"),
        ("-14137.455", "EUR", "en", "-€14,137.46"),
        ("-14137.455", "EUR", "es", "-14.137,46\xa0€"),
        ("1234567", "JPY", "es", "1.234.567\xa0JPY"),
        ("0", "EUR", "en", "€0.00"),
    ],
)
def test_money_is_written_as_the_language_writes_it(value: str, currency: str, language: str, expected: str) -> None:
    assert formats.money(Decimal(value), currency, language) == expected


def test_money_of_nothing_is_a_dash() -> None:
    assert formats.money(None) == formats.NOTHING


@pytest.mark.parametrize(
    ("value", "language", "expected"),
    [
        (Decimal("12.000"), "en", "12"),
        (Decimal("1250.500"), "en", "1,250.5"),
        (Decimal("1250.500"), "es", "1.250,5"),
        (Decimal("0.1234"), "en", "0.123"),
        (12, "en", "12"),
        (0.5, "es", "0,5"),
        (Decimal("1E+3"), "en", "1,000"),
    ],
)
def test_quantity_drops_zeros_that_say_nothing(value: Decimal, language: str, expected: str) -> None:
    assert formats.quantity(value, language) == expected


def test_percent_stands_off_the_number_in_spanish_only() -> None:
    assert formats.percent(21, locale="en") == "21%"
    assert formats.percent(Decimal("5.2"), 1, "es") == "5,2\xa0%"


def test_dates_in_both_languages() -> None:
    tuesday = date(2026, 11, 24)
    assert formats.day(tuesday, TODAY, "en") == "24 Nov"
    assert formats.day(date(2025, 3, 1), TODAY, "en") == "1 Mar 2025"
    assert formats.weekday(tuesday, "en") == "Tue 24 Nov"
    assert formats.weekday_long(tuesday, "en") == "Tuesday 24 November"
    assert formats.weekday_long(tuesday, "es") == "martes, 24 de noviembre"
    assert formats.day_full(tuesday, "es") == "24 de noviembre de 2026"


def test_times_are_shown_in_the_zone_of_the_screen() -> None:
    late = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    assert formats.day_time(late, TODAY, "en") == "23 Nov, 00:30"
    assert formats.clock(NOW) == "11:30"


@pytest.mark.parametrize(
    ("away", "done", "expected"),
    [
        (0, False, ("Today", "", "due")),
        (1, False, ("Tomorrow", "", "")),
        (3, False, ("Wed 25 Nov", "", "")),
        (-1, False, ("21 Nov", "1 day late", "late")),
        (-2, False, ("20 Nov", "2 days late", "late")),
        (-2, True, ("20 Nov", "", "faint")),
    ],
)
def test_promise_says_near_days_in_words_and_lateness_in_days(
    away: int,
    done: bool,  # noqa: FBT001 a parameter of the test
    expected: tuple[str, str, str],
) -> None:
    assert formats.promise(TODAY + timedelta(days=away), TODAY, done=done) == expected


def test_promise_without_a_date_is_a_dash() -> None:
    assert formats.promise(None, TODAY) == (formats.NOTHING, "", "faint")


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (0, "just now"),
        (5, "5 minutes ago"),
        (150, "2 hours ago"),
        (60 * 10, "today at 01:30"),
        (60 * 20, "yesterday at 15:30"),
        (60 * 24 * 5, "17 Nov, 11:30"),
    ],
)
def test_ago_becomes_a_date_with_distance(minutes: int, expected: str) -> None:
    assert formats.ago(NOW - timedelta(minutes=minutes), NOW) == expected
