"""The same request has its effect once, however often and however simultaneously it comes."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from config.database.idempotency import KeyReused, forget_old_keys, is_noted, note, once
from config.models import IdempotencyKey


def ask(key: str = "k", body: Any = b"ten lines", location: str = "/desk/orders/1/") -> tuple[bool, str]:
    with once(scope="place", key=key, body=body) as slot:
        if not slot.is_answered:
            slot.answer(location=location)
            return False, slot.location
        return True, slot.location


def ask_in_process(number: int) -> tuple[bool, str]:
    return ask(location=f"/desk/orders/{number}/")


@pytest.mark.django_db
def test_second_request_gets_the_first_answer() -> None:
    assert ask(location="/desk/orders/1/") == (False, "/desk/orders/1/")
    assert ask(location="/desk/orders/2/") == (True, "/desk/orders/1/")
    assert IdempotencyKey.objects.count() == 1


@pytest.mark.django_db
def test_other_scopes_and_keys_are_other_requests() -> None:
    assert [ask("a")[0], ask("b")[0]] == [False, False]


@pytest.mark.django_db
def test_same_key_with_another_body_is_refused() -> None:
    ask(body={"sku": "A", "quantity": 1})
    with pytest.raises(KeyReused):
        ask(body={"sku": "A", "quantity": 2})
    assert ask(body={"quantity": 1, "sku": "A"})[0] is True


@pytest.mark.django_db
def test_what_is_noted_is_known_in_its_scope_and_by_its_key() -> None:
    note(scope="save", key="k")
    asked = [("save", "k"), ("save", "other"), ("place", "k")]
    assert [is_noted(scope=scope, key=key) for scope, key in asked] == [True, False, False]


@pytest.mark.django_db
def test_failed_request_leaves_its_key_free() -> None:
    with pytest.raises(ValueError, match="out of stock"), once(scope="place", key="k", body=b""):
        raise ValueError("out of stock")
    assert IdempotencyKey.objects.count() == 0
    assert ask(body=b"")[0] is False


@pytest.mark.django_db
def test_request_without_an_answer_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="without an answer"), once(scope="place", key="k", body=b""):
        pass
    assert IdempotencyKey.objects.count() == 0


@pytest.mark.django_db
def test_stored_json_comes_back() -> None:
    with once(scope="api", key="k", body=b"") as slot:
        slot.answer(status=201, content={"id": 5})
    with once(scope="api", key="k", body=b"") as slot:
        assert (slot.is_answered, slot.status, slot.content) == (True, 201, {"id": 5})


@pytest.mark.django_db
def test_costs_two_statements(django_assert_num_queries: Any) -> None:
    with transaction.atomic():
        with django_assert_num_queries(4):  # with the savepoint around
            ask()
        with django_assert_num_queries(4):
            ask()


@pytest.mark.django_db
def test_two_companies_of_one_person_have_keys_of_their_own() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.account', '1', true)")
        assert ask(location="/portal/orders/1/") == (False, "/portal/orders/1/")
        cursor.execute("SELECT set_config('app.account', '2', true)")
        assert ask(location="/portal/orders/2/") == (False, "/portal/orders/2/")
        assert ask(location="/portal/orders/3/") == (True, "/portal/orders/2/")


@pytest.mark.django_db
def test_without_a_key_nothing_is_a_repetition() -> None:
    assert [ask("")[0], ask("")[0]] == [False, False]


@pytest.mark.django_db
def test_keys_are_forgotten_after_a_week() -> None:
    ask("old")
    ask("new")
    IdempotencyKey.objects.filter(key="old").update(created_at=timezone.now() - datetime.timedelta(days=8))
    assert forget_old_keys(at=timezone.now()) == 1
    assert list(IdempotencyKey.objects.values_list("key", flat=True)) == ["new"]


@pytest.mark.processes
def test_twenty_requests_at_once_have_one_effect(run_processes: Callable[..., list[Any]]) -> None:
    answers = run_processes(20, "tests.config.test_idempotency.ask_in_process")

    assert sorted(repeated for repeated, _ in answers) == [False] + [True] * 19
    assert len({location for _, location in answers}) == 1
    assert IdempotencyKey.objects.count() == 1
