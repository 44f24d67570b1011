"""The last days of the demo company, lived through the services that the desks use, in the order of the clock."""

import heapq
import itertools
import random
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import connection

from billing.demo.calendar import Calendar, between, moment
from billing.demo.catalogue import Catalogue, Item
from billing.demo.companies import Companies
from billing.demo.demand import Counter, Line, make_line, make_lines, order_days, placed_time
from billing.demo.people import Buyer
from billing.demo.prices import Tariffs
from billing.demo.sales import CHANNELS
from billing.demo.stock import KEPT, Places
from billing.services.invoicing import issue_invoices
from customers.models import Customer, User
from inventory.models import Warehouse
from orders.exceptions import FulfilmentRefused, OrderRefused
from orders.models import Carrier, Order, OrderStatus, Reservation, Shipment, TrackingCode
from orders.services.lines import LineInput
from orders.services.picking import start_picking
from orders.services.placing import submit_and_place
from orders.services.shipping import ship
from orders.services.tracking import deliver, record_tracking

WAITING = 0.09  # share of orders that nobody has begun to pick yet
DELAYED = 0.04  # share of parcels that are held up on their way


class Living:
    """Plays the days from ``first`` to the moment ``at``: orders come in, goods leave, carriers report."""

    def __init__(
        self,
        dice: random.Random,
        catalogue: Catalogue,
        companies: Companies,
        tariffs: Tariffs,
        places: Places,
        calendar: Calendar,
        scarce: list[Item],
        *,
        first: date,
        at: datetime,
        today: date,
    ) -> None:
        self.dice, self.catalogue, self.companies, self.tariffs = dice, catalogue, companies, tariffs
        self.places, self.calendar, self.scarce = places, calendar, scarce
        self.first, self.at, self.today = first, at, today
        self.last_shipping = calendar.on_or_before(today)
        self.clock: list[tuple[datetime, int, Callable[[datetime], object]]] = []
        self.turn = itertools.count()
        self.line_ids = Counter(0)
        self.symbols = {code: code for code in catalogue.units}
        self.customers = Customer.objects.in_bulk([buyer.id for buyer in companies.buyers])
        self.warehouses = Warehouse.objects.in_bulk()
        self.carriers = Carrier.objects.in_bulk()
        self.keeper, self.agent = companies.staff["warehouse"], companies.staff["agent"]
        self.users = {user.pk: user for user in [*companies.staff.values(), *companies.reps]}
        self.placed: dict[int, Order] = {}  # the last order of each customer

    def at_moment(self, when: datetime, act: Callable[[datetime], object]) -> None:
        """Let something happen at a moment; what lies in the future does not happen."""
        if when <= self.at:
            heapq.heappush(self.clock, (when, next(self.turn), act))

    def run(self) -> None:
        """Plan the orders of all customers and the invoicing of each evening, then let the clock run."""
        for buyer in self.companies.buyers:
            if buyer.logs_in:
                continue
            for day in order_days(self.dice, buyer, self.calendar, self.first, self.today):
                channel = self.dice.choice(CHANNELS[buyer.segment])
                when = placed_time(self.dice, day, channel)
                self.at_moment(when, self._ordering(buyer, channel.value, self._lines(buyer, day)))
        day = self.first
        while day < self.last_shipping:
            self.at_moment(moment(day, 19), self._invoicing(day))
            day = self.calendar.add(day, 1)
        self.tick()

    def tick(self) -> None:
        """Let everything happen that is planned."""
        while self.clock:
            when, _turn, act = heapq.heappop(self.clock)
            act(when)

    def _lines(self, buyer: Buyer, day: date) -> list[Line]:
        lines = make_lines(self.dice, buyer, self.catalogue, self.tariffs, day, self.line_ids)
        if self.dice.random() < 0.2:
            item = self.dice.choice(self.scarce[:KEPT] + self.scarce[KEPT + 2 :])
            if item.id not in {line.item.id for line in lines}:
                lines.append(make_line(self.dice, buyer, item, 2, self.tariffs, day, self.line_ids))
        return lines

    def _ordering(self, buyer: Buyer, channel: str, lines: Sequence[Line]) -> Callable[[datetime], object]:
        return lambda when: self.order(buyer, channel, lines, when)

    def order(
        self,
        buyer: Buyer,
        channel: str,
        lines: Sequence[Line],
        when: datetime,
        *,
        by: User | None = None,
        goes_on: bool = True,
        **header: object,
    ) -> Order | None:
        """Take an order and plan how it goes on; None when the desk would have refused it."""
        number = next(self.turn)
        if buyer.po_prefix:
            header.setdefault("customer_po", f"{buyer.po_prefix}-{20_000 + number}")
        elif self.customers[buyer.id].po_required:
            header.setdefault("customer_po", f"{20_000 + number}")
        who = by or {"phone": self.agent, "desk": self.users.get(buyer.rep)}.get(channel)
        try:
            order = submit_and_place(
                customer=self.customers[buyer.id],
                lines=typed(lines),
                by=who,
                at=when,
                channel=channel,
                key=f"demo-{number}",
                **header,
            )
        except OrderRefused:
            return None
        self.placed[buyer.id] = order
        if goes_on and order.status == OrderStatus.RELEASED:
            self._plan_shipping(order, when)
        return order

    def _plan_shipping(self, order: Order, when: datetime) -> None:
        local = when.astimezone(moment(self.today, 0).tzinfo)
        day = self.calendar.on_or_after(local.date())
        if day == local.date() and when >= moment(day, 12):
            day = self.calendar.add(day, 1)
        if day > self.last_shipping or self.dice.random() < WAITING:
            return
        if day == self.last_shipping and self.dice.random() < 0.55:
            return  # still to be shipped today
        self.at_moment(between(self.dice, day, 9, 12), lambda then: self._pick(order, day, then))

    def _pick(self, order: Order, day: date, when: datetime) -> None:
        for warehouse in (
            Reservation.objects.filter(line__order=order).values_list("warehouse_id", flat=True).distinct()
        ):
            self.pick(order, warehouse, when, ships_on=day)

    def pick(self, order: Order, warehouse: int, when: datetime, *, ships_on: date | None) -> Shipment | None:
        """Begin a shipment; it leaves in the afternoon of ``ships_on``, or stays open."""
        try:
            shipment = start_picking(order=order, warehouse=self.warehouses[warehouse], by=self.keeper, at=when)
        except FulfilmentRefused:
            return None
        if ships_on and not (ships_on == self.last_shipping and self.dice.random() < 0.3):
            self.at_moment(between(self.dice, ships_on, 13, 18), lambda then: self.leave(shipment, then))
        return shipment

    def leave(self, shipment: Shipment, when: datetime) -> None:
        """Ship with a carrier, and let it report."""
        own = self.dice.random() < 0.5
        carrier = self.carriers[self.places.carriers["VAN" if own else self.dice.choice(("RUT", "PAL"))]]
        number = "" if own else f"RF{self.dice.randint(10**9, 10**10 - 1)}"
        ship(
            shipment=shipment,
            carrier=carrier,
            tracking_number=number,
            parcels=self.dice.randint(1, 5),
            by=self.keeper,
            at=when,
        )
        town = shipment.warehouse.city
        if not own:
            self.report(shipment, TrackingCode.COLLECTED, when + timedelta(minutes=20), town)
        arrives = max(shipment.expected_on or self.today, self.calendar.add(when.date(), 1))
        if self.dice.random() < DELAYED and shipment.order.placed_by_id:
            note = self.dice.choice(("Avería del camión", "Nieve en el puerto", "Dirección cerrada, nuevo intento"))
            self.report(shipment, TrackingCode.DELAYED, between(self.dice, arrives, 7, 9), town, note)
            return
        there = between(self.dice, arrives, 8, 14)
        to = str(self.customers[shipment.customer_id].city)
        self.report(shipment, TrackingCode.OUT_FOR_DELIVERY, there - timedelta(minutes=70), to)
        self.at_moment(
            there, lambda then: deliver(shipment=shipment, at=then, received_by=_receiver(self.dice), by=None)
        )

    def report(self, shipment: Shipment, code: TrackingCode, when: datetime, where: str, note: str = "") -> None:
        """Let the carrier report something at a moment."""
        self.at_moment(
            when,
            lambda then: record_tracking(shipment=shipment, code=code, at=then, location=where, note=note, by=None),
        )

    def _invoicing(self, day: date) -> Callable[[datetime], object]:
        """In the evening finance bills what left that day; what left on the last day still waits."""

        def bill(when: datetime) -> None:
            left = Shipment.objects.filter(
                shipped_at__gte=moment(day, 0), shipped_at__lt=moment(day + timedelta(days=1), 0)
            )
            ids = list(left.values_list("order_id", flat=True).distinct())
            issue_invoices(order_ids=ids, by=self.companies.staff["finance"], today=day, at=when)

        return bill


def typed(lines: Sequence[Line]) -> list[LineInput]:
    """Lines as somebody would type them."""
    return [
        LineInput(
            position=position,
            text=line.item.code,
            quantity=Decimal(line.entered).scaleb(-3),
            unit="XBX" if line.factor > 1000 else None,
        )
        for position, line in enumerate(lines, start=1)
    ]


def set_limits(over: int) -> None:
    """Give every group a limit well above what it owes, and group ``over`` one below."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE customers_account SET credit_limit = ceil(greatest(credit_limit, exposure * 1.6) / 500) * 500
            WHERE credit_limit < exposure * 1.3 AND id <> %s
            """,
            [over],
        )
        cursor.execute(
            "UPDATE customers_account SET credit_limit = floor(exposure * 0.9 / 100) * 100 WHERE id = %s", [over]
        )


def _receiver(dice: random.Random) -> str:
    return dice.choice(("Recepción", "Cocina", "M. Ruiz", "J. Ortega", "L. Campos", "Encargado de sala"))
