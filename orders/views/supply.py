"""Late supply: who waits for what, and what a new date of the supplier does to every promise."""

import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, F, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from config.web import lists
from config.web.pages import go_to, render_page
from customers.access import desk_required
from customers.requests import PersonRequest
from inventory.exceptions import InventoryError
from inventory.models import PurchaseOrderLine
from orders.fulfilment_filters import SupplyFilter
from orders.fulfilment_tables import SupplyTable
from orders.sentences import cause_sentence
from orders.services import filling
from orders.services.waiting import Change
from orders.views.goods_in import OPEN


class RedateForm(forms.Form):
    """The supplier's new date; empty: there is none."""

    expected_on = forms.DateField(
        label=gettext_lazy("Supplier's new date"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Leave it empty when the supplier has no date."),
    )


def open_supply(request: PersonRequest) -> QuerySet[PurchaseOrderLine]:
    """Inbound lines that something is still expected of."""
    return PurchaseOrderLine.objects.visible_to(request.user).filter(is_closed=False, order__status__in=OPEN)


def _in_view(lines: QuerySet[PurchaseOrderLine], view: str, today: datetime.date) -> QuerySet[PurchaseOrderLine]:
    return {
        "promised": lines.filter(pegged__gt=0),
        "late": lines.filter(expected_on__lt=today),
        "undated": lines.filter(expected_on__isnull=True),
        "all": lines,
    }[view]


@desk_required("inventory.view_purchaseorderline")
def supply_list(request: PersonRequest) -> HttpResponse:
    """Inbound supply: first what customers have been promised, the earliest date on top."""
    today = timezone.localdate()
    lines = open_supply(request)
    view = lists.current_view(request, ("promised", "late", "undated", "all"))
    counts = lists.counts(**{key: _in_view(lines, key, today) for key in ("promised", "late", "undated")})
    tabs = [
        lists.Tab("promised", _("Promised to customers"), counts["promised"]),
        lists.Tab("late", _("Late"), counts["late"], tone="bad"),
        lists.Tab("undated", _("Without a date"), counts["undated"], tone="bad"),
        lists.Tab("all", _("All")),
    ]
    chosen = _in_view(lines, view, today).values(
        "pk",
        "product__name",
        "product__code",
        "product__unit__symbol",
        "order__number",
        "order__supplier__name",
        "warehouse__name",
        "expected_on",
        "pegged",
        open=F("expected") - F("received"),
    )
    listing = lists.build(
        request,
        chosen,
        SupplyTable,
        SupplyFilter,
        tabs=tabs,
        live="orders-changed",
        transform=lambda rows: _with_waiting(rows, today),
    )
    context = {"list": listing, "title": _("Late supply"), "view": view}
    return render_page(request, "orders/supply_list.html", context, fragments=["orders/_supply_table.html"])


def _with_waiting(rows: list[dict[str, Any]], today: datetime.date) -> list[dict[str, Any]]:
    """Add how many orders wait for each line; one query."""
    waiting = dict(
        PurchaseOrderLine.objects.filter(pk__in=[row["pk"] for row in rows])
        .annotate(waiting=Count("pegs__line__order", distinct=True))
        .values_list("pk", "waiting")
    )
    return [
        row
        | {
            "waiting": waiting.get(row["pk"], 0),
            "is_late": row["expected_on"] is not None and row["expected_on"] < today,
        }
        for row in rows
    ]


def _line(request: PersonRequest, pk: int) -> PurchaseOrderLine:
    return get_object_or_404(
        PurchaseOrderLine.objects.visible_to(request.user).select_related(
            "order__supplier", "product__unit", "warehouse"
        ),
        pk=pk,
    )


@desk_required("inventory.view_purchaseorderline")
def supply_page(request: PersonRequest, pk: int) -> HttpResponse:
    """One inbound line and every promise that hangs on it; ``?expected_on=`` shows what a new date would do.

    POST re-dates the promises and tells the customers.
    """
    line = _line(request, pk)
    may_redate = request.user.has_perm("inventory.change_purchaseorderline") and not line.is_closed
    now, data = timezone.now(), request.POST or request.GET or None
    form = RedateForm(data if data and "expected_on" in data else None, initial={"expected_on": line.expected_on})
    asked = form.is_bound and form.is_valid()
    new_date = form.cleaned_data["expected_on"] if asked else line.expected_on
    if asked:
        try:
            filling.check_supply_day(new_date, at=now)
        except InventoryError as error:
            form.add_error("expected_on", str(error))
            asked, new_date = False, line.expected_on
    if request.method == "POST" and asked:
        return _redate(request, line, new_date) if may_redate else go_to(request, "orders:supply_page", pk)
    changes = filling.preview_redate(supply_line=line, expected_on=new_date, at=now)
    is_preview = asked and new_date != line.expected_on
    context = {
        "line": line,
        "form": form,
        "changes": changes,
        "is_preview": is_preview,
        "new_date": new_date,
        "reason": next((cause_sentence(change.cause) for change in changes if change.is_moved), ""),
        "sums": _sums(changes),
        "may_redate": may_redate,
        "today": timezone.localdate(now),
        "expected": max(line.expected - line.received, 0),
        "free": max(line.expected - line.received - line.pegged, 0),
    }
    status = 422 if form.errors else 200
    return render_page(
        request, "orders/supply_page.html", context, fragments=["orders/_supply_promises.html"], status=status
    )


def _sums(changes: list[Change]) -> dict[str, int]:
    moved = [change for change in changes if change.is_moved]
    return {
        "orders": len({change.line.order_id for change in changes}),
        "customers": len({change.line.customer_id for change in changes}),
        "later": sum(change.tone == "bad" for change in moved),
        "earlier": sum(change.tone == "ok" for change in moved),
        "mails": len({change.line.customer_id for change in moved if change.line.email}),
        "moved": len(moved),
    }


def _redate(request: PersonRequest, line: PurchaseOrderLine, new_date: datetime.date | None) -> HttpResponse:
    try:
        changes = filling.redate_supply(supply_line=line, expected_on=new_date, by=request.user, at=timezone.now())
    except InventoryError as error:
        messages.error(request, str(error))
        return go_to(request, "orders:supply_page", line.pk)
    sums = _sums(changes)
    text = ngettext("%(moved)s promise re-dated.", "%(moved)s promises re-dated.", sums["moved"]) % sums
    if sums["mails"]:
        text += " " + ngettext("%(mails)s customer is told.", "%(mails)s customers are told.", sums["mails"]) % sums
    messages.success(request, text if sums["moved"] else _("The date is noted; no promise moved."))
    return go_to(request, "orders:supply_page", line.pk)


@require_POST
@desk_required("inventory.change_purchaseorderline")
def supply_close(request: PersonRequest, pk: int) -> HttpResponse:
    """Expect nothing more of a line: who waits has no date until another source is found."""
    line = _line(request, pk)
    try:
        changes = filling.close_supply(supply_line=line, by=request.user, at=timezone.now())
    except InventoryError as error:
        messages.error(request, str(error))
    else:
        waiting = len({change.line.order_id for change in changes})
        text = ngettext("Closed. %(n)s order has no date now.", "Closed. %(n)s orders have no date now.", waiting)
        messages.success(request, text % {"n": waiting} if waiting else _("Closed."))
    return go_to(request, "orders:supply_page", pk)
