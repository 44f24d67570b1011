"""The warehouse looks a product up by scan or words, and corrects its stock with a reason."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import F, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.web.numbers import NumberField, write_number
from config.web.once import once_per_form
from config.web.pages import go_to, render_page
from customers.access import desk_required
from customers.requests import PersonRequest
from inventory.exceptions import InventoryError
from inventory.models import Product, StockLevel, StockMovement, Warehouse
from inventory.services.stock import count_stock

REMEMBERED = "warehouse"  # key in the session, the same as on the picking screens
LISTED = 40
REASONS = (
    gettext_lazy("Counted"),
    gettext_lazy("Damaged"),
    gettext_lazy("Past its date"),
    gettext_lazy("Found"),
    gettext_lazy("Own use"),
)


class CountForm(forms.Form):
    """What was counted, and why it differs."""

    counted = NumberField(label=gettext_lazy("Counted"), min_value=0, max_digits=12, decimal_places=3)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=120)


def _warehouse(request: PersonRequest) -> Warehouse | None:
    warehouses = list(
        Warehouse.objects.visible_to(request.user).filter(kind=Warehouse.Kind.STOCK, is_active=True).order_by("code")
    )
    remembered = request.session.get(REMEMBERED)
    return next((one for one in warehouses if one.pk == remembered), warehouses[0] if warehouses else None)


@desk_required("inventory.adjust_stock")
def stock_list(request: PersonRequest) -> HttpResponse:
    """Find a product of the chosen warehouse: a scan opens it, words list what fits."""
    warehouse = _warehouse(request)
    levels = StockLevel.objects.visible_to(request.user).filter(warehouse=warehouse).select_related("product__unit")
    message = ""
    if code := request.POST.get("scan", "").strip():
        found = levels.filter(Q(product__code__iexact=code) | Q(product__barcodes__code=code[:14])).first()
        if found:
            return go_to(request, "inventory:stock_page", found.pk)
        message = _("%(code)s has no stock here.") % {"code": code[:40]}
    words = request.GET.get("q", "").strip()
    if words:
        levels = levels.filter(product__in=Product.objects.matching(words).values("pk"))
    elif request.GET.get("low") != "0":
        levels = levels.filter(available__lte=F("reorder_point"), reorder_point__gt=0)
    context = {
        "warehouse": warehouse,
        "levels": levels.order_by("bin", "product__code")[:LISTED],
        "words": words,
        "message": message,
    }
    return render_page(request, "warehouse/stock_list.html", context, fragments=["warehouse/_stock_list.html"])


@desk_required("inventory.adjust_stock")
@once_per_form
def stock_page(request: PersonRequest, pk: int) -> HttpResponse:
    """One product in one warehouse; POST corrects its stock to what was counted."""
    level = get_object_or_404(
        StockLevel.objects.visible_to(request.user).select_related("product__unit", "warehouse"), pk=pk
    )
    form = CountForm(request.POST or None, initial={"counted": write_number(level.on_hand)})
    if request.method == "POST" and form.is_valid():
        return _count(request, level, form)
    context: dict[str, Any] = {
        "level": level,
        "form": form,
        "reasons": REASONS,
        "movements": StockMovement.objects.filter(product=level.product, warehouse=level.warehouse)
        .select_related("by")
        .order_by("-at", "-pk")[:7],
    }
    return render_page(request, "warehouse/stock_page.html", context, status=422 if form.errors else 200)


def _count(request: PersonRequest, level: StockLevel, form: CountForm) -> HttpResponse:
    values = form.cleaned_data
    try:
        change = count_stock(
            level=level, counted=values["counted"], by=request.user, at=timezone.now(), reason=values["reason"]
        )
    except InventoryError as error:
        messages.error(request, _("%(why)s The rest is reserved for orders: ask the desk first.") % {"why": error})
    else:
        text = _("%(code)s corrected by %(change)s.") if change else _("That is what was booked; nothing was changed.")
        messages.success(request, text % {"code": level.product.code, "change": f"{change.normalize():+f}"})
    return go_to(request, "inventory:stock_page", level.pk)
