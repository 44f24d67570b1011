"""Placing 10-line orders as the desk's browser does: the form's post to its answer, through gunicorn.

A session, a CSRF token and a draft per order are there before the clock runs; each post carries ten typed rows and
is answered with the placed order's address. The clients run on the same cores as the server.
"""

import http.client
import os
import queue
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

from django.utils import timezone

from customers.models import Customer, User
from orders.models import Order
from orders.services.drafts import start_draft
from tests.bench import data
from tests.bench.bench_lists import logged_in
from tests.bench.costs import percentile
from tests.bench.report import Figure, Table

FIGURES = ("place_order_http_per_s", "place_order_http_p95_ms")
PORT = int(os.environ.get("BENCH_PORT", "8191"))
CLIENTS = 8
ORDERS = 400
WARM = 40  # placed before the clock runs
LINES = 10
STARTED_WITHIN = 120  # seconds
CSRF = "b" * 32  # a browser's secret; the form may repeat it as it is
OK = 303


def run() -> Iterator[Figure | Table]:
    """Yield orders a second and the time a person waits."""
    name = data.copy_of("10k", "http")
    try:
        posts, cookie = _prepare(name)
        with _server(name):
            _send(posts[:WARM], cookie)
            seconds, waits = _send(posts[WARM:], cookie)
        with data.administrator(name) as server:
            placed = server.execute(
                "SELECT count(*) FROM orders_order WHERE status = 'released' AND line_count = %s", [LINES]
            ).fetchone()[0]
        assert placed == ORDERS + WARM, f"{placed} of {ORDERS + WARM} orders were placed"
    finally:
        data.drop(name)
    yield Figure("place_order_http_per_s", ORDERS / seconds, "orders/s", 100, at_least=True)
    yield Figure("place_order_http_p95_ms", percentile(waits, 95), "ms")
    yield Table(
        f"Placing {LINES}-line orders over HTTP: gunicorn with 2 workers, {CLIENTS} clients on the same cores",
        ["orders", "seconds", "orders/s", "wait p50 ms", "wait p95 ms"],
        [[ORDERS, seconds, ORDERS / seconds, percentile(waits, 50), percentile(waits, 95)]],
    )


def _prepare(name: str) -> tuple[list[tuple[str, str]], str]:
    """Drafts as the new-order page begins them: (address, body) of each form; and the cookies of its writer."""
    with data.on(name, login="web"):
        session = logged_in().cookies["lonja_session"].value
    with data.on(name, login="owner"):
        writer = User.objects.get(email="person1@lonja.test")
        now = timezone.now()
        customers = Customer.objects.select_related("account").order_by("pk")[1 : ORDERS + WARM + 1]
        posts = [
            _form(start_draft(customer=customer, by=writer, channel="desk", at=now), number)
            for number, customer in enumerate(customers)
        ]
    return posts, f"lonja_session={session}; csrftoken={CSRF}"


def _form(order: Order, number: int) -> tuple[str, str]:
    fields: list[tuple[str, object]] = [
        ("csrfmiddlewaretoken", CSRF),
        ("key", uuid.uuid4().hex),
        ("version", order.version),
        ("customer_po", f"B-{number}"),
        ("ship_to", order.ship_to_id or ""),
        ("warehouse", order.warehouse_id or ""),
    ]
    for position in range(LINES):
        product = 1 + (number * 37 + position * 191) % data.PRODUCTS
        fields += [
            ("row", f"r{position}:"),
            ("code", f"P{product:05d}"),
            ("qty", 1 + position % 5),
            ("unit", ""),
            ("price", ""),
        ]
    return f"/desk/orders/{order.pk}/place/", urlencode(fields)


@contextmanager
def _server(name: str) -> Iterator[None]:
    """gunicorn as ``make run`` starts it, with two workers, on the database."""
    variables = {**data.environment(name), "PORT": str(PORT), "LONJA_WEB_WORKERS": "2", "LONJA_LOG_LEVEL": "WARNING"}
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--config", "python:config.gunicorn"], cwd=data.ROOT, env=variables
    )
    try:
        _await_answer(server)
        yield
    finally:
        server.terminate()
        server.wait(30)


def _await_answer(server: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + STARTED_WITHIN
    while time.monotonic() < until:
        if server.poll() is not None:
            raise RuntimeError(f"gunicorn ended with {server.returncode}; is port {PORT} taken?")
        try:
            asked = http.client.HTTPConnection("127.0.0.1", PORT, timeout=10)
            asked.request("GET", "/health/live")
            if asked.getresponse().status < http.client.BAD_REQUEST:
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("gunicorn does not answer")


def _send(posts: list[tuple[str, str]], cookie: str) -> tuple[float, list[float]]:
    """Post everything by ``CLIENTS`` browsers at once; the seconds it took and the milliseconds of each answer."""
    waiting: queue.SimpleQueue[tuple[str, str]] = queue.SimpleQueue()
    for post in posts:
        waiting.put(post)
    waits: list[float] = []
    faults: list[str] = []
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie, "Accept-Language": "en"}

    def browse() -> None:
        browser = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
        while not faults:
            try:
                path, body = waiting.get_nowait()
            except queue.Empty:
                return
            began = time.perf_counter()
            browser.request("POST", path, body, headers)
            answer = browser.getresponse()
            content = answer.read()
            waits.append((time.perf_counter() - began) * 1000)
            if answer.status != OK or "placed=1" not in answer.headers.get("Location", ""):
                faults.append(f"{answer.status} {answer.headers.get('Location')} {content[:300]!r}")

    threads = [threading.Thread(target=browse) for _number in range(CLIENTS)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults, faults[0]
    return time.perf_counter() - began, waits
