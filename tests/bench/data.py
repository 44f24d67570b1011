"""Databases to measure on: one company with 10,000, 100,000 and 1,000,000 orders, made by set-based SQL.

Each is a database of its own on the same server, kept between runs and made again when the schema or this module
has changed. The larger is a copy of the smaller that has grown, so what differs is the number of orders alone.
Rows are written by the superuser with triggers off (documents begin in the middle of their lives here); every
CHECK and unique index holds. ``on`` runs a block on one of them as the web server's login.
"""

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connections
from psycopg import sql

from config.database import embedded, roles
from config.database.address import database_settings, login_passwords, parse_url

ROOT = Path(__file__).resolve().parents[2]
SIZES = {"10k": 10_000, "100k": 100_000, "1m": 1_000_000}
CUSTOMERS = 2_000
PRODUCTS = 2_000
LIVE = 3_000  # orders that still want something done; the newest, at most a fifth of all
BIG_CUSTOMER = 1  # buys every hundredth order: 10,000 of a million

COMMON_WORD = "restaurante"  # in the name of every third customer
RARE_WORD = "xanadu"  # in the PO number of one order in 50,000


def database(size: str) -> str:
    """The database with so many orders, made or brought up to date first if need be (1m: two to three minutes)."""
    name = _name(size)
    if _signature_of(name) == _signature():
        return name
    started = time.perf_counter()
    _say(f"Making the database with {SIZES[size]:,} orders …")
    sizes = list(SIZES)
    smaller = sizes[sizes.index(size) - 1] if size != sizes[0] else ""
    _create(name, template=database(smaller) if smaller else _schema())
    with administrator(name) as connection:
        connection.execute("SET session_replication_role = replica")
        if not smaller:
            _basics(connection)
        _orders(connection, first=SIZES[smaller] + 1 if smaller else 1, last=SIZES[size])
    with administrator(name, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")
        connection.execute("CHECKPOINT")
    _sign(name, _signature())
    _say(f"… {name} made in {time.perf_counter() - started:.0f} s")
    return name


def empty_database(name: str) -> str:
    """A new database with the schema and nothing else; one of that name is thrown away."""
    name = f"{_prefix()}_{name}"
    _create(name, template=_schema())
    return name


def copy_of(size: str, name: str) -> str:
    """A copy of one of the databases, to write into; one of that name is thrown away."""
    name = f"{_prefix()}_{name}"
    _create(name, template=database(size))
    return name


def drop(name: str) -> None:
    """Throw a database away with its connections."""
    with administrator("postgres", autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def on(name: str, *, login: str = "web") -> Iterator[Any]:
    """Run a block with Django's connection on another database, logged in as "web", "worker" or "owner"."""
    usual = connections["default"]
    wrapper = open_connection(name, login=login)
    connections["default"] = wrapper
    try:
        yield wrapper
    finally:
        connections["default"] = usual
        wrapper.close()


def open_connection(name: str, *, login: str = "web") -> Any:
    """A connection of Django's to a database; put it into ``connections["default"]`` to work on it."""
    asked = {**os.environ, "LONJA_DATABASE": name, "LONJA_DB_LOGIN": login}
    found = database_settings(asked, secret_key=settings.SECRET_KEY, test_name=name)
    known = connections.settings["default"]
    connections.settings["default"] = {**known, **found, "TEST": known["TEST"]}
    try:
        return connections.create_connection("default")
    finally:
        connections.settings["default"] = known


@contextmanager
def administrator(name: str, *, autocommit: bool = False) -> Iterator[psycopg.Connection]:
    """A superuser's connection; commits at the end unless the block fails."""
    with psycopg.connect(**_server(name), autocommit=autocommit) as connection:
        yield connection


def environment(name: str, *, login: str = "web") -> dict[str, str]:
    """The variables of a process that works on a database."""
    return {**os.environ, "LONJA_DATABASE": name, "LONJA_DB_LOGIN": login, "DJANGO_SETTINGS_MODULE": "config.settings"}


def _server(name: str) -> dict[str, Any]:
    if url := os.environ.get("DATABASE_URL", ""):
        return {**parse_url(url), "dbname": name}
    return embedded.ensure_running(settings.STATE_DIR).parameters(database=name)


def _prefix() -> str:
    return os.environ.get("LONJA_TEST_DATABASE", "test_lonja")


def _name(size: str) -> str:
    return f"{_prefix()}_{size}"


def _schema() -> str:
    """The database that the others are copied from: migrated, without rows of ours."""
    name, signature = f"{_prefix()}_schema", _digest(ROOT.glob("*/migrations/*.py"))
    if _signature_of(name) != signature:
        _create(name, template="")
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
            cwd=ROOT,
            env=environment(name, login="owner"),
            check=True,
        )
        _sign(name, signature)
    return name


def _signature() -> str:
    """What the databases depend on: the migrations and this module."""
    return _digest([*ROOT.glob("*/migrations/*.py"), Path(__file__)])


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _sign(name: str, signature: str) -> None:
    with administrator("postgres") as connection:
        connection.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), signature))


