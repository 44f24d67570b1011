"""What the grid offers: products that may be meant, and what a customer usually buys."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, IntegerField, Max, Q, Sum, Value, When

from customers.models import Customer, User
from inventory.models import Product
from inventory.services.availability import Availability, availability
from inventory.services.prices import Price, PriceQuery, resolve_prices
from orders.entry import NOT_LIVE
from orders.models import Order, OrderLine

ZERO = Decimal(0)
USUAL_ORDERS = 40
USUAL_SHOWN = 12


@dataclass(frozen=True)
class Suggestion:
    """A product that may be meant, with what it costs this customer and what is free of it."""

    product: Product
    price: Price | None
    free: Decimal
    places: list[Availability]


def find_products(*, customer: Customer, user: User, text: str, limit: int, on: datetime.date) -> list[Suggestion]:
    """Sellable products by code, part of a name, or barcode, best first; three queries."""
    text = " ".join(text.split())[:80]
    if not text:
        return []
    products = Product.objects.visible_to(user).sellable()
    by_words = products.matching(text).values("pk")
    found = list(
        products.filter(
            Q(pk__in=by_words)
            | Q(code__istartswith=text)
            | Q(pk__in=Product.objects.filter(barcodes__code=text).values("pk"))
        )
        .annotate(
            rank=Case(
                When(code__iexact=text, then=Value(0)),
                When(code__istartswith=text, then=Value(1)),
                default=Value(2),
                output_field=IntegerField(),
            )
        )
        .select_related("unit")
        .order_by("rank", "search_key")[:limit]
    )
    prices = resolve_prices(
        customer=customer,
        on=on,
        lines=[PriceQuery(product.pk, product.pk, max(product.minimum_quantity, Decimal(1))) for product in found],
    )
    stock = availability(product_ids=[product.pk for product in found])
    return [
        Suggestion(
            product,
            prices.get(product.pk),
            sum((place.available for place in stock[product.pk]), ZERO),
            stock[product.pk],
        )
        for product in found
    ]


def usual_products(*, order: Order, user: User) -> list[dict[str, Any]]:
    """What a customer ordered most often lately and is not on this order yet, with the usual quantity; one query.

    ``usual`` is the average quantity in stock units, brought to the product's least quantity and multiple.
    """
    latest = (
        Order.objects.visible_to(user)
        .filter(customer_id=order.customer_id)
        .exclude(status__in=NOT_LIVE)
        .order_by("-placed_at", "-pk")
        .values("pk")[:USUAL_ORDERS]
    )
    rows = (
        OrderLine.objects.filter(order_id__in=latest, type="goods", product__status__in=["active", "phased_out"])
        .exclude(product_id__in=OrderLine.objects.filter(order=order).values("product_id"))
        .order_by()
        .values(
            "product_id",
            "product__code",
            "product__name",
            "product__format",
            "product__unit__code",
            "product__unit__symbol",
            "product__minimum_quantity",
            "product__multiple",
        )
        .annotate(times=Count("order_id", distinct=True), sum=Sum("ordered"), last=Max("order__placed_at"))
        .order_by("-times", "-last")[:USUAL_SHOWN]
    )
    return [{**row, "usual": _usual(row)} for row in rows]


def _usual(row: Mapping[str, Any]) -> Decimal:
    multiple = row["product__multiple"]
    times = max((row["sum"] / row["times"] / multiple).quantize(Decimal(1)), Decimal(1))
    return max(times * multiple, row["product__minimum_quantity"])
