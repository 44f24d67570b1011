"""An instalment is paid in a known way."""

from django.db import migrations, models
from django.db.models import Q

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
    """Adds the choices and the rule that keeps them."""

    dependencies = [("billing", "0009_rounded_once"), ("customers", "0006_whole_terms")]

    operations = [
        migrations.AlterField("instalment", "method", METHOD),
        migrations.AddConstraint(
            "instalment", models.CheckConstraint(condition=Q(method__in=METHODS), name="instalment_method_known")
        ),
    ]
