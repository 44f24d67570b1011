"""The warehouse's tablet: what to ship now, and picking it line by line with a scanner."""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db.models import Count, F, Min, Sum
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from config.web.numbers import parse_id, parse_number, write_number
from config.web.pages import go_to, render_page
from customers.access import desk_required
from customers.requests import PersonRequest
from inventory.models import ProductBarcode, StockLevel, Warehouse
from orders.exceptions import OrderError
from orders.models import Order, OrderStatus, Reservation, Shipment, ShipmentLine, ShipmentStatus
from orders.services import picking

REMEMBERED = "warehouse"  # key in the session
QUEUE_LENGTH = 60
SOON = 60  # minutes before the cut-off that the clock warns
FRAGMENTS = ["warehouse/_pick_now.html"]


# -- The queue ----------------------------------------------------------------------------------------------------


def stocking_warehouses(request: PersonRequest) -> list[Warehouse]:
    """The places that ship, by code."""
    found = Warehouse.objects.visible_to(request.user).filter(kind=Warehouse.Kind.STOCK, is_active=True)
    return list(found.select_related("issuer").order_by("code"))


def chosen_warehouse(request: PersonRequest, warehouses: list[Warehouse]) -> Warehouse | None:
    """The one that was chosen last on this device, else the first."""
    remembered = request.session.get(REMEMBERED)
    return next((one for one in warehouses if one.pk == remembered), warehouses[0] if warehouses else None)


@dataclass(frozen=True)
class CutOff:
    """How long until today's last order leaves; ``minutes`` below zero: it is past."""

    at: datetime.time
    minutes: int

    @property
    def tone(self) -> str:
        """ "bad" when it is past, "warn" in the last hour."""
        return "bad" if self.minutes < 0 else "warn" if self.minutes <= SOON else ""

    @property
    def left(self) -> tuple[int, int]:
        """Hours and minutes left."""
        return divmod(max(self.minutes, 0), 60)


