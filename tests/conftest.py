"""What all tests share: the database with its roles, acting as a role, real processes, and a browser."""

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction
from django.utils.module_loading import import_string
from pytest_django import DjangoDbBlocker

from config.database import roles
from config.database.address import login_passwords, parse_url
from tests import databases

PROCESS_SECONDS = 300
MIGRATED = f"{django_settings.DATABASES['default']['TEST']['NAME']}_migrated"  # before a worker's name is added to it


@pytest.fixture(scope="session")
def migrated_database(
    django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker: DjangoDbBlocker
) -> str:
    """The name of the database that all others are copied from."""
    with django_db_blocker.unblock():
        databases.make_migrated(MIGRATED)
    return MIGRATED


@pytest.fixture(scope="session")
def django_db_setup(migrated_database: str, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """In place of pytest-django's: this process's own copy of the migrated database, gone when the tests are done."""
    name = str(connection.settings_dict["TEST"]["NAME"])
    with databases.using(name):
        with django_db_blocker.unblock():
            databases.copy(migrated_database, name)
            import_string("customers.backends.learn_names")()  # once per process, so that counts of statements agree
        yield
    with django_db_blocker.unblock():
        databases.drop(name)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """Make the roles on a PostgreSQL of the user's own; the embedded server has made its own."""
    if url := os.environ.get("DATABASE_URL"):
        parameters = parse_url(url)
        passwords = login_passwords(url=url, environment=os.environ, secret_key=django_settings.SECRET_KEY)
        roles.set_up(parameters, database=str(parameters["dbname"]), passwords=passwords)


@pytest.fixture(autouse=True)
def _settings_of_tests(settings: Any, tmp_path: Path) -> None:
    """Passwords are hashed fast, files are written where they vanish."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.FILES_ROOT = tmp_path / "files"


@contextmanager
def acting_as(role: str, account: int | None = None, person: int | None = None) -> Iterator[None]:
    """Run the block as a database role, for the portal confined to an account; everything after as before."""
    with transaction.atomic():
        _set_role(role, account, person)
        yield
        _set_role("none", None, None)  # after an error the rollback of the block's savepoint does it


@pytest.fixture
def as_role(db: None) -> Callable[..., AbstractContextManager[None]]:
    """``with as_role("lonja_portal", account=1): …``"""
    return acting_as


def _set_role(role: str, account: int | None, person: int | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('role', %s, true), set_config('app.account', %s, true), set_config('app.user', %s, true)",
            [role, *("" if pk is None else str(pk) for pk in (account, person))],
        )


@pytest.fixture
def run_processes(transactional_db: None) -> Callable[..., list[Any]]:
    """``run_processes(n, "tests.orders.racing.buy", …)``: n real processes at once on the test database.

    The function is called as ``function(number, *arguments)`` in each; what it returned comes back in order.
    An exception in any of them fails the test. Everything has to be picklable.
    """

    def run(count: int, function: str, *arguments: Any) -> list[Any]:
        context = multiprocessing.get_context("forkserver")  # loads Django once, before any connection or thread
        context.set_forkserver_preload(["tests.ready"])
        database = connection.settings_dict["NAME"]
        connection.close()
        with context.Manager() as manager:
            start = manager.Barrier(count)
            with context.Pool(count, initializer=_join_test, initargs=(database,)) as pool:
                calls = [(function, start, number, arguments) for number in range(count)]
                return pool.map_async(_call, calls, chunksize=1).get(timeout=PROCESS_SECONDS)

    return run


def _join_test(database: str) -> None:
    """In a new process: Django on the database of the test that started it."""
    import django  # noqa: PLC0415 - settings are read on import of the models, after the name is known

    os.environ["LONJA_TEST_DATABASE"] = database
    django.setup()
    connection.settings_dict["NAME"] = database


def _call(call: tuple[str, Any, int, Sequence[Any]]) -> Any:
    function, start, number, arguments = call
    target = import_string(function)
    connection.ensure_connection()
    start.wait(PROCESS_SECONDS)
    try:
        return target(number, *arguments)
    finally:
        connection.close()
