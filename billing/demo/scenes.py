"""Scenes that a visitor should find: the group of owner@example.com, holds, quotes, drafts, trouble, returns."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

from billing.demo.calendar import moment
from billing.demo.demand import Line, make_line, make_lines
from billing.demo.people import Buyer
from billing.demo.stock import KEPT
from billing.demo.today import Living, typed
from billing.models import CreditLineKind, Invoice
from billing.services.crediting import Credit, issue_credit_note
from billing.services.payments import record_payment
from customers.models import Account, Customer, CustomerStatus, PaymentMethod, User
from inventory.models import Warehouse
from orders.models import (
    Carrier,
    EventKind,
    IncidentKind,
    Order,
    OrderStatus,
    Reservation,
    Return,
    ReturnLine,
    Shipment,
    TrackingCode,
)
from orders.services.aftersales import (
    Outcome,
    authorise_return,
    inspect_return,
    receive_return,
    report_incident,
    request_return,
)
from orders.services.drafts import set_lines, start_draft
from orders.services.events import record
from orders.services.holds import pause_order
from orders.services.picking import start_picking
from orders.services.shipping import ship
from orders.services.tracking import deliver, record_tracking


class Scenes:
    """Plans and plays the scenes on a ``Living`` company."""

    def __init__(self, living: Living) -> None:
        self.living = living
        self.people, self.staff = living.companies.people, living.companies.staff
        self.group = living.companies.branches
        self.now = living.at

    def before(self) -> None:
        """What begins some days ago, among the orders of everybody else."""
        living, calendar = self.living, self.living.calendar
        parent, centre, alcala = self.group
        back = [calendar.add(living.last_shipping, -days) for days in range(6)]
        living.at_moment(moment(back[4], 10, 12), lambda when: self._delivered_with_damage(alcala, when))
        living.at_moment(moment(back[4], 16, 40), lambda when: self._sent_back(centre, when))
        living.at_moment(moment(back[1], 9, 35), lambda when: self._partly_shipped(centre, when))
        living.at_moment(moment(back[1], 17, 5), lambda when: self._simple(alcala, when))
        living.at_moment(moment(back[0], 10, 20), lambda when: self._simple(parent, when))
        living.at_moment(moment(back[2], 11, 50), lambda when: self._simple(living.companies.other, when))
        living.at_moment(moment(back[2], 9, 15), lambda when: self._held_up(living.companies.other, when))

    def after(self, over: Buyer) -> None:
        """What is going on at this moment: holds, quotes, drafts, money on account, troubles."""
        self._hold(over)
        self._paused()
        self._quotes_and_drafts()
        self._money_on_account()
        self._troubles()
        self._customers_on_hold()

    # -- The group of owner@example.com ------------------------------------------------------------------------------

    def _partly_shipped(self, buyer: Buyer, when: datetime) -> None:
        """An order of which a part is on its way and a part waits for a supplier who gave a date."""
        lines = self._some(buyer, when, 5) + self._awaited(buyer, when)
        order = self._order(buyer, lines, when, warehouse_id=self.living.places.warehouses["GET"])
        if order is None:
            return
        then = when + timedelta(hours=2)
        carrier = self.living.carriers[self.living.places.carriers["RUT"]]
        for warehouse in self._reserved_in(order):
            shipment = start_picking(order=order, warehouse=warehouse, by=self.living.keeper, at=then)
            self.living.at_moment(when + timedelta(hours=5), partial(self._depart, shipment, carrier))

    def _depart(self, shipment: Shipment, carrier: Carrier, at: datetime) -> None:
        """A shipment leaves and reaches the carrier's hub."""
        number, keeper = "RF4410028876", self.living.keeper
        ship(shipment=shipment, carrier=carrier, tracking_number=number, parcels=3, by=keeper, at=at)
        for code, minutes, place in (("collected", 15, "Getafe"), ("in_transit", 95, "Plataforma Coslada")):
            then = at + timedelta(minutes=minutes)
            record_tracking(shipment=shipment, code=code, at=then, location=place, by=None)

    def _delivered_with_damage(self, buyer: Buyer, when: datetime) -> None:
        """An order that arrived with something broken: an incident that is being dealt with, and a return asked for."""
        order = self._order(buyer, self._some(buyer, when, 6), when)
        if order is None:
            return
        self._ship_and_deliver(order, when)
        there = when + timedelta(days=1)

        def complain(at: datetime) -> None:
            agent = self.staff["agent"]
            text = "Llegaron dos envases rotos; el resto de la caja está bien."
            shipment = order.shipments.first()
            report_incident(
                order=order, kind=IncidentKind.DAMAGE, description=text, by=agent, at=at, shipment=shipment, owner=agent
            )
            line = order.lines.order_by("position")[0]
            request_return(
                order=order,
                quantities={line.pk: min(line.delivered, Decimal(2))},
                reason="Envases rotos",
                by=self.people["buyer@example.com"],
                at=at + timedelta(minutes=30),
            )

        self.living.at_moment(there + timedelta(hours=4), complain)

    def _sent_back(self, buyer: Buyer, when: datetime) -> None:
        """An order of which a line came back, was inspected and credited."""
        order = self._order(buyer, self._some(buyer, when, 6), when)
        if order is None:
            return
        self._ship_and_deliver(order, when)

        def ask(at: datetime) -> None:
            line = order.lines.order_by("-position")[0]
            document = request_return(
                order=order,
                quantities={line.pk: min(line.delivered, Decimal(3))},
                reason="Pedido por error",
                by=self.people["buyer@example.com"],
                at=at,
            )
            warehouse = order.shipments.order_by("pk")[0].warehouse
            row = document.lines.get()
            authorise_return(
                document=document,
                quantities={row.pk: row.requested},
                warehouse=warehouse,
                by=self.staff["agent"],
                at=at + timedelta(hours=1),
            )
            self.living.at_moment(at + timedelta(hours=22), lambda then: receive(then, document, row, warehouse))

        def receive(at: datetime, document: Return, row: ReturnLine, warehouse: Warehouse) -> None:
            keeper = self.living.keeper
            receive_return(document=document, quantities={row.pk: row.requested}, warehouse=warehouse, by=keeper, at=at)
            inspect_return(
                document=document,
                outcomes={row.pk: Outcome(restocked=row.requested, scrapped=Decimal(0))},
                by=keeper,
                at=at + timedelta(minutes=40),
            )

        self.living.at_moment(when + timedelta(days=1, hours=3), ask)

    def _held_up(self, buyer: Buyer, when: datetime) -> None:
        """An order that left whole and is stuck on its way."""
        lines = self._some(buyer, when, 5)
        person = self.people["buyer@other.example.com"]
        order = self.living.order(buyer, "portal", lines, when, by=person, goes_on=False)
        if order is None:
            return
        carrier = self.living.carriers[self.living.places.carriers["PAL"]]
        for warehouse in self._reserved_in(order):
            at = when + timedelta(hours=1)
            shipment = start_picking(order=order, warehouse=warehouse, by=self.living.keeper, at=at)
            at += timedelta(minutes=50)
            number = f"PX77120045{shipment.pk % 100:02d}"
            ship(shipment=shipment, carrier=carrier, tracking_number=number, by=self.living.keeper, at=at)
            self.living.report(shipment, TrackingCode.COLLECTED, at + timedelta(minutes=30), shipment.warehouse.city)
            late, where = when + timedelta(days=1), "Plataforma Valdespartera"
            self.living.report(shipment, TrackingCode.DELAYED, late, where, "Avería del camión")

    def _simple(self, buyer: Buyer, when: datetime) -> None:
        person = "buyer@other.example.com" if buyer is self.living.companies.other else "buyer@example.com"
        lines = self._some(buyer, when, 6)
        self.living.order(buyer, "portal", lines, when, by=self.people[person])

    def _order(self, buyer: Buyer, lines: Sequence[Line], when: datetime, **header: object) -> Order | None:
        by = self.people["buyer@example.com"]
        return self.living.order(buyer, "portal", lines, when, by=by, goes_on=False, **header)

    def _ship_and_deliver(self, order: Order, when: datetime) -> None:
        """Leaves the same afternoon, is there on the next day."""
        carrier = self.living.carriers[self.living.places.carriers["VAN"]]
        for warehouse in self._reserved_in(order):
            at = when + timedelta(hours=1)
            shipment = start_picking(order=order, warehouse=warehouse, by=self.living.keeper, at=at)
            ship(shipment=shipment, carrier=carrier, parcels=2, by=self.living.keeper, at=at + timedelta(minutes=50))
            self.living.at_moment(when + timedelta(days=1), partial(self._arrive, shipment))

    def _arrive(self, shipment: Shipment, at: datetime) -> None:
        deliver(shipment=shipment, at=at, received_by="Cocina", by=None)

    # -- Everybody else ----------------------------------------------------------------------------------------------

    def _hold(self, over: Buyer) -> None:
        """A customer over its limit: its order waits for finance."""
        lines = self._some(over, self.now, 5)
        self.living.order(over, "phone", lines, self.now - timedelta(minutes=50), by=self.staff["agent"])

    def _paused(self) -> None:
        """An order that keeps its stock and waits for the customer's word."""
        order = Order.objects.filter(status=OrderStatus.RELEASED).exclude(account=self.group[0].account).last()
        if order:
            reason = "El cliente quiere cambiar la dirección de entrega"
            pause_order(order=order, by=self.staff["agent"], at=self.now, reason=reason)

    def _quotes_and_drafts(self) -> None:
        dice, companies = self.living.dice, self.living.companies
        mine = [buyer for buyer in companies.buyers if not buyer.logs_in]
        mine.sort(key=lambda buyer: buyer.rep != self.staff["rep"].pk)  # the rep's own first
        mine = mine[:20]
        plan: list[tuple[Buyer, OrderStatus | None]] = [(buyer, None) for buyer in dice.sample(mine, 3)]
        plan += [(buyer, OrderStatus.QUOTED) for buyer in [self.group[0], *dice.sample(mine, 3)]]
        plan += [(buyer, OrderStatus.SUBMITTED) for buyer in dice.sample(mine, 2)]
        plan += [(self.group[1], OrderStatus.PENDING_APPROVAL), (self.group[1], None)]
        for place, (buyer, status) in enumerate(plan):
            at = self.now - timedelta(minutes=25 + 70 * place)
            inside = status == OrderStatus.PENDING_APPROVAL or (buyer is self.group[1] and status is None)
            by = self.people["buyer@example.com"] if inside else self.staff["rep"]
            customer = Customer.objects.select_related("account").get(pk=buyer.id)
            order = start_draft(customer=customer, by=by, channel="portal" if inside else "desk", at=at)
            lines = self._some(buyer, at, dice.randint(4, 8))
            set_lines(order=order, rows=typed(lines), by=by, at=at, version=None)
            if status:
                self._move(order, status, by, at)

    def _move(self, order: Order, status: OrderStatus, by: User, at: datetime) -> None:
        order.refresh_from_db()
        order.status, order.version = status, order.version + 1
        data = {}
        if status == OrderStatus.QUOTED:
            order.valid_until = self.living.today + timedelta(days=12)
            data = {"valid_until": order.valid_until.isoformat()}
        order.save(update_fields=["status", "version", "valid_until"])
        kind = EventKind.QUOTED if status == OrderStatus.QUOTED else EventKind.PLACED
        record(order=order, kind=kind, by=by, at=at + timedelta(minutes=4), data=data or {"lines": order.line_count})

    def _money_on_account(self) -> None:
        """Two transfers that came without saying what for."""
        dice = self.living.dice
        payers = [
            buyer for buyer in self.living.companies.buyers if buyer.method == "transfer" and buyer.payer == buyer.id
        ]
        for place, buyer in enumerate([self.group[0], *dice.sample(payers, 2)]):
            record_payment(
                payer=Customer.objects.select_related("account").get(pk=buyer.id),
                amount=Decimal(dice.randint(20_000, 140_000)) / 100,
                method=PaymentMethod.TRANSFER,
                value_on=self.living.calendar.add(self.living.today, -1),
                bank_reference=f"TRF-{7_001 + place}",
                note="Sin referencia de factura",
                by=self.staff["finance"],
                at=self.now - timedelta(minutes=90 - place),
            )
        self._credit()

    def _credit(self) -> None:
        """Finance credits what came back to us from the group, where it was billed."""
        line = (
            Invoice.objects.filter(
                order__returns__lines__received__gt=0,
                account_id=self.group[0].account,
                kind="invoice",
                lines__order_line__return_lines__received__gt=0,
                lines__corrections__isnull=True,
            )
            .order_by("-pk")
            .values_list("pk", "lines", "lines__order_line__return_lines__received", "lines__quantity")
        )
        for invoice, pk, received, billed in line:
            if pk and received and billed and received <= billed:
                issue_credit_note(
                    invoice=Invoice.objects.get(pk=invoice),
                    lines=[Credit(pk, received, CreditLineKind.GOODS)],
                    reason="Género devuelto",
                    by=self.staff["finance"],
                    today=self.living.today,
                    at=self.now - timedelta(minutes=15),
                )
                return

    def _troubles(self) -> None:
        """Open incidents of the last days, each with somebody who deals with it."""
        dice, agent = self.living.dice, self.staff["agent"]
        orders = Order.objects.filter(status=OrderStatus.DELIVERED, shipments__isnull=False).order_by("-placed_at")[:40]
        texts = (
            (IncidentKind.SHORTAGE, "Falta una caja de las que figuran en el albarán."),
            (IncidentKind.DAMAGE, "Un bote llegó abollado; piden abono."),
            (IncidentKind.DELAY, "Llegó fuera del horario de recepción."),
        )
        for order, (kind, text) in zip(dice.sample(list(orders), len(texts)), texts, strict=True):
            at = self.now - timedelta(hours=dice.randint(1, 30))
            report_incident(order=order, kind=kind, description=text, by=agent, at=at, owner=agent)

    def _customers_on_hold(self) -> None:
        buyers = [buyer.id for buyer in self.living.companies.buyers if not buyer.logs_in]
        on_hold, closed = self.living.dice.sample([pk for pk in buyers if pk not in self.living.placed], 2)
        Customer.objects.filter(pk=on_hold).update(status=CustomerStatus.ON_HOLD)
        Customer.objects.filter(pk=closed).update(status=CustomerStatus.CLOSED)

    def _some(self, buyer: Buyer, when: datetime, count: int) -> list[Line]:
        living = self.living
        while True:
            lines = make_lines(living.dice, buyer, living.catalogue, living.tariffs, when.date(), living.line_ids)
            scarce = {item.id for item in living.scarce}
            found = [line for line in lines if line.item.id not in scarce][:count]
            if len(found) >= min(count, 3):
                return found

    def _awaited(self, buyer: Buyer, when: datetime) -> list[Line]:
        """Two lines that stock can't give and for which a supplier has given a date."""
        living = self.living
        return [
            make_line(living.dice, buyer, item, 6, living.tariffs, when.date(), living.line_ids)
            for item in living.scarce[KEPT : KEPT + 2]
        ]

    def _reserved_in(self, order: Order) -> list:
        ids = Reservation.objects.filter(line__order=order).values_list("warehouse_id", flat=True).distinct()
        return [self.living.warehouses[pk] for pk in ids]


def most_indebted(skip: Sequence[int]) -> int:
    """The group that owes most, without some."""
    return (
        Account.objects.exclude(pk__in=skip).exclude(credit_limit=None).order_by("-receivable").values_list("pk")[0][0]
    )
