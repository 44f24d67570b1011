"""What the processes of the races do; each function runs in a process of its own and returns what it saw."""

from decimal import Decimal

from inventory.models import StockLevel
from inventory.services.stock import count_stock
from tests.orders.factories import MONDAY


def count(_number: int, level_id: int) -> Decimal:
    """Read the shelf as the page shows it, then book that seven lie there."""
    level = StockLevel.objects.get(pk=level_id)
    return count_stock(level=level, counted=Decimal(7), by=None, at=MONDAY)
