"""A whole site for browser tests: gunicorn and worker under their own database logins, and the demo company."""

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import Browser, Page, Request, expect
from pytest_django import DjangoDbBlocker

from config.environment import ROOT
from config.supervisor import Supervisor

WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
MOST_SHIFT = 0.05  # of the layout, on any page that is walked over, on a busy machine

# Notes of every page that is left how far it shifted by itself until something changed elsewhere, and whether it was
# wider than the window.
WATCH = """(() => {
  if (window !== top || location.protocol === "about:") return;
  let shift = 0, changed = false;
  const moved = [];
  const name = node => { const at = node?.closest?.("[id]"); return at ? "#" + at.id : node?.nodeName; };
  const widest = () => Math.max(document.documentElement.scrollWidth, document.body?.scrollWidth || 0) - innerWidth;
  new PerformanceObserver(list => list.getEntries().forEach(one => {
    if (!one.hadRecentInput && !changed) { shift += one.value; moved.push(...one.sources.map(source => name(source.node))); }
  }))
    .observe({ type: "layout-shift", buffered: true });
  for (const type of ["orders-changed", "billing-changed"]) document.addEventListener(type, () => { changed = true; });
  window.walked = () => [...JSON.parse(sessionStorage.walked || "[]"), [location.pathname, shift, widest(), moved.join(" ")]];
  addEventListener("pagehide", () => { sessionStorage.walked = JSON.stringify(window.walked()); });
})()"""

Open = Callable[..., Page]

# Playwright keeps an event loop running in the thread of the tests; their own queries are harmless there.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

expect.set_options(timeout=15_000)  # busy machines take their time


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is a browser test, uses the database, and shares one site."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db)
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's Chromium; as root it has to do without its sandbox."""
    return {
        **browser_type_launch_args,
        "executable_path": shutil.which("chromium"),
        "args": ["--no-sandbox"] if os.geteuid() == 0 else [],
    }


@pytest.fixture(scope="package")
def browser_context_args(browser_context_args: dict[str, Any], live: str) -> dict[str, Any]:
    """Pages are opened by their path: ``page.goto("/desk/")``."""
    return {**browser_context_args, "base_url": live, "locale": "en-GB", "timezone_id": "Europe/Madrid"}


@pytest.fixture
def _django_db_helper(demo_company: str) -> None:
    """In place of pytest-django's: what browser tests write is committed, for other processes to see, and stays."""


@pytest.fixture(scope="package")
def demo_company(
    pytestconfig: pytest.Config, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[str]:
    """The demo company in a copy of the test database, which is this package's database; yields its name.

    Tests may query it, add to it, and never clean up. With ``--reuse-db`` a copy of an earlier run serves again.
    """
    original = str(connection.settings_dict["NAME"])
    assert original.startswith("test_")
    copy = f"{original}_browser"
    with django_db_blocker.unblock():
        connection.close()
        if not (pytestconfig.getvalue("reuse_db") and not pytestconfig.getvalue("create_db") and exists(copy)):
            half = f"{copy}_half"
            with connection._nodb_cursor() as cursor:
                for name in (copy, half):
                    cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
                cursor.execute(f'CREATE DATABASE "{half}" TEMPLATE "{original}"')
            manage("load_demo", demo_variables(half))
            with connection._nodb_cursor() as cursor:
                cursor.execute(f'ALTER DATABASE "{half}" RENAME TO "{copy}"')
        connection.settings_dict["NAME"] = copy
        try:
            yield copy
        finally:
            connection.close()
            connection.settings_dict["NAME"] = original


@pytest.fixture(scope="package")
def live(demo_company: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the site with the demo company: web server and worker, until the last browser test is done."""
    state = tmp_path_factory.mktemp("site")
    variables = demo_variables(demo_company) | {"LONJA_FILES_ROOT": str(state / "files")}
    manage("prepare_files", variables)
    supervisor = Supervisor(
        state=state, host="127.0.0.1", port=free_port(), health_host="localhost", variables=variables
    )
    try:
        supervisor.start()
        yield supervisor.address
    finally:
        supervisor.stop()


@pytest.fixture
def desk(browser: Browser, browser_context_args: dict) -> Iterator[Open]:
    """``desk("manager", PHONE, dark=True)``: a page of somebody who is logged in; console errors fail the test.

    With ``faults=True`` they do not: the test itself takes the server away.
    """
    contexts = []
    errors: list[str] = []

    def open_page(name: str = "manager", size: dict = WIDE, *, dark: bool = False, faults: bool = False) -> Page:
        scheme = "dark" if dark else "light"
        context = browser.new_context(
            **browser_context_args | {"viewport": size, "color_scheme": scheme, "has_touch": size == PHONE}
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        if not faults:
            page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
            page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto("/accounts/login/")
        log_in(page, name)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def walk(desk: Open) -> Iterator[Open]:
    """As ``desk``, and more fails the test: an answer of 400 or more, a page that shifts or is wider than its window."""
    pages: list[Page] = []
    faults: list[str] = []

    def open_page(name: str, size: dict) -> Page:
        page = desk(name, size)
        page.add_init_script(WATCH)
        page.on(
            "response", lambda answer: faults.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None
        )
        page.on("requestfailed", lambda request: faults.extend(broken(request)))
        pages.append(page)
        return page

    yield open_page
    for page in pages:
        for path, shift, excess, moved in page.evaluate("window.walked ? walked() : []"):
            if shift > MOST_SHIFT:
                faults.append(f"{path} shifted by {shift:.3f} at {page.viewport_size}: {moved}")
            if excess > 0:
                faults.append(f"{path} is {excess} px wider than {page.viewport_size}")
    assert faults == []


def broken(request: Request) -> list[str]:
    """What to say of a request without an answer; one given up for a newer one, or for another page, is none."""
    return [] if request.failure == "net::ERR_ABORTED" else [f"{request.failure} {request.url}"]


def log_in(page: Page, name: str) -> None:
    """Fill the login that is open, and wait for the page behind it."""
    page.locator("#id_login").fill(f"{name}@example.com")
    page.locator("#id_password").fill("demo")
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(re.compile("/accounts/login/"))


def exists(database: str) -> bool:
    """Tell whether the server has a database of this name."""
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
        return cursor.fetchone() is not None


def demo_variables(database: str) -> dict[str, str]:
    return {"LONJA_MODE": "demo", "LONJA_DATABASE": database}


def manage(command: str, variables: dict[str, str]) -> None:
    """Run a management command in a process of its own, in demo mode."""
    subprocess.run([sys.executable, "manage.py", command], cwd=ROOT, env=os.environ | variables, check=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
