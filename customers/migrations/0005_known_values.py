"""Policies, languages and kinds of files take no other values than the program knows."""

from django.db import migrations, models
from django.db.models import Q

# What was typed freely becomes the language of the house.
REPAIR = """
UPDATE customers_customer SET language = 'es' WHERE language NOT IN ('en', 'es');
UPDATE customers_user SET language = 'es' WHERE language NOT IN ('en', 'es');
SET CONSTRAINTS ALL IMMEDIATE;
"""

LANGUAGE = models.CharField("language", max_length=5, choices=[("en", "English"), ("es", "Spanish")], default="es")


class Migration(migrations.Migration):
    """Brings languages into line and adds the rules."""

    dependencies = [("customers", "0004_mail_with_a_personal_link")]

    operations = [
        migrations.RunSQL(REPAIR, migrations.RunSQL.noop),
        *(migrations.AlterField(model, "language", LANGUAGE) for model in ("customer", "customeraudit", "user", "useraudit")),
        migrations.AddConstraint(
            "customer",
            models.CheckConstraint(
                condition=Q(billing_policy__in=["on_shipment", "on_order"]), name="customer_billing_policy_known"
            ),
        ),
        migrations.AddConstraint(
            "customer",
            models.CheckConstraint(
                condition=Q(po_policy__in=["refuse", "warn", "allow"]), name="customer_po_policy_known"
            ),
        ),
        migrations.AddConstraint(
            "customer",
            models.CheckConstraint(condition=Q(language__in=["en", "es"]), name="customer_language_known"),
        ),
        migrations.AddConstraint(
            "storedfile",
            models.CheckConstraint(
                condition=Q(kind__in=["invoice", "delivery_note", "export", "upload", "report"]),
                name="storedfile_kind_known",
            ),
        ),
        migrations.AddConstraint(
            "user",
            models.CheckConstraint(condition=Q(language__in=["en", "es"]), name="user_language_known"),
        ),
    ]
