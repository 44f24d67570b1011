"""The desk's list of orders and its search at 10,000, 100,000 and 1,000,000 orders, as the browser asks for them."""

from collections.abc import Callable, Iterator

from django.db import connection, connections
from django.test import Client

from config.web.keyset import Cursor
from customers.models import User
from tests.bench import data
from tests.bench.costs import Cost, interleaved
from tests.bench.report import Figure, Table

FIGURES = (
    "order_list_1m_cpu_ms",
    "order_list_1m_pg_ms",
    "order_list_growth",
    "order_search_1m_ms",
    "order_search_common_1m_ms",
)
ROUNDS = 25
LIST = "/desk/orders/"
HTMX = {"HX-Request": "true", "HX-Target": "order_table", "HX-Current-URL": f"http://localhost{LIST}"}

# What people do with the list: the name, the query string, whether the whole page is asked for or the table alone.
PAGES = {
    "first page": ("", True),
    "next page": ("after={next}", False),
    "deep page": ("after={deep}", False),
    "deep page, whole": ("after={deep}", True),
    "status filter": ("status=shipped", False),
    "tab: late": ("view=late", False),
    "customer filter": (f"customer={data.BIG_CUSTOMER}", False),
    "rep filter": ("rep=3", False),
    "sort by total": ("sort=-total", False),
    "search, rare word": (f"q={data.RARE_WORD}", False),
    "search, a number": ("q={number}", False),
    "search, a customer": ("q=bodegas+puerto+1502", False),
    "search, common word": (f"q={data.COMMON_WORD}", False),
}
DECLARED = [name for name in PAGES if not name.startswith("search")]


def run() -> Iterator[Figure | Table]:
    """Yield the list's figures, then every page at every size."""
    costs = measure_pages({size: data.database(size) for size in data.SIZES})
    million = {name: costs["1m", name] for name in PAGES}
    ten = {name: costs["10k", name] for name in PAGES}
    first, deep = million["first page"], million["deep page, whole"]
    yield Figure("order_list_1m_cpu_ms", max(first.cpu_p50, deep.cpu_p50), "ms", 10)
    yield Figure("order_list_1m_pg_ms", max(million[name].database_p50 for name in DECLARED), "ms", 1.5)
    growth = max(million[name].cpu_p50 / ten[name].cpu_p50 for name in ("first page", "deep page, whole"))
    yield Figure("order_list_growth", growth, "x", 1.5)
    yield Figure("order_search_1m_ms", million["search, rare word"].cpu_p50, "ms", 5)
    yield Figure("order_search_common_1m_ms", million["search, common word"].cpu_p50, "ms", 120)
    rows = [
        [
            name,
            *(f"{costs[size, name].cpu_p50:.1f} / {costs[size, name].cpu_p95:.1f}" for size in data.SIZES),
            f"{million[name].database_p50:.1f}",
            f"{million[name].cpu_p50 / ten[name].cpu_p50:.2f}",
        ]
        for name in PAGES
    ]
    yield Table(
        "Order list, 50 rows: CPU ms of Python and PostgreSQL together, p50 / p95",
        ["page", *(f"{rows:,}" for rows in data.SIZES.values()), "PostgreSQL at 1,000,000", "growth"],
        rows,
    )


def measure_pages(databases: dict[str, str]) -> dict[tuple[str, str], Cost]:
    """Every page on every database, in turns; all of them as a sales manager, who sees every order."""
    usual = connections["default"]
    opened = {size: data.open_connection(name) for size, name in databases.items()}
    variants: dict[tuple[str, str], Callable[[], object]] = {}
    try:
        for size, wrapper in opened.items():
            connections["default"] = wrapper
            client = logged_in()
            for name, (query, is_whole) in PAGES.items():
                headers = {} if is_whole else HTMX
                variants[size, name] = _asked(client, query.format(**_places()), headers)
        return interleaved(
            variants, rounds=ROUNDS, before=lambda key: connections.__setitem__("default", opened[key[0]])
        )
    finally:
        connections["default"] = usual
        for wrapper in opened.values():
            wrapper.close()


def logged_in(email: str = "person1@lonja.test") -> Client:
    """A browser with a session of somebody's."""
    client = Client(headers={"Accept-Language": "en"}, SERVER_NAME="localhost")
    client.force_login(User.objects.get(email=email), backend="customers.backends.DeskBackend")
    return client


def _asked(client: Client, query: str, headers: dict[str, str]) -> Callable[[], object]:
    url = f"{LIST}?{query}" if query else LIST

    def ask() -> None:
        answer = client.get(url, headers=headers)
        assert answer.status_code == 200, (url, answer.status_code)
        assert b"data-href" in answer.content, url

    return ask


def _places() -> dict[str, str]:
    """Cursors: behind the first page, and in the middle of all orders."""
    found = {}
    with data.administrator(connection.settings_dict["NAME"]) as server:
        found["number"] = server.execute("SELECT number FROM orders_order WHERE id = 9000").fetchone()[0]
        for name, sql in (
            ("next", "SELECT placed_at, id FROM orders_order ORDER BY placed_at DESC, id DESC OFFSET 49 LIMIT 1"),
            ("deep", "SELECT placed_at, id FROM orders_order WHERE id = (SELECT max(id) / 2 FROM orders_order)"),
        ):
            at, pk = server.execute(sql).fetchone()
            found[name] = Cursor(at.isoformat(), str(pk), 50).encode()
    return found
