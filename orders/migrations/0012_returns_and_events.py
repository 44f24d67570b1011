"""Where each returned line lies, the events of packing and of giving a picking up; papers are drawn, not kept."""

import django.db.models.deletion
from django.db import migrations, models

# Until now a return lay in one warehouse, which its head names.
FILL = """
    UPDATE orders_returnline l SET warehouse_id = r.warehouse_id
    FROM orders_return r WHERE r.id = l.parent_id AND l.received > 0 AND r.warehouse_id IS NOT NULL;
    SET CONSTRAINTS ALL IMMEDIATE
"""

KINDS = [
    ("drafted", "Order begun"),
    ("quoted", "Quote sent"),
    ("placed", "Order placed"),
    ("held", "Put on credit hold"),
    ("released", "Released"),
    ("approved", "Approved"),
    ("rejected", "Rejected"),
    ("paused", "Paused"),
    ("resumed", "Resumed"),
    ("edited", "Order changed"),
    ("line_cancelled", "Line cancelled"),
    ("cancelled", "Order cancelled"),
    ("reserved", "Stock reserved"),
    ("backordered", "Waiting for supply"),
    ("promise_changed", "Promised date changed"),
    ("picking", "Picking started"),
    ("picking_stopped", "Picking given up"),
    ("packed", "Packed"),
    ("shipped", "Shipped"),
    ("tracked", "On its way"),
    ("delivered", "Delivered"),
    ("invoiced", "Invoiced"),
    ("credited", "Credited"),
    ("paid", "Paid"),
    ("return_requested", "Return requested"),
    ("returned", "Returned"),
    ("incident", "Incident"),
    ("note", "Note"),
    ("closed", "Closed"),
    ("imported", "Brought from another system"),
]


class Migration(migrations.Migration):
    """Adds a warehouse to return lines and two kinds of events, drops a column that nothing wrote."""

    dependencies = [("inventory", "0002_rules"), ("orders", "0011_sorted_lists")]

    operations = [
        migrations.RemoveField("shipment", "document"),
        migrations.AddField(
            "returnline",
            "warehouse",
            models.ForeignKey(
                "inventory.warehouse",
                on_delete=django.db.models.deletion.PROTECT,
                null=True,
                blank=True,
                related_name="+",
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddConstraint(
            "returnline",
            models.CheckConstraint(
                condition=~models.Q(status__in=["received", "inspected"]) | models.Q(warehouse__isnull=False),
                name="returnline_received_somewhere",
            ),
        ),
        migrations.RemoveConstraint("orderevent", "orderevent_kind_known"),
        migrations.AlterField("orderevent", "kind", models.CharField("kind", max_length=20, choices=KINDS)),
        migrations.AddConstraint(
            "orderevent",
            models.CheckConstraint(
                condition=models.Q(kind__in=[kind for kind, _label in KINDS]), name="orderevent_kind_known"
            ),
        ),
    ]
