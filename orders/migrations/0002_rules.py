"""Rules of orders, lines, reservations and shipments that Django's constraints can't express."""

from django.db import migrations

RULES = """
-- Who is who on an order belongs to one group.

ALTER TABLE orders_order ADD CONSTRAINT order_customer_same_account FOREIGN KEY (customer_id, account_id)
  REFERENCES customers_customer (id, account_id);

ALTER TABLE orders_order ADD CONSTRAINT order_payer_same_account FOREIGN KEY (payer_id, account_id)
  REFERENCES customers_customer (id, account_id);

ALTER TABLE orders_order ADD CONSTRAINT order_ship_to_same_account FOREIGN KEY (ship_to_id, account_id)
  REFERENCES customers_address (id, account_id);

-- A customer's PO number comes once among live orders, unless its policy or a named person allows more.
CREATE UNIQUE INDEX order_po_once ON orders_order (customer_id, lower(customer_po))
  WHERE customer_po <> '' AND po_must_be_unique AND NOT is_history
    AND status NOT IN ('draft', 'quoted', 'cancelled', 'rejected', 'expired');

-- A line carries what its order is, in one key: changing the order's status changes its lines.
ALTER TABLE orders_orderline ADD CONSTRAINT orderline_follows_order
  FOREIGN KEY (order_id, account_id, order_status, billing_policy, is_history)
  REFERENCES orders_order (id, account_id, status, billing_policy, is_history) ON UPDATE CASCADE;

CREATE FUNCTION orders_check_transition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM orders_ordertransition t
                 WHERE t.from_status = OLD.status AND t.to_status = NEW.status) THEN
    RAISE EXCEPTION 'an order can not go from % to %', OLD.status, NEW.status
      USING ERRCODE = 'check_violation', CONSTRAINT = 'order_transition_allowed', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER order_transition_allowed BEFORE UPDATE OF status ON orders_order
  FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION orders_check_transition();

CREATE FUNCTION orders_check_start() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'an order does not begin as %', NEW.status
    USING ERRCODE = 'check_violation', CONSTRAINT = 'order_starts_before_fulfilment', TABLE = TG_TABLE_NAME;
END $$;
CREATE TRIGGER order_starts_before_fulfilment BEFORE INSERT ON orders_order
  FOR EACH ROW WHEN (NOT NEW.is_history AND NEW.status IN ('paused', 'in_fulfilment', 'shipped', 'delivered', 'closed'))
  EXECUTE FUNCTION orders_check_start();

CREATE FUNCTION orders_check_deletion() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'an order that was placed is cancelled, not deleted'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'order_placed_stays', TABLE = TG_TABLE_NAME;
END $$;
CREATE TRIGGER order_placed_stays BEFORE DELETE ON orders_order
  FOR EACH ROW WHEN (OLD.status <> 'draft') EXECUTE FUNCTION orders_check_deletion();

-- What hangs on an order carries its account.

ALTER TABLE orders_orderevent ADD CONSTRAINT orderevent_order_same_account FOREIGN KEY (order_id, account_id)
  REFERENCES orders_order (id, account_id);

ALTER TABLE orders_reservation ADD CONSTRAINT reservation_of_line FOREIGN KEY (line_id, product_id, account_id)
  REFERENCES orders_orderline (id, product_id, account_id);

ALTER TABLE orders_reservation ADD CONSTRAINT reservation_of_level FOREIGN KEY (warehouse_id, product_id)
  REFERENCES inventory_stocklevel (warehouse_id, product_id);

ALTER TABLE orders_peg ADD CONSTRAINT peg_of_line FOREIGN KEY (line_id, product_id, account_id)
  REFERENCES orders_orderline (id, product_id, account_id);

ALTER TABLE orders_peg ADD CONSTRAINT peg_of_supply FOREIGN KEY (supply_id, product_id)
  REFERENCES inventory_purchaseorderline (id, product_id);

ALTER TABLE orders_shipment ADD CONSTRAINT shipment_of_order FOREIGN KEY (order_id, account_id, customer_id)
  REFERENCES orders_order (id, account_id, customer_id);

ALTER TABLE orders_shipmentline ADD CONSTRAINT shipmentline_of_shipment FOREIGN KEY (shipment_id, account_id)
  REFERENCES orders_shipment (id, account_id);

ALTER TABLE orders_shipmentline ADD CONSTRAINT shipmentline_of_line FOREIGN KEY (line_id, account_id)
  REFERENCES orders_orderline (id, account_id);

ALTER TABLE orders_trackingevent ADD CONSTRAINT trackingevent_of_shipment FOREIGN KEY (shipment_id, account_id)
  REFERENCES orders_shipment (id, account_id);

ALTER TABLE orders_incident ADD CONSTRAINT incident_of_order FOREIGN KEY (order_id, account_id, customer_id)
  REFERENCES orders_order (id, account_id, customer_id);

ALTER TABLE orders_incident ADD CONSTRAINT incident_of_shipment FOREIGN KEY (shipment_id, account_id)
  REFERENCES orders_shipment (id, account_id);

ALTER TABLE orders_return ADD CONSTRAINT return_of_order FOREIGN KEY (order_id, account_id, customer_id)
  REFERENCES orders_order (id, account_id, customer_id);

ALTER TABLE orders_return ADD CONSTRAINT return_customer_same_account FOREIGN KEY (customer_id, account_id)
  REFERENCES customers_customer (id, account_id);

ALTER TABLE orders_returnline ADD CONSTRAINT returnline_of_return FOREIGN KEY (parent_id, account_id)
  REFERENCES orders_return (id, account_id);

ALTER TABLE orders_returnline ADD CONSTRAINT returnline_of_line FOREIGN KEY (line_id, product_id, account_id)
  REFERENCES orders_orderline (id, product_id, account_id);

-- Events are only ever added.
CREATE TRIGGER orderevent_append_only BEFORE UPDATE OR DELETE ON orders_orderevent
  FOR EACH STATEMENT EXECUTE FUNCTION lonja_refuse_change('orderevent_append_only');
CREATE TRIGGER trackingevent_append_only BEFORE UPDATE OR DELETE ON orders_trackingevent
  FOR EACH STATEMENT EXECUTE FUNCTION lonja_refuse_change('trackingevent_append_only');

-- A shipment's moves, and its contents once it has left.
CREATE FUNCTION orders_check_shipment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT (CASE OLD.status
      WHEN 'open' THEN NEW.status IN ('packed', 'shipped', 'cancelled')
      WHEN 'packed' THEN NEW.status IN ('open', 'shipped', 'cancelled')
      WHEN 'shipped' THEN NEW.status IN ('in_transit', 'exception', 'delivered', 'returned_to_sender')
      WHEN 'in_transit' THEN NEW.status IN ('exception', 'delivered', 'returned_to_sender')
      WHEN 'exception' THEN NEW.status IN ('in_transit', 'delivered', 'returned_to_sender')
      ELSE false END) THEN
    RAISE EXCEPTION 'a shipment can not go from % to %', OLD.status, NEW.status
      USING ERRCODE = 'check_violation', CONSTRAINT = 'shipment_transition_allowed', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER shipment_transition_allowed BEFORE UPDATE OF status ON orders_shipment
  FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION orders_check_shipment();

CREATE FUNCTION orders_check_shipment_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM orders_shipment s WHERE s.id = OLD.shipment_id AND s.status NOT IN ('open', 'packed')) THEN
    RAISE EXCEPTION 'what has left can not be changed'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'shipmentline_frozen', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN COALESCE(NEW, OLD);
END $$;
CREATE TRIGGER shipmentline_frozen BEFORE UPDATE OF shipment_id, line_id, quantity OR DELETE ON orders_shipmentline
  FOR EACH ROW EXECUTE FUNCTION orders_check_shipment_line();

ALTER TABLE orders_order SET (fillfactor = 85);
ALTER TABLE orders_orderline SET (fillfactor = 85);
"""


class Migration(migrations.Migration):
    """Adds the rules; they leave with their tables."""

    dependencies = [("orders", "0001_initial"), ("inventory", "0002_rules")]
    operations = [
        migrations.RunSQL(RULES, migrations.RunSQL.noop),
    ]
