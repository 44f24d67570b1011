"""What the database refuses, whoever asks: every rule of customers, stock and orders by its name."""

import datetime
from decimal import Decimal

import pytest

from inventory.models import StockHold
from orders.services.picking import start_picking
from orders.services.shipping import ship
from tests.factories import make_address, make_customer
from tests.forbidden import refusal_fault
from tests.orders.factories import (
    MONDAY,
    make_begun,
    make_draft,
    make_incident,
    make_limited_customer,
    make_order,
    make_price,
    make_price_list,
    make_product,
    make_return,
    make_stock,
    make_supply,
    make_warehouse,
)

pytestmark = pytest.mark.django_db

LINE = (
    "order_id, account_id, order_status, billing_policy, is_history, position, type, product_id, code, description,"
    " unit_id, entered, factor, ordered, cancelled, backordered, reserved, picked, shipped, delivered, returned,"
    " invoiced, reversed, credited, price, price_quantity, discount_percent, price_level, tax_class_id, tax_rate,"
    " surcharge_rate, promise_reason"
)
ORDER = (
    "issuer_id, customer_id, payer_id, account_id, status, billing_policy, is_history, channel, currency,"
    " customer_name, customer_po, po_must_be_unique, po_override_reason, placed_at, hold_reason, note, net, tax, gross,"
    " line_count, version, source, source_key"
)
SHIPPED = "shipment_id, line_id, account_id, quantity, delivered, invoiced, reversed"
AS_SHIPPED = ORDER.replace(" status,", " 'shipped',")

