"""The statement of an account: the days that an address may ask for."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate

from customers.models import Desk
from tests.factories import make_account, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("asked", ["0001-01-01", "9999-12-31", "2026-02-31", "yesterday", ""])
@pytest.mark.parametrize("name", ["since", "until"])
def test_odd_days_are_taken_for_near_ones(client: Client, name: str, asked: str) -> None:
    client.force_login(make_user(desk=Desk.FINANCE))
    page = client.get(reverse("billing:account_page", args=[make_account().pk]), {name: asked})
    assert page.status_code == 200
    shown = page.context["statement"]
    assert abs(shown.since.year - localdate().year) <= 11
    assert shown.since <= shown.until
