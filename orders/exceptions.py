"""What can go wrong with orders; nothing was changed when one of these is raised."""

from collections.abc import Sequence
from dataclasses import dataclass

from inventory.exceptions import InsufficientStock, InventoryError, StockMoved

__all__ = [
    "FulfilmentRefused",
    "InsufficientStock",
    "InventoryError",
    "OrderError",
    "OrderRefused",
    "Problem",
    "StaleOrder",
    "StockMoved",
]


class OrderError(Exception):
    """Something about an order can't be done; the message says it in the reader's language."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, in words for the person who typed it; ``position`` is the line's, None for the order.

    ``code`` names the kind of problem for programs: "short", "po_repeated", "no_price" and the like.
    """

    position: int | None
    code: str
    message: str


class OrderRefused(OrderError):
    """An order or a change of it was refused; ``problems`` names everything that is wrong at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__(" ".join(problem.message for problem in self.problems))

    @property
    def codes(self) -> set[str]:
        """The kinds of problems."""
        return {problem.code for problem in self.problems}


class StaleOrder(OrderError):
    """Somebody else changed the order since it was read; ``version`` is the one of now."""

    def __init__(self, *, version: int) -> None:
        self.version = version
        super().__init__(f"the order is at version {version} by now")


class FulfilmentRefused(OrderError):
    """Something about picking, shipping, delivering or returning can't be done; the message says why."""
