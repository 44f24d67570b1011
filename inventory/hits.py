"""Finding products by code, barcode or words."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from config.web.search import Hit
from customers.requests import PersonRequest
from inventory.models import Product
from inventory.querysets import ProductQuerySet


def search(request: PersonRequest, text: str, limit: int) -> list[Hit]:
    """Products whose code or barcode this is (exact), then those with words that begin like it; two statements."""
    if not request.user.is_desk or not request.user.has_perm("inventory.view_product"):
        return []
    products = Product.objects.visible_to(request.user)
    exact = products.filter(code__iexact=text) | products.filter(barcodes__code=text)
    found = {row["pk"]: _hit(row, exact=True) for row in _rows(exact.distinct(), limit)}
    for row in _rows(products.matching(text).order_by("search_key", "pk"), limit):
        found.setdefault(row["pk"], _hit(row, exact=False))
    return list(found.values())[:limit]


def _rows(products: ProductQuerySet, limit: int) -> QuerySet[Product, dict[str, Any]]:
    return products.values("pk", "code", "name", "format")[:limit]


def _hit(row: dict[str, Any], *, exact: bool) -> Hit:
    return Hit(
        kind=_("Products"),
        label=row["name"],
        sub=" · ".join(filter(None, [row["code"], row["format"]])),
        url=reverse("inventory:product_page", args=[row["pk"]]),
        icon="package",
        exact=exact,
    )