def _signature_of(name: str) -> str | None:
    with administrator("postgres") as connection:
        row = connection.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name]
        ).fetchone()
    return row[0] if row else None


def _create(name: str, *, template: str) -> None:
    drop(name)
    with administrator("postgres", autocommit=True) as connection:
        if url := os.environ.get("DATABASE_URL", ""):
            passwords = login_passwords(url=url, environment=os.environ, secret_key=settings.SECRET_KEY)
            for statement in roles.cluster_statements(connection, database=name, passwords=passwords):
                if not statement.as_string(connection).startswith("CREATE DATABASE"):
                    connection.execute(statement)
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY file_copy").format(
                sql.Identifier(name), sql.Identifier(roles.OWNER), sql.Identifier(template or "template0")
            )
        )
    with administrator(name, autocommit=True) as connection:
        for statement in roles.database_statements(name):
            connection.execute(statement)


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


# -- Rows ---------------------------------------------------------------------------------------------------------

EMPTY = {
    "text": "''",
    "character varying": "''",
    "boolean": "false",
    "jsonb": "'{}'",
    "timestamp with time zone": "now()",
    "date": "current_date",
}


def insert(connection: psycopg.Connection, table: str, source: str, values: Mapping[str, str]) -> None:
    """``INSERT … SELECT values FROM source``; columns that must not be null and are not given get "", 0 or false."""
    columns = connection.execute(
        """
        SELECT column_name, data_type FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name = %s AND is_nullable = 'NO' AND column_default IS NULL
          AND is_identity = 'NO' AND is_generated = 'NEVER'
        """,
        [table],
    ).fetchall()
    given = {name: EMPTY.get(kind, "0") for name, kind in columns} | dict(values)
    names = ", ".join(f'"{name}"' for name in given)
    overriding = "OVERRIDING SYSTEM VALUE" if "id" in given else ""
    connection.execute(f'INSERT INTO "{table}" ({names}) {overriding} SELECT {", ".join(given.values())} FROM {source}')
    if "id" in given:
        connection.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM \"{table}\"")


def _any(words: str, place: str) -> str:
    """SQL for one of some words, by a number."""
    listed = words.split()
    return f"(ARRAY[{', '.join(repr(word) for word in listed)}])[1 + ({place}) % {len(listed)}]"


