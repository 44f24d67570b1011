"""The index from which the days that a group takes to pay are read, without a row of the table."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Adds one partial index on allocations."""

    dependencies = [("billing", "0010_known_methods")]

    operations = [
        migrations.AddIndex(
            "allocation",
            models.Index(
                fields=["account", "value_on"],
                include=["id", "invoice", "amount", "reverses"],
                condition=Q(payment__isnull=False, invoice__isnull=False),
                name="allocation_paid_by_account",
            ),
        ),
    ]
