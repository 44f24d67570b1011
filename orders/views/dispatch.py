"""Packing, dispatch and the papers that go along."""

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from config.web.numbers import parse_id
from config.web.once import once_per_form
from config.web.pages import go_to, render_page
from config.web.pdf import pdf_response
from customers.access import desk_required
from customers.requests import PersonRequest
from orders.documents import delivery_note_pdf, pick_list_pdf
from orders.exceptions import OrderError
from orders.models import Carrier, Shipment, ShipmentStatus
from orders.services import picking, shipping
from orders.views.warehouse import begun_shipment, chosen_warehouse, pick_lines, stocking_warehouses

LISTED = 60


class PackForm(forms.Form):
    """How a shipment is packed and who takes it."""

    parcels = forms.IntegerField(label=gettext_lazy("Parcels"), min_value=1, max_value=999, initial=1)
    carrier = forms.ModelChoiceField(
        Carrier.objects.order_by("name"),
        label=gettext_lazy("Carrier"),
        required=False,
        empty_label=None,
        widget=forms.RadioSelect,
    )
    tracking_number = forms.CharField(label=gettext_lazy("Tracking number"), max_length=60, required=False)


@desk_required("orders.ship_shipment")
@once_per_form
def pack_page(request: PersonRequest, pk: int) -> HttpResponse:
    """Parcels, carrier and tracking number; then let it leave now, or keep it packed for its carrier."""
    shipment = begun_shipment(request, pk)
    initial = {
        "parcels": shipment.parcels,
        "carrier": shipment.carrier_id or _usual_carrier(shipment),
        "tracking_number": shipment.tracking_number,
    }
    form = PackForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        return _pack(request, shipment, form)
    if request.method == "GET" and shipment.status not in picking.BEGUN:
        return go_to(request, "orders:shipment_page", shipment.pk)
    lines = pick_lines(shipment)
    context = {
        "shipment": shipment,
        "form": form,
        "lines": lines,
        "open": [line for line in lines if not line.is_done],
        "prices_on_paper": False,
    }
    return render_page(request, "warehouse/pack_page.html", context, status=422 if form.errors else 200)


def _usual_carrier(shipment: Shipment) -> int | None:
    """Who took the customer's last shipment from this warehouse, else the first there is."""
    last = (
        Shipment.objects.filter(
            customer_id=shipment.customer_id, warehouse_id=shipment.warehouse_id, carrier__isnull=False
        )
        .order_by("-created_at")
        .values_list("carrier", flat=True)
        .first()
    )
    return last or Carrier.objects.order_by("name").values_list("pk", flat=True).first()


def _pack(request: PersonRequest, shipment: Shipment, form: PackForm) -> HttpResponse:
    """Ship, or keep packed."""
    now = timezone.now()
    leaves = request.POST.get("then") != "keep"
    try:
        with transaction.atomic():
            packed = picking.pack(shipment=shipment, by=request.user, at=now, **form.cleaned_data)
            if leaves:
                shipping.ship(shipment=packed, by=request.user, at=now)
    except OrderError as error:
        messages.error(request, str(error))
        return go_to(request, "orders:pick_queue")
    number = {"number": shipment.number, "order": shipment.order.number}
    if leaves:
        messages.success(request, _("%(number)s of %(order)s is on its way.") % number)
        return go_to(request, "orders:pick_queue")
    messages.success(request, _("%(number)s of %(order)s waits for its carrier.") % number)
    return go_to(request, "orders:dispatch_list")


@desk_required("orders.ship_shipment")
def dispatch_list(request: PersonRequest) -> HttpResponse:
    """Packed shipments by carrier; POST lets the selected ones leave. Below: what left today."""
    warehouses = stocking_warehouses(request)
    warehouse = chosen_warehouse(request, warehouses)
    if request.method == "POST":
        return _dispatch(request)
    shipments = Shipment.objects.visible_to(request.user).filter(warehouse=warehouse)
    with_sums = shipments.select_related("order", "carrier", "ship_to").annotate(
        line_count=Count("lines"), units=Sum("lines__quantity")
    )
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    context = {
        "warehouses": warehouses,
        "warehouse": warehouse,
        "packed": with_sums.filter(status=ShipmentStatus.PACKED).order_by("carrier__name", "created_at")[:LISTED],
        "left": with_sums.filter(shipped_at__gte=today).order_by("-shipped_at")[:LISTED],
    }
    return render_page(request, "warehouse/dispatch_list.html", context, fragments=["warehouse/_dispatch_list.html"])


def _dispatch(request: PersonRequest) -> HttpResponse:
    """Let each selected shipment leave by itself: one that can't does not keep the others."""
    chosen = [pk for pk in map(parse_id, request.POST.getlist("select")) if pk]
    shipments = list(Shipment.objects.visible_to(request.user).filter(pk__in=chosen).order_by("order_id", "pk"))
    outcomes = shipping.ship_together(shipments=shipments, by=request.user, at=timezone.now())
    for refusal in filter(None, outcomes.values()):
        messages.error(request, str(refusal))
    if left := sum(refusal is None for refusal in outcomes.values()):
        text = ngettext("%(count)s shipment is on its way.", "%(count)s shipments are on their way.", left)
        messages.success(request, text % {"count": left})
    elif not chosen:
        messages.error(request, _("Choose what the carrier takes."))
    return go_to(request, "orders:dispatch_list")


@require_GET
@desk_required("orders.ship_shipment")
def pick_list(request: PersonRequest, pk: int) -> HttpResponse:
    """The pick list as PDF, in the language of who prints it."""
    shipment = begun_shipment(request, pk)
    return pdf_response(
        pick_list_pdf(shipment=shipment, language=get_language() or "en"), f"{shipment.number}-pick.pdf"
    )


@require_GET
@desk_required("orders.view_shipment")
def delivery_note(request: PersonRequest, pk: int) -> HttpResponse:
    """The delivery note as PDF in the customer's language; ``?valued=1`` prints prices, for who may see them."""
    shipment = get_object_or_404(Shipment.objects.visible_to(request.user), pk=pk)
    is_valued = request.GET.get("valued") == "1" and request.user.has_perm("orders.view_order")
    return pdf_response(delivery_note_pdf(shipment=shipment, is_valued=is_valued), f"{shipment.number}.pdf")
