"""Finds the live order that already carries a customer's PO number."""

from django.db import migrations

FORWARDS = "CREATE INDEX order_by_po ON orders_order (customer_id, lower(customer_po)) WHERE customer_po <> ''"


class Migration(migrations.Migration):
    """Adds the index."""

    dependencies = [("orders", "0006_fulfilment")]
    operations = [
        migrations.RunSQL(FORWARDS, "DROP INDEX order_by_po"),
    ]
