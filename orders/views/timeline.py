"""What happened to an order: shown, kept live, added to by notes."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from config.web.once import once_per_form
from config.web.pages import done, render_page
from customers.access import desk_required
from customers.requests import PersonRequest
from orders import facts
from orders.models import EventKind, Order, OrderEvent
from orders.services import events

EVENTS_AT_ONCE = 40
NOTE_LENGTH = 2000


def timeline_of(request: PersonRequest, order: Order, *, limit: int = EVENTS_AT_ONCE) -> dict[str, Any]:
    """The latest events of an order in words, how many there are, and where older ones begin."""
    found = list(
        OrderEvent.objects.visible_to(request.user)
        .filter(order=order)
        .select_related("by")
        .order_by("-at", "-pk")[: limit + 1]
    )
    return {
        "events": [facts.describe(event) for event in found[:limit]],
        "older": len(found) > limit,
        "seen": OrderEvent.objects.filter(order=order).count(),
    }


@require_GET
@desk_required("orders.view_order")
def order_timeline(request: PersonRequest, pk: int) -> HttpResponse:
    """What happened to an order, the latest first; ``?all=1`` everything."""
    order = _order(request, pk)
    limit = 1000 if request.GET.get("all") else EVENTS_AT_ONCE
    context = {"order": order, "title": order.number, **timeline_of(request, order, limit=limit)}
    context["all_url"] = f"{request.path}?all=1"
    return render_page(request, "orders/timeline_page.html", context, fragments=["orders/_order_timeline.html"])


@require_GET
@desk_required("orders.view_order")
def order_changes(request: PersonRequest, pk: int) -> HttpResponse:
    """Tell an open page whether anything happened to this order since it was drawn (``?seen=`` events)."""
    order = _order(request, pk)
    seen = OrderEvent.objects.filter(order=order).count()
    if request.GET.get("seen") == str(seen):
        return done(request) if request.headers.get("HX-Request") else HttpResponse(status=204)
    return render_page(
        request,
        "orders/_order_live.html",
        {"order": order, "seen": seen},
        fragments=["orders/_order_live.html"],
        triggers=["order-changed"],
    )


@require_POST
@desk_required("orders.change_order")
@once_per_form
def order_note(request: PersonRequest, pk: int) -> HttpResponse:
    """Add a note that only staff see."""
    order = _order(request, pk)
    text = request.POST.get("text", "").strip()[:NOTE_LENGTH]
    if text:
        now = timezone.now()
        events.record(order=order, kind=EventKind.NOTE, by=request.user, at=now, data={"text": text}, is_public=False)
        messages.success(request, _("Note added"))
    return done(request, triggers=["order-changed"])


def _order(request: PersonRequest, pk: int) -> Order:
    return get_object_or_404(Order.objects.visible_to(request.user), pk=pk)
