"""Where an order is on its way to the customer, in the customer's words: one headline, one sentence, five steps.

Everything is read from the order, its lines' facts and its shipments, the same that the desk shows.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web import formats
from orders.facts import LineFact
from orders.models import EventKind, Order, OrderEvent, OrderStatus, Shipment, ShipmentStatus

UNDER_WAY = (ShipmentStatus.SHIPPED, ShipmentStatus.IN_TRANSIT, ShipmentStatus.EXCEPTION)
OVER = (OrderStatus.CANCELLED, OrderStatus.REJECTED, OrderStatus.EXPIRED)


@dataclass(frozen=True)
class Step:
    """One step of the way; ``state`` is "done", "now", "bad" or ""."""

    label: str
    icon: str
    state: str
    note: str


@dataclass(frozen=True)
class Journey:
    """``headline`` says when it arrives (or what else is the case), ``lead`` explains it in a sentence."""

    headline: str
    lead: str
    tone: str
    steps: list[Step]


def journey(
    order: Order,
    *,
    facts: Sequence[LineFact],
    shipments: Sequence[Shipment],
    events: Sequence[OrderEvent],
    today: datetime.date,
) -> Journey:
    """Tell the way of an order; ``events`` in any order, ``shipments`` with their carrier fetched. No statements."""
    under_way = [shipment for shipment in shipments if shipment.status in UNDER_WAY]
    headline, tone = _headline(order, under_way, shipments, today)
    lead = _lead(order, facts, under_way)
    return Journey(headline, lead, tone, _steps(order, shipments, events))


def _headline(
    order: Order, under_way: Sequence[Shipment], shipments: Sequence[Shipment], today: datetime.date
) -> tuple[str, str]:
    if order.status in OVER:
        return str(OrderStatus(order.status).label), "neutral"
    if any(shipment.status == ShipmentStatus.EXCEPTION for shipment in under_way):
        return _("There is a problem on the way"), "bad"
    if order.status in (OrderStatus.DELIVERED, OrderStatus.CLOSED):
        last = max((s.delivered_at for s in shipments if s.delivered_at), default=None)
        return (_("Delivered %(day)s") % {"day": formats.weekday_long(last)}, "ok") if last else (_("Delivered"), "ok")
    if order.status in (OrderStatus.DRAFT, OrderStatus.QUOTED):
        return str(OrderStatus(order.status).label), "neutral"
    if order.status in OrderStatus.UNRELEASED:
        return _("We are checking your order"), "warn"
    days = [shipment.expected_on for shipment in under_way if shipment.expected_on]
    day = min(days, default=order.promised_on)
    if day is None:
        return _("We have no date for everything yet"), "warn"
    if day < today:
        return _("Late: it was promised for %(day)s") % {"day": formats.weekday_long(day)}, "bad"
    return _("Arriving %(day)s") % {"day": formats.weekday_long(day)}, "accent"


def _lead(order: Order, facts: Sequence[LineFact], under_way: Sequence[Shipment]) -> str:
    if order.status == OrderStatus.CREDIT_HOLD:
        return _(
            "It waits for our accounts department. Your order is complete and keeps its place; we will write to you."
        )
    if order.status in OrderStatus.UNRELEASED or order.status in OVER:
        return ""
    wanted = [fact for fact in facts if fact.line.ordered > fact.line.cancelled]
    moving = [fact for fact in wanted if fact.line.shipped > fact.line.delivered + fact.line.returned]
    waiting = [fact for fact in wanted if fact.line.ordered - fact.line.cancelled > fact.line.shipped]
    sentences = []
    if moving:
        carriers = sorted({shipment.carrier.name for shipment in under_way if shipment.carrier})
        text = ngettext(
            "%(moving)s of %(all)s line is on its way", "%(moving)s of %(all)s lines are on their way", len(wanted)
        ) % {"moving": len(moving), "all": len(wanted)}
        sentences.append(f"{text} ({', '.join(carriers)})." if carriers else f"{text}.")
    if waiting and order.status in OrderStatus.LIVE:
        dates = [fact.promised_on for fact in waiting]
        undated = [fact for fact in waiting if fact.promised_on is None]
        if undated:
            sentences.append(
                ngettext(
                    "For %(count)s line we have no date yet.", "For %(count)s lines we have no date yet.", len(undated)
                )
                % {"count": len(undated)}
            )
        last = max((day for day in dates if day), default=None)
        if last and moving:
            sentences.append(_("The rest follows by %(day)s.") % {"day": formats.weekday_long(last)})
        elif last:
            text = ngettext("%(count)s line", "%(count)s lines", len(waiting)) % {"count": len(waiting)}
            sentences.append(_("%(lines)s, all there by %(day)s.") % {"lines": text, "day": formats.weekday_long(last)})
    return " ".join(sentences)


def _steps(order: Order, shipments: Sequence[Shipment], events: Sequence[OrderEvent]) -> list[Step]:
    """Received, confirmed, prepared, on its way, delivered: each with its moment once it has happened."""
    first: dict[str, datetime.datetime] = {}
    for event in events:
        first[event.kind] = min(first.get(event.kind, event.at), event.at)
    live = order.status in (*OrderStatus.LIVE, *OrderStatus.DONE)
    confirmed = first.get(EventKind.RELEASED) or (order.placed_at if live else None)
    sent = min((s.shipped_at for s in shipments if s.shipped_at), default=None)
    prepared = min((s.created_at for s in shipments if s.status != ShipmentStatus.CANCELLED), default=None)
    delivered = None
    if order.status in (OrderStatus.DELIVERED, OrderStatus.CLOSED):
        delivered = max((s.delivered_at for s in shipments if s.delivered_at), default=order.placed_at)
        if order.is_history:
            prepared = sent = order.placed_at
    moments = [
        (_("Received"), "check", order.placed_at),
        (_("Confirmed"), "check", confirmed),
        (_("Prepared"), "package", prepared if prepared or not sent else sent),
        (_("On its way"), "truck", sent),
        (_("Delivered"), "package-check", delivered),
    ]
    reached = max(index for index, (_label, _icon, at) in enumerate(moments) if at)
    is_bad = order.status in OVER or any(s.status == ShipmentStatus.EXCEPTION for s in shipments)
    steps = []
    for index, (label, icon, at) in enumerate(moments):
        state = "done" if index < reached or (index == reached and delivered) else ""
        if index == reached and not delivered:
            state = "bad" if is_bad else "now"
        note = formats.day_time(at) if at and index <= reached else ""
        if index == len(moments) - 1 and not at and order.promised_on and order.status not in OVER:
            note = formats.weekday(order.promised_on)
        steps.append(Step(label, "check" if state == "done" else icon, state, note))
    return steps
