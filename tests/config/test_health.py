"""Supervisors are told what is wrong."""

from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client

from config.web import health

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _migrations_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "MIGRATED", type(health.MIGRATED)())


def beat(seconds_ago: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s * interval '1 second')",
            [seconds_ago],
        )


def test_all_is_well(client: Client) -> None:
    beat(5)
    response = client.get("/health/")
    assert response.status_code == 200
    assert response.json() == {"status": "ok", "database": "ok", "migrations": "ok", "worker": "ok"}
    assert "no-store" in response["Cache-Control"]


def test_missing_worker_is_named(client: Client) -> None:
    response = client.get("/health/")
    assert (response.status_code, response.json()["worker"]) == (503, "no worker runs")


def test_silent_worker_is_named(client: Client) -> None:
    beat(90)
    response = client.get("/health/")
    assert (response.status_code, response.json()["worker"]) == (503, "last heard 90 s ago")


def test_missing_migration_is_named(client: Client) -> None:
    beat(5)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'config' AND name = '0002_moves'")
    response = client.get("/health/")
    assert response.status_code == 503
    assert "config.0002_moves" in response.json()["migrations"]


def test_broken_database_is_named(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> str:
        raise OperationalError("gone")

    monkeypatch.setitem(health.CHECKS, "database", fail)
    response = client.get("/health/")
    assert (response.status_code, response.json()["database"]) == (503, "database error: OperationalError")


def test_live_asks_nothing(client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert client.get("/health/live").json() == {"status": "ok"}
