"""Every order that the lists of invoices and payments offer has its index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds two indexes."""

    dependencies = [("billing", "0006_corrections")]

    operations = [
        migrations.AddIndex("invoice", models.Index(fields=["-number", "-id"], name="invoice_by_number")),
        migrations.AddIndex("payment", models.Index(fields=["-amount", "-id"], name="payment_by_amount")),
    ]
