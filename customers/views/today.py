"""The first page of the desk, and the search over everything."""

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from config.web import search as searching
from config.web import today as queues
from config.web.pages import render_page
from customers.access import desk_required, person_required
from customers.requests import PersonRequest

GROUPS = ("sales", "warehouse", "money")


@require_GET
@desk_required()
def today_page(request: PersonRequest) -> HttpResponse:
    """What needs attention now: figures on top, then counted queues; each opens the list it counts."""
    today = timezone.localdate()
    cards = queues.cards(request, today)
    titles = {"sales": _("Orders"), "warehouse": _("Warehouse"), "money": _("Money")}
    groups = [(titles[key], [card for card in cards if card.group == key and card.amount is None]) for key in GROUPS]
    context = {
        "title": _("Today"),
        "today": today,
        "greeting": _greeting(timezone.localtime().hour),
        "figures": [card for card in cards if card.amount is not None],
        "queues": [(title, found) for title, found in groups if found],
        "problems": sum(1 for card in cards if card.tone == "bad" and card.count),
    }
    return render_page(request, "customers/today_page.html", context, fragments=["customers/_today_cards.html"])


@require_GET
@person_required
def search(request: PersonRequest) -> HttpResponse:
    """Whatever was typed, found among customers, orders, products, shipments and invoices; exact hits first."""
    text = request.GET.get("q", "").strip()
    context = {"title": _("Search"), "q": text, "found": searching.find(request, text)}
    context["shell"] = "desk.html" if request.user.is_desk else "portal.html"
    return render_page(request, "customers/search.html", context, fragments=["customers/_palette_results.html"])


def _greeting(hour: int) -> str:
    if hour < 13:
        return _("Good morning")
    return _("Good afternoon") if hour < 20 else _("Good evening")
