"""Placing an order through the service against the same work in one hand-written SQL function; one hot product."""

import itertools
import multiprocessing
import random
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from django.db import Error, connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from config.database.retry import RETRIES, is_repeatable, pause
from config.database.roles import DESK
from customers.models import Customer, User
from orders.services.drafts import LineInput
from orders.services.placing import submit_and_place
from tests.bench import data
from tests.bench.costs import Cost, backend, cpu_of, interleaved, percentile
from tests.bench.report import Figure, Table

FIGURES = (
    "place_order_10_cpu_ratio",
    "place_order_10_statements",
    "place_order_100_statements",
    "hot_product_per_s",
    "hot_product_p95_ms",
)
ROUNDS = 150
LISTS = 20  # lists of customers, each with a price and a break for every product
CLIENTS = 32
SECONDS = 6.0
WARM = 12  # orders of a client before the clock runs: by then PostgreSQL keeps its plans

# Everything an order needs and nothing else, in one round trip: what the service is compared with. It prices by the
# customer's list or the base list and the break, checks credit, writes order, lines, reservations, events and
# exposure, and takes stock from one warehouse with its rows locked in order, once per key.
RAW = """
CREATE OR REPLACE FUNCTION bench_place(buyer bigint, codes text[], quantities numeric[], person bigint, once text)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  c customers_customer;
  a customers_account;
  placed bigint;
  house bigint := (SELECT min(id) FROM customers_warehouse_of(buyer));
  taken int;
BEGIN
  INSERT INTO config_idempotencykey (scope, key, body_hash, location) VALUES ('bench', once, '', '');
  SELECT * INTO STRICT c FROM customers_customer WHERE id = buyer;
  SELECT * INTO STRICT a FROM customers_account WHERE id = c.account_id FOR NO KEY UPDATE;
  IF a.is_blocked OR a.exposure > a.credit_limit THEN RAISE 'credit'; END IF;

  WITH input AS MATERIALIZED (
    SELECT w.position::int AS position, w.quantity, p.id AS product_id, p.code, p.name, p.unit_id, p.price_quantity, p.cost,
           p.tax_class_id, t.rate, r.*
    FROM unnest(codes, quantities) WITH ORDINALITY AS w(code, quantity, position)
    JOIN inventory_product p ON p.code = w.code
    CROSS JOIN LATERAL (
      SELECT rate FROM inventory_taxrate WHERE tax_class_id = p.tax_class_id AND valid_from <= current_date
      ORDER BY valid_from DESC LIMIT 1) t
    CROSS JOIN LATERAL (
      SELECT l.id AS list_id, l.level, x.price, x.minimum_quantity, x.valid_from FROM inventory_pricelist l
      CROSS JOIN LATERAL (
        SELECT price, minimum_quantity, valid_from FROM inventory_pricerule
        WHERE product_id = p.id AND price_list_id = l.id AND minimum_quantity <= w.quantity
          AND valid_from <= current_date AND (valid_to IS NULL OR valid_to >= current_date)
        ORDER BY minimum_quantity DESC LIMIT 1) x
      WHERE (l.customer_id = c.id OR l.level = 'base') AND l.is_active ORDER BY l.rank LIMIT 1) r
  ), head AS (
    INSERT INTO orders_order
      (number, issuer_id, customer_id, payer_id, account_id, status, billing_policy, is_history, channel, currency,
       customer_name, customer_po, po_must_be_unique, po_override_reason, placed_at, placed_by_id, rep_id, ship_to_id,
       promised_on, credit_decision, hold_reason, note, net, tax, gross, line_count, version, source, source_key)
    SELECT orders_new_number(), 1, c.id, c.id, c.account_id, 'released', c.billing_policy, false, 'api', a.currency,
           c.name, '', false, '', now(), person, c.rep_id,
           (SELECT id FROM customers_address WHERE customer_id = c.id AND is_default), current_date + 1, 'no_limit', '',
           '', n.net, n.tax, n.net + n.tax, n.lines, 1, '', ''
    FROM (
      SELECT sum(net) AS net, sum(round(net * rate / 100, 2)) AS tax, sum(lines) AS lines FROM (
        SELECT rate, sum(round(quantity * price / price_quantity, 2)) AS net, count(*) AS lines FROM input GROUP BY rate
      ) x
    ) n
    RETURNING id
  ), lines AS (
    INSERT INTO orders_orderline
      (order_id, account_id, order_status, billing_policy, is_history, position, type, product_id, code, description,
       unit_id, entered, factor, ordered, cancelled, backordered, reserved, picked, shipped, delivered, returned,
       invoiced, reversed, credited, price, price_quantity, discount_percent, price_level, price_list_id, price_break,
       price_valid_from, unit_cost, tax_class_id, tax_rate, surcharge_rate, promised_on, first_promised_on,
       promise_reason)
    SELECT head.id, c.account_id, 'released', c.billing_policy, false, position, 'goods', product_id, code, name,
       unit_id, quantity, 1, quantity, 0, 0, quantity, 0, 0, 0, 0, 0, 0, 0, price, price_quantity, 0, level, list_id,
       minimum_quantity, valid_from, cost, tax_class_id, rate, 0, current_date + 1, current_date + 1, 'stock'
    FROM input, head
    RETURNING id, order_id, product_id, ordered, open_gross
  ), reserved AS (
    INSERT INTO orders_reservation (line_id, account_id, product_id, warehouse_id, quantity, picked, promised_on)
    SELECT id, c.account_id, product_id, house, ordered, 0, current_date + 1 FROM lines
  ), events AS (
    INSERT INTO orders_orderevent (order_id, account_id, kind, at, by_id, data, is_public)
    SELECT head.id, c.account_id, kind, now(), person, '{}', true FROM head, unnest(ARRAY['placed', 'released']) kind
  ), exposure AS (
    UPDATE customers_account SET open_orders = open_orders + (SELECT sum(open_gross) FROM lines) WHERE id = a.id
  )
  SELECT id INTO placed FROM head;

  WITH locked AS MATERIALIZED (
    SELECT l.id, l.available, w.quantity FROM unnest(codes, quantities) AS w(code, quantity)
    JOIN inventory_product p ON p.code = w.code
    JOIN inventory_stocklevel l ON l.product_id = p.id AND l.warehouse_id = house
    ORDER BY l.warehouse_id, l.product_id FOR NO KEY UPDATE OF l
  )
  UPDATE inventory_stocklevel l SET reserved = l.reserved + k.quantity
  FROM locked k WHERE l.id = k.id AND k.available >= k.quantity;
  GET DIAGNOSTICS taken = ROW_COUNT;
  IF taken < cardinality(codes) THEN RAISE 'stock'; END IF;
  UPDATE config_idempotencykey SET status = 201 WHERE scope = 'bench' AND key = once;
  RETURN placed;
END $$;
"""