def cut_off(warehouse: Warehouse, at: datetime.datetime) -> CutOff:
    """The cut-off of a warehouse as its own clock shows it."""
    local = at.astimezone(ZoneInfo(warehouse.issuer.time_zone))
    ends = datetime.datetime.combine(local.date(), warehouse.cut_off, tzinfo=local.tzinfo)
    return CutOff(warehouse.cut_off, int((ends - local).total_seconds() // 60))


@require_GET
@desk_required("orders.ship_shipment")
def pick_queue(request: PersonRequest) -> HttpResponse:
    """What to ship now from one warehouse: begun, then by promised day; packed ones wait at the end."""
    now = timezone.now()
    warehouses = stocking_warehouses(request)
    warehouse = chosen_warehouse(request, warehouses)
    context: dict[str, Any] = {"warehouses": warehouses, "warehouse": warehouse, "today": timezone.localdate(now)}
    if warehouse:
        context |= {"cut_off": cut_off(warehouse, now), **_queue(request, warehouse)}
    return render_page(request, "warehouse/pick_queue.html", context, fragments=["warehouse/_pick_queue.html"])


def _queue(request: PersonRequest, warehouse: Warehouse) -> dict[str, Any]:
    """Orders with stock set aside here, and shipments that are begun; two queries."""
    waiting = (
        Reservation.objects.filter(
            warehouse=warehouse,
            line__order_status__in=(OrderStatus.RELEASED, OrderStatus.IN_FULFILMENT),
            line__order__in=Order.objects.visible_to(request.user),
        )
        .values(
            order=F("line__order_id"),
            number=F("line__order__number"),
            customer=F("line__order__customer_name"),
            city=F("line__order__ship_to__city"),
            note=F("line__order__note"),
        )
        .annotate(lines=Count("id"), units=Sum("quantity"), done=Sum("picked"), promised_on=Min("promised_on"))
        .order_by(F("promised_on").asc(nulls_last=True), "order")[: QUEUE_LENGTH + 1]
    )
    begun = {
        shipment.order_id: shipment
        for shipment in Shipment.objects.filter(warehouse=warehouse, status__in=picking.BEGUN)
        .select_related("carrier", "created_by", "order")
        .order_by("created_at")[: QUEUE_LENGTH * 2]
    }
    rows = [(row, begun.get(row["order"])) for row in waiting]
    open_ones = [(row, shipment) for row, shipment in rows if shipment and shipment.status == ShipmentStatus.OPEN]
    return {
        "picking": [{**row, "shipment": shipment} for row, shipment in open_ones],
        "waiting": [row for row, shipment in rows if shipment is None][:QUEUE_LENGTH],
        "packed": sum(1 for shipment in begun.values() if shipment.status == ShipmentStatus.PACKED),
        "more": len(rows) > QUEUE_LENGTH,
    }


@require_POST
@desk_required("orders.ship_shipment")
def warehouse_choose(request: PersonRequest) -> HttpResponse:
    """Remember on this device which warehouse one works in."""
    chosen = request.POST.get("warehouse", "")
    if chosen in {str(one.pk) for one in stocking_warehouses(request)}:
        request.session[REMEMBERED] = int(chosen)
    back = request.POST.get("back", "")
    return go_to(
        request, {"goods_in": "orders:receipt_list", "dispatch": "orders:dispatch_list"}.get(back, "orders:pick_queue")
    )


@require_POST
@desk_required("orders.ship_shipment")
def pick_start(request: PersonRequest, pk: int) -> HttpResponse:
    """Begin to pick an order, or go on with what is begun: in the warehouse posted, else in the chosen one.

    The one posted is the chosen one from then on. What refuses it is said where one came from (``back``).
    """
    order = get_object_or_404(Order.objects.visible_to(request.user), pk=pk)
    back: tuple[Any, ...] = ("orders:pick_queue",)
    if request.POST.get("back") == "order" and request.user.has_perm("orders.view_order"):
        back = ("orders:order_page", order.pk)
    warehouse = _posted_warehouse(request)
    if warehouse is None:
        return go_to(request, *back)
    try:
        shipment = picking.start_picking(order=order, warehouse=warehouse, by=request.user, at=timezone.now())
    except OrderError as error:
        messages.error(request, str(error))
        return go_to(request, *back)
    request.session[REMEMBERED] = warehouse.pk
    return go_to(request, "orders:pick_page", shipment.pk)


def _posted_warehouse(request: PersonRequest) -> Warehouse | None:
    warehouses = stocking_warehouses(request)
    if "warehouse" not in request.POST:
        return chosen_warehouse(request, warehouses)
    posted = next((one for one in warehouses if str(one.pk) == request.POST["warehouse"]), None)
    if posted is None:
        raise Http404
    return posted


# -- Picking, one line at a time ----------------------------------------------------------------------------------


@dataclass
class PickLine:
    """A line of the route: where it lies, how many, how many are in the box."""

    id: int
    line_id: int
    product_id: int
    code: str
    name: str
    format: str
    unit: str
    decimals: int
    place: str
    wanted: Decimal
    picked: Decimal
    ordered: Decimal

    @property
    def is_done(self) -> bool:
        return self.picked >= self.wanted

    @property
    def place_start(self) -> str:
        """The place without its last part, which the screen sets apart."""
        return self.place.rpartition("-")[0] or self.place

    @property
    def place_end(self) -> str:
        head, dash, tail = self.place.rpartition("-")
        return dash + tail if head else ""


def pick_lines(shipment: Shipment) -> list[PickLine]:
    """The lines of a begun shipment in the order of their places; three queries."""
    rows = list(
        ShipmentLine.objects.filter(shipment=shipment, line__type__in=("goods", "free")).select_related(
            "line__product__unit"
        )
    )
    products = [row.line.product_id for row in rows]
    places = dict(
        StockLevel.objects.filter(warehouse_id=shipment.warehouse_id, product__in=products).values_list(
            "product_id", "bin"
        )
    )
    picked = dict(
        Reservation.objects.filter(
            warehouse_id=shipment.warehouse_id, line__in=[row.line_id for row in rows]
        ).values_list("line_id", "picked")
    )
    lines = [
        PickLine(
            id=row.pk,
            line_id=row.line_id,
            product_id=row.line.product_id,
            code=row.line.code,
            name=row.line.description,
            format=row.line.product.format,
            unit=row.line.product.unit.symbol,
            decimals=row.line.product.unit.decimals,
            place=places.get(row.line.product_id, ""),
            wanted=row.quantity,
            picked=min(picked.get(row.line_id, Decimal(0)), row.quantity),
            ordered=row.line.ordered,
        )
        for row in rows
    ]
    return sorted(lines, key=lambda line: (line.place or "\uffff", line.code, line.id))


def begun_shipment(request: PersonRequest, pk: int) -> Shipment:
    """The shipment, with what its screens show."""
    return get_object_or_404(
        Shipment.objects.visible_to(request.user).select_related(
            "order", "customer", "warehouse", "carrier", "ship_to", "created_by"
        ),
        pk=pk,
    )


@desk_required("orders.ship_shipment")
def pick_page(request: PersonRequest, pk: int) -> HttpResponse:
    """Pick one line; POST confirms ``quantity`` of ``line`` and goes to the next."""
    shipment = begun_shipment(request, pk)
    if request.method == "POST":
        return _confirm(request, shipment)
    if shipment.status not in picking.BEGUN:
        messages.info(request, _("%(number)s has left or was cancelled.") % {"number": shipment.number})
        return go_to(request, "orders:pick_queue")
    return _now(request, shipment, wanted=request.GET.get("line", ""))


def _now(
    request: PersonRequest,
    shipment: Shipment,
    *,
    wanted: str = "",
    message: str = "",
    tone: str = "",
    count: Decimal | None = None,
    status: int = 200,
) -> HttpResponse:
    """The line to pick now: the one asked for, else the first that is not done."""
    lines = pick_lines(shipment)
    current = next((line for line in lines if str(line.id) == wanted), None)
    current = current or next((line for line in lines if not line.is_done), None)
    after = lines[lines.index(current) + 1 :] + lines[: lines.index(current)] if current else []
    ahead = [line for line in after if not line.is_done]
    context = {
        "shipment": shipment,
        "now": current,
        "count": count if count is not None else (current.picked or current.wanted) if current else None,
        "ahead": ahead,
        "later": ahead[0] if ahead else None,
        "done": [line for line in lines if line.is_done],
        "total": len(lines),
        "message": message,
        "tone": tone,
    }
    return render_page(request, "warehouse/pick_page.html", context, fragments=FRAGMENTS, status=status)


def _confirm(request: PersonRequest, shipment: Shipment) -> HttpResponse:
    line_id = request.POST.get("line", "")
    quantity = parse_number(request.POST.get("quantity", ""))
    line = next((one for one in pick_lines(shipment) if str(one.id) == line_id), None)
    if line is None or quantity is None or quantity <= 0:
        text = _("Type how many lie in the box.") if line else _("That line is no longer part of this shipment.")
        return _now(request, shipment, wanted=line_id, message=text, tone="bad", status=422)
    try:
        picking.confirm_pick(
            shipment=shipment, shipment_line_id=line.id, quantity=quantity, by=request.user, at=timezone.now()
        )
    except OrderError as error:
        return _now(request, shipment, wanted=line_id, message=str(error), tone="bad", status=422)
    if quantity < line.wanted:
        text = _("%(count)s of %(wanted)s are in the box. Count on, or say that there is not enough.")
        values = {"count": write_number(quantity), "wanted": write_number(line.wanted)}
        return _now(request, shipment, wanted=line_id, message=text % values, tone="warn")
    return _now(request, shipment)


@require_POST
@desk_required("orders.ship_shipment")
def pick_scan(request: PersonRequest, pk: int) -> HttpResponse:
    """Count what was scanned; a code of another line goes there, an unknown one changes nothing."""
    shipment = begun_shipment(request, pk)
    code, shown = request.POST.get("scan", "").strip(), request.POST.get("line", "")
    lines = pick_lines(shipment)
    product_id, factor = _scanned(code, lines)
    hits = [line for line in lines if line.product_id == product_id]
    hit = next((line for line in hits if str(line.id) == shown and not line.is_done), None)
    hit = hit or next((line for line in hits if not line.is_done), None)
    if not hits:
        text = _("%(code)s is none of this order's products. Nothing was counted.") % {"code": code[:40]}
        return _now(request, shipment, wanted=shown, message=text, tone="bad")
    if hit is None:
        text = _("All of %(code)s is in the box already. Put this one back.") % {"code": hits[0].code}
        return _now(request, shipment, wanted=shown, message=text, tone="bad")
    count = hit.picked + factor
    if count > hit.wanted:
        text = _("That would be %(count)s, the order wants %(wanted)s. Nothing was counted.")
        values = {"count": write_number(count), "wanted": write_number(hit.wanted)}
        return _now(request, shipment, wanted=str(hit.id), message=text % values, tone="bad")
    try:
        picking.confirm_pick(
            shipment=shipment, shipment_line_id=hit.id, quantity=count, by=request.user, at=timezone.now()
        )
    except OrderError as error:
        return _now(request, shipment, wanted=shown, message=str(error), tone="bad")
    if count == hit.wanted:
        text = _("%(code)s is complete.") % {"code": hit.code}
        return _now(request, shipment, message=text, tone="ok")
    text = _("Right product. Scan the next one, or type the quantity.")
    return _now(request, shipment, wanted=str(hit.id), message=text, tone="ok")


def _scanned(code: str, lines: list[PickLine]) -> tuple[int | None, Decimal]:
    """The product behind a barcode or a product's code, and how many stock units one scan counts."""
    own = next((line for line in lines if line.code.casefold() == code.casefold()), None)
    if own:
        return own.product_id, Decimal(1)
    barcode = ProductBarcode.objects.filter(code=code[:14]).select_related("pack").first() if code else None
    if barcode is None:
        return None, Decimal(0)
    return barcode.product_id, barcode.pack.factor if barcode.pack else Decimal(1)


@require_POST
@desk_required("orders.ship_shipment")
def pick_short(request: PersonRequest, pk: int) -> HttpResponse:
    """Close a line with less than was wanted: the rest ships later, or is missing from its place."""
    shipment = begun_shipment(request, pk)
    asked = request.POST.get("line", "")
    line_id = parse_id(asked)
    found = parse_number(request.POST.get("found", ""))
    is_missing = request.POST.get("rest") == "missing"
    if found is None or line_id is None:
        text = _("Type how many you found; 0 when there are none.")
        return _now(request, shipment, wanted=asked, message=text, tone="bad", status=422)
    try:
        short = picking.short_pick(
            shipment=shipment,
            shipment_line_id=line_id,
            found=found,
            is_missing=is_missing,
            by=request.user,
            at=timezone.now(),
        )
    except OrderError as error:
        return _now(request, shipment, wanted=asked, message=str(error), tone="bad", status=422)
    shipment.refresh_from_db()
    text = _what_becomes(short)
    if shipment.status == ShipmentStatus.CANCELLED:
        messages.warning(request, text)
        return go_to(request, "orders:pick_queue")
    return _now(request, shipment, message=text, tone="warn")


def _what_becomes(short: picking.Short) -> str:
    """Say what becomes of units that a pick found too few."""
    if short.served is None:
        return _("%(count)s stay reserved and ship later.") % {"count": write_number(short.quantity)}
    text = _("%(count)s taken off the stock; the desk has been told.") % {"count": write_number(short.quantity)}
    if elsewhere := sum((part.quantity for part in short.served.given), Decimal(0)):
        text += " " + _("%(count)s come from another warehouse.") % {"count": write_number(elsewhere)}
    return text


@require_POST
@desk_required("orders.ship_shipment")
def pick_cancel(request: PersonRequest, pk: int) -> HttpResponse:
    """Give a begun shipment up: everything stays reserved and comes back into the queue."""
    shipment = begun_shipment(request, pk)
    try:
        picking.cancel_shipment(shipment=shipment, by=request.user, at=timezone.now())
    except OrderError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("%(number)s is back in the queue.") % {"number": shipment.order.number})
    return go_to(request, "orders:pick_queue")
