"""Money that goes back: a refund takes from what was received or credited, as an instalment does."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

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
        ('billing', '0003_rules'),
        ('customers', '0002_rules'),
        ('orders', '0003_transitions'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='allocation',
            name='allocation_kinds',
        ),
        migrations.AddField(
            model_name='allocation',
            name='payment_direction',
            field=models.CharField(default='in', editable=False, max_length=3),
        ),
        migrations.AddField(
            model_name='allocation',
            name='refund',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='refunded_from', to='billing.payment'),
        ),
        migrations.AddField(
            model_name='allocation',
            name='refund_direction',
            field=models.CharField(default='out', editable=False, max_length=3),
        ),
        migrations.AlterField(
            model_name='allocation',
            name='instalment',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='allocations', to='billing.instalment'),
        ),
        migrations.AlterField(
            model_name='allocation',
            name='invoice',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='allocations', to='billing.invoice'),
        ),
        migrations.AddIndex(
            model_name='invoice',
            index=models.Index(condition=models.Q(('settled__lt', models.F('gross')), ('status', 'issued')), fields=['account'], include=('kind', 'open_amount'), name='invoice_open_by_account'),
        ),
        migrations.AddConstraint(
            model_name='allocation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('instalment__isnull', False), ('invoice__isnull', False), ('refund__isnull', True)), models.Q(('instalment__isnull', True), ('invoice__isnull', True), ('refund__isnull', False)), _connector='OR'), name='allocation_one_target'),
        ),
        migrations.AddConstraint(
            model_name='allocation',
            constraint=models.CheckConstraint(condition=models.Q(('credit_note_kind', 'credit_note'), ('invoice_kind', 'invoice'), ('payment_direction', 'in'), ('refund_direction', 'out')), name='allocation_kinds'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.UniqueConstraint(fields=('id', 'payer', 'currency', 'direction'), name='payment_direction_key'),
        ),
        migrations.RunSQL(RULES, migrations.RunSQL.noop),
    ]
