"""Writes the year's orders with their lines, shipments, tracking, incidents, returns and timelines, set-based.

Orders begin as released and go through their states before their lines exist; lines come with where their units
ended up. Every rule of the database holds on each row.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from billing.demo.calendar import moment
from billing.demo.catalogue import Catalogue
from billing.demo.companies import Companies
from billing.demo.demand import Parcel, Sale
from billing.demo.rows import copy_rows, euros, keys, money4, units
from billing.demo.sales import add_up
from billing.demo.stock import CARRIERS, TOWNS, Places
from orders.models import (
    CreditDecision,
    EventKind,
    Incident,
    IncidentStatus,
    Order,
    OrderEvent,
    OrderLine,
    OrderStatus,
    PromiseReason,
    Return,
    ReturnLine,
    ReturnLineStatus,
    Shipment,
    ShipmentLine,
    TrackingCode,
    TrackingEvent,
)
from orders.services.events import reason_of

UNSOLD = (OrderStatus.CANCELLED, OrderStatus.EXPIRED, OrderStatus.REJECTED)


class History:
    """Writes sales; what was billed of them has been worked out before, for their lines carry it."""

    def __init__(self, catalogue: Catalogue, companies: Companies, places: Places) -> None:
        self.companies = companies
        self.towns = {pk: TOWNS[code] for code, pk in places.warehouses.items()}
        self.carriers = {pk: CARRIERS[code] for code, pk in places.carriers.items()}
        self.box = catalogue.units["XBX"]
        self.rep = companies.staff["rep"].pk
        self.agent = companies.staff["agent"].pk
        self.keeper = companies.staff["warehouse"].pk

    def write(self, sales: list[Sale]) -> None:
        """Insert everything that hangs on the sales, money apart."""
        for sale in sales:
            add_up(sale)
        self._write_orders(sales)
        self._write_lines(sales)
        self._write_shipments(sales)
        self._write_troubles(sales)
        self._write_returns(sales)

    def _write_orders(self, sales: list[Sale]) -> None:
        columns = (
            "id customer_id payer_id account_id number status channel customer_name customer_po po_must_be_unique "
            "placed_at placed_by_id rep_id warehouse_id ship_to_id promised_on valid_until credit_decision "
            "credit_decided_by_id net tax gross line_count"
        )
        copy_rows(
            Order,
            columns.split(),
            map(self._order, sales),
            issuer_id=self.companies.issuer.pk,
            billing_policy="on_shipment",
            currency="EUR",
            version=1,
        )
        done = [OrderStatus.SHIPPED.value, OrderStatus.DELIVERED.value, OrderStatus.CLOSED.value]
        with connection.cursor() as cursor:
            for place, status in enumerate(done):
                ids = [sale.id for sale in sales if sale.status in done[place:]]
                cursor.execute("UPDATE orders_order SET status = %s WHERE id = ANY(%s)", [status, ids])

    def _order(self, sale: Sale) -> tuple[Any, ...]:
        buyer = sale.buyer
        was_quote = sale.status == OrderStatus.EXPIRED
        decision = CreditDecision.OVERRIDE if sale.released_by else CreditDecision.WITHIN_LIMIT
        unsold = sale.status in UNSOLD
        return (
            sale.id,
            buyer.id,
            buyer.payer,
            buyer.account,
            sale.number,
            sale.status if unsold else OrderStatus.RELEASED.value,
            sale.channel,
            buyer.name,
            sale.po,
            buyer.segment != "DIS",
            sale.placed_at,
            self.taker(sale),
            buyer.rep,
            sale.warehouse,
            buyer.address,
            None if unsold else sale.promised_on,
            sale.placed_on + timedelta(days=15) if was_quote else None,
            None if unsold else decision.value,
            None if unsold else sale.released_by,
            euros(sale.net),
            euros(sale.tax),
            euros(sale.net + sale.tax),
            len(sale.lines),
        )

    def taker(self, sale: Sale) -> int | None:
        """Who placed an order: the agent on the phone, the rep at the desk, the buyer's own person in the portal."""
        if sale.channel == "phone":
            return self.agent
        if sale.channel == "desk":
            return sale.buyer.rep
        if sale.buyer.logs_in and sale.channel == "portal":
            own = "buyer@other.example.com" if sale.buyer is self.companies.other else "buyer@example.com"
            return self.companies.people[own].pk
        return None

    def _write_lines(self, sales: list[Sale]) -> None:
        columns = (
            "id order_id account_id order_status position product_id code description unit_id entered factor ordered "
            "cancelled shipped delivered returned invoiced credited price price_quantity price_level price_list_id "
            "price_break price_valid_from unit_cost tax_class_id tax_rate surcharge_rate promised_on first_promised_on "
            "promise_reason"
        )
        copy_rows(OrderLine, columns.split(), self._lines(sales), billing_policy="on_shipment", type="goods")

    def _lines(self, sales: list[Sale]) -> Iterator[tuple[Any, ...]]:
        for sale in sales:
            shipped, delivered, billed = _counts(sale)
            unsold = sale.status in UNSOLD
            for position, line in enumerate(sale.lines, start=1):
                item, found = line.item, line.found
                promised = None if unsold else sale.promised_on
                yield (
                    line.id,
                    sale.id,
                    sale.buyer.account,
                    sale.status,
                    position,
                    item.id,
                    item.code,
                    item.name,
                    self.box if line.factor > 1000 else item.unit,
                    units(line.entered),
                    units(line.factor),
                    units(line.ordered),
                    units(line.cancelled),
                    units(shipped.get(line.id, 0)),
                    units(delivered.get(line.id, 0)),
                    units(line.returned),
                    units(billed.get(line.id, 0)),
                    units(line.returned),
                    money4(found.price),
                    item.price_quantity,
                    found.level,
                    found.price_list,
                    units(found.minimum),
                    found.valid_from,
                    money4(item.cost),
                    item.tax_class,
                    line.rate / 100,
                    line.surcharge / 100,
                    promised,
                    promised,
                    "" if unsold else PromiseReason.STOCK.value,
                )

    def _write_shipments(self, sales: list[Sale]) -> None:
        columns = (
            "id order_id customer_id account_id warehouse_id number status carrier_id tracking_number parcels ship_to_id "
            "expected_on created_at shipped_at delivered_at received_by"
        )
        copy_rows(
            Shipment,
            columns.split(),
            (
                (
                    parcel.id,
                    sale.id,
                    sale.buyer.id,
                    sale.buyer.account,
                    sale.warehouse,
                    parcel.number,
                    parcel.status,
                    parcel.carrier,
                    parcel.tracking,
                    max(1, len(parcel.lines) // 3),
                    sale.buyer.address,
                    parcel.expected_on,
                    parcel.shipped_at - timedelta(minutes=90),
                    parcel.shipped_at,
                    parcel.delivered_at,
                    "Recepción" if parcel.delivered_at else "",
                )
                for sale in sales
                for parcel in sale.shipments
            ),
            created_by_id=self.keeper,
        )
        copy_rows(
            ShipmentLine,
            ["id", "shipment_id", "line_id", "account_id", "quantity", "delivered", "invoiced"],
            (
                (
                    pk,
                    parcel.id,
                    line.id,
                    sale.buyer.account,
                    units(quantity),
                    units(quantity if parcel.delivered_at else 0),
                    units(quantity if parcel.is_billed else 0),
                )
                for sale in sales
                for parcel in sale.shipments
                for pk, line, quantity in parcel.lines
            ),
        )
        copy_rows(
            TrackingEvent,
            ["shipment_id", "account_id", "code", "at", "location", "recorded_at"],
            self._tracking(sales),
        )

    def _tracking(self, sales: list[Sale]) -> Iterator[tuple[Any, ...]]:
        for sale in sales:
            for parcel in sale.shipments:
                for code, at, where in self._seen(sale, parcel):
                    yield (parcel.id, sale.buyer.account, code.value, at, where, at)

    def _seen(self, sale: Sale, parcel: Parcel) -> Iterator[tuple[TrackingCode, datetime, str]]:
        """Where a parcel was seen, and when."""
        start, to = self.towns[sale.warehouse], str(sale.buyer.parties["city"])
        if parcel.tracking:
            yield TrackingCode.COLLECTED, parcel.shipped_at + timedelta(minutes=25), start
            yield TrackingCode.IN_TRANSIT, parcel.shipped_at + timedelta(hours=5, minutes=parcel.id % 50), start
        if parcel.delivered_at:
            yield TrackingCode.OUT_FOR_DELIVERY, parcel.delivered_at - timedelta(minutes=75 + parcel.id % 40), to
            yield TrackingCode.DELIVERED, parcel.delivered_at, to

    def _write_troubles(self, sales: list[Sale]) -> None:
        troubles = [sale.trouble for sale in sales if sale.trouble]
        for pk, unsaved in zip(keys(Incident), troubles, strict=False):
            unsaved.id = pk
        copy_rows(
            Incident,
            [
                "id",
                "order_id",
                "customer_id",
                "account_id",
                "shipment_id",
                "kind",
                "status",
                "description",
                "outcome",
                "owner_id",
                "due_on",
                "opened_by_id",
                "opened_at",
                "solved_at",
            ],
            (
                (
                    trouble.id,
                    sale.id,
                    sale.buyer.id,
                    sale.buyer.account,
                    sale.shipments[0].id,
                    trouble.kind,
                    (IncidentStatus.SOLVED if trouble.solved_at else IncidentStatus.OPEN).value,
                    trouble.text,
                    trouble.outcome,
                    self.agent,
                    trouble.opened_at.date() + timedelta(days=4),
                    self.agent,
                    trouble.opened_at,
                    trouble.solved_at,
                )
                for sale in sales
                if (trouble := sale.trouble)
            ),
        )

    def _write_returns(self, sales: list[Sale]) -> None:
        backs = list(zip(keys(Return), [sale for sale in sales if sale.back], strict=False))
        for pk, sale in backs:
            if sale.back:
                sale.back.id = pk
        copy_rows(
            Return,
            ["id", "order_id", "customer_id", "account_id", "number", "reason", "requested_at", "warehouse_id"],
            (
                (
                    pk,
                    sale.id,
                    sale.buyer.id,
                    sale.buyer.account,
                    back.number,
                    back.reason,
                    back.requested_at,
                    sale.warehouse,
                )
                for pk, sale in backs
                if (back := sale.back)
            ),
            requested_by_id=self.agent,
        )
        copy_rows(
            ReturnLine,
            [
                "parent_id",
                "account_id",
                "line_id",
                "product_id",
                "position",
                "status",
                "requested",
                "authorised",
                "received",
                "restocked",
                "scrapped",
                "price",
            ],
            (
                (
                    pk,
                    sale.buyer.account,
                    line.id,
                    line.item.id,
                    position,
                    ReturnLineStatus.CLOSED.value,
                    units(quantity),
                    units(quantity),
                    units(quantity),
                    units(quantity if back.is_restocked else 0),
                    units(0 if back.is_restocked else quantity),
                    money4(line.found.price),
                )
                for pk, sale in backs
                if (back := sale.back)
                for position, (line, quantity) in enumerate(back.lines, start=1)
            ),
        )

    def write_events(self, sales: list[Sale], money: dict[int, list[tuple[Any, ...]]]) -> None:
        """Insert the timelines; ``money`` holds (kind, at, data) of what billing did, by order."""
        finance = self.companies.staff["finance"].pk

        def rows() -> Iterator[tuple[Any, ...]]:
            for sale in sales:
                events = [
                    *self._events(sale),
                    *self._aftermath(sale),
                    *((*entry, finance) for entry in money.get(sale.id, ())),
                ]
                for kind, at, data, by in sorted(events, key=lambda event: event[1]):
                    yield (sale.id, sale.buyer.account, kind.value, at, by, data, kind != EventKind.NOTE)

        columns = ["order_id", "account_id", "kind", "at", "by_id", "data", "is_public"]
        copy_rows(OrderEvent, columns, rows())

    def _events(self, sale: Sale) -> Iterator[tuple[EventKind, datetime, dict[str, Any], int | None]]:
        at, by = sale.placed_at, self.taker(sale)
        if sale.status == OrderStatus.EXPIRED:
            yield EventKind.QUOTED, at, {"valid_until": (sale.placed_on + timedelta(days=15)).isoformat()}, by
            return
        yield EventKind.PLACED, at, {"lines": len(sale.lines), "po": sale.po}, by
        if sale.status == OrderStatus.REJECTED:
            at, why = at + timedelta(hours=2), reason_of(EventKind.REJECTED, "Sin acuerdo en el precio")
            yield EventKind.NOTE, at, why, sale.buyer.rep
            yield EventKind.REJECTED, at, {}, sale.buyer.rep
            return
        if sale.released_by:
            at += timedelta(minutes=35)
        late = [line for line in sale.lines if line.late]
        promised = sale.promised_on.isoformat() if sale.promised_on else None
        yield EventKind.RELEASED, at, {"lines": len(sale.lines) - len(late), "promised_on": promised}, sale.released_by
        if late:
            waiting = [
                {"code": line.item.code, "quantity": units(line.ordered), "promised_on": promised, "reason": "supply"}
                for line in late
            ]
            yield EventKind.BACKORDERED, at, {"lines": waiting}, None
        if sale.status == OrderStatus.CANCELLED:
            at += timedelta(hours=1)
            yield EventKind.NOTE, at, reason_of(EventKind.CANCELLED, "Pedido duplicado"), by
            yield EventKind.CANCELLED, at, {}, by
            return
        for place, parcel in enumerate(sale.shipments, start=1):
            yield from self._journey(sale, parcel, is_whole=place == len(sale.shipments))
        if sale.status == OrderStatus.CLOSED:
            yield EventKind.CLOSED, moment(sale.shipments[-1].expected_on + timedelta(days=30), 3), {}, None

    def _journey(
        self, sale: Sale, parcel: Parcel, *, is_whole: bool
    ) -> Iterator[tuple[EventKind, datetime, dict[str, Any], int | None]]:
        warehouse = self.towns[sale.warehouse]
        begun = {"shipment": parcel.number, "warehouse": warehouse}
        yield EventKind.PICKING, parcel.shipped_at - timedelta(minutes=90), begun, self.keeper
        known = {"shipment": parcel.number, "shipment_id": parcel.id}
        left = {
            **known,
            "warehouse": warehouse,
            "carrier": self.carriers[parcel.carrier],
            "tracking_number": parcel.tracking,
            "parcels": max(1, len(parcel.lines) // 3),
            "lines": len(parcel.lines),
            "is_whole": is_whole,
            "expected_on": parcel.expected_on.isoformat(),
        }
        yield EventKind.SHIPPED, parcel.shipped_at, left, self.keeper
        for code, at, where in self._seen(sale, parcel):
            if code != TrackingCode.DELIVERED:
                yield EventKind.TRACKED, at, {**known, "code": code.value, "location": where, "note": ""}, None
        if parcel.delivered_at:
            arrived = {**known, "received_by": "Recepción", "refused": []}
            yield EventKind.DELIVERED, parcel.delivered_at, arrived, None

    def _aftermath(self, sale: Sale) -> Iterator[tuple[EventKind, datetime, dict[str, Any], int | None]]:
        """What went wrong, and what came back."""
        if trouble := sale.trouble:
            about = {"incident": trouble.id, "kind": trouble.kind, "shipment": sale.shipments[0].number}
            opened = {**about, "description": trouble.text, "state": "open"}
            yield EventKind.INCIDENT, trouble.opened_at, opened, self.agent
            if trouble.solved_at:
                solved = {**about, "description": trouble.outcome, "state": "solved"}
                yield EventKind.INCIDENT, trouble.solved_at, solved, self.agent
        if back := sale.back:
            lines = [
                {"code": line.item.code, "product": line.item.name, "quantity": f"{quantity / 1000:g}"}
                for line, quantity in back.lines
            ]
            about = {"return": back.number, "return_id": back.id, "lines": lines}
            yield EventKind.RETURN_REQUESTED, back.requested_at, {**about, "reason": back.reason}, self.agent
            yield EventKind.RETURNED, moment(back.received_on, 9), {**about, "step": "received"}, self.keeper


def _counts(sale: Sale) -> tuple[dict[int, int], dict[int, int], dict[int, int]]:
    """Thousandths shipped, delivered and billed by line."""
    shipped: dict[int, int] = {}
    delivered: dict[int, int] = {}
    billed: dict[int, int] = {}
    for parcel in sale.shipments:
        for _pk, line, quantity in parcel.lines:
            shipped[line.id] = shipped.get(line.id, 0) + quantity
            if parcel.delivered_at:
                delivered[line.id] = delivered.get(line.id, 0) + quantity
            if parcel.is_billed:
                billed[line.id] = billed.get(line.id, 0) + quantity
    return shipped, delivered, billed
