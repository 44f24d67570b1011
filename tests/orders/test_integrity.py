"""The proofs: they hold after real work, and find whatever is broken behind the rules' back."""

import datetime
import io
from decimal import Decimal

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils.module_loading import import_string

from config import integrity
from customers.models import JobRun
from orders.models import Order
from orders.services.cancelling import cancel_line_rest
from orders.services.holds import release_credit_hold
from orders.services.picking import confirm_pick, start_picking
from orders.services.shipping import ship
from orders.services.tracking import deliver
from orders.tasks import prove_integrity
from tests.factories import make_customer, make_user
from tests.orders.factories import (
    MONDAY,
    make_draft,
    make_limited_customer,
    make_order,
    make_product,
    make_stock,
    make_supply,
    make_warehouse,
)

pytestmark = pytest.mark.django_db
LATER = MONDAY + datetime.timedelta(hours=2)


def make_world() -> Order:
    """Orders in every stage; returns one that is part shipped, part reserved, part waiting."""
    by, product, freight = make_user(), make_product(packs={"box": "6"}), make_product(kind="charge")
    warehouse = make_stock(product=product, quantity=20)
    make_supply(product=product, quantity=50, expected_on=datetime.date(2026, 3, 12))
    make_draft(lines=[(product, 1)])
    make_order(lines=2)
    held = make_order(customer=make_limited_customer(limit="5"), lines=[(product, 1)])
    release_credit_hold(order=held, by=by, at=LATER, reason="known")
    whole = make_order(lines=[(product, 2), (freight, 1)])
    shipment = ship(shipment=start_picking(order=whole, warehouse=warehouse, by=by, at=LATER), by=by, at=LATER)
    deliver(shipment=shipment, quantities=None, at=LATER, received_by="Ana", by=by)
    cut = make_order(lines=[(product, 2)])
    cancel_line_rest(line=cut.lines.get(), by=by, at=LATER, reason="x")
    make_order(customer=make_customer(ship_complete=True), lines=[(product, 3)])
    make_warehouse()  # with nothing in it
    order = make_order(lines=[(product, 30)])
    shipment = start_picking(order=order, warehouse=warehouse, by=by, at=LATER)
    line = order.lines.get()
    ship(shipment=shipment, quantities={line.pk: Decimal(2)}, by=by, at=LATER)
    shipment = start_picking(order=order, warehouse=warehouse, by=by, at=LATER)
    confirm_pick(shipment=shipment, shipment_line_id=shipment.lines.get().pk, quantity=Decimal(1), by=by, at=LATER)
    return order


def test_all_proofs_hold_after_real_work() -> None:
    make_world()
    out = io.StringIO()

    call_command("check_integrity", stdout=out)

    assert f"{len(integrity.proofs())} proofs hold." in out.getvalue()


