"""Money, quantities and dates as people read them, in the reader's language.

Babel says how a locale writes; the answer is learnt once per (locale, currency) and then applied by plain string
formatting, because a list of 50 rows formats some 200 values. Every function takes ``locale`` (a language code such
as ``"es"``) for documents that are written in the customer's language; the default is the active language.
"""

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_compact_currency, format_currency, format_decimal
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext

NOTHING = "—"
BABEL_NAMES = {"en": "en_GB"}


def babel_locale(language: str | None = None) -> str:
    """Return Babel's name of a Django language code; English is written the British way."""
    code = language or get_language() or "en"
    return BABEL_NAMES.get(code) or code.replace("-", "_")


class _Style:
    """How one locale writes one kind of number: prefix, suffix, group and decimal sign, decimals."""

    __slots__ = ("digits", "negative", "positive", "signs")

    def __init__(self, positive: str, negative: str):
        self.positive = self._around(positive)
        self.negative = self._around(negative)
        body = positive[len(self.positive[0]) : len(positive) - len(self.positive[1])]
        tail = body.rpartition("7")[2]  # what follows 1234567
        self.digits = sum(sign.isdigit() for sign in tail)
        self.signs = str.maketrans({",": body[1], ".": tail[:1] or "."})

    @staticmethod
    def _around(text: str) -> tuple[str, str]:
        first = next(i for i, sign in enumerate(text) if sign.isdigit())
        last = max(i for i, sign in enumerate(text) if sign.isdigit())
        return text[:first], text[last + 1 :]

    def write(self, value: Decimal | float, digits: int | None = None) -> str:
        digits = self.digits if digits is None else digits
        exact = value if isinstance(value, Decimal) else Decimal(str(value))
        exact = exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
        before, after = self.negative if exact < 0 else self.positive
        return before + f"{abs(exact):,.{digits}f}".translate(self.signs) + after


@lru_cache(maxsize=64)
def _currency_style(currency: str, locale: str) -> _Style:
    sample = Decimal("1234567.11")
    return _Style(format_currency(sample, currency, locale=locale), format_currency(-sample, currency, locale=locale))


@lru_cache(maxsize=16)
def _number_style(locale: str) -> _Style:
    sample = Decimal("1234567.11")
    return _Style(format_decimal(sample, locale=locale), format_decimal(-sample, locale=locale))


def money(value: Decimal | None, currency: str = "EUR", locale: str | None = None) -> str:
    """Return "€3,172.00" / "3.172,00 €"; a dash for None."""
    if value is None:
        return NOTHING
    return _money(value, currency or "EUR", babel_locale(locale))


@lru_cache(maxsize=8192)
def _money(value: Decimal, currency: str, locale: str) -> str:
    return _currency_style(currency, locale).write(value)


def price(value: Decimal | None, currency: str = "EUR", locale: str | None = None) -> str:
    """Return a price per unit with two to four decimals: "€0.0425", "€12.00"; a dash for None."""
    if value is None:
        return NOTHING
    exponent = value.normalize().as_tuple().exponent
    digits = min(4, max(2, -exponent if isinstance(exponent, int) else 2))
    return _currency_style(currency or "EUR", babel_locale(locale)).write(value, digits)


def money_round(value: Decimal | None, currency: str = "EUR", locale: str | None = None) -> str:
    """Return an amount without decimals, for figures that are read at a glance: "€255,558"."""
    if value is None:
        return NOTHING
    return _currency_style(currency or "EUR", babel_locale(locale)).write(value, 0)


def money_short(value: Decimal | None, currency: str = "EUR", locale: str | None = None) -> str:
    """Return a compact amount for axes: "€80K"."""
    if value is None:
        return NOTHING
    return _money_short(value, currency or "EUR", babel_locale(locale))


@lru_cache(maxsize=1024)
def _money_short(value: Decimal, currency: str, locale: str) -> str:
    return format_compact_currency(value, currency, locale=locale, fraction_digits=0)


def quantity(value: Decimal | float | None, locale: str | None = None) -> str:
    """Return up to three decimals without trailing zeros: "12", "1,250", "0.5"; a dash for None."""
    if value is None:
        return NOTHING
    style = _number_style(babel_locale(locale))
    if isinstance(value, int):
        return style.write(value, 0)
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    exponent = exact.normalize().as_tuple().exponent
    return style.write(exact, min(3, max(0, -exponent if isinstance(exponent, int) else 0)))


def number(value: Decimal | float | None, digits: int = 0, locale: str | None = None) -> str:
    """Return a number with a fixed count of decimals."""
    return NOTHING if value is None else _number_style(babel_locale(locale)).write(value, digits)