WAREHOUSE_OF = """
CREATE OR REPLACE FUNCTION customers_warehouse_of(buyer bigint) RETURNS TABLE (id bigint) LANGUAGE sql STABLE AS $$
  SELECT r.warehouse_id FROM inventory_warehouseregion r JOIN customers_customer c ON c.region_id = r.region_id
  WHERE c.id = buyer ORDER BY r.rank LIMIT 1
$$;
"""


def run() -> Iterator[Figure | Table]:
    """Yield the figures of placing, then those of the hot product."""
    name = make_database()
    costs, statements = measure_placing(name)
    ratio = costs["service, 10 lines"].cpu_p50 / costs["raw SQL, 10 lines"].cpu_p50
    yield Figure("place_order_10_cpu_ratio", ratio, "x", 4)
    yield Figure("place_order_10_statements", statements[10], "statements", 10)
    yield Figure("place_order_100_statements", statements[100], "statements", 10)
    hot = {how: measure_hot(name, how) for how in WAYS}
    seen = hot["service"]
    yield Figure("hot_product_per_s", seen["per_s"], "orders/s", 100, at_least=True)
    yield Figure("hot_product_p95_ms", seen["p95"], "ms", 500)
    yield Table(
        "Placing an order: CPU ms of Python and PostgreSQL together",
        ["how", "p50", "p95", "of it PostgreSQL", "wall p50"],
        [
            [how, cost.cpu_p50, cost.cpu_p95, cost.database_p50, percentile(cost.wall, 50)]
            for how, cost in costs.items()
        ],
    )
    yield Table(
        f"One hot product, {CLIENTS} clients",
        ["how", "orders", "orders/s", "p50 ms", "p95 ms", "CPU ms", "done again", "given up", "oversold"],
        [[how, *(each[key] for key in HOT)] for how, each in hot.items()],
    )