def _basics(connection: psycopg.Connection) -> None:
    """The house, its people, customers, products, prices and stock."""
    one = "generate_series(1, 1) n"
    insert(
        connection, "customers_issuer", one,
        {"id": "n", "code": "'LON'", "name": "'Lonja'", "legal_name": "'Lonja SL'", "tax_number": "'B12345674'",
         "street": "'Calle del Puerto 4'", "postcode": "'28001'", "city": "'Madrid'", "country": "'ES'",
         "currency": "'EUR'", "time_zone": "'Europe/Madrid'"},
    )  # fmt: skip
    insert(
        connection, "customers_user", "generate_series(1, 12) n",
        {"id": "n", "email": "'person' || n || '@lonja.test'",
         "name": f"{_any('Ana Luis Marta Pau Inés Joan Nuria Iker', 'n')} || ' ' || {_any('Ruiz Vidal Soler Gil Mora', 'n')}",
         "desk": "CASE WHEN n = 1 THEN 'manager' WHEN n < 10 THEN 'rep' ELSE 'agent' END", "language": "'en'",
         "password": "'!'", "sees_all_customers": "true", "is_active": "true"},
    )  # fmt: skip
    connection.execute(
        "INSERT INTO customers_user_groups (user_id, group_id) SELECT u.id, g.id FROM customers_user u "
        "JOIN auth_group g ON g.name = u.desk"
    )
    for table, number in (("customers_region", 6), ("customers_segment", 5), ("customers_paymentterms", 3)):
        insert(
            connection, table, f"generate_series(1, {number}) n",
            {"id": "n", "code": "'X' || n", "name": "'Part ' || n",
             **({"method": "'transfer'"} if table.endswith("terms") else {})},
        )  # fmt: skip
    insert(
        connection, "customers_paymenttermsinstalment", "generate_series(1, 3) n",
        {"id": "n", "terms_id": "n", "days": "30 * n", "percent": "100"},
    )  # fmt: skip
    insert(
        connection, "customers_account", f"generate_series(1, {CUSTOMERS}) n",
        {"id": "n", "name": "'Group ' || n", "currency": "'EUR'"},
    )  # fmt: skip
    insert(
        connection, "customers_customer", f"generate_series(1, {CUSTOMERS}) n",
        {"id": "n", "account_id": "n", "number": "'C' || lpad(n::text, 5, '0')",
         "name": f"CASE n % 3 WHEN 0 THEN 'Restaurante ' WHEN 1 THEN 'Comercial ' ELSE 'Bodegas ' END || "
                 f"{_any('Sol Mar Norte Luna Puerto Olivo Sierra', 'n')} || ' ' || n",
         "city": _any("Madrid Sevilla Valencia Bilbao Vigo Murcia", "n"), "country": "'ES'", "language": "'es'",
         "phone": "'+34 91' || lpad(n::text, 7, '0')", "email": "'c' || n || '@shop.test'",
         "segment_id": "1 + n % 5", "region_id": "1 + n % 6", "rep_id": "2 + n % 8", "terms_id": "1 + n % 3",
         "tax_treatment": "'domestic'", "billing_policy": "'on_shipment'", "po_policy": "'allow'",
         "accepts_backorders": "true", "delivery_weekdays": "'12345'", "status": "'active'",
         "created_at": "now() - interval '4 years'"},
    )  # fmt: skip
    insert(
        connection, "customers_address", f"generate_series(1, {CUSTOMERS}) n",
        {"id": "n", "customer_id": "n", "account_id": "n", "label": "'Shop'", "street": "'Calle Mayor ' || n",
         "postcode": "'28013'", "city": "'Madrid'", "country": "'ES'", "is_default": "true", "is_active": "true"},
    )  # fmt: skip
    insert(
        connection, "customers_contact", f"generate_series(1, {3 * CUSTOMERS}) n",
        {"id": "n", "customer_id": f"1 + n % {CUSTOMERS}", "account_id": f"1 + n % {CUSTOMERS}",
         "name": "'Contact ' || n", "role": "'Purchasing'", "phone": "'+34 600 000 ' || n % 1000",
         "is_main": f"n <= {CUSTOMERS}"},
    )  # fmt: skip
    insert(
        connection, "customers_customernote", "generate_series(1, 40) n",
        {"id": "n", "customer_id": str(BIG_CUSTOMER), "account_id": str(BIG_CUSTOMER),
         "body": "'Ring before ten, side door, ask for the cook. Note ' || n", "created_by_id": "1 + n % 8",
         "created_at": "now() - n * interval '3 days'"},
    )  # fmt: skip
    _catalogue(connection)


