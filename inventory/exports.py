"""This app's lists as files."""

from django.db.models import DecimalField, F, Min, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest

from customers.services.exports import ExportSource
from inventory.filters import ProductFilter
from inventory.models import Product, PurchaseOrderLine, StockLevel
from inventory.tables import ProductTable

QUANTITY = DecimalField(max_digits=14, decimal_places=3)


def products(request: HttpRequest) -> ExportSource:
    """All products with their stock over all warehouses."""
    return ExportSource(with_stock(Product.objects.visible_to(request.user)), ProductTable, ProductFilter)


def with_stock(products: QuerySet[Product]) -> QuerySet[Product]:
    """Annotate ``on_hand``, ``reserved``, ``available``, ``arriving`` (stock units) and ``arriving_on``."""
    levels = StockLevel.objects.filter(product=OuterRef("pk"), warehouse__kind="stock", warehouse__is_active=True)
    supply = PurchaseOrderLine.objects.filter(
        product=OuterRef("pk"), is_closed=False, order__status__in=["sent", "confirmed"]
    )

    def total(rows: QuerySet, expression: str | F) -> Coalesce:
        sums = rows.order_by().values("product").annotate(total=Sum(expression)).values("total")
        return Coalesce(Subquery(sums, output_field=QUANTITY), Value(0, output_field=QUANTITY))

    return products.annotate(
        on_hand=total(levels, "on_hand"),
        reserved=total(levels, "reserved"),
        available=total(levels, "available"),
        arriving=total(supply, F("expected") - F("received") - F("pegged")),
        arriving_on=Subquery(supply.order_by().values("product").annotate(day=Min("expected_on")).values("day")),
    )
