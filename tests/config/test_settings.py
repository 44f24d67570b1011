"""Production starts on safe settings only, and says everything that is wrong with others."""

import json
import logging
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from config.environment import ROOT
from config.log import JsonFormatter

SAFE = {"LONJA_MODE": "production", "SECRET_KEY": "x" * 50, "ALLOWED_HOSTS": "orders.example.com"}
NAMES = (
    "DEBUG SECURE_SSL_REDIRECT SECURE_HSTS_SECONDS SESSION_COOKIE_SECURE CSRF_COOKIE_SECURE SESSION_COOKIE_HTTPONLY "
    "X_FRAME_OPTIONS"
)
SHOW = f"from django.conf import settings; print([getattr(settings, name) for name in '{NAMES}'.split()])"


def start(script: str = SHOW, **environment: str) -> subprocess.CompletedProcess[str]:
    own = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "config.settings"}
    return subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=own | environment, capture_output=True, text=True, check=False
    )


def test_safe_production_starts() -> None:
    assert start(**SAFE).stdout.strip() == "[False, True, 31536000, True, True, True, 'DENY']"


@pytest.mark.parametrize(("mode", "door"), [("demo", "dummy"), ("development", "console"), ("production", "smtp")])
def test_only_production_sends_mail(mode: str, door: str) -> None:
    shown = start("from django.conf import settings; print(settings.EMAIL_BACKEND)", **SAFE | {"LONJA_MODE": mode})
    assert shown.stdout.strip() == f"django.core.mail.backends.{door}.EmailBackend"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is missing"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is shorter"),
        ({"DEBUG": "1"}, "DEBUG=1"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS is missing"),
        ({"ALLOWED_HOSTS": "orders.example.com *"}, "forged host names"),
        ({"LONJA_MODE": "productoin"}, "not 'productoin'"),
    ],
)
def test_unsafe_production_is_refused(change: dict[str, str], message: str) -> None:
    done = start(**(SAFE | change))
    assert done.returncode == 1
    assert message in done.stderr


def test_everything_wrong_is_said_at_once() -> None:
    error = start(LONJA_MODE="production", DEBUG="1").stderr
    assert [word in error for word in ("SECRET_KEY", "DEBUG", "ALLOWED_HOSTS")] == [True, True, True]


def test_demo_is_refused_in_production() -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "demo"],
        cwd=ROOT, env={"PATH": os.environ["PATH"], **SAFE}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "only runs with LONJA_MODE=demo" in done.stderr


def test_log_line_is_one_json_object() -> None:
    record = logging.makeLogRecord(
        {"name": "orders", "levelname": "INFO", "msg": "placed\n%s", "args": ("x",), "order": 7}
    )
    line = JsonFormatter().format(record)
    entry = json.loads(line)
    assert "\n" not in line
    assert (entry["logger"], entry["level"], entry["message"], entry["order"]) == ("orders", "INFO", "placed\nx", 7)


def test_key_of_a_demo_is_drawn_once_and_private(tmp_path: Path) -> None:
    script = "from django.conf import settings; print(settings.SECRET_KEY)"
    keys = {start(script, LONJA_MODE="demo", LONJA_STATE_DIR=str(tmp_path)).stdout.strip() for _ in range(2)}
    other = start(script, LONJA_MODE="demo", LONJA_STATE_DIR=str(tmp_path / "other")).stdout.strip()

    assert len(keys) == 1
    assert other not in keys
    assert min(map(len, keys)) > 50
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600


def test_database_of_ones_own_is_set_up_with_a_key_of_ones_own(tmp_path: Path) -> None:
    environment = {**os.environ, "DATABASE_URL": "postgres://a:b@127.0.0.1:1/x", "LONJA_STATE_DIR": str(tmp_path)}
    environment.pop("SECRET_KEY", None)
    ran = subprocess.run(
        [sys.executable, "manage.py", "setup_database"],
        cwd=ROOT, env=environment | {"LONJA_MODE": "development"}, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert ran.returncode == 1
    assert "Set SECRET_KEY first" in ran.stderr