def percent(value: Decimal | float | None, digits: int = 0, locale: str | None = None) -> str:
    """Return a value given in per cent (21 means 21 %) with its sign: "21%", in Spanish "21 %"."""
    if value is None:
        return NOTHING
    space = "" if babel_locale(locale).startswith("en") else "\N{NO-BREAK SPACE}"
    return f"{number(value, digits, locale)}{space}%"


@lru_cache(maxsize=4096)
def _date(value: date, pattern: str, locale: str) -> str:
    return format_date(value, pattern, locale=locale)


def local_day(value: date | datetime) -> date:
    """Return the calendar day of a date or of a moment in the screen's time zone."""
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


def day(value: date | datetime | None, today: date | None = None, locale: str | None = None) -> str:
    """Return "22 Nov", with the year when it is not this one: "22 Nov 2025"."""
    if value is None:
        return NOTHING
    on = local_day(value)
    year = (today or timezone.localdate()).year
    return _date(on, "d MMM" if on.year == year else "d MMM y", babel_locale(locale))


def day_full(value: date | datetime | None, locale: str | None = None) -> str:
    """Return the date of a document, always with the year: "22 November 2026" / "22 de noviembre de 2026"."""
    return NOTHING if value is None else _date(local_day(value), "long", babel_locale(locale))


def weekday(value: date | datetime | None, locale: str | None = None) -> str:
    """Return "Tue 24 Nov"."""
    return NOTHING if value is None else _date(local_day(value), "EEE d MMM", babel_locale(locale))


def weekday_long(value: date | datetime | None, locale: str | None = None) -> str:
    """Return "Tuesday 24 November" / "martes, 24 de noviembre"."""
    if value is None:
        return NOTHING
    name = babel_locale(locale)
    return _date(local_day(value), "EEEE, d 'de' MMMM" if name.startswith("es") else "EEEE d MMMM", name)


def clock(value: datetime | None) -> str:
    """Return "09:04" in the screen's time zone."""
    if value is None:
        return NOTHING
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{local.hour:02d}:{local.minute:02d}"


def day_time(value: datetime | None, today: date | None = None, locale: str | None = None) -> str:
    """Return "22 Nov, 09:04", with the year when it is not this one."""
    return NOTHING if value is None else f"{day(value, today, locale)}, {clock(value)}"


def iso(value: date | datetime) -> str:
    """Return what ``<time datetime>`` wants."""
    return timezone.localtime(value).isoformat(timespec="minutes") if isinstance(value, datetime) else value.isoformat()


def month(value: date, locale: str | None = None) -> str:
    """Return "Nov"."""
    return _date(value, "LLL", babel_locale(locale))


def promise(value: date | None, today: date | None = None, *, done: bool = False) -> tuple[str, str, str]:
    """Return a promised or wanted date as (text, note, tone): tone is "", "due", "late" or "faint".

    "Today" and "Tomorrow" are said so; a past date carries how late it is, unless ``done`` (shipped, cancelled).
    """
    if value is None:
        return NOTHING, "", "faint"
    now = today or timezone.localdate()
    if done:
        return day(value, now), "", "faint"
    away = (value - now).days
    if away < 0:
        return day(value, now), ngettext("%d day late", "%d days late", -away) % -away, "late"
    if away == 0:
        return gettext("Today"), "", "due"
    if away == 1:
        return gettext("Tomorrow"), "", ""
    return (weekday(value) if away < 300 else day(value, now)), "", ""


def ago(value: datetime | None, now: datetime | None = None, locale: str | None = None) -> str:
    """Return the time passed: "just now", "5 minutes ago", "yesterday at 09:04", then the date."""
    if value is None:
        return NOTHING
    now = now or timezone.now()
    passed = now - value
    if timedelta(0) <= passed < timedelta(minutes=1):
        return gettext("just now")
    if timedelta(0) <= passed < timedelta(hours=8):
        return format_timedelta(-passed, add_direction=True, locale=babel_locale(locale))
    days = (local_day(now) - local_day(value)).days
    if days == 0:
        return gettext("today at %s") % clock(value)
    if days == 1:
        return gettext("yesterday at %s") % clock(value)
    return day_time(value, local_day(now), locale)


def stamp(value: datetime | None, locale: str | None = None) -> str:
    """Return the whole moment for a tooltip: date with year, time with seconds and zone."""
    if value is None:
        return NOTHING
    return _stamp(timezone.localtime(value), timezone.get_current_timezone_name(), babel_locale(locale))


@lru_cache(maxsize=4096)
def _stamp(value: datetime, zone: str, locale: str) -> str:
    return format_datetime(value, "d MMM y, HH:mm:ss z", locale=locale)
