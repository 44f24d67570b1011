"""Plans that PostgreSQL keeps: used again, and never across the line between two companies."""

from collections.abc import Callable
from contextlib import closing

import pytest
from django.db import connection

from config.database import roles
from config.database.prepared import prepared, prepared_cursor
from customers.models import Customer
from tests.factories import make_customer

Acting = Callable[..., object]


def kept(beginning: str) -> list[int]:
    """How often each kept plan of statements that begin so was used."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT generic_plans + custom_plans FROM pg_prepared_statements WHERE starts_with(statement, %s)",
            [beginning],
        )
        return [number for (number,) in cursor.fetchall()]


@pytest.mark.django_db
def test_plan_is_kept_after_some_repetitions() -> None:
    for _time in range(5):
        with prepared(), connection.cursor() as cursor:
            cursor.execute("SELECT %s + 20260101", [1])
    assert kept("SELECT $1 + 20260101") == [3]


@pytest.mark.django_db
def test_statements_outside_are_sent_as_usual() -> None:
    for _time in range(5):
        with connection.cursor() as cursor:
            cursor.execute("SELECT %s + 20260102", [1])
    assert kept("SELECT $1 + 20260102") == []


def test_kept_plan_shows_each_company_its_own(as_role: Acting) -> None:
    first, second = make_customer(), make_customer()

    def names(account: int) -> set[str]:
        with as_role(roles.PORTAL, account), prepared():
            return set(Customer.objects.values_list("name", flat=True))

    for _time in range(8):
        assert names(first.account_id) == {first.name}
        assert names(second.account_id) == {second.name}
    with as_role(roles.DESK), prepared():
        assert {first.name, second.name} <= set(Customer.objects.values_list("name", flat=True))
    assert names(second.account_id) == {second.name}


@pytest.mark.django_db(transaction=True)
def test_a_server_that_went_away_between_two_requests_costs_no_request(monkeypatch: pytest.MonkeyPatch) -> None:
    connection.ensure_connection()
    lost = connection.connection.info.backend_pid
    other = connection.copy()
    with closing(other), other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [lost])
    monkeypatch.setitem(connection.settings_dict, "CONN_HEALTH_CHECKS", True)
    connection.close_if_unusable_or_obsolete()  # a request begins
    with prepared_cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        assert cursor.fetchone()[0] != lost
