"""Payment terms are a known way of paying, and their instalments share the whole total."""

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

# The last instalment always took the rest of the total, and nothing was left for those behind 100 per cent: the shares
# become what they were in fact.
WHOLE = """
DELETE FROM customers_paymenttermsinstalment i
WHERE 100 <= (
  SELECT sum(b.percent) FROM customers_paymenttermsinstalment b WHERE b.terms_id = i.terms_id AND b.days < i.days
);

UPDATE customers_paymenttermsinstalment i SET percent = i.percent + 100 - t.shared
FROM (
  SELECT terms_id, sum(percent) AS shared, max(days) AS days FROM customers_paymenttermsinstalment GROUP BY terms_id
) t
WHERE t.terms_id = i.terms_id AND t.days = i.days AND t.shared <> 100;

UPDATE customers_paymentterms SET method = 'transfer'
WHERE method NOT IN ('transfer', 'direct_debit', 'card', 'cash', 'note');
"""

RULE = """
CREATE FUNCTION customers_check_terms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM customers_paymenttermsinstalment i
             WHERE i.terms_id IN (CASE WHEN TG_OP <> 'INSERT' THEN OLD.terms_id END,
                                  CASE WHEN TG_OP <> 'DELETE' THEN NEW.terms_id END)
             GROUP BY i.terms_id HAVING sum(i.percent) <> 100) THEN
    RAISE EXCEPTION 'the instalments of payment terms are 100 per cent together'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'paymentterms_instalments_add_up', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER paymentterms_instalments_add_up
  AFTER INSERT OR UPDATE OR DELETE ON customers_paymenttermsinstalment
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION customers_check_terms();
"""
DROP = "DROP TRIGGER paymentterms_instalments_add_up ON customers_paymenttermsinstalment; DROP FUNCTION customers_check_terms;"


class Migration(migrations.Migration):
    """Makes terms whole that were not, and adds the rules."""

    dependencies = [("customers", "0005_known_values")]

    operations = [
        migrations.RunSQL(WHOLE, migrations.RunSQL.noop),
        migrations.AlterField("paymentterms", "method", METHOD),
        migrations.AddConstraint(
            "paymentterms",
            models.CheckConstraint(condition=Q(method__in=METHODS), name="paymentterms_method_known"),
        ),
        migrations.RunSQL(RULE, DROP),
    ]
