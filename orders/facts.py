"""What is said about an order's lines: the one place that desk, call centre and portal take it from.

State, promised date, its reason, the price's reason and the stock figure of a line are the same for everybody,
because everybody reads them here. Nothing here needs more than what the portal's database role may read.
"""

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from config.web import formats
from inventory.models import PriceLevel, StockLevel
from orders.models import LineType, Order, OrderLine, OrderStatus, PromiseReason, Reservation
from orders.sentences import EventFact, describe, hold_sentence, lower_first

__all__ = ["EventFact", "LineFact", "LinePart", "describe", "hold_sentence", "line_facts", "line_state", "price_reason"]

ZERO = Decimal(0)


@dataclass(frozen=True)
class LinePart:
    """Some units of a line that are in the same place: "8 reserved"."""

    code: str
    label: str
    quantity: Decimal
    tone: str


@dataclass(frozen=True)
class LineFact:
    """Everything a screen says about a line; quantities in stock units, amounts in the order's currency.

    ``state`` is a code, ``state_label`` and ``tone`` its badge; ``parts`` say where the units are; ``promise`` is the
    sentence under the date; ``stock`` is what is free now in all warehouses, None for what is not stocked.
    """

    line: OrderLine
    state: str
    state_label: str
    tone: str
    parts: list[LinePart]
    promised_on: datetime.date | None
    promise: str
    is_late: bool
    is_done: bool
    price_reason: str
    stock: Decimal | None


def line_facts(
    order: Order, *, line_ids: Collection[int] | None = None, at: datetime.datetime | None = None
) -> list[LineFact]:
    """The facts of an order's lines (all, or some by id) by position; three statements, whatever their number."""
    today = timezone.localdate(at)
    wanted = OrderLine.objects.filter(order=order).order_by("position")
    if line_ids is not None:
        wanted = wanted.filter(pk__in=line_ids)
    # Named columns only: what a line cost us is not for everybody's eyes.
    lines = list(wanted.defer("unit_cost", "priced_by__password").select_related("unit", "price_list", "priced_by"))
    reservations: dict[int, list[Reservation]] = {}
    for reservation in (
        Reservation.objects.filter(line__in=[line.pk for line in lines])
        .select_related("warehouse")
        .order_by("promised_on", "warehouse__code")
    ):
        reservations.setdefault(reservation.line_id, []).append(reservation)
    stock = free_stock({line.product_id for line in lines if is_stocked(line)})
    return [_fact(line, reservations.get(line.pk, []), stock, today) for line in lines]


def free_stock(product_ids: Collection[int]) -> dict[int, Decimal]:
    """What is free now of products, in stock units over all warehouses: the stock figure of every screen."""
    levels = StockLevel.objects.filter(
        product__in=product_ids, warehouse__is_active=True, warehouse__kind="stock"
    ).order_by()
    return dict(levels.values_list("product_id").annotate(free=Sum("available")))


def is_stocked(line: OrderLine) -> bool:
    """True for goods, which take stock; charges and packaging go along."""
    return line.type in (LineType.GOODS, LineType.FREE)


def _fact(
    line: OrderLine, reservations: list[Reservation], stock: dict[int, Decimal], today: datetime.date
) -> LineFact:
    state, label, tone = line_state(line)
    done = state in ("delivered", "shipped", "cancelled", "returned", "closed")
    return LineFact(
        line=line,
        state=state,
        state_label=label,
        tone=tone,
        parts=_parts(line),
        promised_on=line.promised_on,
        promise="" if done else _promise(line, reservations),
        is_late=not done and line.promised_on is not None and line.promised_on < today,
        is_done=done,
        price_reason=price_reason(line),
        stock=stock.get(line.product_id, ZERO) if is_stocked(line) else None,
    )


