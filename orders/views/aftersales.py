"""Incidents and returns at the desk: what went wrong, who deals with it, what comes back and what becomes of it."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from config.web import lists
from config.web.numbers import parse_id, parse_number
from config.web.once import once_per_form
from config.web.pages import go_to, render_page
from customers.access import desk_required
from customers.models import User
from customers.requests import PersonRequest
from customers.views.exporting import export
from inventory.models import Warehouse
from orders.exceptions import OrderError
from orders.lists import RETURN_PROGRESS, incidents, incidents_in_view, returns, returns_in_view
from orders.models import Incident, IncidentKind, IncidentStatus, Order, Return, ReturnLine, ReturnLineStatus, Shipment
from orders.services import aftersales

STAFF = User.objects.exclude(desk="").filter(is_active=True).order_by("name")


def _deadline() -> forms.DateField:
    widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=gettext_lazy("Deadline"), required=False, widget=widget)


# -- Incidents ----------------------------------------------------------------------------------------------------


class IncidentForm(forms.Form):
    """What went wrong."""

    kind = forms.ChoiceField(label=gettext_lazy("What went wrong"), choices=IncidentKind.choices)
    shipment = forms.ModelChoiceField(
        Shipment.objects.none(), label=gettext_lazy("Shipment"), required=False, empty_label=gettext_lazy("None")
    )
    description = forms.CharField(
        label=gettext_lazy("What happened"),
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("The customer reads it on the order."),
    )
    owner = forms.ModelChoiceField(
        STAFF, label=gettext_lazy("Owner"), required=False, empty_label=gettext_lazy("The customer's rep")
    )
    due_on = _deadline()


class AssignForm(forms.Form):
    """Who deals with it, until when."""

    owner = forms.ModelChoiceField(
        STAFF, label=gettext_lazy("Owner"), required=False, empty_label=gettext_lazy("Nobody yet")
    )
    due_on = _deadline()


class SolveForm(forms.Form):
    """How it ended."""

    outcome = forms.CharField(
        label=gettext_lazy("Outcome"),
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("The customer reads it on the order."),
    )


@desk_required("orders.view_incident")
def incident_list(request: PersonRequest) -> HttpResponse:
    """Incidents: open ones first, mine, late, export; a panel with ``order=`` or ``customer=``."""
    if request.GET.get("export") == "csv":
        return export(request, "incidents")
    views = incidents_in_view(request)
    counts = lists.tab_counts(request, open=views["open"], mine=views["mine"], late=views["late"])
    tabs = [
        lists.Tab("open", _("Open"), counts.get("open")),
        lists.Tab("mine", _("Mine"), counts.get("mine")),
        lists.Tab("late", _("Past their deadline"), counts.get("late"), tone="bad"),
        lists.Tab("all", _("All")),
    ]
    listing = incidents(request).page(request, tabs=tabs, live="orders-changed")
    context = {"list": listing, "title": _("Incidents")}
    return render_page(request, "orders/incident_list.html", context, fragments=["orders/_incident_table.html"])


@desk_required("orders.add_incident")
@once_per_form
def incident_create(request: PersonRequest, pk: int) -> HttpResponse:
    """Report that something went wrong with an order (``?shipment=`` names the shipment)."""
    order = get_object_or_404(Order.objects.visible_to(request.user), pk=pk)
    form = IncidentForm(request.POST or None, initial={"shipment": request.GET.get("shipment", "")})
    cast(forms.ModelChoiceField, form.fields["shipment"]).queryset = order.shipments.order_by("-created_at")
    if request.method == "POST" and form.is_valid():
        incident = aftersales.report_incident(order=order, by=request.user, at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Incident reported."))
        return go_to(request, "orders:incident_page", incident.pk)
    context = {"form": form, "order": order, "may_see_order": request.user.has_perm("orders.view_order")}
    return render_page(request, "orders/incident_form.html", context, status=422 if form.errors else 200)


def _incident(request: PersonRequest, pk: int) -> Incident:
    return get_object_or_404(
        Incident.objects.visible_to(request.user).select_related("order", "customer", "shipment", "owner", "opened_by"),
        pk=pk,
    )


@desk_required("orders.view_incident")
def incident_page(request: PersonRequest, pk: int) -> HttpResponse:
    """One incident; POST gives it an owner and a deadline."""
    incident = _incident(request, pk)
    may_change = request.user.has_perm("orders.add_incident") and incident.status != IncidentStatus.SOLVED
    form = AssignForm(request.POST or None, initial={"owner": incident.owner_id, "due_on": incident.due_on})
    if request.method == "POST" and may_change and form.is_valid():
        return _try(
            request,
            lambda: aftersales.assign_incident(
                incident=incident, by=request.user, at=timezone.now(), **form.cleaned_data
            ),
            _("Saved."),
            ("orders:incident_page", pk),
        )
    return _incident_page(
        request, incident, form, SolveForm(), may_change=may_change, status=422 if form.errors else 200
    )


def _incident_page(
    request: PersonRequest,
    incident: Incident,
    form: AssignForm,
    solve: SolveForm,
    *,
    may_change: bool,
    status: int = 200,
) -> HttpResponse:
    context = {
        "incident": incident,
        "form": form,
        "solve": solve,
        "may_change": may_change,
        "may_see_order": request.user.has_perm("orders.view_order"),
        "today": timezone.localdate(),
    }
    return render_page(request, "orders/incident_page.html", context, status=status)


@require_POST
@desk_required("orders.add_incident")
def incident_solve(request: PersonRequest, pk: int) -> HttpResponse:
    """Close an incident with its outcome."""
    incident = _incident(request, pk)
    form = SolveForm(request.POST)
    if not form.is_valid():
        assign = AssignForm(initial={"owner": incident.owner_id, "due_on": incident.due_on})
        return _incident_page(request, incident, assign, form, may_change=True, status=422)
    return _try(
        request,
        lambda: aftersales.solve_incident(
            incident=incident, outcome=form.cleaned_data["outcome"], by=request.user, at=timezone.now()
        ),
        _("Solved. The customer sees the outcome."),
        ("orders:incident_page", pk),
    )


# -- Returns ------------------------------------------------------------------------------------------------------


@desk_required("orders.view_return")
def return_list(request: PersonRequest) -> HttpResponse:
    """Returns: to decide, on their way, to inspect, export; a panel with ``order=`` or ``customer=``."""
    if request.GET.get("export") == "csv":
        return export(request, "returns")
    views = returns_in_view(request)
    counts = lists.tab_counts(request, **{key: rows for key, rows in views.items() if key != "all"})
    tabs = [
        lists.Tab("all", _("All")),
        lists.Tab("to_decide", _("To decide"), counts.get("to_decide"), tone="bad"),
        lists.Tab("coming", _("Coming back"), counts.get("coming")),
        lists.Tab("to_inspect", _("To inspect"), counts.get("to_inspect")),
    ]
    listing = returns(request).page(request, tabs=tabs, live="orders-changed")
    context = {"list": listing, "title": _("Returns")}
    return render_page(request, "orders/return_list.html", context, fragments=["orders/_return_table.html"])


@desk_required("orders.change_return")
@once_per_form
def return_create(request: PersonRequest, pk: int) -> HttpResponse:
    """Ask for a return on behalf of a customer: how many of which delivered line come back."""
    order = get_object_or_404(Order.objects.visible_to(request.user), pk=pk)
    returnable = aftersales.returnable_quantities(order=order)
    lines = list(order.lines.filter(pk__in=returnable).select_related("product__unit").defer("unit_cost"))
    problem = ""
    if request.method == "POST":
        quantities, wrong = _typed(request, "line", [line.pk for line in lines])
        if wrong:
            problem = _("Type how many of each product come back.")
        else:
            try:
                document = aftersales.request_return(
                    order=order,
                    quantities=quantities,
                    reason=request.POST.get("reason", "").strip()[:200],
                    by=request.user,
                    at=timezone.now(),
                )
            except OrderError as error:
                problem = str(error)
            else:
                messages.success(request, _("Return %(number)s requested.") % {"number": document.number})
                return go_to(request, "orders:return_page", document.pk)
    context = {
        "order": order,
        "rows": [(line, returnable[line.pk], request.POST.get(f"line_{line.pk}", "")) for line in lines],
        "problem": problem,
        "reason": request.POST.get("reason", ""),
        "may_see_order": request.user.has_perm("orders.view_order"),
    }
    return render_page(request, "orders/return_form.html", context, status=422 if problem else 200)


@desk_required("orders.view_return")
def return_page(request: PersonRequest, pk: int) -> HttpResponse:
    """One return; POST takes the next step: ``step`` authorise, receive or inspect, with quantities per line."""
    document = get_object_or_404(
        Return.objects.visible_to(request.user).select_related(
            "order", "customer", "shipment", "warehouse", "requested_by"
        ),
        pk=pk,
    )
    lines = list(document.lines.select_related("product__unit", "line").order_by("position"))
    may_change = request.user.has_perm("orders.change_return") and not document.is_history
    if request.method == "POST" and may_change:
        return _step(request, document, lines)
    by_state: dict[str, list[ReturnLine]] = {}
    for row in lines:
        by_state.setdefault(row.status, []).append(row)
    step, todo = "", []
    for name, states in STEPS.items():
        rows = [row for state in states for row in by_state.get(state, [])]
        if rows:
            step, todo = name, rows
            break
    warehouses = list(Warehouse.objects.visible_to(request.user).filter(kind=Warehouse.Kind.STOCK, is_active=True))
    least = min(
        (RETURN_PROGRESS.index(ReturnLineStatus(row.status)) for row in lines), default=len(RETURN_PROGRESS) - 2
    )
    context = {
        "document": document,
        "lines": lines,
        "state": RETURN_PROGRESS[least],
        "step": step if may_change else "",
        "todo": todo,
        "warehouses": warehouses,
        "may_see_order": request.user.has_perm("orders.view_order"),
    }
    return render_page(request, "orders/return_page.html", context)


STEPS: Mapping[str, tuple[str, ...]] = {
    "authorise": (ReturnLineStatus.REQUESTED,),
    "receive": (ReturnLineStatus.AUTHORISED, ReturnLineStatus.IN_TRANSIT),
    "inspect": (ReturnLineStatus.RECEIVED, ReturnLineStatus.INSPECTED),
}


def _step(request: PersonRequest, document: Return, lines: list[ReturnLine]) -> HttpResponse:
    step = request.POST.get("step", "")
    rows = [row for row in lines if row.status in STEPS.get(step, ())]
    quantities, wrong = _typed(request, "line", [row.pk for row in rows])
    back = ("orders:return_page", document.pk)
    if wrong or not quantities:
        messages.error(request, _("Type a quantity for each product. Nothing was changed."))
        return go_to(request, *back)
    now = timezone.now()
    if step == "inspect":
        outcomes = {
            row.pk: aftersales.Outcome(restocked=quantities[row.pk], scrapped=row.received - quantities[row.pk])
            for row in rows
        }
        return _try(
            request,
            lambda: aftersales.inspect_return(document=document, outcomes=outcomes, by=request.user, at=now),
            _("Inspected: what is good is back on the shelf."),
            back,
        )
    warehouse = Warehouse.objects.filter(pk=parse_id(request.POST.get("warehouse")) or 0).first() or document.warehouse
    if warehouse is None:
        messages.error(request, _("Choose the warehouse. Nothing was changed."))
        return go_to(request, *back)
    if step == "authorise":
        authorise = partial(aftersales.authorise_return, document=document, quantities=quantities)
        return _try(request, partial(authorise, warehouse=warehouse, by=request.user, at=now), _("Decided."), back)
    receive = partial(aftersales.receive_return, document=document, quantities=quantities, warehouse=warehouse)
    return _try(
        request,
        partial(receive, by=request.user, at=now, is_last=request.POST.get("rest") == "last"),
        _("Received; it lies in quarantine until it is inspected.") if any(quantities.values()) else _("Given up."),
        back,
    )


def _typed(request: PersonRequest, prefix: str, keys: list[int]) -> tuple[dict[int, Decimal], bool]:
    """Quantities typed per line, an empty field for 0; True when one of them is no quantity."""
    found = {key: parse_number(request.POST.get(f"{prefix}_{key}", "").strip() or "0") for key in keys}
    good = {key: value for key, value in found.items() if value is not None and value >= 0}
    return good, len(good) < len(found)


def _try(request: PersonRequest, act: Callable[[], Any], text: str, back: tuple[str, int]) -> HttpResponse:
    """Do something, say how it went, show the page again."""
    try:
        act()
    except OrderError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, text)
    return go_to(request, *back)
