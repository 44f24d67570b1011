"""Products with their stock, and why a customer pays what it pays."""

import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from config.web.numbers import NumberField
from config.web.pages import render_page
from customers.access import desk_required
from customers.models import Customer
from customers.requests import PersonRequest
from customers.views.exporting import export
from inventory.lists import products
from inventory.models import PriceRule, Product, PurchaseOrderLine, StockLevel
from inventory.services.availability import availability
from inventory.services.prices import price_chain

MOVEMENTS_SHOWN = 15
RULES_SHOWN = 60


class PriceLookupForm(forms.Form):
    """Whose price, for how much, on which day."""

    customer = forms.CharField(
        label=gettext_lazy("Customer"),
        max_length=80,
        help_text=gettext_lazy("Number or name"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    quantity = NumberField(
        label=gettext_lazy("Quantity"), min_value=Decimal("0.001"), max_digits=14, decimal_places=3, initial=1
    )
    on = forms.DateField(label=gettext_lazy("On"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


@require_GET
@desk_required("inventory.view_product")
def product_list(request: PersonRequest) -> HttpResponse:
    """Products by name or code, each with its stock over all warehouses; the page's stock is one statement."""
    if request.GET.get("export") == "csv":
        return export(request, "products")
    listing = products(request).page(request, live="stock-changed")
    return render_page(
        request,
        "inventory/product_list.html",
        {"list": listing, "title": _("Products")},
        fragments=["inventory/_product_table.html"],
    )


@require_GET
@desk_required("inventory.view_product")
def product_page(request: PersonRequest, product_id: int) -> HttpResponse:
    """One product: stock by warehouse, what is on its way, prices, barcodes, latest movements."""
    product = get_object_or_404(
        Product.objects.visible_to(request.user).select_related("line", "family", "unit", "tax_class", "successor"),
        pk=product_id,
    )
    stock = availability(product_ids=[product.pk])[product.pk]
    context = {
        "title": product.name,
        "product": product,
        "stock": stock,
        "levels": list(
            StockLevel.objects.filter(product=product).select_related("warehouse").order_by("warehouse__code")
        ),
        "free": sum((place.available for place in stock), Decimal(0)),
        "arriving": sum((place.arriving for place in stock), Decimal(0)),
        "supply": _supply(product),
        "packs": list(product.packs.select_related("unit").order_by("factor")),
        "barcodes": list(product.barcodes.order_by("code")),
        "rate": product.tax_class.rates.filter(valid_from__lte=timezone.localdate()).order_by("-valid_from").first(),
        "rules": _rules(request, product),
        "movements": _movements(request, product),
        **_lookup(request, product),
    }
    return render_page(
        request,
        "inventory/product_page.html",
        context,
        fragments=["inventory/_product_stock.html", "inventory/_product_price.html"],
    )


def _supply(product: Product) -> list[PurchaseOrderLine]:
    """What is on order with suppliers, the first to come first."""
    return list(
        PurchaseOrderLine.objects.expected()
        .filter(product=product)
        .select_related("order__supplier", "warehouse")
        .order_by("expected_on", "pk")[:10]
    )


def _rules(request: PersonRequest, product: Product) -> list[PriceRule]:
    """The product's prices of today and to come, from the strongest list to the weakest."""
    if not request.user.has_perm("inventory.view_pricerule"):
        return []
    rules = PriceRule.objects.filter(product=product, price_list__is_active=True).select_related("price_list")
    current: QuerySet[PriceRule] = rules.exclude(valid_to__lt=timezone.localdate())
    return list(
        current.order_by("price_list__rank", "price_list__name", "minimum_quantity", "valid_from")[:RULES_SHOWN]
    )


def _movements(request: PersonRequest, product: Product) -> list[Any]:
    """The latest entries of the ledger."""
    if not request.user.has_perm("inventory.view_stockmovement"):
        return []
    return list(product.movements.select_related("warehouse", "by").order_by("-at", "-pk")[:MOVEMENTS_SHOWN])


def _lookup(request: PersonRequest, product: Product) -> dict[str, Any]:
    """Why this price: every price considered for a customer, a quantity and a day, the winner marked."""
    if not request.user.has_perm("inventory.view_pricerule"):
        return {}
    today = timezone.localdate()
    asked = "customer" in request.GET
    form = PriceLookupForm(request.GET if asked else None, initial={"on": today, "quantity": product.minimum_quantity})
    if not asked or not form.is_valid():
        return {"price_form": form}
    customer = _customer(request, form.cleaned_data["customer"])
    if customer is None:
        form.add_error("customer", _("No customer of yours has this number or name."))
        return {"price_form": form}
    on: datetime.date = form.cleaned_data["on"]
    chain = price_chain(customer=customer, product=product, quantity=form.cleaned_data["quantity"], on=on)
    return {"price_form": form, "price_customer": customer, "chain": chain}


def _customer(request: PersonRequest, text: str) -> Customer | None:
    """The customer with that number, else the first whose name matches."""
    customers = Customer.objects.visible_to(request.user).select_related("account")
    by_number = customers.filter(number__iexact=text.strip()).first()
    return by_number or customers.matching(text).order_by("search_key", "pk").first()
