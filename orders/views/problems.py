"""What a customer reports about an order: something is missing, broken or late."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.web.formats import weekday_long
from config.web.once import once_per_form
from config.web.pages import go_to, render_page
from customers.access import may, portal_required
from customers.requests import PortalRequest
from orders.models import IncidentKind, Order, OrderStatus
from orders.services.aftersales import report_problem

WHAT_CUSTOMERS_SEE = (
    (IncidentKind.SHORTAGE, gettext_lazy("Something is missing")),
    (IncidentKind.DAMAGE, gettext_lazy("Something is damaged")),
    (IncidentKind.DELAY, gettext_lazy("It is late")),
    (IncidentKind.LOSS, gettext_lazy("It never arrived")),
    (IncidentKind.WRONG_ADDRESS, gettext_lazy("It went to the wrong address")),
)


WITHOUT_GOODS = (OrderStatus.DRAFT, OrderStatus.QUOTED, OrderStatus.EXPIRED, OrderStatus.REJECTED)


class ProblemForm(forms.Form):
    """What went wrong, with which shipment and which products of ``order``."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What went wrong"), choices=WHAT_CUSTOMERS_SEE, widget=forms.RadioSelect
    )
    shipment = forms.TypedChoiceField(label=gettext_lazy("Shipment"), coerce=int, empty_value=None, required=False)
    lines = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Which products"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    description = forms.CharField(
        label=gettext_lazy("What happened"),
        max_length=1000,
        widget=forms.Textarea({"rows": 4}),
        help_text=gettext_lazy("How many, in which state, and what you need from us."),
    )

    def __init__(self, *args: Any, order: Order, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.shipments = {s.pk: s for s in order.shipments.filter(shipped_at__isnull=False).order_by("-shipped_at")}
        self.products = {
            pk: f"{description} · {code}"
            for pk, description, code in order.lines.order_by("position").values_list("pk", "description", "code")
        }
        cast(forms.ChoiceField, self.fields["shipment"]).choices = [
            ("", _("None in particular")),
            *((pk, shipment.number) for pk, shipment in self.shipments.items()),
        ]
        cast(forms.ChoiceField, self.fields["lines"]).choices = list(self.products.items())

    def told(self) -> str:
        """Return what happened in the customer's words, after the products it happened to."""
        named = [self.products[pk] for pk in self.cleaned_data["lines"]]
        return "\n".join([*named, self.cleaned_data["description"]])


def may_report(request: PortalRequest, order: Order) -> bool:
    """Tell whether this person may report a problem with an order."""
    return may(request, "problems.report") and order.status not in WITHOUT_GOODS


@portal_required("problems.report")
@once_per_form
def portal_problem_create(request: PortalRequest, pk: int) -> HttpResponse:
    """Report a problem with an order (``?shipment=`` names the shipment); it becomes an incident of the desk."""
    orders = Order.objects.visible_to(request.user).exclude(status__in=WITHOUT_GOODS)
    order = get_object_or_404(orders, pk=pk)
    form = ProblemForm(request.POST or None, order=order, initial={"shipment": request.GET.get("shipment", "")})
    if request.method == "POST" and form.is_valid():
        incident = report_problem(
            order=order,
            shipment=form.shipments.get(form.cleaned_data["shipment"]),
            kind=form.cleaned_data["kind"],
            description=form.told(),
            by=request.user,
            at=timezone.now(),
        )
        day = weekday_long(incident.due_on)
        messages.success(request, _("Reported. We will have dealt with it by %(day)s.") % {"day": day})
        return go_to(request, "orders:portal_order_page", order.pk)
    context = {"title": _("Report a problem"), "form": form, "order": order}
    return render_page(request, "orders/portal_problem_form.html", context, status=422 if form.errors else 200)
