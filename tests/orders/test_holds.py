"""Credit holds, rejections, pauses."""

import datetime
from decimal import Decimal

import pytest

from customers.models import Account, Customer
from inventory.models import StockLevel
from orders.exceptions import OrderRefused
from orders.facts import describe, hold_sentence
from orders.models import Order
from orders.services.holds import pause_order, reject_order, release_credit_hold, resume_order
from tests.factories import make_user
from tests.orders.factories import MONDAY, make_limited_customer, make_order, make_product, make_stock, make_supply

pytestmark = pytest.mark.django_db
LATER = MONDAY + datetime.timedelta(days=1)


def held_order() -> Order:
    """An order of six pieces that exceeds its limit of 50.00 by 16.00; four are in stock, more is coming."""
    product = make_product()
    make_stock(product=product, quantity=4)
    make_supply(product=product, quantity=10, expected_on=datetime.date(2026, 3, 12))
    return make_order(customer=make_limited_customer(limit="50"), lines=[(product, 6)])


def test_a_person_releases_a_hold_with_a_reason_and_the_order_takes_its_place() -> None:
    order, by = held_order(), make_user()

    released = release_credit_hold(order=order, by=by, at=LATER, reason="paid by phone")

    stored = Order.objects.get(pk=order.pk)
    assert (stored.status, stored.credit_decision, stored.credit_decided_by) == ("released", "override", by)
    assert (stored.hold_reason, stored.version) == ("", released.version)
    line = order.lines.get()
    assert (line.reserved, line.backordered, line.pending, line.promise_reason) == (4, 2, 0, "supply")
    assert line.promised_on == line.first_promised_on == stored.promised_on == datetime.date(2026, 3, 16)
    assert StockLevel.objects.get(product=line.product).reserved == 4
    assert Account.objects.get(pk=order.account_id).open_orders == Decimal("66.00")
    note = order.events.get(kind="note")
    assert (describe(note).title, describe(note).text, note.is_public) == ("Reason", "paid by phone", False)


def test_releasing_a_hold_without_a_reason_is_refused() -> None:
    order = held_order()

    with pytest.raises(OrderRefused) as refused:
        release_credit_hold(order=order, by=make_user(), at=LATER, reason=" ")

    assert refused.value.codes == {"reason_missing"}
    assert Order.objects.get(pk=order.pk).status == "credit_hold"


def test_a_hold_that_credit_allows_by_now_needs_no_override() -> None:
    order, by = held_order(), make_user()
    Account.objects.filter(pk=order.account_id).update(credit_limit=Decimal(1000))

    release_credit_hold(order=order, by=by, at=LATER, reason="")

    stored = Order.objects.get(pk=order.pk)
    assert (stored.credit_decision, stored.credit_decided_by) == ("within_limit", by)


def test_a_hold_is_not_released_twice() -> None:
    order, by = held_order(), make_user()
    release_credit_hold(order=order, by=by, at=LATER, reason="yes")

    with pytest.raises(OrderRefused):
        release_credit_hold(order=order, by=by, at=LATER, reason="yes")

    assert order.lines.get().reservations.get().quantity == 4


def test_a_held_order_whose_customer_takes_no_backorders_says_what_is_short() -> None:
    order = held_order()
    Customer.objects.update(accepts_backorders=False)
    Account.objects.filter(pk=order.account_id).update(credit_limit=Decimal(1000))

    with pytest.raises(OrderRefused) as refused:
        release_credit_hold(order=order, by=make_user(), at=LATER, reason="")

    assert refused.value.codes == {"short"}
    assert StockLevel.objects.get(product=order.lines.get().product).reserved == 0


def test_a_held_order_can_be_rejected() -> None:
    order = held_order()

    reject_order(order=order, by=make_user(), at=LATER, reason="never paid")

    stored = Order.objects.get(pk=order.pk)
    assert (stored.status, stored.hold_reason) == ("rejected", "")
    assert [(describe(event).title, describe(event).text) for event in order.events.order_by("-pk")[:2]] == [
        ("Rejected", ""),
        ("Reason", "never paid"),
    ]


def test_a_pause_keeps_stock_and_a_resumed_order_is_where_it_was() -> None:
    order, by = make_order(lines=1), make_user()

    pause_order(order=order, by=by, at=LATER, reason="new address to come")
    assert Order.objects.get(pk=order.pk).status == "paused"
    assert order.lines.get().reserved == 3
    with pytest.raises(OrderRefused):
        pause_order(order=order, by=by, at=LATER, reason="again")

    resume_order(order=order, by=by, at=LATER)
    stored = Order.objects.get(pk=order.pk)
    assert (stored.status, stored.version) == ("released", order.version + 2)
    assert list(order.events.order_by("-pk").values_list("kind", flat=True)[:2]) == ["resumed", "paused"]


def test_a_hold_is_said_in_words() -> None:
    assert hold_sentence("blocked") == "The group is blocked for new orders."
    assert hold_sentence("over_limit 1234.5 EUR") == "The order exceeds the credit limit by €1,234.50."
    assert hold_sentence("Waits for a signature") == "Waits for a signature"
