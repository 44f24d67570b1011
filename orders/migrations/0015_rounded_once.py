"""Amounts of lines are multiplied out before they are divided, so that they are rounded once, at the end."""

from django.db import migrations, models
from django.db.models import Q

AMOUNT = models.DecimalField(decimal_places=2, max_digits=14)
NET = "round(({quantity} * price * (100 - discount_percent))::numeric(60, 30) / (price_quantity * 100), 2)"
GROSS = (
    "round(({quantity} * price * (100 - discount_percent) * (100 + tax_rate + surcharge_rate))::numeric(60, 30)"
    " / (price_quantity * 10000), 2)"
)
COLUMNS = {
    "net": NET.format(quantity="(ordered - cancelled)"),
    "open_gross": GROSS.format(quantity="(ordered - cancelled - shipped)"),
    "unbilled_gross": GROSS.format(quantity="greatest(shipped - refused - invoiced + reversed, 0)"),
}

# What was added up from lines that changed by a cent; nothing else is touched.
SUMS = """
UPDATE orders_order o SET net = t.net, tax = t.tax, gross = t.net + t.tax
FROM (
  SELECT order_id, sum(net) AS net, sum(round(net * tax_rate / 100, 2) + round(net * surcharge_rate / 100, 2)) AS tax
  FROM (SELECT order_id, tax_rate, surcharge_rate, sum(net) AS net FROM orders_orderline GROUP BY 1, 2, 3) rates
  GROUP BY order_id
) t
WHERE t.order_id = o.id AND (o.net, o.tax) IS DISTINCT FROM (t.net, t.tax);

UPDATE customers_account a SET open_orders = coalesce(e.open_orders, 0), unbilled = coalesce(e.unbilled, 0)
FROM customers_account b LEFT JOIN (
  SELECT account_id, sum(open_gross) AS open_orders, sum(unbilled_gross) AS unbilled FROM orders_orderline
  WHERE order_status IN ('released', 'paused', 'in_fulfilment', 'shipped', 'delivered', 'closed')
    AND NOT is_history AND (open_gross > 0 OR unbilled_gross > 0)
  GROUP BY account_id
) e ON e.account_id = b.id
WHERE b.id = a.id
  AND (a.open_orders, a.unbilled) IS DISTINCT FROM (coalesce(e.open_orders, 0), coalesce(e.unbilled, 0));
"""


def _generated(name):
    return models.GeneratedField(
        expression=models.Func(output_field=AMOUNT, template=COLUMNS[name]), output_field=AMOUNT, db_persist=True
    )


class Migration(migrations.Migration):
    """Makes the generated columns anew: PostgreSQL before 17 can't change what a column is generated from."""

    dependencies = [("orders", "0014_guarded_moves"), ("customers", "0004_mail_with_a_personal_link")]

    operations = [
        migrations.RemoveIndex("orderline", "orderline_exposure"),
        *(migrations.RemoveField("orderline", name) for name in COLUMNS),
        *(migrations.AddField("orderline", name, _generated(name)) for name in COLUMNS),
        migrations.AddIndex(
            "orderline",
            models.Index(
                fields=["account"],
                include=["open_gross", "unbilled_gross"],
                condition=Q(order_status__in=["released", "paused", "in_fulfilment", "shipped", "delivered", "closed"])
                & Q(is_history=False)
                & (Q(open_gross__gt=0) | Q(unbilled_gross__gt=0)),
                name="orderline_exposure",
            ),
        ),
        migrations.RunSQL(SUMS, migrations.RunSQL.noop),
    ]
