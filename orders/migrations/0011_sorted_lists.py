"""Every order that the lists of incidents and returns offer has its index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds three indexes."""

    dependencies = [("orders", "0010_sales_by_customer")]

    operations = [
        migrations.AddIndex("incident", models.Index(fields=["-opened_at", "-id"], name="incident_by_opened")),
        migrations.AddIndex("incident", models.Index(fields=["due_on", "id"], name="incident_by_due")),
        migrations.AddIndex("return", models.Index(fields=["-requested_at", "-id"], name="return_by_requested")),
    ]
