"""Placing 10-line orders as the desk's browser does: the form's post to its answer, through gunicorn.

A session, a CSRF token and a draft per order are there before the clock runs; each post carries ten typed rows and
is answered with the placed order's address. The same server also places them in plain ORM (``tests.bench.pure_orm``);
the two take turns. One thread sends for all browsers, from bytes made before, for it shares the server's cores.
"""

import http.client
import itertools
import os
import selectors
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from django.utils import timezone

from customers.models import Customer, User
from orders.models import Order
from orders.services.drafts import start_draft
from tests.bench import data
from tests.bench.bench_lists import logged_in
from tests.bench.bench_placing import free_numbers
from tests.bench.costs import cpu_of, percentile
from tests.bench.report import Figure, Table

FIGURES = ("place_order_http_per_s", "place_order_http_p95_ms", "place_order_http_cpu_ms", "place_order_http_ratio")
PORT = int(os.environ.get("BENCH_PORT", "8191"))
CLIENTS = 8
TURN = 100  # orders of one way before the other has its turn
TURNS = 3
WARM = 60  # orders of each way, placed before the clock runs
ORDERS = TURNS * TURN
LINES = 10
STARTED_WITHIN = 120  # seconds
CSRF = "b" * 32  # a browser's secret; the form may repeat it as it is
WAYS = {"services": "/desk/orders/{}/place/", "plain ORM": "/bench/orm/{}/"}
OK = b"HTTP/1.1 303"
PLACED = b"placed=1"


@dataclass
class Seen:
    """What one way of placing took: seconds of all turns, milliseconds of each answer, milliseconds of CPU."""

    seconds: float = 0
    waits: list[float] = field(default_factory=list)
    python: float = 0
    database: float = 0
    client: float = 0

    @property
    def per_s(self) -> float:
        return len(self.waits) / self.seconds

    def row(self, way: str) -> list[object]:
        """The row of the table."""
        count = len(self.waits)
        spent = [each / count for each in (self.python, self.database, self.client)]
        return [way, count, self.per_s, percentile(self.waits, 50), percentile(self.waits, 95), *spent]


def run() -> Iterator[Figure | Table]:
    """Yield orders a second, the time a person waits, what an order costs, and the same against plain ORM."""
    name = data.copy_of("10k", "http")
    try:
        free_numbers(name)
        posts = _prepare(name)
        seen = {way: Seen() for way in WAYS}
        with _server(name) as server:
            for way in WAYS:
                _send(posts[way][:WARM])
            for turn in range(TURNS):
                for way in WAYS:
                    first = WARM + turn * TURN
                    _measure(posts[way][first : first + TURN], server, name, seen[way])
        _check(name)
    finally:
        data.drop(name)
    ours, orm = seen["services"], seen["plain ORM"]
    yield Figure("place_order_http_per_s", ours.per_s, "orders/s", 100, at_least=True)
    yield Figure("place_order_http_p95_ms", percentile(ours.waits, 95), "ms")
    yield Figure("place_order_http_cpu_ms", (ours.python + ours.database) / len(ours.waits), "ms")
    yield Figure("place_order_http_ratio", ours.per_s / orm.per_s, "x", 1.5, at_least=True)
    yield Table(
        f"Placing {LINES}-line orders over HTTP: gunicorn with 2 workers, {CLIENTS} browsers on the same cores",
        ["how", "orders", "orders/s", "wait p50 ms", "wait p95 ms", "CPU ms gunicorn", "PostgreSQL", "browsers"],
        [seen[way].row(way) for way in WAYS],
    )


def _prepare(name: str) -> dict[str, list[bytes]]:
    """Drafts as the new-order page begins them, and the request that each of their forms is sent as."""
    with data.on(name, login="web"):
        session = logged_in().cookies["lonja_session"].value
    cookie = f"lonja_session={session}; csrftoken={CSRF}"
    found: dict[str, list[bytes]] = {}
    with data.on(name, login="owner"):
        writer = User.objects.get(email="person1@lonja.test")
        customers = iter(Customer.objects.select_related("account").order_by("pk")[1:])
        for way, address in WAYS.items():
            found[way] = []
            for number in range(WARM + ORDERS):
                draft = start_draft(customer=next(customers), by=writer, channel="desk", at=timezone.now())
                found[way].append(_request(address.format(draft.pk), cookie, _form(draft, number)))
    return found


