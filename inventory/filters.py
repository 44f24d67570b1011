"""Filters of the lists of products; values that make no sense are ignored."""

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from config.web.filters import AnyOfFilter, BaseFilter, ChoiceFilter, OneOfFilter, SearchFilter
from customers.requests import PersonRequest
from inventory.models import ProductLine, ProductStatus, PurchaseOrderLine, StockLevel
from inventory.querysets import ProductQuerySet


def lines_of(request: PersonRequest) -> QuerySet[ProductLine]:
    """Every product line, for the menu of a filter."""
    return ProductLine.objects.all()


class ProductFilter(BaseFilter):
    """What one narrows products by."""

    q = SearchFilter(method="search", label=_("Code, name, barcode"))
    line = OneOfFilter(queryset=lines_of, label=_("Product line"))
    stock = ChoiceFilter(
        choices=[("free", _("Some free")), ("none", _("Nothing free")), ("arriving", _("On its way"))],
        label=_("Stock"),
        method="by_stock",
    )
    status = AnyOfFilter(choices=ProductStatus.choices, label=_("Status"), icon="circle-dot")
    more = ("status",)

    def search(self, queryset: ProductQuerySet, name: str, value: str) -> ProductQuerySet:
        if value.isascii() and value.isdigit() and len(value) in (8, 12, 13, 14):
            return queryset.filter(barcodes__code=value)
        return queryset.matching(value)

    def by_stock(self, queryset: ProductQuerySet, name: str, value: str) -> ProductQuerySet:
        if value == "arriving":
            return queryset.filter(Exists(PurchaseOrderLine.objects.arriving().filter(product=OuterRef("pk"))))
        free = StockLevel.objects.in_use().filter(product=OuterRef("pk"), available__gt=0)
        return queryset.filter(Exists(free) if value == "free" else ~Exists(free), kind="goods")
