"""When goods would arrive that leave tomorrow: what is promised earlier has to leave today."""

import datetime
from dataclasses import dataclass

from django.db import connection

from inventory.services.calendar import DAY, Calendar

USUAL_TRANSIT = 1  # working days to the door where no route says otherwise, as the promise counts them
_WINDOW = 90  # days of holidays that are read


@dataclass(frozen=True)
class Arrivals:
    """Days at the door: ``usual``, and where they differ by region and by (warehouse, region)."""

    usual: datetime.date
    by_region: dict[int, datetime.date]
    by_route: dict[tuple[int, int], datetime.date]


def arrivals_of_next_dispatch(*, today: datetime.date) -> Arrivals:
    """The first day at each door of goods that leave on the working day after ``today``.

    Days on which a customer takes no deliveries are not counted: a promise keeps to them already. One statement.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT (SELECT json_agg(json_build_array(warehouse_id, region_id, transit_days)) FROM inventory_warehouseregion),
              (SELECT json_agg(json_build_array(day, region_id)) FROM inventory_holiday
               WHERE day > %(today)s AND day <= %(today)s::date + %(window)s)
            """,
            {"today": today, "window": _WINDOW},
        )
        routes, holidays = (value or [] for value in cursor.fetchone())
    closed: dict[int | None, set[datetime.date]] = {None: set()}
    for day, region_id in holidays:
        closed.setdefault(region_id, set()).add(datetime.date.fromisoformat(day))
    leaves_on = Calendar(everywhere=closed[None]).working_day(today + DAY)

    def arrival(region_id: int | None, transit_days: int) -> datetime.date:
        calendar = Calendar(everywhere=closed[None], regional=closed.get(region_id, set()))
        return calendar.arrival_day(leaves_on, transit_days)

    usual = arrival(None, USUAL_TRANSIT)
    by_region = {region_id: arrival(region_id, USUAL_TRANSIT) for region_id in closed if region_id is not None}
    by_route = {(warehouse_id, region_id): arrival(region_id, days) for warehouse_id, region_id, days in routes}
    return Arrivals(
        usual=usual,
        by_region={region_id: day for region_id, day in by_region.items() if day != usual},
        by_route={route: day for route, day in by_route.items() if day != by_region.get(route[1], usual)},
    )