def _form(order: Order, number: int) -> str:
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
    return urlencode(fields)


def _request(address: str, cookie: str, body: str) -> bytes:
    head = [
        f"POST {address} HTTP/1.1",
        "Host: localhost",
        "Accept-Language: en",
        f"Cookie: {cookie}",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
    ]
    return "\r\n".join([*head, "", body]).encode("ascii")


@contextmanager
def _server(name: str) -> Iterator["subprocess.Popen[bytes]"]:
    """gunicorn as ``make run`` starts it, with two workers, on the database."""
    variables = {
        **data.environment(name),
        "DJANGO_SETTINGS_MODULE": "tests.bench.served",
        "PORT": str(PORT),
        "LONJA_WEB_WORKERS": "2",
        "LONJA_LOG_LEVEL": "WARNING",
    }
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--config", "python:config.gunicorn"], cwd=data.ROOT, env=variables
    )
    try:
        _await_answer(server)
        yield server
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


def _measure(requests: Sequence[bytes], server: "subprocess.Popen[bytes]", name: str, into: Seen) -> None:
    """Send some requests; add what they took."""
    workers, backends = _children(server.pid), _backends(name)
    python, database, client = sum(map(_cpu, workers)), sum(map(cpu_of, backends)), time.process_time()
    began = time.perf_counter()
    waits = _send(requests)
    into.seconds += time.perf_counter() - began
    into.waits += waits
    into.client += (time.process_time() - client) * 1000
    into.python += sum(map(_cpu, workers)) - python
    into.database += sum(map(cpu_of, backends)) - database


def _send(requests: Sequence[bytes]) -> list[float]:
    """Post everything by ``CLIENTS`` browsers at once; the milliseconds of each answer."""
    left = iter(requests)
    waits: list[float] = []
    asked: dict[socket.socket, tuple[float, bytes]] = {}
    with selectors.DefaultSelector() as selector:
        for request in itertools.islice(left, CLIENTS):
            browser = socket.create_connection(("127.0.0.1", PORT), timeout=60)
            browser.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            selector.register(browser, selectors.EVENT_READ)
            asked[browser] = time.perf_counter(), b""
            browser.sendall(request)
        while asked:
            for key, _events in selector.select(60):
                browser: socket.socket = key.fileobj  # type: ignore[assignment, no-redef]
                began, before = asked[browser]
                answer = before + browser.recv(65536)
                if b"\r\n\r\n" not in answer:
                    asked[browser] = began, answer
                    continue
                waits.append((time.perf_counter() - began) * 1000)
                assert answer.startswith(OK), answer[:500]
                assert PLACED in answer, answer[:500]
                if request := next(left, b""):
                    asked[browser] = time.perf_counter(), b""
                    browser.sendall(request)
                else:
                    selector.unregister(browser)
                    browser.close()
                    del asked[browser]
    return waits


def _check(name: str) -> None:
    """Everything that was acknowledged is there."""
    with data.administrator(name) as server:
        placed = server.execute(
            "SELECT count(*) FROM orders_order WHERE status = 'released' AND line_count = %s", [LINES]
        ).fetchone()[0]
    assert placed == len(WAYS) * (ORDERS + WARM), f"{placed} orders were placed"


def _children(process: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def _backends(name: str) -> list[int]:
    with data.administrator("postgres") as server:
        rows = server.execute("SELECT pid FROM pg_stat_activity WHERE datname = %s", [name]).fetchall()
    return [pid for (pid,) in rows]


def _cpu(process: int) -> float:
    """Milliseconds of CPU that a process has used with all its threads."""
    parts = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) * 1000 / os.sysconf("SC_CLK_TCK")
