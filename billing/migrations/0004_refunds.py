"""Money that goes back: a refund takes from what was received or credited, as an instalment does."""

from django.conf import settings
from django.db import migrations

RULES = """
-- A source is money received, a refund is money sent, both of the same payer and currency.

ALTER TABLE billing_allocation DROP CONSTRAINT allocation_of_payment;

ALTER TABLE billing_allocation ADD CONSTRAINT allocation_of_payment
  FOREIGN KEY (payment_id, payer_id, currency, payment_direction)
  REFERENCES billing_payment (id, payer_id, currency, direction);

ALTER TABLE billing_allocation ADD CONSTRAINT allocation_of_refund
  FOREIGN KEY (refund_id, payer_id, currency, refund_direction)
  REFERENCES billing_payment (id, payer_id, currency, direction);

CREATE OR REPLACE FUNCTION billing_check_reversal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM billing_allocation a
                 WHERE a.id = NEW.reverses_id AND a.reverses_id IS NULL AND a.amount = -NEW.amount
                   AND a.instalment_id IS NOT DISTINCT FROM NEW.instalment_id
                   AND a.refund_id IS NOT DISTINCT FROM NEW.refund_id
                   AND a.payment_id IS NOT DISTINCT FROM NEW.payment_id
                   AND a.credit_note_id IS NOT DISTINCT FROM NEW.credit_note_id) THEN
    RAISE EXCEPTION 'a reversal undoes one allocation, whole'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'allocation_reversal_matches', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    """Adds the target, and ties both ends to the direction of the money."""

    dependencies = [
        ("billing", "0003_rules"),
        ("customers", "0002_rules"),
        ("orders", "0003_transitions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(RULES, migrations.RunSQL.noop),
    ]
