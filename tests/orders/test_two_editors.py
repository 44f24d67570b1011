"""A draft open on two pages: a colleague's change is a conflict, a page's own save that went unanswered is none."""

from decimal import Decimal

import pytest
from django.test import Client

from customers.models import Desk, User
from tests.factories import make_customer, make_user
from tests.orders.factories import make_draft
from tests.orders.test_desk_entry import HTMX, lines_of, stocked, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client: Client) -> User:
    """A sales manager who is logged in."""
    user = make_user(desk=Desk.MANAGER)
    client.force_login(user)
    return user


def test_the_second_editor_sees_a_conflict_and_keeps_what_was_typed(client: Client, manager: User) -> None:
    product = stocked()
    order = make_draft(lines=[(product, 1)], by=manager)
    mine = typed(order, (product.code, "9"), page="mine")
    client.post(f"/desk/orders/{order.pk}/edit/", typed(order, (product.code, "5")), headers=HTMX)
    order.refresh_from_db()
    response = client.post(f"/desk/orders/{order.pk}/edit/", mine, headers=HTMX)
    conflict = response.context["conflict"]
    assert conflict.version == order.version
    assert conflict.differences == [f"{product.code}: 5 pc saved by somebody else, 9 pc on this page"]
    assert lines_of(order) == [(product.code, Decimal(5))]

    page = client.post(f"/desk/orders/{order.pk}/place/", mine)
    assert page.status_code == 422
    assert [row.typed.quantity for row in page.context["grid"].rows] == ["9"]
    order.refresh_from_db()
    assert order.status == "draft"

    client.post(f"/desk/orders/{order.pk}/edit/", {**mine, "over": str(conflict.version)}, headers=HTMX)
    assert lines_of(order) == [(product.code, Decimal(9))]


@pytest.mark.parametrize(
    ("theirs", "difference"),
    [
        (("2", "BOX"), "{}: 2 box saved by somebody else, 2 pc on this page"),
        (("2", "", "7.5"), "{}: 2 pc at €7.50 saved by somebody else, 2 pc on this page"),
    ],
)
def test_a_colleagues_unit_or_price_is_a_conflict(
    client: Client, manager: User, theirs: tuple[str, ...], difference: str
) -> None:
    product = stocked(packs={"box": "6"})
    order = make_draft(lines=[(product, 2)], by=manager)
    mine = typed(order, (product.code, "2"), page="mine")
    client.post(f"/desk/orders/{order.pk}/edit/", typed(order, (product.code, *theirs), page="theirs"), headers=HTMX)
    stored = order.lines.values("entered", "factor", "price").get()

    saved = client.post(f"/desk/orders/{order.pk}/edit/", mine, headers=HTMX)
    placed = client.post(f"/desk/orders/{order.pk}/place/", mine)

    assert saved.context["conflict"].differences == [difference.format(product.code)]
    assert (placed.status_code, placed.context["conflict"]) == (422, saved.context["conflict"])
    assert order.lines.values("entered", "factor", "price").get() == stored
    order.refresh_from_db()
    assert order.status == "draft"


def test_a_page_whose_answer_was_lost_is_in_no_conflict_with_itself(client: Client, manager: User) -> None:
    product, other = stocked(), stocked()
    order = make_draft(lines=[(product, 1)], by=manager)
    address, lost = f"/desk/orders/{order.pk}/edit/", typed(order, (product.code, "5"), ("NONE-SUCH", "2"), page="a")
    client.post(address, lost, headers=HTMX)
    assert "conflict" not in client.post(address, lost, headers=HTMX).context, "the same again"
    more = typed(order, (product.code, "5"), (other.code, "2"), page="a") | {"version": lost["version"]}
    assert "conflict" not in client.post(address, more, headers=HTMX).context, "more was typed since"
    assert lines_of(order) == [(product.code, Decimal(5)), (other.code, Decimal(2))]
    assert client.post(address, lost | {"page": "b"}, headers=HTMX).context["conflict"], "another page wrote it"


def test_a_lost_answer_before_an_order_that_is_refused(client: Client, manager: User) -> None:
    product = stocked(3)
    order = make_draft(customer=make_customer(accepts_backorders=False), lines=[(product, 1)], by=manager)
    lost = typed(order, (product.code, "4"), page="a")
    client.post(f"/desk/orders/{order.pk}/edit/", lost, headers=HTMX)

    response = client.post(f"/desk/orders/{order.pk}/place/", lost | {"qty": ["5"]})

    assert (response.status_code, response["Location"]) == (303, f"/desk/orders/{order.pk}/edit/")
    assert lines_of(order) == [(product.code, Decimal(5))]
    problems = client.get(f"/desk/orders/{order.pk}/edit/").context["problems"]
    assert [(problem.position, problem.code) for problem in problems] == [(1, "short")]


def test_an_order_refused_for_its_header_shows_what_a_colleague_saved(client: Client, manager: User) -> None:
    product = stocked()
    order = make_draft(lines=[(product, 1)], by=manager)
    mine = typed(order, (product.code, "9"), requested_on="never", page="mine")
    client.post(f"/desk/orders/{order.pk}/edit/", typed(order, (product.code, "5")), headers=HTMX)

    page = client.post(f"/desk/orders/{order.pk}/place/", mine)

    assert page.status_code == 422
    assert page.context["conflict"].differences == [f"{product.code}: 5 pc saved by somebody else, 9 pc on this page"]
    assert lines_of(order) == [(product.code, Decimal(5))]
