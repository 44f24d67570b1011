"""Three warehouses, and how goods came in so that the year's sales could leave."""

import random
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from billing.demo.calendar import Calendar, holidays, moment
from billing.demo.catalogue import Catalogue, Item
from billing.demo.companies import Companies
from billing.demo.demand import Counter, Sale
from billing.demo.rows import copy_rows, keys
from inventory.models import (
    Holiday,
    MovementKind,
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseOrderStatus,
    StockLevel,
    StockMovement,
    Warehouse,
    WarehouseRegion,
)
from orders.models import Carrier

RHYTHM = 21  # days between two deliveries of a supplier
KEPT = 13  # place in the list of scarce products of the two that a scene needs with a date
_WAREHOUSES = (
    ("GET", "Getafe", "Calle de la Fundición, 18", "28906", "Getafe", time(14, 0)),
    ("ZAZ", "Zaragoza", "Plataforma logística, calle Osca, 4", "50197", "Zaragoza", time(13, 0)),
    ("SEV", "Sevilla", "Polígono Carretera Amarilla, 21", "41007", "Sevilla", time(13, 30)),
)
# region: (warehouse, working days), the nearest first
_SERVED = {
    "MAD": (("GET", 1), ("ZAZ", 1), ("SEV", 2)),
    "CEN": (("GET", 1), ("ZAZ", 2), ("SEV", 2)),
    "NOR": (("ZAZ", 1), ("GET", 2), ("SEV", 3)),
    "ARA": (("ZAZ", 1), ("GET", 1), ("SEV", 2)),
    "CAT": (("ZAZ", 1), ("GET", 2), ("SEV", 3)),
    "LEV": (("ZAZ", 1), ("GET", 1), ("SEV", 2)),
    "SUR": (("SEV", 1), ("GET", 2), ("ZAZ", 3)),
    "EXT": (("SEV", 1), ("GET", 1), ("ZAZ", 2)),
    "INT": (("GET", 3), ("ZAZ", 3), ("SEV", 4)),
}
# code, name, tracking page, own vans
_CARRIERS = (
    ("VAN", "Reparto propio", "", True),
    ("RUT", "Rutalia Frío", "https://rutalia.example.com/envio/{number}", False),
    ("PAL", "Paletia Express", "https://paletia.example.com/t/{number}", False),
)


TOWNS = {code: name for code, name, *_rest in _WAREHOUSES}
CARRIERS = {code: name for code, name, *_rest in _CARRIERS}


@dataclass
class Places:
    """Warehouses by code, who serves a region first and how far away it is, and carriers."""

    warehouses: dict[str, int]
    nearest: dict[str, tuple[int, int]]
    carriers: dict[str, int]


def make_places(companies: Companies, *, start: date, today: date) -> Places:
    """Write warehouses, the regions they serve, holidays and carriers."""
    warehouses = {
        code: Warehouse.objects.create(
            issuer=companies.issuer, code=code, name=name, street=street, postcode=postcode, city=city, cut_off=cut_off
        ).pk
        for code, name, street, postcode, city, cut_off in _WAREHOUSES
    }
    WarehouseRegion.objects.bulk_create(
        WarehouseRegion(
            warehouse_id=warehouses[code], region_id=companies.regions[region], rank=rank, transit_days=days
        )
        for region, served in _SERVED.items()
        for rank, (code, days) in enumerate(served, start=1)
    )
    Holiday.objects.bulk_create(
        Holiday(day=day, region_id=companies.regions[region] if region else None, name=name)
        for day, region, name in holidays(start.year, today.year + 1)
    )
    carriers = {
        code: Carrier.objects.create(code=code, name=name, tracking_url=page, is_own_fleet=own).pk
        for code, name, page, own in _CARRIERS
    }
    return Places(
        warehouses=warehouses,
        nearest={region: (warehouses[served[0][0]], served[0][1]) for region, served in _SERVED.items()},
        carriers=carriers,
    )


@dataclass(slots=True)
class _Delivery:
    """What a supplier brings to a warehouse on one day."""

    supplier: int
    warehouse: int
    day: date
    lines: list[tuple[int, int]]  # product, thousandths


