"""The year's orders as they went: placed, shipped in one or two parcels, delivered, sometimes cancelled or returned."""

import random
from datetime import date, datetime, timedelta

from django.db import connection

from billing.demo.calendar import Calendar, between, moment
from billing.demo.catalogue import Catalogue
from billing.demo.companies import Companies
from billing.demo.demand import (
    Back,
    Counter,
    Line,
    Parcel,
    Sale,
    Trouble,
    make_lines,
    order_days,
    placed_time,
    sums,
)
from billing.demo.people import Buyer
from billing.demo.prices import Tariffs
from billing.demo.rows import keys
from billing.demo.stock import Places
from orders.models import Channel, IncidentKind, Order, OrderLine, OrderStatus, Shipment, ShipmentLine, ShipmentStatus
from orders.services.numbers import take_numbers

CLOSED_AFTER = 30  # days
CHANNELS = {
    "RES": (Channel.PHONE, Channel.PHONE, Channel.PORTAL, Channel.DESK),
    "SHO": (Channel.PHONE, Channel.DESK, Channel.PORTAL),
    "HOT": (Channel.PORTAL, Channel.PORTAL, Channel.PHONE, Channel.DESK),
    "CAT": (Channel.FILE, Channel.PORTAL, Channel.DESK),
    "DIS": (Channel.FILE, Channel.API, Channel.DESK),
}
_TROUBLES = (
    (IncidentKind.DAMAGE, "Dos botellas rotas al abrir la caja.", "Se abonó el género roto."),
    (IncidentKind.DELAY, "El transportista no llegó a la hora acordada.", "Entregado al día siguiente, sin cargo."),
    (IncidentKind.SHORTAGE, "Falta un bulto según el albarán.", "El bulto apareció en la plataforma y se entregó."),
    (IncidentKind.REFUSAL, "El cliente rechaza una caja por temperatura.", "Se recogió y se abonó."),
    (IncidentKind.WRONG_ADDRESS, "Se entregó en el local de al lado.", "Recuperado y entregado en su sitio."),
)
_REASONS = ("Género golpeado", "Pedido por error", "Caducidad corta", "Producto equivocado")


