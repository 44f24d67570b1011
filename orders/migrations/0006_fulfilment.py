"""Numbers of delivery notes and returns; one begun shipment per order and warehouse; where returned goods arrive."""

from django.db import migrations

NUMBERS = """
CREATE SEQUENCE orders_shipment_number_seq START 100001;
CREATE SEQUENCE orders_return_number_seq START 10001;

CREATE FUNCTION orders_new_shipment_number() RETURNS text LANGUAGE sql VOLATILE AS $$
  SELECT 'DN-' || nextval('orders_shipment_number_seq')
$$;
CREATE FUNCTION orders_new_return_number() RETURNS text LANGUAGE sql VOLATILE AS $$
  SELECT 'RT-' || nextval('orders_return_number_seq')
$$;

ALTER TABLE orders_return ADD CONSTRAINT return_shipment_same_account FOREIGN KEY (shipment_id, account_id)
  REFERENCES orders_shipment (id, account_id);
"""

REVERSE = """
ALTER TABLE orders_return DROP CONSTRAINT return_shipment_same_account;
DROP FUNCTION orders_new_return_number();
DROP FUNCTION orders_new_shipment_number();
DROP SEQUENCE orders_return_number_seq;
DROP SEQUENCE orders_shipment_number_seq;
"""


class Migration(migrations.Migration):
    """Adds what picking, shipping and returns need."""

    dependencies = [("orders", "0005_numbers"), ("inventory", "0002_rules")]
    operations = [
        migrations.RunSQL(NUMBERS, REVERSE),
    ]
