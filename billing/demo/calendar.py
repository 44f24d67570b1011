"""Working days and clock times of the demo company."""

import random
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MADRID = ZoneInfo("Europe/Madrid")
_NATIONAL = (
    (1, 1, "Año Nuevo"),
    (1, 6, "Epifanía del Señor"),
    (5, 1, "Fiesta del Trabajo"),
    (8, 15, "Asunción de la Virgen"),
    (10, 12, "Fiesta Nacional"),
    (11, 1, "Todos los Santos"),
    (12, 6, "Día de la Constitución"),
    (12, 8, "Inmaculada Concepción"),
    (12, 25, "Navidad"),
)
_REGIONAL = (
    ("MAD", 5, 2, "Comunidad de Madrid"),
    ("ARA", 4, 23, "San Jorge"),
    ("CAT", 6, 24, "San Juan"),
    ("CAT", 9, 11, "Diada"),
    ("LEV", 3, 19, "San José"),
    ("LEV", 10, 9, "Comunitat Valenciana"),
    ("SUR", 2, 28, "Día de Andalucía"),
    ("EXT", 9, 8, "Día de Extremadura"),
    ("CEN", 4, 23, "Fiesta de Castilla y León"),
    ("NOR", 7, 25, "Santiago Apóstol"),
)


def holidays(first: int, last: int) -> list[tuple[date, str | None, str]]:
    """(day, code of the region or None for everywhere, name) for all years from ``first`` to ``last``."""
    days: list[tuple[date, str | None, str]] = []
    for year in range(first, last + 1):
        days += [(date(year, month, day), None, name) for month, day, name in _NATIONAL]
        days.append((_easter(year) - timedelta(days=2), None, "Viernes Santo"))
        days += [(date(year, month, day), region, name) for region, month, day, name in _REGIONAL]
    return days


class Calendar:
    """Counts working days: Monday to Friday without national holidays."""

    def __init__(self, first: int, last: int) -> None:
        self.closed = {day for day, region, _name in holidays(first, last) if region is None}

    def is_working(self, day: date) -> bool:
        """True when warehouses ship on this day."""
        return day.weekday() < 5 and day not in self.closed

    def on_or_after(self, day: date) -> date:
        """The day itself, or the next working day."""
        while not self.is_working(day):
            day += timedelta(days=1)
        return day

    def on_or_before(self, day: date) -> date:
        """The day itself, or the working day before it."""
        while not self.is_working(day):
            day -= timedelta(days=1)
        return day

    def add(self, day: date, working_days: int) -> date:
        """So many working days later (earlier when negative)."""
        step = timedelta(days=1 if working_days > 0 else -1)
        for _ in range(abs(working_days)):
            day += step
            while not self.is_working(day):
                day += step
        return day


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    """A clock time in Madrid as UTC."""
    return datetime.combine(day, time(hour, minute), MADRID).astimezone(UTC)


def between(dice: random.Random, day: date, first_hour: int, last_hour: int) -> datetime:
    """Some minute of the day between two hours in Madrid, as UTC."""
    return moment(day, dice.randrange(first_hour, last_hour), dice.randrange(60))


def _easter(year: int) -> date:
    """Easter Sunday by the anonymous Gregorian computation."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    h = (19 * a + b - d - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    i, k = divmod(c, 4)
    weekday = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * weekday) // 451
    month, day = divmod(h + weekday - 7 * m + 114, 31)
    return date(year, month, day + 1)
