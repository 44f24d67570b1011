"""Where the database is and as whom this process logs in: ``DATABASES["default"]`` out of the environment."""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from config.database import embedded, roles

SCHEMES = ("postgres", "postgresql")
PREPARED_AFTER = 2  # repetitions in a connection; see config.database.prepared
LOGINS = {"owner": roles.OWNER, "web": roles.WEB, "worker": roles.WORKER}


class AddressError(ImproperlyConfigured):
    """DATABASE_URL or LONJA_DB_LOGIN can't be used as it stands."""


def parse_url(url: str) -> dict[str, Any]:
    """psycopg's parameters out of ``postgres://user:password@host:port/name?sslmode=require``.

    User, password and name may be percent-encoded; a socket directory goes into ``?host=``.
    """
    parts = urlsplit(url)
    name = unquote(parts.path.lstrip("/"))
    if parts.scheme not in SCHEMES or not name:
        raise AddressError(
            "DATABASE_URL has to look like postgres://user:password@host:5432/name?sslmode=require "
            f"(this one begins with {parts.scheme or 'no scheme'!r} and names {'a' if name else 'no'} database)."
        )
    try:
        port = parts.port
    except ValueError as error:
        raise AddressError(f"The port in DATABASE_URL is no number: {error}") from error
    parameters = {
        "host": parts.hostname,
        "port": port,
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "dbname": name,
        **dict(parse_qsl(parts.query)),
    }
    return {key: value for key, value in parameters.items() if value}


def login_password(login: str, *, url: str, environment: Mapping[str, str], secret_key: str) -> str:
    """The password of one of our logins on a PostgreSQL of the user's own.

    The first that exists of: the one in the URL if that names this login, the variable ``LONJA_WEB_PASSWORD``
    (``…OWNER…``, ``…WORKER…``), a password derived from the secret key.
    """
    given = parse_url(url)
    if given.get("user") == login and "password" in given:
        return str(given["password"])
    if explicit := environment.get(f"{login.upper()}_PASSWORD"):
        return explicit
    return hmac.new(secret_key.encode(), f"database login {login}".encode(), hashlib.sha256).hexdigest()


def login_passwords(*, url: str, environment: Mapping[str, str], secret_key: str) -> dict[str, str]:
    """Login → password, of all logins that the roles are entered by."""
    return {
        login: login_password(login, url=url, environment=environment, secret_key=secret_key) for login in roles.LOGINS
    }


def database_settings(environment: Mapping[str, str], *, secret_key: str, test_name: str) -> dict[str, Any]:
    """Django's settings of the one database, embedded or the user's own, for the login of this process.

    ``LONJA_DATABASE`` names another database of the same server, as benchmarks and browser tests use.
    Nothing is started or connected. Raises AddressError.
    """
    asked = environment.get("LONJA_DB_LOGIN", "owner")
    if asked not in LOGINS:
        raise AddressError(f"LONJA_DB_LOGIN is one of {', '.join(LOGINS)}, not {asked!r}.")
    login = LOGINS[asked]
    common = {
        # Connections stay open between requests and are tried before each.
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        # What a transaction pooler can't carry from one statement to the next; the same goes for prepared ones below.
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "TEST": {"NAME": test_name},
    }
    url = environment.get("DATABASE_URL", "")
    other_name = environment.get("LONJA_DATABASE", "")
    if not url:
        return {
            **common,
            "ENGINE": "config.database.backend",
            "NAME": other_name or embedded.DATABASE,
            "LOGIN": login,
            "OPTIONS": {"prepare_threshold": PREPARED_AFTER},
        }
    options = parse_url(url)
    return {
        **common,
        "ENGINE": "django.db.backends.postgresql",
        "HOST": options.pop("host", ""),
        "PORT": options.pop("port", ""),
        "NAME": other_name or options.pop("dbname"),
        "USER": login,
        "PASSWORD": login_password(login, url=url, environment=environment, secret_key=secret_key),
        "OPTIONS": {
            "prepare_threshold": PREPARED_AFTER if environment.get("LONJA_DIRECT_DATABASE") == "1" else None,
            **{key: value for key, value in options.items() if key not in ("user", "password", "dbname")},
        },
    }
