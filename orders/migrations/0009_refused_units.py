"""Units that were refused on delivery are not billed; what has left takes no more lines and goes to its own group."""

from django.db import migrations, models
from django.db.models import F, Q

AMOUNT = models.DecimalField(decimal_places=2, max_digits=14)
UNBILLED = (
    "round(greatest(shipped - refused - invoiced + reversed, 0) * price / price_quantity"
    " * (100 - discount_percent) / 100 * (100 + tax_rate + surcharge_rate) / 100, 2)"
)

# What came of deliveries before: a journey that is over left nothing between delivered and refused.
COUNTED = """
UPDATE orders_shipmentline sl SET refused = sl.quantity - sl.delivered FROM orders_shipment s
WHERE s.id = sl.shipment_id AND s.status IN ('delivered', 'returned_to_sender') AND sl.delivered < sl.quantity;

UPDATE orders_orderline l SET refused = s.refused
FROM (SELECT line_id, sum(refused) AS refused FROM orders_shipmentline GROUP BY line_id HAVING sum(refused) > 0) s
WHERE s.line_id = l.id;
"""

RULES = """
ALTER TABLE orders_shipment ADD CONSTRAINT shipment_ship_to_same_account FOREIGN KEY (ship_to_id, account_id)
  REFERENCES customers_address (id, account_id);

CREATE OR REPLACE FUNCTION orders_check_shipment_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM orders_shipment s WHERE s.status NOT IN ('open', 'packed')
             AND s.id IN (CASE WHEN TG_OP <> 'INSERT' THEN OLD.shipment_id END,
                          CASE WHEN TG_OP <> 'DELETE' THEN NEW.shipment_id END)) THEN
    RAISE EXCEPTION 'what has left can not be changed'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'shipmentline_frozen', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN COALESCE(NEW, OLD);
END $$;
DROP TRIGGER shipmentline_frozen ON orders_shipmentline;
CREATE TRIGGER shipmentline_frozen
  BEFORE INSERT OR UPDATE OF shipment_id, line_id, quantity OR DELETE ON orders_shipmentline
  FOR EACH ROW EXECUTE FUNCTION orders_check_shipment_line();
"""


class Migration(migrations.Migration):
    """Adds the counter of refused units, leaves them out of what is to bill, and adds the rules."""

    dependencies = [("orders", "0008_waiting_lines"), ("customers", "0003_phone_keys")]

    operations = [
        migrations.AddField(
            "orderline", "refused", models.DecimalField(db_default=0, decimal_places=3, default=0, max_digits=14)
        ),
        migrations.AddField(
            "shipmentline",
            "refused",
            models.DecimalField("refused", db_default=0, decimal_places=3, default=0, max_digits=14),
        ),
        migrations.RunSQL(COUNTED, migrations.RunSQL.noop),
        migrations.RemoveIndex("orderline", "orderline_exposure"),
        migrations.RemoveField("orderline", "unbilled_gross"),
        migrations.AddField(
            "orderline",
            "unbilled_gross",
            models.GeneratedField(
                expression=models.Func(output_field=AMOUNT, template=UNBILLED), output_field=AMOUNT, db_persist=True
            ),
        ),
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
        migrations.RemoveIndex("shipmentline", "shipmentline_to_bill"),
        migrations.AddIndex(
            "shipmentline",
            models.Index(
                fields=["shipment"],
                condition=Q(quantity__gt=F("refused") + F("invoiced") - F("reversed")),
                name="shipmentline_to_bill",
            ),
        ),
        migrations.AddConstraint(
            "orderline",
            models.CheckConstraint(
                condition=Q(refused__gte=0, refused__lte=F("shipped") - F("delivered")),
                name="orderline_refused_was_not_delivered",
            ),
        ),
        migrations.AddConstraint(
            "shipmentline",
            models.CheckConstraint(
                condition=Q(refused__gte=0, refused__lte=F("quantity") - F("delivered")),
                name="shipmentline_refused_was_not_delivered",
            ),
        ),
        migrations.RunSQL(RULES, migrations.RunSQL.noop),
    ]
