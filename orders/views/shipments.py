"""Shipments at the desk: the list, one shipment with its journey, reports of the carrier, the delivery."""

import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from config.web import lists
from config.web.numbers import parse_number, write_number
from config.web.once import once_per_form
from config.web.pages import go_to, render_page
from customers.access import desk_required
from customers.requests import PersonRequest
from customers.views.exporting import export
from orders.exceptions import OrderError
from orders.lists import shipments, shipments_in_view
from orders.models import Shipment, ShipmentStatus, TrackingCode
from orders.services import tracking

CLOCKS_DIFFER = datetime.timedelta(minutes=5)
STEPS = (
    (ShipmentStatus.OPEN, gettext_lazy("Picked")),
    (ShipmentStatus.SHIPPED, gettext_lazy("Shipped")),
    (ShipmentStatus.IN_TRANSIT, gettext_lazy("On its way")),
    (ShipmentStatus.DELIVERED, gettext_lazy("Delivered")),
)
REACHED = {
    "open": 0,
    "packed": 0,
    "shipped": 1,
    "in_transit": 2,
    "exception": 2,
    "delivered": 3,
    "returned_to_sender": 2,
    "cancelled": -1,
}
TABS = {
    "all": (gettext_lazy("All"), ""),
    "leaving": (gettext_lazy("Not left yet"), ""),
    "travelling": (gettext_lazy("On the way"), ""),
    "trouble": (gettext_lazy("Problems"), "bad"),
}


class TrackingForm(forms.Form):
    """What the carrier reports."""

    code = forms.ChoiceField(
        label=gettext_lazy("What happened"), choices=[c for c in TrackingCode.choices if c[0] != TrackingCode.DELIVERED]
    )
    at = forms.DateTimeField(
        label=gettext_lazy("When"),
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        help_text=gettext_lazy("Empty for now."),
    )
    location = forms.CharField(label=gettext_lazy("Place"), max_length=120, required=False)
    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("The customer reads it on the order."),
    )

    def clean_at(self) -> datetime.datetime | None:
        """Nothing is reported before it happened."""
        at: datetime.datetime | None = self.cleaned_data["at"]
        if at and lies_ahead(at, timezone.now()):
            raise forms.ValidationError(_("That time is still to come."), code="ahead")
        return at


def lies_ahead(at: datetime.datetime, now: datetime.datetime) -> bool:
    """Tell whether a moment somebody typed is still to come, by more than clocks differ."""
    return at > now + CLOCKS_DIFFER


@desk_required("orders.view_shipment")
def shipment_list(request: PersonRequest) -> HttpResponse:
    """Shipments: search, filter, look inside, export; a panel with ``order=`` or ``customer=``."""
    if request.GET.get("export") == "csv":
        return export(request, "shipments")
    counted = {key: rows for key, rows in shipments_in_view(request).items() if key != "all"}
    counts = lists.tab_counts(request, **counted)
    tabs = [lists.Tab(key, str(label), counts.get(key), tone=tone) for key, (label, tone) in TABS.items()]
    listing = shipments(request).page(request, tabs=tabs, live="orders-changed")
    context = {"list": listing, "title": _("Shipments")}
    return render_page(request, "orders/shipment_list.html", context, fragments=["orders/_shipment_table.html"])


@desk_required("orders.view_shipment")
def shipment_page(request: PersonRequest, pk: int) -> HttpResponse:
    """One shipment: what is in it, its journey, its papers."""
    return _page(request, _shipment(request, pk), TrackingForm())


def _shipment(request: PersonRequest, pk: int) -> Shipment:
    return get_object_or_404(
        Shipment.objects.visible_to(request.user).select_related(
            "order", "customer", "warehouse", "carrier", "ship_to", "created_by"
        ),
        pk=pk,
    )