FORBIDDEN = [
    # Customers
    ("account_limit_positive", "UPDATE customers_account SET credit_limit = -1 WHERE id = {account}"),
    ("account_exposure_positive", "UPDATE customers_account SET open_orders = -1 WHERE id = {account}"),
    ("account_currency_code", "UPDATE customers_account SET currency = 'eur' WHERE id = {account}"),
    (
        "paymentterms_method_known",
        "INSERT INTO customers_paymentterms (code, name, method) VALUES ('P1', 'Later', 'promise')",
    ),
    *(
        (
            "paymentterms_instalments_add_up",
            "WITH terms AS (INSERT INTO customers_paymentterms (code, name, method) VALUES ('P1', 'Later', 'cash')"
            " RETURNING id) INSERT INTO customers_paymenttermsinstalment (terms_id, days, percent)"
            f" SELECT id, days, percent FROM terms, (VALUES {parts}) AS part (days, percent)",
        )
        for parts in ("(30, 30)", "(30, 50), (60, 50.01)")
    ),
    ("customer_not_own_parent", "UPDATE customers_customer SET parent_id = id WHERE id = {customer}"),
    ("customer_weekdays", "UPDATE customers_customer SET delivery_weekdays = '089' WHERE id = {customer}"),
    ("customer_status_known", "UPDATE customers_customer SET status = 'vip' WHERE id = {customer}"),
    ("customer_tax_known", "UPDATE customers_customer SET tax_treatment = 'none' WHERE id = {customer}"),
    ("customer_name_present", "UPDATE customers_customer SET name = '' WHERE id = {customer}"),
    ("customer_parent_same_account", "UPDATE customers_customer SET parent_id = {stranger} WHERE id = {customer}"),
    ("customer_payer_same_account", "UPDATE customers_customer SET payer_id = {stranger} WHERE id = {customer}"),
    ("address_customer_same_account", "UPDATE customers_address SET customer_id = {stranger} WHERE id = {address}"),
    (
        "address_one_default",
        "INSERT INTO customers_address (customer_id, account_id, label, recipient, street, postcode, city, province,"
        " country, is_billing, is_default, is_active) SELECT customer_id, account_id, 'b', '', 's', 'p', 'c', '', 'ES',"
        " false, true, true FROM customers_address WHERE id = {address}",
    ),
    (
        "customernote_body_present",
        "INSERT INTO customers_customernote (customer_id, account_id, body, is_pinned, created_by_id, created_at)"
        " VALUES ({customer}, {account}, '', false, {user}, now())",
    ),
    # Products and prices
    ("product_pack_positive", "UPDATE inventory_product SET multiple = 0 WHERE id = {product}"),
    ("product_price_quantity_positive", "UPDATE inventory_product SET price_quantity = 0 WHERE id = {product}"),
    ("product_kind_known", "UPDATE inventory_product SET kind = 'idea' WHERE id = {product}"),
    (
        "productbarcode_gtin",
        "INSERT INTO inventory_productbarcode (product_id, code) VALUES ({product}, '12345')",
    ),
    ("taxrate_range", "UPDATE inventory_taxrate SET rate = 101"),
    ("pricerule_price_positive", "UPDATE inventory_pricerule SET price = -1"),
    (
        "pricerule_no_overlap",
        "INSERT INTO inventory_pricerule (price_list_id, product_id, minimum_quantity, price, valid_from)"
        " SELECT price_list_id, product_id, minimum_quantity, 5, valid_from + 1 FROM inventory_pricerule"
        " WHERE product_id = {product} LIMIT 1",
    ),
    ("pricelist_owner_fits_level", "UPDATE inventory_pricelist SET customer_id = {customer} WHERE level = 'base'"),
    ("pricelist_dates_in_order", "UPDATE inventory_pricelist SET valid_to = valid_from - 1 WHERE level = 'base'"),
    # Stock
    ("stocklevel_not_negative", "UPDATE inventory_stocklevel SET reserved = -1 WHERE product_id = {product}"),
    ("stocklevel_not_oversold", "UPDATE inventory_stocklevel SET reserved = on_hand + 1 WHERE product_id = {product}"),
    (
        "stocklevel_once",
        "INSERT INTO inventory_stocklevel (product_id, warehouse_id, on_hand, reserved, held, quarantined,"
        " reorder_point, bin) VALUES ({product}, {warehouse}, 0, 0, 0, 0, 0, '')",
    ),
    (
        "stocklevel_not_oversold",
        "UPDATE inventory_stocklevel SET on_hand = reserved - 1 WHERE product_id = {product}",
    ),
    ("stockmovement_append_only", "UPDATE inventory_stockmovement SET quantity = 1"),
    ("stockmovement_append_only", "DELETE FROM inventory_stockmovement"),
    *(
        (
            rule,
            "INSERT INTO inventory_stockmovement (product_id, warehouse_id, quantity, kind, document, reason, at)"
            f" VALUES ({{product}}, {{{warehouse}}}, {quantity}, '{kind}', '', '', now())",
        )
        for rule, warehouse, quantity, kind in [
            ("stockmovement_moves", "warehouse", 0, "count"),
            ("stockmovement_sign_fits_kind", "warehouse", -1, "receipt"),
            ("stockmovement_sign_fits_kind", "warehouse", 1, "shipment"),
            ("stockmovement_reason_given", "warehouse", -1, "adjustment"),
            ("stockmovement_kind_known", "warehouse", 1, "magic"),
            ("stockmovement_level", "empty", 1, "receipt"),
        ]
    ),
    ("stockhold_quantity_positive", "UPDATE inventory_stockhold SET quantity = 0"),
    ("stockhold_customer_same_account", "UPDATE inventory_stockhold SET customer_id = {stranger}"),
    ("purchaseorderline_pegged_within_supply", "UPDATE inventory_purchaseorderline SET pegged = expected + 1"),
    ("purchaseorderline_closed_pegs_nothing", "UPDATE inventory_purchaseorderline SET is_closed = true"),
    ("purchaseorderline_expected_positive", "UPDATE inventory_purchaseorderline SET expected = 0, pegged = 0"),
    # Orders
    ("order_transition_allowed", "UPDATE orders_order SET status = 'shipped' WHERE id = {draft}"),
    ("order_transition_allowed", "UPDATE orders_order SET status = 'draft' WHERE id = {order}"),
    ("order_transition_allowed", "UPDATE orders_order SET status = 'released' WHERE id = {shipped}"),
    (
        "order_starts_before_fulfilment",
        f"INSERT INTO orders_order (number, credit_decision, {ORDER}) SELECT 'X', 'no_limit',"
        f" {AS_SHIPPED} FROM orders_order WHERE id = {{draft}}",
    ),
    ("order_placed_stays", "DELETE FROM orders_order WHERE id = {order}"),
    ("order_release_needs_credit_decision", "UPDATE orders_order SET credit_decision = NULL WHERE id = {order}"),
    ("order_override_names_person", "UPDATE orders_order SET credit_decision = 'override' WHERE id = {order}"),
    ("order_po_override_has_reason", "UPDATE orders_order SET po_override_by_id = {user} WHERE id = {order}"),
    ("order_hold_has_reason", "UPDATE orders_order SET hold_reason = '' WHERE id = {held}"),
    ("order_totals_add_up", "UPDATE orders_order SET gross = gross + 1 WHERE id = {order}"),
    ("order_quote_has_validity", "UPDATE orders_order SET status = 'quoted' WHERE id = {draft}"),
    ("order_currency_code", "UPDATE orders_order SET currency = '€' WHERE id = {order}"),
    (
        "order_po_once",
        "UPDATE orders_order SET customer_po = 'po-1', customer_id = {customer}, payer_id = {customer},"
        " account_id = {account}, status = 'submitted' WHERE id = {empty_draft}",
    ),
    ("order_customer_same_account", "UPDATE orders_order SET customer_id = {customer} WHERE id = {empty_draft}"),
    ("order_payer_same_account", "UPDATE orders_order SET payer_id = {customer} WHERE id = {empty_draft}"),
    ("order_ship_to_same_account", "UPDATE orders_order SET ship_to_id = {address} WHERE id = {empty_draft}"),
    ("orderevent_append_only", "UPDATE orders_orderevent SET at = now()"),
    ("orderevent_append_only", "DELETE FROM orders_orderevent WHERE order_id = {order}"),
    # Lines
    ("orderline_partition", "UPDATE orders_orderline SET reserved = reserved + 1 WHERE id = {line}"),
    ("orderline_partition", "UPDATE orders_orderline SET backordered = -1 WHERE id = {line}"),
    ("orderline_ordered_is_entered", "UPDATE orders_orderline SET entered = entered + 1 WHERE id = {line}"),
    ("orderline_quantity_positive", "UPDATE orders_orderline SET entered = 0, ordered = 0 WHERE id = {draft_line}"),
    ("orderline_delivered_within_shipped", "UPDATE orders_orderline SET delivered = shipped + 1 WHERE id = {line}"),
    ("orderline_returned_within_shipped", "UPDATE orders_orderline SET returned = shipped + 1 WHERE id = {line}"),
    ("orderline_invoiced_within_shipped", "UPDATE orders_orderline SET invoiced = shipped + 1 WHERE id = {line}"),
    ("orderline_credited_within_invoiced", "UPDATE orders_orderline SET credited = invoiced + 1 WHERE id = {line}"),
    (
        "orderline_only_goods_take_stock",
        "UPDATE orders_orderline SET type = 'charge' WHERE id = {line}",
    ),
    (
        "orderline_unreleased_holds_nothing",
        "UPDATE orders_orderline SET reserved = 1 WHERE id = {draft_line}",
    ),
    ("orderline_done_has_nothing_open", "UPDATE orders_order SET status = 'shipped' WHERE id = {order}"),
    ("orderline_cancelled_whole", "UPDATE orders_order SET status = 'cancelled' WHERE id = {order}"),
    ("orderline_delivered_means_all", "UPDATE orders_order SET status = 'delivered' WHERE id = {shipped}"),
    ("orderline_follows_order", "UPDATE orders_orderline SET order_status = 'paused' WHERE id = {line}"),
    ("orderline_history_is_over", "UPDATE orders_orderline SET is_history = true WHERE id = {line}"),
    (
        "orderline_no_date_has_reason",
        "UPDATE orders_orderline SET promised_on = NULL, promise_reason = '' WHERE id = {waiting_line}",
    ),
    ("orderline_price_range", "UPDATE orders_orderline SET discount_percent = 101 WHERE id = {line}"),
    ("orderline_free_costs_nothing", "UPDATE orders_orderline SET type = 'free' WHERE id = {line}"),
    (
        "orderline_position_once",
        f"INSERT INTO orders_orderline ({LINE}) SELECT {LINE} FROM orders_orderline WHERE id = {{draft_line}}",
    ),
    # Reservations and pegs
    ("reservation_of_line", "UPDATE orders_reservation SET product_id = {other_product} WHERE line_id = {line}"),
    ("reservation_of_line", "UPDATE orders_reservation SET account_id = {strange_account} WHERE line_id = {line}"),
    ("reservation_of_level", "UPDATE orders_reservation SET warehouse_id = {empty} WHERE line_id = {line}"),
    ("reservation_quantity_positive", "UPDATE orders_reservation SET quantity = 0, picked = 0 WHERE line_id = {line}"),
    ("reservation_picked_within_quantity", "UPDATE orders_reservation SET picked = quantity + 1"),
    (
        "reservation_once",
        "INSERT INTO orders_reservation (line_id, account_id, product_id, warehouse_id, quantity, picked)"
        " SELECT line_id, account_id, product_id, warehouse_id, 1, 0 FROM orders_reservation WHERE line_id = {line}",
    ),
    ("peg_quantity_positive", "UPDATE orders_peg SET quantity = -1"),
    ("peg_of_supply", "UPDATE orders_peg SET supply_id = 0"),
    # Shipments
    ("shipment_of_order", "UPDATE orders_shipment SET customer_id = {customer} WHERE id = {shipment}"),
    ("shipment_transition_allowed", "UPDATE orders_shipment SET status = 'open' WHERE id = {shipment}"),
    ("shipment_shipped_has_time", "UPDATE orders_shipment SET shipped_at = NULL WHERE id = {shipment}"),
    ("shipmentline_frozen", "UPDATE orders_shipmentline SET quantity = 1 WHERE shipment_id = {shipment}"),
    ("shipmentline_frozen", "DELETE FROM orders_shipmentline WHERE shipment_id = {shipment}"),
    (
        "shipmentline_frozen",
        f"INSERT INTO orders_shipmentline ({SHIPPED}) SELECT {{shipment}}, id, account_id, 1, 0, 0, 0"
        " FROM orders_orderline WHERE id = {line}",
    ),
    ("shipmentline_frozen", "UPDATE orders_shipmentline SET shipment_id = {shipment} WHERE shipment_id = {begun}"),
    ("shipmentline_refused_was_not_delivered", "UPDATE orders_shipmentline SET refused = quantity - delivered + 1"),
    ("orderline_refused_was_not_delivered", "UPDATE orders_orderline SET refused = 1 WHERE id = {line}"),
    ("shipment_ship_to_same_account", "UPDATE orders_shipment SET ship_to_id = {address} WHERE id = {shipment}"),
    ("shipmentline_billed_once", "UPDATE orders_shipmentline SET invoiced = quantity + 1"),
    ("shipmentline_of_shipment", "UPDATE orders_shipmentline SET account_id = {account}"),
    # Moves from state to state
    ("purchaseorder_transition_allowed", "UPDATE inventory_purchaseorder SET status = 'draft'"),
    ("incident_transition_allowed", "UPDATE orders_incident SET status = 'lost'"),
    ("returnline_transition_allowed", "UPDATE orders_returnline SET status = 'closed'"),
    # Values that the program doesn't know
    ("order_billing_policy_known", "UPDATE orders_order SET billing_policy = 'never' WHERE id = {empty_draft}"),
    ("order_credit_decision_known", "UPDATE orders_order SET credit_decision = 'luck' WHERE id = {empty_draft}"),
    ("orderline_price_level_known", "UPDATE orders_orderline SET price_level = 'friends' WHERE id = {line}"),
    ("orderline_promise_reason_known", "UPDATE orders_orderline SET promise_reason = 'luck' WHERE id = {line}"),
    ("customer_billing_policy_known", "UPDATE customers_customer SET billing_policy = 'never'"),
    ("customer_po_policy_known", "UPDATE customers_customer SET po_policy = 'ask'"),
    ("customer_language_known", "UPDATE customers_customer SET language = 'tlh'"),
    ("user_language_known", "UPDATE customers_user SET language = ''"),
]


