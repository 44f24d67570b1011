"""What can go wrong with stock and prices; nothing was changed when one of these is raised."""

from collections.abc import Mapping
from decimal import Decimal

from django.db import OperationalError
from django.utils.translation import gettext as _
from psycopg.errors import SerializationFailure


class InventoryError(Exception):
    """Something about stock can't be done; nothing was changed."""


class InsufficientStock(InventoryError):
    """Stock doesn't suffice: ``shortages`` says how many stock units are missing of each product code."""

    def __init__(self, shortages: Mapping[str, Decimal]) -> None:
        self.shortages = dict(shortages)
        super().__init__(
            _("Not enough stock: %(products)s.")
            % {
                "products": ", ".join(
                    _("%(code)s lacks %(missing)s") % {"code": code, "missing": f"{missing:f}"}
                    for code, missing in sorted(self.shortages.items())
                )
            }
        )


class SupplyRefused(InventoryError):
    """A purchase order line can't become what was asked; the message says why."""


class StockMoved(OperationalError):
    """Somebody else took what this transaction had planned with; doing it again plans anew.

    Counts as a serialization failure, so that requests, jobs and commands repeat the transaction by themselves.
    """


def stock_moved() -> StockMoved:
    """The error to raise, with the cause by which it is known to be repeatable."""
    error = StockMoved("stock was taken by somebody else in the meantime")
    error.__cause__ = SerializationFailure("stock moved")
    return error
