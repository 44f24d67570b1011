"""The rows of this app's lists, as an address asks for them: the same for the page and its file."""

from decimal import Decimal
from typing import Any

from django.db.models import Sum

from config.web.exports import ListSource
from customers.requests import PersonRequest
from inventory.filters import ProductFilter
from inventory.models import Product, StockLevel
from inventory.services.availability import availability
from inventory.tables import ProductTable


def products(request: PersonRequest) -> ListSource:
    """All products, with their stock over all warehouses."""
    return ListSource(Product.objects.visible_to(request.user), ProductTable, ProductFilter, with_stock)


def with_stock(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Add what the table shows of stock; zero where a product has none. Two statements for all rows."""
    keys = [row["pk"] for row in rows]
    levels = StockLevel.objects.in_use().filter(product_id__in=keys)
    reserved = dict(levels.order_by().values_list("product_id").annotate(total=Sum("reserved")))
    places = availability(product_ids=keys)
    for row in rows:
        found = places[row["pk"]]
        days = [place.arriving_on for place in found if place.arriving_on]
        row |= {
            "on_hand": sum((place.on_hand for place in found), Decimal(0)),
            "reserved": reserved.get(row["pk"], Decimal(0)),
            "available": sum((place.available for place in found), Decimal(0)),
            "arriving": sum((place.arriving for place in found), Decimal(0)) or None,
            "arriving_on": min(days, default=None),
        }
    return rows
