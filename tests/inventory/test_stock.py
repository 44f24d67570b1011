"""Stock on hand and its ledger."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from inventory.exceptions import InsufficientStock
from inventory.models import Product, StockLevel, StockMovement
from inventory.services.stock import count_stock
from tests.factories import make_user
from tests.orders.factories import MONDAY, make_order, make_product, make_stock


def _level(product: Product, quantity: int) -> StockLevel:
    make_stock(product=product, quantity=quantity)
    return StockLevel.objects.get(product=product)


def _movements() -> list[tuple[Any, ...]]:
    return list(StockMovement.objects.order_by("pk").values_list("quantity", "kind", "document", "reason"))


@pytest.mark.django_db
@pytest.mark.parametrize(("counted", "change"), [("7.500", "-2.5"), ("12", "2"), ("0", "-10")])
def test_count_books_the_difference_as_a_count_of_that_day(counted: str, change: str) -> None:
    level, by = _level(make_product(), 10), make_user()

    assert count_stock(level=level, counted=Decimal(counted), by=by, at=MONDAY, reason="Damaged") == Decimal(change)

    level.refresh_from_db()
    assert level.on_hand == Decimal(counted)
    assert _movements()[1:] == [(Decimal(change), "count", "2026-03-02", "Damaged")]
    assert StockMovement.objects.latest("pk").by == by


@pytest.mark.django_db
def test_count_that_finds_what_is_booked_moves_nothing() -> None:
    level = _level(make_product(), 10)
    assert count_stock(level=level, counted=Decimal(10), by=None, at=MONDAY) == 0
    assert [quantity for quantity, *_rest in _movements()] == [10]


@pytest.mark.django_db
def test_count_below_what_is_reserved_is_refused() -> None:
    product = make_product()
    level = _level(product, 10)
    make_order(lines=[(product, 8)])
    before = _movements()

    with pytest.raises(InsufficientStock) as refused:
        count_stock(level=level, counted=Decimal(5), by=None, at=MONDAY)

    assert refused.value.shortages == {product.code: 3}
    level.refresh_from_db()
    assert (level.on_hand, _movements()) == (10, before)


def test_shelf_that_several_people_count_at_once_is_corrected_once(run_processes: Callable[..., list[Any]]) -> None:
    level = _level(make_product(), 10)

    changes = run_processes(4, "tests.inventory.racing.count", level.pk)

    assert sorted(changes) == [Decimal(-3), 0, 0, 0]
    level.refresh_from_db()
    assert level.on_hand == 7
    assert [(quantity, kind) for quantity, kind, *_rest in _movements()] == [(10, "opening"), (-3, "count")]
