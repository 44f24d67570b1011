"""Fills the table of order transitions; a test keeps it equal to ``OrderStatus.TRANSITIONS``."""

from django.db import migrations

TRANSITIONS = {
    "draft": "quoted submitted pending_approval credit_hold released cancelled",
    "quoted": "draft submitted pending_approval credit_hold released expired cancelled",
    "submitted": "pending_approval credit_hold released rejected cancelled",
    "pending_approval": "submitted credit_hold released rejected cancelled",
    "credit_hold": "released rejected cancelled",
    "released": "paused in_fulfilment shipped credit_hold cancelled",
    "paused": "released in_fulfilment cancelled",
    "in_fulfilment": "paused released shipped",
    "shipped": "delivered closed",
    "delivered": "closed",
    "expired": "draft",
}


def fill(apps, schema_editor):
    """Write one row per allowed move."""
    transition = apps.get_model("orders", "OrderTransition")
    transition.objects.bulk_create(
        transition(from_status=before, to_status=after)
        for before, moves in TRANSITIONS.items()
        for after in moves.split()
    )


class Migration(migrations.Migration):
    """Fills the table."""

    dependencies = [("orders", "0002_rules")]
    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
