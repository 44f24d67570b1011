"""The net of a billed line is multiplied out before it is divided, so that it is rounded once, at the end."""

from django.db import migrations, models

AMOUNT = models.DecimalField(decimal_places=2, max_digits=14)
NET = "round((quantity * price * (100 - discount_percent))::numeric(60, 30) / (price_quantity * 100), 2)"

# An issued document says what it says for ever: stop rather than change a line of one.
GUARD = f"""
DO $$
DECLARE
  found text;
BEGIN
  SELECT string_agg(i.number || ' line ' || l.position, ', ') INTO found
  FROM billing_invoiceline l JOIN billing_invoice i ON i.id = l.invoice_id
  WHERE i.status = 'issued' AND l.net <> {NET};
  IF found IS NOT NULL THEN
    RAISE EXCEPTION 'lines of issued documents would change by a cent: %', found;
  END IF;
END $$;
"""  # noqa: S608 - made of constants


class Migration(migrations.Migration):
    """Makes the generated column anew: PostgreSQL before 17 can't change what a column is generated from."""

    dependencies = [("billing", "0008_series_kind")]

    operations = [
        migrations.RunSQL(GUARD, migrations.RunSQL.noop),
        migrations.RemoveField("invoiceline", "net"),
        migrations.AddField(
            "invoiceline",
            "net",
            models.GeneratedField(
                expression=models.Func(output_field=AMOUNT, template=NET), output_field=AMOUNT, db_persist=True
            ),
        ),
    ]
