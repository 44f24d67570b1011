"""Customers as the desk sees them: the list, and everything about one on a page of live panels."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from config.database.prepared import prepared
from config.web import lists
from config.web.once import once_per_form
from config.web.pages import go_to, render_page, swap_target, toast
from customers.access import desk_required, visible_customer
from customers.lists import customers, customers_in_view
from customers.models import Customer, CustomerNote
from customers.requests import PersonRequest
from customers.views.exporting import export

NOTES_SHOWN = 20


class NoteForm(forms.Form):
    """A note on a customer, for colleagues."""

    body = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": gettext_lazy("What should colleagues know?")}),
    )
    is_pinned = forms.BooleanField(label=gettext_lazy("Keep on top"), required=False)


@require_GET
@desk_required("customers.view_customer")
def customer_list(request: PersonRequest) -> HttpResponse:
    """Customers by name; tabs for one's own, for those on hold and for groups over their credit limit."""
    if request.GET.get("export") == "csv":
        return export(request, "customers")
    views = customers_in_view(request)
    counts = lists.counts(**views)
    tabs = [
        lists.Tab("all", _("All"), counts["all"]),
        lists.Tab("mine", _("My customers"), counts["mine"]),
        lists.Tab("over", _("Over the limit"), counts["over"], tone="bad"),
        lists.Tab("on_hold", _("On hold"), counts["on_hold"]),
    ]
    listing = customers(request).page(request, tabs=tabs)
    return render_page(
        request,
        "customers/customer_list.html",
        {"list": listing, "title": _("Customers")},
        fragments=["customers/_customer_table.html"],
    )


@require_GET
@desk_required("customers.view_customer")
def customer_page(request: PersonRequest, customer_id: int) -> HttpResponse:
    """Customer 360: who they are, what they owe, and panels of orders, shipments, invoices and what went wrong."""
    with prepared():
        context = _company(request, customer_id)
    return render_page(request, "customers/customer_page.html", context, fragments=["customers/_customer_figures.html"])


def _company(request: PersonRequest, customer_id: int) -> dict[str, Any]:
    """What the page knows of a customer by itself."""
    customer = visible_customer(request, customer_id, "segment", "region", "rep", "terms", "payer")
    return {
        "title": customer.name,
        "customer": customer,
        "account": customer.account,
        "siblings": list(
            customer.account.customers.visible_to(request.user).exclude(pk=customer.pk).order_by("search_key")[:12]
        ),
        "contacts": list(customer.contacts.order_by("-is_main", "name")[:8]),
        "addresses": list(customer.addresses.filter(is_active=True).order_by("-is_default", "label")[:8]),
        **_notes(customer),
    }


@require_http_methods(["GET", "POST"])
@desk_required("customers.view_customer", "customers.view_customernote")
@once_per_form
def customer_notes(request: PersonRequest, customer_id: int) -> HttpResponse:
    """The notes on a customer, and the form that adds one."""
    customer = visible_customer(request, customer_id)
    form = NoteForm(request.POST or None)
    if request.method == "POST" and not request.user.has_perm("customers.add_customernote"):
        form.add_error(None, _("You may read these notes, but not add to them."))
    if request.method == "POST" and form.is_valid():
        CustomerNote.objects.create(
            customer=customer,
            account_id=customer.account_id,
            body=form.cleaned_data["body"],
            is_pinned=form.cleaned_data["is_pinned"],
            created_by=request.user,
            created_at=timezone.now(),
        )
        toast(request, _("Note added."))
        if not swap_target(request):
            return go_to(request, "customers:customer_page", customer.pk)
        form = NoteForm()
    return render_page(
        request,
        "customers/customer_notes.html",
        {"title": _("Notes"), "customer": customer, **_notes(customer, form)},
        fragments=["customers/_customer_notes.html"],
        status=422 if form.errors else 200,
    )


def _notes(customer: Customer, form: NoteForm | None = None) -> dict[str, Any]:
    """What the notes' fragment needs."""
    notes = customer.notes.select_related("created_by").order_by("-is_pinned", "-created_at", "-pk")[:NOTES_SHOWN]
    return {"notes": list(notes), "note_form": form or NoteForm()}
