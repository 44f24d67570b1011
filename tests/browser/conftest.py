"""A whole site for browser tests: gunicorn and worker under their own database logins, and the demo company."""

import contextlib
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
from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect
from pytest_django import DjangoDbBlocker

from billing.demo.loading import load_demo
from config.environment import ROOT
from config.supervisor import Supervisor
from customers.models import User
from tests import databases

WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
FIRST_PORT = 20_000  # below those that the kernel hands out
PORTS_EACH = 500
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
  window.here = () => [location.pathname, shift, widest(), moved.join(" ")];
  window.walked = () => [...JSON.parse(sessionStorage.walked || "[]"), here()];
  addEventListener("pagehide", () => { sessionStorage.walked = JSON.stringify(window.walked()); });
})()"""

Open = Callable[..., Page]

# Playwright keeps an event loop running in the thread of the tests; their own queries are harmless there.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

PATIENCE = 30_000  # ms until what is waited for has failed: long, for busy machines only differ in speed
expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is a browser test and uses the database."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db)


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
def site(worker_id: str) -> Supervisor:
    """The site of this process, not started; what a run that was killed has left of it is ended."""
    state = settings.STATE_DIR / "tests" / worker_id
    state.mkdir(parents=True, exist_ok=True)
    supervisor = Supervisor(state=state, host="127.0.0.1", port=free_port(worker_id), health_host="localhost")
    supervisor.end_orphans()
    return supervisor


@pytest.fixture(scope="package")
def demo_company(
    site: Supervisor,
    migrated_database: str,
    django_db_setup: None,
    django_db_keepdb: bool,  # noqa: FBT001 - pytest-django's
    django_db_blocker: DjangoDbBlocker,
    testrun_uid: str,
) -> Iterator[str]:
    """The demo company in a copy of its own for this process, which is the database of the tests; yields its name.

    Tests may query it, add to it, and never clean up. All processes of a run copy the same company, with
    ``--reuse-db`` those of all runs.
    """
    source = migrated_database.replace("migrated", "demo")
    name = f"{connection.settings_dict['NAME']}_browser"
    with django_db_blocker.unblock():
        databases.make(
            source,
            made_of=databases.digest_of_migrations() if django_db_keepdb else testrun_uid,
            source=migrated_database,
            fill=load_company,
        )
        databases.copy(source, name)
        with databases.using(name):
            yield name
        databases.drop(name)


def load_company() -> None:
    """Load the demo company; its jobs, a file for every invoice, would only take the machine's time."""
    load_demo(at=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")


@pytest.fixture(scope="package")
def live(site: Supervisor, demo_company: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the site with the demo company: web server and worker, until the last browser test is done."""
    site.variables = {
        "LONJA_MODE": "demo",
        "LONJA_DATABASE": demo_company,
        "LONJA_FILES_ROOT": str(tmp_path_factory.mktemp("files")),
    }
    prepare = [sys.executable, "manage.py", "prepare_files"]
    subprocess.run(prepare, cwd=ROOT, env=os.environ | site.variables, check=True)
    try:
        site.start()
        yield site.address
    finally:
        site.stop()


@pytest.fixture
def desk(browser: Browser, browser_context_args: dict) -> Iterator[Open]:
    """``desk("manager", PHONE, dark=True)``: an empty page of somebody who is signed in; console errors fail the test.

    With ``faults=True`` they do not: the test itself takes the server away. With ``name=""`` nobody is signed in.
    """
    contexts = []
    errors: list[str] = []

    def open_page(
        name: str = "manager", size: dict = WIDE, *, dark: bool = False, faults: bool = False, language: str = "en"
    ) -> Page:
        options = {"viewport": size, "color_scheme": "dark" if dark else "light", "has_touch": size == PHONE}
        context = browser.new_context(**browser_context_args | options)
        contexts.append(context)
        address = browser_context_args["base_url"]
        context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": address}])
        if name:
            sign_in(context, name, address)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        if not faults:
            page.on("console", lambda message: errors.extend(complaint(message)))
            page.on("pageerror", lambda error: errors.append(f"{error} at {page.url}"))
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
        faults += misplaced(page, page.evaluate("window.walked ? walked() : []"))
    assert faults == []


def misplaced(page: Page, walked: list[tuple[str, float, int, str]]) -> list[str]:
    """What shifted by itself, or was wider than its window, of what WATCH has noted."""
    faults = []
    for path, shift, excess, moved in walked:
        if shift > MOST_SHIFT:
            faults.append(f"{path} shifted by {shift:.3f} at {page.viewport_size}: {moved}")
        if excess > 0:
            faults.append(f"{path} is {excess} px wider than {page.viewport_size}")
    return faults


def complaint(message: ConsoleMessage) -> list[str]:
    """What to say of a line in the console."""
    return [f"{message.text} at {message.location['url']}"] if message.type == "error" else []


def broken(request: Request) -> list[str]:
    """What to say of a request without an answer; one given up for a newer one, or for another page, is none."""
    return [] if request.failure == "net::ERR_ABORTED" else [f"{request.failure} {request.url}"]


def sign_in(context: BrowserContext, name: str, address: str) -> None:
    """Begin a session of a person of the demo company, without the login page."""
    person, client, request = User.objects.get(email=f"{name}@example.com"), Client(), HttpRequest()
    client.force_login(person, backend="customers.backends.DeskBackend")
    request.session = client.session
    record_authentication(request, person, method="password", reauthenticated=True)  # not asked for it once more
    request.session.save()
    session = request.session.session_key
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": address}])


def log_in(page: Page, name: str) -> None:
    """Fill the login that is open, and wait for the page behind it."""
    page.locator("#id_login").fill(f"{name}@example.com")
    page.locator("#id_password").fill("demo")
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(re.compile("/accounts/login/"))


def free_port(worker_id: str) -> int:
    """A port that nobody listens at, out of a range that is this process's among those of a test run."""
    share = int(worker_id.removeprefix("gw")) if worker_id.startswith("gw") else 0
    first = FIRST_PORT + PORTS_EACH * share
    for number in range(PORTS_EACH):
        port = first + (os.getpid() + number) % PORTS_EACH
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return port
    pytest.fail(f"no port is free from {first} on")
