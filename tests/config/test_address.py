"""Where the database is and who logs in, out of the environment."""

from typing import Any

import pytest

from config.database.address import AddressError, database_settings, login_password, parse_url

URL = "postgres://admin:p%40ss@db.example.com:6543/shop?sslmode=require&connect_timeout=3"


def settings_for(**environment: str) -> dict[str, Any]:
    return database_settings(environment, secret_key="k", test_name="test_x")


@pytest.mark.parametrize(
    ("url", "parameters"),
    [
        (
            URL,
            {
                "host": "db.example.com",
                "port": 6543,
                "user": "admin",
                "password": "p@ss",
                "dbname": "shop",
                "sslmode": "require",
                "connect_timeout": "3",
            },
        ),
        ("postgresql://localhost/shop", {"host": "localhost", "dbname": "shop"}),
        ("postgres:///shop?host=/run/postgresql", {"host": "/run/postgresql", "dbname": "shop"}),
        ("postgres://a@[::1]:5432/caf%C3%A9", {"host": "::1", "port": 5432, "user": "a", "dbname": "café"}),
    ],
)
def test_url_is_read(url: str, parameters: dict[str, Any]) -> None:
    assert parse_url(url) == parameters


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("mysql://localhost/shop", "begins with 'mysql'"),
        ("postgres://localhost", "names no database"),
        ("shop", "no scheme"),
        ("postgres://localhost:many/shop", "port"),
    ],
)
def test_bad_url_is_refused_with_a_reason(url: str, message: str) -> None:
    with pytest.raises(AddressError, match=message):
        settings_for(DATABASE_URL=url)


def test_embedded_server_serves_without_a_url() -> None:
    found = settings_for()
    assert (found["ENGINE"], found["NAME"], found["LOGIN"]) == ("config.database.backend", "lonja", "lonja_owner")


@pytest.mark.parametrize(
    ("asked", "login"), [("owner", "lonja_owner"), ("web", "lonja_web"), ("worker", "lonja_worker")]
)
def test_process_logs_in_as_asked(asked: str, login: str) -> None:
    assert settings_for(LONJA_DB_LOGIN=asked)["LOGIN"] == login
    assert settings_for(LONJA_DB_LOGIN=asked, DATABASE_URL=URL)["USER"] == login


def test_unknown_login_is_refused() -> None:
    with pytest.raises(AddressError, match="owner, web, worker"):
        settings_for(LONJA_DB_LOGIN="root")


def test_administrators_password_is_not_used_by_processes() -> None:
    found = settings_for(DATABASE_URL=URL)
    assert (found["HOST"], found["PORT"], found["NAME"], found["USER"]) == (
        "db.example.com",
        6543,
        "shop",
        "lonja_owner",
    )
    assert found["OPTIONS"] == {"prepare_threshold": None, "sslmode": "require", "connect_timeout": "3"}
    assert "p@ss" not in str(found)


def test_connections_suit_a_transaction_pooler() -> None:
    for found in (settings_for(), settings_for(DATABASE_URL=URL)):
        assert found["DISABLE_SERVER_SIDE_CURSORS"] is True
        assert found["CONN_HEALTH_CHECKS"] is True
    assert settings_for(DATABASE_URL=URL)["OPTIONS"]["prepare_threshold"] is None


def test_statements_are_prepared_where_no_pooler_stands_between() -> None:
    assert settings_for()["OPTIONS"]["prepare_threshold"] == 2
    assert settings_for(DATABASE_URL=URL, LONJA_DIRECT_DATABASE="1")["OPTIONS"]["prepare_threshold"] == 2


@pytest.mark.parametrize("url", ["", URL])
def test_another_database_of_the_same_server(url: str) -> None:
    assert settings_for(LONJA_DATABASE="bench", DATABASE_URL=url)["NAME"] == "bench"


def test_password_comes_from_the_url_then_the_environment_then_the_secret_key() -> None:
    def password(url: str, **environment: str) -> str:
        return login_password("lonja_web", url=url, environment=environment, secret_key="k")

    assert password("postgres://lonja_web:own@db/shop", LONJA_WEB_PASSWORD="set") == "own"
    assert password(URL, LONJA_WEB_PASSWORD="set") == "set"
    assert password(URL) == password("postgres://db/shop")
    assert len(password(URL)) == 64
    assert password(URL) != login_password("lonja_worker", url=URL, environment={}, secret_key="k")