class SalesBook:
    """Makes the sales of a year; keys and numbers are handed out in the order in which things happened."""

    def __init__(
        self,
        dice: random.Random,
        catalogue: Catalogue,
        companies: Companies,
        tariffs: Tariffs,
        places: Places,
        calendar: Calendar,
    ) -> None:
        self.dice, self.catalogue, self.companies = dice, catalogue, companies
        self.tariffs, self.places, self.calendar = tariffs, places, calendar
        self.line_ids = Counter(next(keys(OrderLine)))
        self.parcel_ids = Counter(next(keys(Shipment)))
        self.parcel_line_ids = Counter(next(keys(ShipmentLine)))
        self.po_numbers = Counter(1_001)
        self.end = date.min  # goods that came back did so until this day

    def make(self, *, start: date, end: date, today: date) -> list[Sale]:
        """Sales placed from ``start`` to ``end``, the oldest first."""
        self.end = end
        plan: list[tuple[datetime, Buyer, date, Channel]] = []
        for buyer in self.companies.buyers:
            for day in order_days(self.dice, buyer, self.calendar, start, end):
                channel = self.dice.choice(CHANNELS[buyer.segment])
                plan.append((placed_time(self.dice, day, channel), buyer, day, channel))
        plan.sort(key=lambda entry: (entry[0], entry[1].id))
        order_ids = Counter(next(keys(Order)))
        sales = [
            self._sale(order_ids(), buyer, placed_at, day, channel, today) for placed_at, buyer, day, channel in plan
        ]
        for sale, number in zip(sales, take_numbers(len(sales)), strict=True):
            sale.number = number
        parcels = sorted((parcel for sale in sales for parcel in sale.shipments), key=lambda parcel: parcel.shipped_at)
        for parcel, number in zip(parcels, _numbers("shipment", len(parcels)), strict=True):
            parcel.number = number
        backs = sorted((sale.back for sale in sales if sale.back), key=lambda back: back.requested_at)
        for back, number in zip(backs, _numbers("return", len(backs)), strict=True):
            back.number = number
        return sales

    def _sale(self, pk: int, buyer: Buyer, placed_at: datetime, day: date, channel: Channel, today: date) -> Sale:
        dice = self.dice
        lines = make_lines(dice, buyer, self.catalogue, self.tariffs, day, self.line_ids)
        warehouse, transit = self.places.nearest[buyer.region]
        sale = Sale(pk, buyer, placed_at, day, channel.value, lines, warehouse=warehouse)
        if buyer.po_prefix and dice.random() < 0.9:
            sale.po = f"{buyer.po_prefix}-{self.po_numbers()}"
        leaves = self.calendar.on_or_after(day)
        if placed_at >= moment(day, 12):
            leaves = self.calendar.add(day, 1)
        sale.promised_on = self.calendar.add(leaves, transit)
        fate = dice.random()
        if fate < 0.012:
            sale.status = OrderStatus.CANCELLED.value
            for line in lines:
                line.cancelled = line.ordered
        elif fate < 0.02:
            sale.status = dice.choice((OrderStatus.EXPIRED, OrderStatus.REJECTED)).value
        else:
            self._ship(sale, leaves, transit, today)
        if dice.random() < 0.012:
            sale.released_by = self.companies.staff["finance"].pk
        return sale

    def _ship(self, sale: Sale, leaves: date, transit: int, today: date) -> None:
        dice, lines = self.dice, sale.lines
        if dice.random() < 0.015 and len(lines) > 2:
            line = dice.choice(lines)
            line.cancelled = line.ordered
        later = self.calendar.add(leaves, dice.randint(3, 7))
        if dice.random() < 0.05 and len(lines) > 3 and self.calendar.add(later, transit) < today:
            for line in dice.sample(lines, 2 if len(lines) > 6 else 1):
                line.late = True
        open_lines = [line for line in lines if line.ordered > line.cancelled]
        sale.shipments = [self._parcel(sale, [line for line in open_lines if not line.late], leaves, transit, today)]
        if late := [line for line in open_lines if line.late]:
            sale.shipments.append(self._parcel(sale, late, later, transit, today))
            sale.promised_on = sale.shipments[-1].expected_on
        under_way = any(parcel.delivered_at is None for parcel in sale.shipments)
        age = (today - sale.shipments[-1].expected_on).days
        sale.status = (
            OrderStatus.SHIPPED if under_way else OrderStatus.CLOSED if age > CLOSED_AFTER else OrderStatus.DELIVERED
        ).value
        if not under_way:
            self._afterwards(sale, today)

    def _parcel(self, sale: Sale, lines: list[Line], leaves: date, transit: int, today: date) -> Parcel:
        dice = self.dice
        arrives = self.calendar.add(leaves, transit)
        if dice.random() < 0.04:
            arrives = self.calendar.add(arrives, 1)
        carriers = self.places.carriers
        own = sale.buyer.region in ("MAD", "ARA", "SUR") and sale.buyer.segment != "DIS"
        carrier = carriers["VAN"] if own else carriers[dice.choice(("RUT", "PAL"))]
        pk = self.parcel_ids()
        is_there = arrives < today
        return Parcel(
            id=pk,
            shipped_at=between(dice, leaves, 13, 18),
            shipped_on=leaves,
            delivered_at=between(dice, arrives, 7, 14) if is_there else None,
            expected_on=self.calendar.add(leaves, transit),
            lines=[(self.parcel_line_ids(), line, line.ordered - line.cancelled) for line in lines],
            carrier=carrier,
            status=(ShipmentStatus.DELIVERED if is_there else ShipmentStatus.IN_TRANSIT).value,
            tracking="" if own else f"{dice.choice(('RF', 'PX'))}{dice.randint(10**9, 10**10 - 1)}",
        )

    def _afterwards(self, sale: Sale, today: date) -> None:
        dice = self.dice
        arrived = max(parcel.delivered_at for parcel in sale.shipments if parcel.delivered_at)
        if dice.random() < 0.02:
            kind, text, outcome = dice.choice(_TROUBLES)
            opened = arrived + timedelta(minutes=dice.randint(20, 300))
            solved = opened + timedelta(days=dice.randint(1, 4), minutes=dice.randint(0, 200))
            is_solved = solved.date() < today - timedelta(days=2)
            sale.trouble = Trouble(
                kind.value, text, opened, solved if is_solved else None, outcome if is_solved else ""
            )
        if dice.random() < 0.015:
            line = dice.choice(sale.shipments[0].lines)[1]
            shipped = line.ordered - line.cancelled
            step = line.item.price_quantity * 1000
            quantity = min(shipped, step * dice.randint(1, 3))
            received = self.calendar.add(arrived.date(), dice.randint(3, 6))
            if received <= self.end:
                line.returned = quantity
                sale.back = Back(
                    number="",
                    reason=dice.choice(_REASONS),
                    requested_at=arrived + timedelta(hours=dice.randint(3, 30)),
                    received_on=received,
                    lines=[(line, quantity)],
                    is_restocked=dice.random() < 0.6,
                )


def add_up(sale: Sale) -> None:
    """Set net and tax of a sale from its lines, without what was cancelled."""
    _nets, sale.net, sale.tax = sums([(line, line.ordered - line.cancelled) for line in sale.lines])


def _numbers(kind: str, count: int) -> list[str]:
    """New numbers of delivery notes or returns, from the sequences that the services use."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT orders_new_{kind}_number() FROM generate_series(1, %s)", [count])  # noqa: S608
        return [number for (number,) in cursor.fetchall()]