def line_state(line: OrderLine) -> tuple[str, str, str]:
    """The state of a line as (code, words, tone)."""
    status, wanted = line.order_status, line.ordered - line.cancelled
    if not wanted:
        return "cancelled", _("Cancelled"), "neutral"
    if status in OrderStatus.UNRELEASED or status == OrderStatus.CANCELLED:
        return status, str(OrderStatus(status).label), OrderStatus.TONES[status]
    if line.shipped >= wanted:
        if line.returned and line.returned >= line.shipped:
            return "returned", _("Returned"), "neutral"
        if line.is_history or line.delivered + line.returned >= line.shipped:
            return "delivered", _("Delivered"), "ok"
        return "shipped", _("Shipped"), "accent"
    if line.shipped:
        return "partly_shipped", _("Partly shipped"), "accent"
    if not is_stocked(line):
        return "goes_along", _("Goes along"), "neutral"
    if line.backordered:
        if not line.promised_on:
            return "no_date", _("No date yet"), "bad"
        if line.reserved or line.picked:
            return "partly_reserved", _("Partly reserved"), "warn"
        return "waiting", _("Waiting for supply"), "warn"
    if line.picked >= wanted:
        return "picked", _("Picked"), "info"
    return "reserved", _("Reserved"), "info"


def _parts(line: OrderLine) -> list[LinePart]:
    buckets = [
        ("delivered", _("delivered"), line.delivered, "ok"),
        ("on_the_way", _("on the way"), max(line.shipped - line.delivered - line.returned, ZERO), "accent"),
        ("returned", _("returned"), line.returned, "neutral"),
        ("picked", _("picked"), line.picked, "info"),
        ("reserved", _("reserved"), line.reserved, "info"),
        ("waiting", _("waiting for supply"), line.backordered, "warn"),
        ("cancelled", _("cancelled"), line.cancelled, "neutral"),
    ]
    return [LinePart(*bucket) for bucket in buckets if bucket[2]]


def _promise(line: OrderLine, reservations: list[Reservation]) -> str:
    parts = [
        _("%(quantity)s from %(warehouse)s, %(day)s")
        % {
            "quantity": formats.quantity(part.quantity),
            "warehouse": part.warehouse.name,
            "day": formats.day(part.promised_on) if part.promised_on else _("no date yet"),
        }
        for part in reservations
    ]
    if line.backordered:
        reason = _reason(line)
        when = formats.day(line.promised_on) if line.promised_on else _("no date yet")
        text = (
            _("%(quantity)s wait for supply, %(day)s: %(reason)s")
            if reason
            else _("%(quantity)s wait for supply, %(day)s")
        )
        parts.append(text % {"quantity": formats.quantity(line.backordered), "day": when, "reason": reason})
    if not parts and line.promise_reason in (PromiseReason.ON_HOLD, PromiseReason.NOT_STOCKED):
        return str(PromiseReason(line.promise_reason).label)
    return "; ".join(parts)


def _reason(line: OrderLine) -> str:
    known = line.promise_reason in PromiseReason.values
    return lower_first(str(PromiseReason(line.promise_reason).label)) if known else ""


def price_reason(line: OrderLine) -> str:
    """Say where the price of a line came from, as frozen on it; a list's name needs ``price_list`` fetched."""
    if line.price_list_id is None:
        if line.is_history:
            return _("As in the system it came from")
        return _("Set by %(name)s") % {"name": line.priced_by.name} if line.priced_by else _("Set by hand")
    level = str(PriceLevel(line.price_level).label) if line.price_level in PriceLevel.values else line.price_level
    parts = [f"{level}: {line.price_list.name}" if line.price_list else level]
    if line.price_break:
        parts.append(_("from %(quantity)s") % {"quantity": formats.quantity(line.price_break)})
    if line.discount_percent:
        parts.append(
            _("less %(percent)s")
            % {
                "percent": formats.percent(
                    line.discount_percent.normalize(),
                    0 if line.discount_percent == line.discount_percent.to_integral() else 2,
                )
            }
        )
    return ", ".join(parts)