# What breaks what: the proof, the rules that stand in the way, and the change. {line} is the order of make_world.
BROKEN = {
    "stocklevel_on_hand_is_movements": ([], "UPDATE inventory_stocklevel SET on_hand = on_hand + 1"),
    "stocklevel_held_is_holds": ([], "UPDATE inventory_stocklevel SET held = 1 WHERE available > 0"),
    "stocklevel_promises_what_is_there": (
        ["inventory_stocklevel stocklevel_not_oversold"],
        "UPDATE inventory_stocklevel SET quarantined = on_hand + 1",
    ),
    "stockmovement_has_level": (
        ["inventory_stockmovement stockmovement_level"],
        "INSERT INTO inventory_stockmovement (product_id, warehouse_id, quantity, kind, document, reason, at)"
        " SELECT max(product_id), (SELECT max(id) FROM inventory_warehouse), 1, 'receipt', '', '', now()"
        " FROM inventory_stocklevel",
    ),
    "stocklevel_reserved_is_reservations": (
        [],
        "UPDATE inventory_stocklevel SET reserved = reserved - 1 WHERE reserved > 0",
    ),
    "purchaseorderline_pegged_is_pegs": ([], "UPDATE inventory_purchaseorderline SET pegged = pegged + 1"),
    "orderline_buckets_are_ordered": (
        [],
        "UPDATE orders_orderline SET backordered = backordered - 1 WHERE id = {line}",
    ),
    "orderline_reserved_is_reservations": (
        [],
        "UPDATE orders_orderline SET reserved = reserved - 1, backordered = backordered + 1 WHERE id = {line}",
    ),
    "orderline_pegs_within_backorder": ([], "UPDATE orders_peg SET quantity = quantity + 1 WHERE line_id = {line}"),
    "orderline_is_as_its_order": (
        ["orders_orderline orderline_follows_order"],
        "UPDATE orders_orderline SET order_status = 'released' WHERE id = {line}",
    ),
    "order_moves_are_the_table_of_moves": (
        [],
        "ALTER TABLE orders_incident DISABLE TRIGGER incident_transition_allowed",
    ),
    "orderline_date_is_last_of_its_sources": (
        [],
        "UPDATE orders_peg SET promised_on = promised_on + 7 WHERE line_id = {line}",
    ),
    "order_date_is_last_of_its_lines": (
        [],
        "UPDATE orders_order SET promised_on = promised_on - 1 WHERE id = {order}",
    ),
    "order_totals_are_lines": ([], "UPDATE orders_order SET net = net + 1, tax = tax - 1 WHERE id = {order}"),
    "account_exposure_is_lines": (
        [],
        "UPDATE customers_account SET unbilled = unbilled + 1 WHERE id IN (SELECT account_id FROM orders_order)",
    ),
    "orderline_shipped_is_shipments": (
        [],
        "UPDATE orders_orderline SET shipped = shipped + 1, backordered = backordered - 1 WHERE id = {line}",
    ),
    "shipmentline_is_of_its_order": (
        ["orders_shipmentline shipmentline_of_shipment"],
        "INSERT INTO orders_shipmentline (shipment_id, line_id, account_id, quantity, delivered, invoiced, reversed)"
        " SELECT s.id, l.id, l.account_id, 1, 0, 0, 0 FROM orders_shipment s JOIN orders_orderline l"
        " ON l.account_id <> s.account_id WHERE s.status = 'open' LIMIT 1",
    ),
    "shipment_is_in_the_ledger": (
        [],
        "INSERT INTO inventory_stockmovement (product_id, warehouse_id, quantity, kind, document, reason, at)"
        " SELECT product_id, warehouse_id, -1, kind, document, '', at FROM inventory_stockmovement"
        " WHERE kind = 'shipment' LIMIT 1",
    ),
    "orderline_returned_is_returns": ([], "UPDATE orders_orderline SET returned = 1 WHERE id = {line}"),
}


def test_every_proof_is_broken_here() -> None:
    ours = ("inventory.", "orders.")
    proofs = [
        p.name for dotted in settings.INTEGRITY_PROOFS if dotted.startswith(ours) for p in import_string(dotted)()
    ]
    assert sorted(BROKEN) == sorted(proofs)


@pytest.mark.parametrize("name", BROKEN)
def test_a_proof_finds_what_is_broken_behind_the_rules(name: str) -> None:
    order = make_world()
    assert [result.count for result in integrity.check([name])] == [0]
    rules, change = BROKEN[name]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for rule in rules:
            table, constraint = rule.split()
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")
        cursor.execute(change.format(line=order.lines.get().pk, order=order.pk))

        (result,) = integrity.check([name])

        assert result.count >= 1
        assert result.findings[0].expected != result.findings[0].found
        err = io.StringIO()
        with pytest.raises(CommandError) as refused:
            call_command("check_integrity", name, stdout=io.StringIO(), stderr=err)
        assert refused.value.returncode == 1
        assert result.findings[0].row in err.getvalue()


@pytest.mark.django_db(transaction=True)
def test_the_page_has_the_proofs_run_and_names_what_is_broken(client: Client) -> None:
    order = make_world()
    client.force_login(make_user(desk="manager"), backend="customers.backends.DeskBackend")

    def page() -> str:
        return client.get("/desk/integrity/", headers={"Accept-Language": "en"}).content.decode()

    def prove() -> str:
        for _click in range(2):
            client.post("/desk/integrity/", headers={"Accept-Language": "en"})
        run = JobRun.objects.get(kind="prove_integrity", state="waiting")
        assert "The proofs run" in page()
        prove_integrity(str(run.pk))
        return page()

    assert "Not run yet" in page()
    shown = prove()
    assert f"All {len(integrity.proofs())} proofs hold" in shown
    assert "Last proved:" in shown

    with connection.cursor() as cursor:
        cursor.execute("UPDATE orders_order SET net = net + 1, tax = tax - 1 WHERE id = %s", [order.pk])
    shown = prove()
    assert "1 proof does not hold" in shown
    assert order.number in shown
