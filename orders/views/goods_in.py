"""Goods in: what suppliers deliver today or should have, received in parts."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, F, Q, QuerySet, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from config.web.numbers import parse_number, write_number
from config.web.once import once_per_form
from config.web.pages import go_to, render_page
from customers.access import desk_required
from customers.requests import PersonRequest
from inventory.exceptions import InventoryError
from inventory.models import PurchaseOrderLine, PurchaseOrderStatus, StockLevel
from orders.services import filling
from orders.views.warehouse import chosen_warehouse, stocking_warehouses

LISTED = 80
OPEN = (PurchaseOrderStatus.SENT, PurchaseOrderStatus.CONFIRMED)


class ReceiptForm(forms.Form):
    """How much arrived; ``quantity`` as one types it."""

    quantity = forms.CharField(label=gettext_lazy("Arrived"), max_length=20)
    note = forms.CharField(label=gettext_lazy("Delivery note or remark"), max_length=200, required=False)

    def clean_quantity(self) -> Decimal:
        """A number above zero."""
        quantity = parse_number(self.cleaned_data["quantity"])
        if quantity is None or quantity <= 0 or quantity >= Decimal(10) ** 9:
            raise forms.ValidationError(_("Type how many arrived, more than zero."))
        return quantity


def expected_lines(request: PersonRequest) -> QuerySet[PurchaseOrderLine]:
    """Inbound lines that something is still expected of, with ``waiting`` (orders that wait for them)."""
    return (
        PurchaseOrderLine.objects.visible_to(request.user)
        .filter(is_closed=False, order__status__in=OPEN)
        .select_related("product__unit", "order__supplier", "warehouse")
        .annotate(waiting=Count("pegs__line__order", distinct=True))
    )


@desk_required("inventory.adjust_stock")
def receipt_list(request: PersonRequest) -> HttpResponse:
    """Lines expected in one warehouse: late, today, coming; a POST with a scanned code opens its line."""
    warehouses = stocking_warehouses(request)
    warehouse = chosen_warehouse(request, warehouses)
    today = timezone.localdate()
    lines = expected_lines(request).filter(warehouse=warehouse)
    message = ""
    if code := request.POST.get("scan", "").strip():
        found = lines.filter(
            Q(product__code__iexact=code) | Q(product__barcodes__code=code[:14]) | Q(order__number__iexact=code)
        ).order_by(F("expected_on").asc(nulls_last=True), "pk")
        if line := found.first():
            return go_to(request, "orders:receipt_page", line.pk)
        message = _("%(code)s is not expected here. Nothing was changed.") % {"code": code[:40]}
    rows = list(lines.order_by(F("expected_on").asc(nulls_last=True), "order__number", "product__code")[: LISTED + 1])
    context = {
        "warehouses": warehouses,
        "warehouse": warehouse,
        "message": message,
        "more": len(rows) > LISTED,
        "groups": [
            group
            for group in (
                {
                    "label": _("Late"),
                    "tone": "bad",
                    "lines": [r for r in rows if r.expected_on and r.expected_on < today],
                },
                {"label": _("Today"), "tone": "", "lines": [r for r in rows if r.expected_on == today]},
                {
                    "label": _("Coming"),
                    "tone": "",
                    "lines": [r for r in rows[:LISTED] if r.expected_on and r.expected_on > today],
                },
                {"label": _("Without a date"), "tone": "warn", "lines": [r for r in rows if r.expected_on is None]},
            )
            if group["lines"]
        ],
    }
    return render_page(request, "warehouse/receipt_list.html", context, fragments=["warehouse/_receipt_list.html"])


@desk_required("inventory.adjust_stock")
@once_per_form
def receipt_page(request: PersonRequest, pk: int) -> HttpResponse:
    """Receive an inbound line, whole or in part; says who gets the goods."""
    line = get_object_or_404(expected_lines(request), pk=pk)
    form = ReceiptForm(request.POST or None, initial={"quantity": write_number(line.open_quantity)})
    if request.method == "POST" and form.is_valid():
        return _receive(request, line, form)
    level = StockLevel.objects.filter(product=line.product, warehouse=line.warehouse).first()
    context: dict[str, Any] = {"line": line, "form": form, "level": level, "pegs": _pegs(line)}
    return render_page(request, "warehouse/receipt_page.html", context, status=422 if form.errors else 200)


def _receive(request: PersonRequest, line: PurchaseOrderLine, form: ReceiptForm) -> HttpResponse:
    values = form.cleaned_data
    try:
        receipt = filling.receive_supply(
            supply_line=line, quantity=values["quantity"], by=request.user, at=timezone.now(), note=values["note"]
        )
    except InventoryError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _said(receipt))
    return go_to(request, "orders:receipt_list")


def _said(receipt: filling.Receipt) -> str:
    orders = len({part.line.order_id for part in receipt.filled})
    text = _("%(quantity)s of %(code)s received.") % {
        "quantity": write_number(receipt.quantity),
        "code": receipt.supply_line.product.code,
    }
    if orders:
        aside = ngettext(
            "%(quantity)s set aside for %(orders)s waiting order.",
            "%(quantity)s set aside for %(orders)s waiting orders.",
            orders,
        )
        text += " " + aside % {"quantity": write_number(receipt.set_aside), "orders": orders}
    return text


def _pegs(line: PurchaseOrderLine) -> Sequence[Mapping[str, object]]:
    """Who waits for the line, first promised first."""
    return list(
        line.pegs.order_by(F("promised_on").asc(nulls_last=True), "line__order__placed_at")
        .values("promised_on", number=F("line__order__number"), customer=F("line__order__customer_name"))
        .annotate(units=Sum("quantity"))[:8]
    )