def make_database() -> str:
    """A copy of the database with 10,000 orders, with prices of customers' own and the function to compare with."""
    name = f"{data._prefix()}_placing"
    data._create(name, template=data.database("10k"))
    with data.administrator(name) as server:
        data.insert(
            server, "inventory_pricelist", f"generate_series(2, {LISTS + 1}) n",
            {"id": "n", "code": "'OWN' || n", "name": "'Own ' || n", "level": "'customer'", "customer_id": "n",
             "currency": "'EUR'", "valid_from": "'2020-01-01'", "is_active": "true"},
        )  # fmt: skip
        data.insert(
            server, "inventory_pricerule",
            f"generate_series(2, {LISTS + 1}) l, generate_series(1, {data.PRODUCTS}) p, unnest(ARRAY[0, 24]) q",
            {"price_list_id": "l", "product_id": "p", "minimum_quantity": "q", "price": "2.9 + p % 9 - q / 48.0",
             "valid_from": "'2020-01-01'"},
        )  # fmt: skip
        server.execute("UPDATE customers_issuer SET time_zone = 'Europe/Madrid'")
        server.execute(WAREHOUSE_OF + RAW)
    free_numbers(name)
    with data.administrator(name, autocommit=True) as server:
        server.execute("VACUUM (ANALYZE)")
    return name


def free_numbers(name: str) -> None:
    """Give the orders that are there numbers that are no order's: theirs are made up, and new ones could meet them."""
    with data.administrator(name) as server:
        server.execute("SET session_replication_role = replica")
        server.execute("UPDATE orders_order SET number = 'OLD-' || substr(number, 4)")


def measure_placing(name: str) -> tuple[dict[str, Cost], dict[int, int]]:
    """Costs of both ways at 10 and 100 lines, in turns; statements of the service beside BEGIN, COMMIT and role."""
    with data.on(name):
        keys = itertools.count(1)
        chance = random.Random(7)  # noqa: S311 - the same orders in every run
        with as_desk():
            by = User.objects.get(pk=1)
            customers = list(Customer.objects.filter(pk__range=(2, LISTS + 1)))
        variants = {
            f"{how}, {lines} lines": _placing(work, by, customers, lines, chance, keys)
            for lines in (10, 100)
            for how, work in (("raw SQL", by_function), ("service", by_service))
        }
        costs = interleaved(variants, rounds=ROUNDS, warm=10)
        statements = {}
        for lines in (10, 100):
            with CaptureQueriesContext(connection) as captured:
                variants[f"service, {lines} lines"]()
            beside = ("BEGIN", "COMMIT", "SELECT set_config('role'", "SAVEPOINT", "RELEASE SAVEPOINT")
            statements[lines] = len([q for q in captured if not q["sql"].strip().startswith(beside)])
    return costs, statements


def _placing(
    work: Callable[..., object],
    by: User,
    customers: list[Customer],
    lines: int,
    chance: random.Random,
    keys: Iterator[int],
) -> Callable[[], object]:
    def place() -> None:
        products = chance.sample(range(1, data.PRODUCTS + 1), lines)
        typed = [
            LineInput(n, f"P{product:05d}", Decimal(chance.randint(1, 30))) for n, product in enumerate(products, 1)
        ]
        work(by, chance.choice(customers), typed, f"key {next(keys)}")

    return place