def _catalogue(connection: psycopg.Connection) -> None:
    one = "generate_series(1, 1) n"
    insert(connection, "inventory_unit", one, {"id": "n", "code": "'C62'", "name": "'Piece'", "symbol": "'pc'"})
    insert(connection, "inventory_taxclass", one, {"id": "n", "code": "'GENERAL'", "name": "'General'"})
    insert(
        connection, "inventory_taxrate", one,
        {"id": "n", "tax_class_id": "1", "valid_from": "'2012-09-01'", "rate": "10", "surcharge": "1.4"},
    )  # fmt: skip
    insert(
        connection,
        "inventory_productline",
        "generate_series(1, 12) n",
        {"id": "n", "code": "'L' || n", "name": "'Line ' || n"},
    )
    insert(
        connection, "inventory_product", f"generate_series(1, {PRODUCTS}) n",
        {"id": "n", "code": "'P' || lpad(n::text, 5, '0')",
         "name": f"{_any('Aceite Queso Vino Arroz Atún Harina Miel Café', 'n')} || ' ' || n", "kind": "'goods'",
         "line_id": "1 + n % 12", "tax_class_id": "1", "unit_id": "1", "format": "'12 × 500 g'", "price_quantity": "1",
         "cost": "2 + n % 7", "minimum_quantity": "1", "multiple": "1", "status": "'active'"},
    )  # fmt: skip
    insert(
        connection, "inventory_warehouse", "generate_series(1, 3) n",
        {"id": "n", "issuer_id": "1", "code": "'W' || n", "name": _any("Getafe Mercamadrid Quart", "n"),
         "kind": "'stock'", "cut_off": "'14:00'", "is_active": "true"},
    )  # fmt: skip
    insert(
        connection, "inventory_warehouseregion", "generate_series(0, 17) n",
        {"id": "n + 1", "warehouse_id": "1 + n % 3", "region_id": "1 + n / 3", "rank": "1 + (n + n / 3) % 3", "transit_days": "1"},
    )  # fmt: skip
    insert(
        connection, "inventory_stocklevel", f"generate_series(0, {3 * PRODUCTS - 1}) n",
        {"id": "n + 1", "product_id": "1 + n / 3", "warehouse_id": "1 + n % 3", "on_hand": "100000000",
         "reserved": "0"},
    )  # fmt: skip
    insert(
        connection, "inventory_pricelist", one,
        {"id": "n", "code": "'BASE'", "name": "'Base'", "level": "'base'", "currency": "'EUR'",
         "valid_from": "'2020-01-01'", "is_active": "true"},
    )  # fmt: skip
    insert(
        connection, "inventory_pricerule", f"generate_series(1, {2 * PRODUCTS}) n",
        {"id": "n", "price_list_id": "1", "product_id": f"1 + n % {PRODUCTS}",
         "minimum_quantity": f"CASE WHEN n <= {PRODUCTS} THEN 0 ELSE 24 END",
         "price": f"3 + n % 9 + CASE WHEN n <= {PRODUCTS} THEN 0.5 ELSE 0 END", "valid_from": "'2020-01-01'"},
    )  # fmt: skip
    insert(
        connection, "orders_carrier", one,
        {"id": "n", "code": "'VAN'", "name": "'Our vans'", "is_own_fleet": "true"},
    )  # fmt: skip
    insert(
        connection, "billing_invoiceseries", one,
        {"id": "n", "issuer_id": "1", "code": "'A'", "kind": "'invoice'"},
    )  # fmt: skip


