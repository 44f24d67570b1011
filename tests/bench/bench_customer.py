"""Customer 360 with all its panels, for a customer with 10,000 orders."""

import re
from collections.abc import Iterator
from html import unescape

from django.db import connections
from django.test import Client

from tests.bench import data
from tests.bench.bench_lists import logged_in
from tests.bench.costs import Cost, interleaved
from tests.bench.report import Figure, Table

FIGURES = ("customer_360_cpu_ms",)
ROUNDS = 20
PAGE = f"/desk/customers/{data.BIG_CUSTOMER}/"
PANEL = re.compile(r'<div id="(?P<id>\w+)" class="panel [^"]*" hx-get="(?P<url>[^"]+)" hx-trigger="(?P<on>[^"]+)"')


def run() -> Iterator[Figure | Table]:
    """Yield the cost of the page with what it loads by itself, then of each panel as an event asks for it again."""
    usual = connections["default"]
    connections["default"] = wrapper = data.open_connection(data.database("1m"))
    try:
        client = logged_in()
        page = client.get(PAGE)
        assert page.status_code == 200, page.status_code
        panels = {found["id"]: found for found in PANEL.finditer(page.content.decode())}
        assert panels, "the page has no panels"
        variants = {"the page": lambda: _ask(client, PAGE, "")}
        for name, url in ((name, unescape(found["url"])) for name, found in panels.items()):
            variants[name] = lambda name=name, url=url: _ask(client, url, name)
        costs = interleaved(variants, rounds=ROUNDS)
    finally:
        connections["default"] = usual
        wrapper.close()
    late = [name for name, found in panels.items() if found["on"].startswith("load")]
    together = _sum([costs[name] for name in ["the page", *late]])
    yield Figure("customer_360_cpu_ms", together.cpu_p50, "ms", 60)
    rows = [[name, cost.cpu_p50, cost.cpu_p95, cost.database_p50] for name, cost in costs.items()]
    rows.append(["page and what it loads by itself", together.cpu_p50, together.cpu_p95, together.database_p50])
    yield Table(
        "Customer 360, a customer with 10,000 of 1,000,000 orders: CPU ms of Python and PostgreSQL together",
        ["part", "p50", "p95", "of it PostgreSQL"],
        rows,
    )


def _ask(client: Client, url: str, target: str) -> None:
    headers = {"HX-Request": "true", "HX-Target": target, "HX-Current-URL": f"http://localhost{PAGE}"} if target else {}
    answer = client.get(url, headers=headers)
    assert answer.status_code == 200, (url, answer.status_code)
    assert not target or b"<html" not in answer.content, url


def _sum(costs: list[Cost]) -> Cost:
    """What all parts cost in each round."""
    whole = Cost()
    for kind in ("wall", "python", "database"):
        getattr(whole, kind).extend(map(sum, zip(*(getattr(cost, kind) for cost in costs), strict=True)))
    return whole
