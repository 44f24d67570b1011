"""Stock is counted by people: what they find is booked, or refused naming what is missing."""

import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from customers.models import User
from inventory.exceptions import InsufficientStock
from inventory.models import MovementKind, StockLevel
from inventory.services.levels import LevelChange, move_levels


@transaction.atomic
def count_stock(
    *, level: StockLevel, counted: Decimal, by: User | None, at: datetime.datetime, reason: str = ""
) -> Decimal:
    """Book what lies on a shelf, in stock units; returns by how much the level changed.

    The difference is made under the level's lock: two people who count the same shelf correct it once. The movement's
    document is the day of the count. Raises InsufficientStock for less than is reserved, held or in quarantine; the
    orders that would lose their units are dealt with first.
    """
    locked = StockLevel.objects.select_for_update(of=("self",), no_key=True).select_related("product").get(pk=level.pk)
    bound = locked.on_hand - locked.available
    if counted < bound:
        raise InsufficientStock({locked.product.code: bound - counted})
    change = counted - locked.on_hand
    if change:
        move_levels(
            changes=[LevelChange(locked.product_id, locked.warehouse_id, on_hand=change)],
            kind=MovementKind.COUNT,
            document=timezone.localdate(at).isoformat(),
            reason=reason,
            by=by,
            at=at,
        )
    return change
