"""Reads of products, prices and stock."""

from typing import TYPE_CHECKING, Self

from django.db import models

from customers.search import prefix_query

if TYPE_CHECKING:
    from customers.models import User


class CatalogueQuerySet(models.QuerySet):
    """Rows of the catalogue: the same for everyone who is logged in."""

    def visible_to(self, user: "User") -> Self:
        """Everything for people who are logged in, nothing for others."""
        return self if user.is_authenticated and user.is_active else self.none()


class ProductQuerySet(CatalogueQuerySet):
    """Products."""

    def visible_to(self, user: "User") -> Self:
        """All products for staff; what can be bought now, or could be once, for buyers (no drafts, no cost)."""
        products = super().visible_to(user)
        return products if not user.is_authenticated or user.is_desk else products.exclude(status="draft").defer("cost")

    def sellable(self) -> Self:
        """Products that may be put on a new order."""
        return self.filter(status__in=["active", "phased_out"])

    def matching(self, text: str) -> Self:
        """Products whose code, name, family or line holds words that begin like these."""
        query = prefix_query(text)
        return self.filter(words=query) if query is not None else self.none()


class StockLevelQuerySet(CatalogueQuerySet):
    """Stock of products in warehouses."""

    def in_use(self) -> Self:
        """Stock that can be sold: of active warehouses, not of goods between two of them."""
        return self.filter(warehouse__is_active=True, warehouse__kind="stock")


class StaffQuerySet(models.QuerySet):
    """Rows for staff only."""

    def visible_to(self, user: "User") -> Self:
        """Everything for staff, nothing for buyers."""
        return self if user.is_authenticated and user.is_active and user.is_desk else self.none()


class PurchaseOrderLineQuerySet(StaffQuerySet):
    """What suppliers are to bring."""

    def expected(self) -> Self:
        """Lines that are still waited for: of orders that went out to the supplier, for a warehouse in use."""
        return self.filter(
            is_closed=False,
            order__status__in=["sent", "confirmed"],
            warehouse__is_active=True,
            warehouse__kind="stock",
        )

    def arriving(self) -> Self:
        """Expected lines with units that are neither received nor promised yet: what ``availability`` adds up."""
        return self.expected().filter(expected__gt=models.F("received") + models.F("pegged"))