def _page(
    request: PersonRequest, shipment: Shipment, form: TrackingForm, *, problem: str = "", status: int = 200
) -> HttpResponse:
    lines = list(shipment.lines.select_related("line__unit", "line__product__unit").order_by("line__position"))
    reached = REACHED[shipment.status]
    travelling = shipment.shipped_at is not None and shipment.status not in tracking.OVER
    context: dict[str, Any] = {
        "shipment": shipment,
        "lines": lines,
        "goods": [row for row in lines if row.line.type in tracking.GOODS],
        "events": shipment.tracking_events.select_related("by").order_by("-at", "-pk"),
        "steps": [
            {"label": label, "is_done": number < reached or reached == len(STEPS) - 1, "is_now": number == reached}
            for number, (_status, label) in enumerate(STEPS)
        ],
        "form": form,
        "problem": problem,
        "may_track": travelling and request.user.has_perm("orders.track_shipment"),
        "may_pick": shipment.shipped_at is None
        and shipment.status != ShipmentStatus.CANCELLED
        and request.user.has_perm("orders.ship_shipment"),
        "may_see_order": request.user.has_perm("orders.view_order"),
        "tracking_url": _tracking_url(shipment),
        "incidents": shipment.incidents.order_by("-opened_at"),
        "returns": shipment.returns.order_by("-requested_at"),
    }
    fragments = ["orders/_shipment_journey.html", "orders/_shipment_lines.html", "orders/shipment/_peek.html"]
    return render_page(request, "orders/shipment_page.html", context, fragments=fragments, status=status)


def _tracking_url(shipment: Shipment) -> str:
    if not (shipment.carrier and shipment.carrier.tracking_url and shipment.tracking_number):
        return ""
    return shipment.carrier.tracking_url.replace("{number}", shipment.tracking_number)


@require_POST
@desk_required("orders.track_shipment")
@once_per_form
def shipment_track(request: PersonRequest, pk: int) -> HttpResponse:
    """Write down what the carrier reports."""
    shipment = _shipment(request, pk)
    form = TrackingForm(request.POST)
    if not form.is_valid():
        return _page(request, shipment, form, status=422)
    values = form.cleaned_data
    try:
        event = tracking.record_tracking(
            shipment=shipment,
            code=values["code"],
            at=values["at"] or timezone.now(),
            location=values["location"],
            note=values["note"],
            by=request.user,
        )
    except OrderError as error:
        return _page(request, shipment, form, problem=str(error), status=422)
    text = _("Noted. The customer sees it.") if event else _("That was reported before; nothing was changed.")
    messages.success(request, text)
    return go_to(request, "orders:shipment_page", pk)


@require_POST
@desk_required("orders.track_shipment")
def shipment_deliver(request: PersonRequest, pk: int) -> HttpResponse:
    """Deliver a shipment, line by line; what was not taken comes back."""
    shipment = _shipment(request, pk)
    quantities = {}
    for row in shipment.lines.filter(line__type__in=tracking.GOODS):
        quantity = parse_number(request.POST.get(f"line_{row.line_id}", "").strip() or write_number(row.quantity))
        if quantity is None or quantity < 0:
            problem = _("Type how many were taken of each product, 0 for none.")
            return _page(request, shipment, TrackingForm(), problem=problem, status=422)
        quantities[row.line_id] = quantity
    at = timezone.now()
    if when := request.POST.get("at"):
        try:
            at = timezone.make_aware(datetime.datetime.fromisoformat(when))
        except ValueError:
            problem = _("That is no date and time.")
            return _page(request, shipment, TrackingForm(), problem=problem, status=422)
        if lies_ahead(at, timezone.now()):
            problem = _("That time is still to come.")
            return _page(request, shipment, TrackingForm(), problem=problem, status=422)
    try:
        tracking.deliver(
            shipment=shipment,
            quantities=quantities,
            at=at,
            received_by=request.POST.get("received_by", ""),
            by=request.user,
        )
    except OrderError as error:
        return _page(request, shipment, TrackingForm(), problem=str(error), status=422)
    messages.success(request, _("%(number)s is delivered.") % {"number": shipment.number})
    return go_to(request, "orders:shipment_page", pk)
