"""A series numbers documents of a kind that there is."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the rule."""

    dependencies = [("billing", "0007_sorted_lists")]

    operations = [
        migrations.AddConstraint(
            "invoiceseries",
            models.CheckConstraint(
                condition=models.Q(kind__in=["invoice", "credit_note"]), name="invoiceseries_kind_known"
            ),
        ),
    ]
