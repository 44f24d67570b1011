"""Working days: when goods leave a warehouse and when they reach a customer's door.

Warehouses work from Monday to Friday except on holidays that hold everywhere; carriers also rest on the holidays of
the customer's region; customers take deliveries on their own weekdays.
"""

import datetime
from collections.abc import Collection
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

DAY = datetime.timedelta(days=1)
SATURDAY = 6
HORIZON = datetime.timedelta(days=730)  # nothing is promised later than this; keeps a search for a day finite


@dataclass(frozen=True)
class Route:
    """A warehouse that serves a customer, by rank, and how many working days its goods travel."""

    warehouse_id: int
    name: str
    cut_off: datetime.time
    time_zone: str
    transit_days: int

    def today(self, at: datetime.datetime) -> datetime.date:
        """The warehouse's own date at a moment."""
        return at.astimezone(ZoneInfo(self.time_zone)).date()


@dataclass(frozen=True)
class Calendar:
    """Days without work: ``everywhere``, and ``regional`` in the customer's region; ``weekdays`` are the
    customer's delivery days as digits, 1 for Monday."""

    weekdays: str = "12345"
    everywhere: Collection[datetime.date] = field(default_factory=frozenset)
    regional: Collection[datetime.date] = field(default_factory=frozenset)

    def dispatch_day(self, route: Route, at: datetime.datetime) -> datetime.date:
        """The day on which an order placed ``at`` a moment leaves: after the cut-off not before the next day."""
        local = at.astimezone(ZoneInfo(route.time_zone))
        return self.working_day(local.date() + (DAY if local.time() > route.cut_off else 0 * DAY))

    def working_day(self, day: datetime.date) -> datetime.date:
        """The first day, from this one on, on which warehouses work."""
        while day.isoweekday() >= SATURDAY or day in self.everywhere:
            day += DAY
        return day

    def arrival_day(self, leaves_on: datetime.date, transit_days: int) -> datetime.date:
        """The day on which a carrier is there with goods that leave on a day, whatever days the customer takes."""
        day = leaves_on
        for _step in range(transit_days):
            day += DAY
            while day.isoweekday() >= SATURDAY or day in self.everywhere or day in self.regional:
                day += DAY
        return day

    def delivery_day(
        self, route: Route, leaves_on: datetime.date, not_before: datetime.date | None = None
    ) -> datetime.date:
        """The day on which goods that leave on a day are at the door, and not before the day asked for."""
        day = self.arrival_day(leaves_on, route.transit_days)
        if not_before and not_before > day:
            day = not_before
        limit = day + HORIZON
        while str(day.isoweekday()) not in self.weekdays or day in self.everywhere or day in self.regional:
            day += DAY
            if day > limit:
                raise ValueError(f"no delivery day within {HORIZON.days} days of {leaves_on}")
        return day