def _orders(connection: psycopg.Connection, *, first: int, last: int) -> None:
    """Orders first to last, three years of them, the last being the newest; indexes are laid after the rows.

    All documents hang on the orders that a page goes into: lines on the live ones and on those of the big
    customer, shipments, invoices, payments and events on the latter.
    """
    indexes = connection.execute(
        """
        SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
        WHERE indrelid = 'orders_order'::regclass AND NOT indisunique
        """
    ).fetchall()
    for name, _definition in indexes:
        connection.execute(f"DROP INDEX {name}")
    # A growing company: what was live is over, and everything moves back so that the last order is of now.
    connection.execute("TRUNCATE orders_reservation")
    connection.execute(
        "UPDATE orders_orderline SET order_status = 'closed', reserved = 0, backordered = 0, shipped = ordered, "
        "delivered = ordered WHERE order_status IN ('released', 'in_fulfilment', 'credit_hold', 'draft')"
    )
    connection.execute(
        "UPDATE orders_order SET status = 'closed', credit_decision = 'no_limit' "
        "WHERE status IN ('released', 'in_fulfilment', 'credit_hold', 'draft')"
    )
    seconds = 3 * 365 * 86400 // last
    if first > 1:
        connection.execute(
            f"UPDATE orders_order SET placed_at = now() - ({last} - id) * interval '{seconds} seconds', "
            f"promised_on = (now() - ({last} - id) * interval '{seconds} seconds')::date + 2"
        )
    live = min(LIVE, last // 5)
    customer = f"CASE WHEN n % 100 = 0 THEN {BIG_CUSTOMER} ELSE 2 + (n::bigint * 7919) % {CUSTOMERS - 1} END"
    connection.execute("SET LOCAL work_mem = '64MB'; SET LOCAL maintenance_work_mem = '256MB'")
    insert(
        connection,
        "orders_order",
        f"""(
          SELECT n, {customer} AS customer, now() - ({last} - n) * interval '{seconds} seconds' AS at,
            CASE WHEN n > {last - live} THEN
                CASE WHEN n % 100 = 0 THEN 'credit_hold' WHEN n % 33 = 0 THEN 'draft'
                     WHEN n % 3 = 0 THEN 'in_fulfilment' ELSE 'released' END
              WHEN n > {last - 3 * live} THEN 'shipped' WHEN n % 40 = 0 THEN 'cancelled'
              WHEN n % 7 = 0 THEN 'delivered' ELSE 'closed' END AS status,
            round((20 + (n::bigint * 48271) % 250000 / 100.0)::numeric, 2) AS net
          FROM generate_series({first}, {last}) n
        ) o JOIN customers_customer c ON c.id = o.customer""",
        {
            "id": "o.n", "issuer_id": "1", "customer_id": "c.id", "payer_id": "c.id", "account_id": "c.account_id",
            "number": "'SO-' || (10000000 + o.n::bigint * 7654321 % 90000000)", "status": "o.status", "billing_policy": "'on_shipment'",
            "channel": _any("desk phone portal", "o.n"), "currency": "'EUR'", "customer_name": "c.name",
            "customer_po": "CASE WHEN o.n % 50000 = 9000 THEN 'Xanadu ' || o.n ELSE 'PO ' || (o.n::bigint * 31) END",
            "placed_at": "o.at", "placed_by_id": "1 + o.n % 12", "rep_id": "c.rep_id", "warehouse_id": "1 + o.n % 3",
            "ship_to_id": "c.id", "promised_on": "o.at::date + 2", "net": "o.net", "tax": "round(o.net * 0.10, 2)",
            "gross": "o.net + round(o.net * 0.10, 2)", "line_count": "6", "credit_decision":
            "CASE WHEN o.status IN ('draft', 'credit_hold', 'cancelled') THEN NULL ELSE 'no_limit' END",
            "hold_reason": "CASE WHEN o.status = 'credit_hold' THEN 'over_limit 120.00 EUR' ELSE '' END",
        },
    )  # fmt: skip
    for _name, definition in indexes:
        connection.execute(definition)
    _lines(connection, first=first, last=last, live=live)
    _documents(connection, first=first, last=last, live=live)


def _lines(connection: psycopg.Connection, *, first: int, last: int, live: int) -> None:
    quantity = "(1 + (o.id + p) % 9)"
    held = "o.status IN ('released', 'in_fulfilment')"
    waits = f"{held} AND (o.id + p) % 40 = 0"
    over = "o.status IN ('shipped', 'delivered', 'closed')"
    insert(
        connection, "orders_orderline",
        f"orders_order o CROSS JOIN generate_series(1, 6) p WHERE o.id BETWEEN {first} AND {last} "
        f"AND (o.id > {last - live} OR o.customer_id = {BIG_CUSTOMER})",
        {"order_id": "o.id", "account_id": "o.account_id", "order_status": "o.status",
         "billing_policy": "o.billing_policy", "is_history": "false", "position": "p", "type": "'goods'",
         "product_id": f"1 + (o.id * 13 + p * 101) % {PRODUCTS}", "code": f"'P' || (1 + (o.id * 13 + p * 101) % {PRODUCTS})",
         "description": "'Aceite de oliva 12 × 500 g'", "unit_id": "1", "entered": quantity, "factor": "1",
         "ordered": quantity, "cancelled": f"CASE WHEN o.status = 'cancelled' THEN {quantity} ELSE 0 END",
         "shipped": f"CASE WHEN {over} THEN {quantity} ELSE 0 END",
         "invoiced": f"CASE WHEN {over} THEN {quantity} ELSE 0 END",
         "delivered": f"CASE WHEN {over} THEN {quantity} ELSE 0 END",
         "backordered": f"CASE WHEN {waits} THEN {quantity} ELSE 0 END",
         "reserved": f"CASE WHEN {held} AND NOT ({waits}) THEN {quantity} ELSE 0 END",
         "price": "3 + p", "price_quantity": "1", "price_level": "'base'", "price_list_id": "1", "unit_cost": "2",
         "tax_class_id": "1", "tax_rate": "10", "promised_on": f"CASE WHEN {waits} AND p = 2 THEN NULL ELSE o.promised_on END",
         "promise_reason": f"CASE WHEN {waits} THEN 'no_supply' ELSE 'stock' END"},
    )  # fmt: skip
    insert(
        connection, "orders_reservation", "orders_orderline l WHERE l.reserved > 0",
        {"line_id": "l.id", "account_id": "l.account_id", "product_id": "l.product_id",
         "warehouse_id": "1 + l.order_id % 3", "quantity": "l.reserved", "promised_on": "l.promised_on"},
    )  # fmt: skip


def _documents(connection: psycopg.Connection, *, first: int, last: int, live: int) -> None:
    """Events, shipments, invoices and payments of the big customer's orders; the last twenty invoices are unpaid."""
    own = f"o.customer_id = {BIG_CUSTOMER} AND o.id BETWEEN {first} AND {last}"
    insert(
        connection, "orders_orderevent",
        f"orders_order o CROSS JOIN unnest(ARRAY['placed', 'released', 'shipped', 'delivered']) WITH ORDINALITY e (kind, n) WHERE {own}",
        {"order_id": "o.id", "account_id": "o.account_id", "kind": "e.kind", "at": "o.placed_at + e.n * interval '9 hours'",
         "by_id": "1 + o.id % 12", "is_public": "true"},
    )  # fmt: skip
    done = f"{own} AND o.status IN ('shipped', 'delivered', 'closed')"
    insert(
        connection, "orders_shipment", f"orders_order o WHERE {done}",
        {"id": "o.id", "order_id": "o.id", "customer_id": "o.customer_id", "account_id": "o.account_id",
         "warehouse_id": "o.warehouse_id", "number": "'DN-' || o.id", "status": "'delivered'", "carrier_id": "1",
         "tracking_number": "'T' || o.id", "parcels": "2", "ship_to_id": "o.ship_to_id", "created_at": "o.placed_at",
         "expected_on": "o.promised_on", "shipped_at": "o.placed_at + interval '9 hours'",
         "delivered_at": "o.placed_at + interval '30 hours'", "received_by": "'Cook'"},
    )  # fmt: skip
    insert(
        connection, "orders_shipmentline", f"orders_orderline l JOIN orders_order o ON o.id = l.order_id WHERE {done}",
        {"shipment_id": "o.id", "line_id": "l.id", "account_id": "l.account_id", "quantity": "l.ordered",
         "delivered": "l.ordered", "invoiced": "l.ordered"},
    )  # fmt: skip
    paid = f"(o.id <= {last - 2_000 - 3 * live})"
    insert(
        connection, "billing_invoice", f"orders_order o WHERE {done}",
        {"id": "o.id", "issuer_id": "1", "series_id": "1", "customer_id": "o.customer_id", "payer_id": "o.payer_id",
         "account_id": "o.account_id", "order_id": "o.id", "kind": "'invoice'", "status": "'issued'", "sequence": "o.id",
         "number": "'A-' || o.id", "currency": "'EUR'", "language": "'es'", "issued_on": "o.placed_at::date",
         "due_on": "o.placed_at::date + 30", "supplied_on": "o.placed_at::date", "payer_name": "o.customer_name",
         "net": "o.net", "tax": "o.tax", "gross": "o.gross", "settled": f"CASE WHEN {paid} THEN o.gross ELSE 0 END",
         "issued_by_id": "1"},
    )  # fmt: skip
    insert(
        connection, "billing_instalment", f"billing_invoice i JOIN orders_order o ON o.id = i.order_id WHERE {done}",
        {"invoice_id": "i.id", "account_id": "i.account_id", "position": "1", "due_on": "i.due_on",
         "method": "'transfer'", "amount": "i.gross", "settled": "i.settled"},
    )  # fmt: skip
    insert(connection, "billing_payment", f"billing_invoice i JOIN orders_order o ON o.id = i.id WHERE {done} AND {paid}", {
        "id": "i.id", "issuer_id": "1", "payer_id": "i.payer_id", "account_id": "i.account_id", "direction": "'in'", "method": "'transfer'",
        "currency": "'EUR'", "amount": "i.gross", "allocated": "i.gross", "value_on": "i.issued_on + 20 + i.id::int % 30", "recorded_at": "o.placed_at",
    })  # fmt: skip
    insert(connection, "billing_allocation", f"billing_payment p JOIN orders_order o ON o.id = p.id WHERE {done}", {
        "account_id": "p.account_id", "payer_id": "p.payer_id", "currency": "'EUR'", "payment_id": "p.id", "invoice_id": "p.id",
        "instalment_id": "(SELECT s.id FROM billing_instalment s WHERE s.invoice_id = p.id)", "amount": "p.amount", "at": "p.recorded_at",
        "payment_direction": "'in'", "credit_note_kind": "'credit_note'", "invoice_kind": "'invoice'", "refund_direction": "'out'", "value_on": "p.value_on",
    })  # fmt: skip
    insert(
        connection, "billing_invoiceline",
        f"orders_orderline l JOIN orders_order o ON o.id = l.order_id JOIN orders_shipmentline s ON s.line_id = l.id WHERE {done}",
        {"invoice_id": "o.id", "account_id": "l.account_id", "position": "l.position", "order_line_id": "l.id",
         "shipment_line_id": "s.id", "code": "l.code", "description": "l.description", "unit": "'pc'",
         "quantity": "l.ordered", "price": "l.price", "price_quantity": "1", "tax_rate": "10"},
    )  # fmt: skip