class Supply:
    """Plans what had to be bought for the sales of a year, and writes it with the ledger and the levels."""

    def __init__(
        self, dice: random.Random, catalogue: Catalogue, companies: Companies, places: Places, calendar: Calendar
    ) -> None:
        self.dice, self.catalogue, self.companies = dice, catalogue, companies
        self.places, self.calendar = places, calendar
        self.left: dict[tuple[int, int], int] = {}  # (warehouse, product) → thousandths on hand at the end
        self.daily: dict[tuple[int, int], float] = {}  # thousandths sold a day
        popular = sorted(catalogue.items, key=lambda item: -item.popularity)[:260]
        self.scarce = dice.sample([item for item in popular if item.status == "active"], 36)

    def write(self, sales: list[Sale], *, start: date, until: date, today: date) -> None:
        """Opening stock on ``start``, a delivery of each supplier every three weeks before ``until``; then the levels."""
        opening, deliveries = self._plan(_demand(sales), start, until, today)
        for sale in sales:
            for line, quantity in sale.back.lines if sale.back and sale.back.is_restocked else ():
                self.left[sale.warehouse, line.item.id] += quantity
        items = {item.id: item for item in self.catalogue.items}
        bins = Counter(0)
        level_rows = []
        for warehouse in self.places.warehouses.values():
            for item in self.catalogue.items:
                key = (warehouse, item.id)
                place = bins()
                reorder = round(self.daily.get(key, 0) * 8 / 1000)
                level_rows.append(
                    (
                        item.id,
                        warehouse,
                        self.left[key] / 1000,
                        reorder,
                        f"{item.line[0]}{place % 14 + 1:02d}-{place % 6 + 1}",
                    )
                )
        copy_rows(StockLevel, ["product_id", "warehouse_id", "on_hand", "reorder_point", "bin"], level_rows)
        self._write_ledger(opening, deliveries, sales, items, start)

    def _plan(
        self, demand: dict[tuple[int, int], dict[date, int]], start: date, until: date, today: date
    ) -> tuple[dict[tuple[int, int], int], list[_Delivery]]:
        opening: dict[tuple[int, int], int] = {}
        arriving: dict[tuple[int, int, date], list[tuple[int, int]]] = defaultdict(list)
        offsets: dict[tuple[int, int], int] = {}
        scarce = {item.id for item in self.scarce}
        for item in self.catalogue.items:
            for warehouse in self.places.warehouses.values():
                key = (warehouse, item.id)
                sold = demand.get(key, {})
                offset = offsets.setdefault((item.supplier, warehouse), self.dice.randint(3, RHYTHM))
                days = self._delivery_days(start, until, offset)
                self.daily[key] = sum(sold.values()) / 365
                is_scarce = item.id in scarce
                safety = 0 if is_scarce else max(self.daily[key] * 7, 2_000)
                edges = [*days, today + timedelta(days=1)]
                balance = self._whole(item, _sold_between(sold, start, edges[0]) + safety + 1_000)
                opening[key] = balance
                balance -= _sold_between(sold, start, edges[0])
                for day, after in pairwise(edges):
                    ahead = _sold_between(sold, day, after)
                    is_last = after == edges[-1]
                    cover = self.daily[key] * self.dice.uniform(16, 34) if is_last and not is_scarce else 0
                    missing = ahead + safety + cover - balance
                    if missing > 0:
                        brought = self._whole(item, missing)
                        arriving[item.supplier, warehouse, day].append((item.id, brought))
                        balance += brought
                    balance -= ahead
                self.left[key] = balance
        deliveries = [
            _Delivery(supplier, warehouse, day, lines) for (supplier, warehouse, day), lines in arriving.items()
        ]
        return opening, sorted(deliveries, key=lambda delivery: (delivery.day, delivery.supplier, delivery.warehouse))

    def _delivery_days(self, start: date, until: date, offset: int) -> list[date]:
        days = []
        day = start + timedelta(days=offset)
        while day < until:
            days.append(self.calendar.on_or_before(day))
            day += timedelta(days=RHYTHM)
        return days

    def _whole(self, item: Item, quantity: float) -> int:
        """At least ``quantity`` thousandths, in whole boxes."""
        box = (item.box or 1) * 1000
        return -(-int(quantity + 0.999) // box) * box

    def _write_ledger(
        self,
        opening: dict[tuple[int, int], int],
        deliveries: list[_Delivery],
        sales: list[Sale],
        items: dict[int, Item],
        start: date,
    ) -> None:
        orders, lines = keys(PurchaseOrder), keys(PurchaseOrderLine)
        order_rows: list[tuple[object, ...]] = []
        line_rows: list[tuple[object, ...]] = []
        keeper = self.companies.staff["warehouse"].pk
        began: datetime = moment(start - timedelta(days=1), 20)
        movements: list[tuple[object, ...]] = [
            (product, warehouse, quantity / 1000, MovementKind.OPENING.value, "", None, began, "")
            for (warehouse, product), quantity in opening.items()
        ]
        for place, delivery in enumerate(deliveries, start=1):
            pk, number = next(orders), f"PO{delivery.day:%y}-{place:05d}"
            ordered = self.calendar.add(delivery.day, -self.dice.randint(4, 8))
            order_rows.append((pk, delivery.supplier, delivery.warehouse, number, ordered))
            received: datetime = moment(delivery.day, 7, self.dice.randrange(60))
            for product, quantity in delivery.lines:
                amount = quantity / 1000
                line_rows.append((next(lines), pk, delivery.warehouse, product, amount, amount, delivery.day))
                movements.append(
                    (product, delivery.warehouse, amount, MovementKind.RECEIPT.value, number, keeper, received, "")
                )
        for sale in sales:
            for parcel in sale.shipments:
                movements += [
                    (
                        line.item.id,
                        sale.warehouse,
                        -quantity / 1000,
                        MovementKind.SHIPMENT.value,
                        parcel.number,
                        keeper,
                        parcel.shipped_at,
                        "",
                    )
                    for _pk, line, quantity in parcel.lines
                ]
            if back := sale.back:
                for line, quantity in back.lines:
                    at = moment(back.received_on, 9)
                    brought = (line.item.id, sale.warehouse, quantity / 1000, MovementKind.RETURN.value, back.number)
                    movements.append((*brought, keeper, at, ""))
                    if not back.is_restocked:
                        gone = (line.item.id, sale.warehouse, -quantity / 1000, MovementKind.SCRAP.value, back.number)
                        reason = "No apto para la venta tras devolución"
                        movements.append((*gone, keeper, at + timedelta(hours=3), reason))
        copy_rows(
            PurchaseOrder,
            ["id", "supplier_id", "warehouse_id", "number", "ordered_on"],
            order_rows,
            status=PurchaseOrderStatus.RECEIVED.value,
        )
        copy_rows(
            PurchaseOrderLine,
            ["id", "order_id", "warehouse_id", "product_id", "expected", "received", "expected_on"],
            line_rows,
            is_closed=True,
        )
        columns = ["product_id", "warehouse_id", "quantity", "kind", "document", "by_id", "at", "reason"]
        copy_rows(StockMovement, columns, sorted(movements, key=lambda row: row[6]))

    def expect(self, today: date) -> None:
        """Write what suppliers still owe us: on time, late, without a date; for three products nothing at all."""
        dice = self.dice
        self._keep_empty(self.places.warehouses["GET"])
        wanted: dict[tuple[int, int, date | None], list[tuple[int, int]]] = defaultdict(list)
        for place, item in enumerate(self.scarce[3:]):
            if place < 4:
                day = None
            elif place < 10:
                day = self.calendar.add(today, -dice.choice((1, 2, 3)))
            else:
                day = self.calendar.add(today, dice.choice((2, 3, 4, 6, 8)))
            everywhere = list(self.places.warehouses.values())
            for warehouse in everywhere if item in self.scarce[KEPT : KEPT + 2] else dice.sample(everywhere, 2):
                enough = max(self.daily.get((warehouse, item.id), 0) * 21, 24_000 * (item.box or 1))
                wanted[item.supplier, warehouse, day].append((item.id, self._whole(item, enough)))
        scarce = {item.id for item in self.scarce}
        plenty = [item for item in self.catalogue.items if item.id not in scarce]
        for warehouse in self.places.warehouses.values():
            low = sorted(plenty, key=lambda item: self.left[warehouse, item.id] - self.daily[warehouse, item.id] * 9)
            for item in low[:150]:
                day = self.calendar.add(today, 1 + item.supplier % 7)
                quantity = self._whole(item, max(self.daily[warehouse, item.id] * 21, 6_000))
                wanted[item.supplier, warehouse, day].append((item.id, quantity))
        orders, lines = keys(PurchaseOrder), keys(PurchaseOrderLine)
        order_rows, line_rows = [], []
        for place, ((supplier, warehouse, day), products) in enumerate(wanted.items(), start=1):
            pk = next(orders)
            status = PurchaseOrderStatus.CONFIRMED if day else PurchaseOrderStatus.SENT
            ordered = self.calendar.add(today, -dice.randint(4, 9))
            order_rows.append((pk, supplier, warehouse, f"PO{today:%y}-{90_000 + place}", status.value, ordered))
            line_rows += [
                (next(lines), pk, warehouse, product, quantity // 1000, day) for product, quantity in products
            ]
        columns = ["id", "supplier_id", "warehouse_id", "number", "status", "ordered_on"]
        copy_rows(PurchaseOrder, columns, order_rows)
        columns = ["id", "order_id", "warehouse_id", "product_id", "expected", "expected_on"]
        copy_rows(PurchaseOrderLine, columns, line_rows)

    def _keep_empty(self, warehouse: int) -> None:
        """Put the two scarce products of which a warehouse has least in the places that a scene looks at."""
        for place in (KEPT, KEPT + 1):
            rest = range(place, len(self.scarce))
            least = min(rest, key=lambda other: self.left[warehouse, self.scarce[other].id])
            self.scarce[place], self.scarce[least] = self.scarce[least], self.scarce[place]


def _demand(sales: list[Sale]) -> dict[tuple[int, int], dict[date, int]]:
    """(warehouse, product) → day → thousandths shipped."""
    demand: dict[tuple[int, int], dict[date, int]] = defaultdict(lambda: defaultdict(int))
    for sale in sales:
        for parcel in sale.shipments:
            for _pk, line, quantity in parcel.lines:
                demand[sale.warehouse, line.item.id][parcel.shipped_on] += quantity
    return demand


def _sold_between(sold: dict[date, int], first: date, last: date) -> int:
    """Thousandths sold from ``first`` to the day before ``last``."""
    return sum(quantity for day, quantity in sold.items() if first <= day < last)
