"""Rules of prices and stock that Django's constraints can't express."""

from django.db import migrations

RULES = """
-- Two prices of one list, product and quantity never overlap in time. Plain ranges stand in for the
-- equality of numbers, so that no extension is needed.
ALTER TABLE inventory_pricerule ADD CONSTRAINT pricerule_no_overlap EXCLUDE USING gist (
  int8range(price_list_id, price_list_id, '[]') WITH &&,
  int8range(product_id, product_id, '[]') WITH &&,
  numrange(minimum_quantity, minimum_quantity, '[]') WITH &&,
  daterange(valid_from, valid_to, '[]') WITH &&
);

-- Movements and holds belong to a stock level that exists.

ALTER TABLE inventory_stockmovement ADD CONSTRAINT stockmovement_level FOREIGN KEY (warehouse_id, product_id)
  REFERENCES inventory_stocklevel (warehouse_id, product_id);

ALTER TABLE inventory_stockhold ADD CONSTRAINT stockhold_level FOREIGN KEY (warehouse_id, product_id)
  REFERENCES inventory_stocklevel (warehouse_id, product_id);

ALTER TABLE inventory_stockhold ADD CONSTRAINT stockhold_customer_same_account FOREIGN KEY (customer_id, account_id)
  REFERENCES customers_customer (id, account_id);

ALTER TABLE inventory_purchaseorderline ADD CONSTRAINT purchaseorderline_warehouse FOREIGN KEY (order_id, warehouse_id)
  REFERENCES inventory_purchaseorder (id, warehouse_id) ON UPDATE CASCADE;

-- The ledger is only ever added to.
CREATE TRIGGER stockmovement_append_only BEFORE UPDATE OR DELETE ON inventory_stockmovement
  FOR EACH STATEMENT EXECUTE FUNCTION lonja_refuse_change('stockmovement_append_only');

-- Stock rows are updated all day: room on the page keeps the updates off the indexes.
ALTER TABLE inventory_stocklevel SET (fillfactor = 70);
"""


class Migration(migrations.Migration):
    """Adds the rules; they leave with their tables."""

    dependencies = [("inventory", "0001_initial"), ("customers", "0002_rules")]
    operations = [
        migrations.RunSQL(RULES, migrations.RunSQL.noop),
    ]
