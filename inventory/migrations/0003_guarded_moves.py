"""Purchase orders move by a guard."""

from django.db import migrations

from config.database.states import guard_moves

PURCHASE_ORDER = (
    "confirmed>cancelled confirmed>received draft>cancelled draft>sent sent>cancelled sent>confirmed sent>received"
)


class Migration(migrations.Migration):
    """Adds the guard."""

    dependencies = [("inventory", "0002_rules"), ("config", "0002_moves")]
    operations = [
        guard_moves("inventory_purchaseorder", "purchaseorder_transition_allowed", PURCHASE_ORDER),
    ]