class as_desk(transaction.Atomic):  # noqa: N801 - used as a function
    """A transaction as a request's: under the role of the desks."""

    def __init__(self) -> None:
        super().__init__(using=None, savepoint=True, durable=False)

    def __enter__(self) -> None:
        super().__enter__()
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('role', %s, true), set_config('app.account', '', true)", [DESK])


def by_service(by: User, customer: Customer, typed: list[LineInput], key: str) -> None:
    """As a request does it: the right to place orders is read, then the service places this one."""
    by.__dict__.pop("_desk_permissions", None)  # a request begins without them
    with as_desk():
        assert by.has_perm("orders.place_order")
        submit_and_place(customer=customer, lines=typed, by=by, at=timezone.now(), channel="api", key=key)


def by_function(by: User, customer: Customer, typed: list[LineInput], key: str) -> None:
    """The hand-written function."""
    with as_desk(), connection.cursor() as cursor:
        codes, quantities = [line.text for line in typed], [line.quantity for line in typed]
        cursor.execute(
            "SELECT bench_place(%s, %s::text[], %s::numeric[], %s, %s)", [customer.pk, codes, quantities, by.pk, key]
        )
        cursor.fetchone()


WAYS = {"service": by_service, "raw SQL": by_function}
HOT = ("orders", "per_s", "p50", "p95", "cpu", "again", "given_up", "oversold")


def measure_hot(name: str, how: str) -> dict[str, Any]:
    """All clients order one piece of the same product for some seconds, each for a customer of its own."""
    with data.administrator(name) as server:
        before = server.execute("SELECT sum(reserved) FROM inventory_stocklevel WHERE product_id = 1").fetchone()[0]
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.ready"])
    with context.Manager() as manager, context.Pool(CLIENTS) as pool:
        start = manager.Barrier(CLIENTS)
        calls = [(name, how, number, start) for number in range(CLIENTS)]
        seen = pool.map(_buy, calls, chunksize=1)
    times = [spent for client in seen for spent in client["times"]]
    with data.administrator(name) as server:
        after = server.execute("SELECT sum(reserved) FROM inventory_stocklevel WHERE product_id = 1").fetchone()[0]
    return {
        "per_s": sum(len(client["times"]) / client["seconds"] for client in seen),
        "p50": percentile(times, 50),
        "p95": percentile(times, 95),
        "cpu": sum(client["cpu"] for client in seen) / len(times),
        "orders": len(times),
        "again": sum(client["again"] for client in seen),
        "given_up": sum(client["given_up"] for client in seen),
        "oversold": int(after - before) - len(times),
    }


def _buy(call: tuple[str, str, int, Any]) -> dict[str, Any]:
    name, how, number, start = call
    work = WAYS[how]
    connections["default"] = data.open_connection(name)
    with as_desk():
        by, customer = User.objects.get(pk=1), Customer.objects.get(pk=100 + number)
    seen: dict[str, Any] = {"times": [], "again": 0, "given_up": 0}
    for turn in range(WARM):  # another product: what is cached on first use is cached
        work(by, customer, [LineInput(1, f"P{number + 2:05d}", Decimal(1))], f"warm {how} {number} {turn}")
    start.wait(120)
    begun = time.perf_counter()
    spent = cpu_of(backend()) + time.process_time() * 1000
    for turn in itertools.count():
        if time.perf_counter() - begun > SECONDS:
            break
        asked = time.perf_counter()
        for attempt in range(1, RETRIES + 2):
            try:
                work(by, customer, [LineInput(1, "P00001", Decimal(1))], f"hot {how} {number} {turn}")
            except Error as error:
                if not is_repeatable(error):
                    raise
                seen["again"] += 1
                pause(attempt)
            else:
                seen["times"].append((time.perf_counter() - asked) * 1000)
                break
        else:
            seen["given_up"] += 1
    seen["seconds"] = time.perf_counter() - begun
    seen["cpu"] = cpu_of(backend()) + time.process_time() * 1000 - spent
    connections["default"].close()
    return seen