@pytest.fixture
def world() -> dict[str, int]:
    """One of everything, by name."""
    product, other = make_product(), make_product()
    customer, stranger = make_customer(), make_customer()
    warehouse = make_stock(product=product, quantity=10)
    make_stock(product=other, quantity=10)
    empty = make_warehouse()
    make_supply(product=product, quantity=50, expected_on=datetime.date(2026, 3, 12))
    make_price(product=product, price_list=make_price_list(level="customer", customer=customer), price="9")
    address = make_address(customer=customer, is_default=True)
    StockHold.objects.create(
        customer=customer,
        account=customer.account,
        product=other,
        warehouse=warehouse,
        quantity=Decimal(1),
        document="q",
        expires_at=MONDAY,
    )
    draft = make_draft(customer=customer, lines=[(other, 1)])
    empty_draft = make_draft(customer=stranger, lines=[])
    shipped = make_order(customer=stranger, lines=[(product, 2)])
    shipment = ship(shipment=start_picking(order=shipped, warehouse=warehouse, by=None, at=MONDAY), by=None, at=MONDAY)
    begun = make_begun(customer=stranger, lines=[(product, 1)])
    order = make_order(customer=customer, lines=[(product, 2)], customer_po="PO-1")
    waiting = make_order(lines=[(product, 8)])
    held = make_order(customer=make_limited_customer(limit="1"), lines=[(product, 1)])
    make_incident(customer=stranger)
    make_return(customer=stranger)
    return {
        "account": customer.account_id,
        "strange_account": stranger.account_id,
        "customer": customer.pk,
        "stranger": stranger.pk,
        "user": order.placed_by_id,
        "address": address.pk,
        "product": product.pk,
        "other_product": other.pk,
        "warehouse": warehouse.pk,
        "empty": empty.pk,
        "draft": draft.pk,
        "draft_line": draft.lines.get().pk,
        "empty_draft": empty_draft.pk,
        "order": order.pk,
        "line": order.lines.get().pk,
        "waiting_line": waiting.lines.get().pk,
        "held": held.pk,
        "shipped": shipped.pk,
        "shipment": shipment.pk,
        "begun": begun.pk,
    }


def test_the_database_refuses_every_one_of_them_by_its_rule(world: dict[str, int]) -> None:
    assert len(FORBIDDEN) >= 80
    assert [fault for rule, statement in FORBIDDEN if (fault := refusal_fault(statement, rule, world))] == []
