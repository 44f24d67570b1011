"""Issued documents may be settled: columns that PostgreSQL generates are not known yet when the rule looks."""

from django.db import migrations

RULE = """
CREATE OR REPLACE FUNCTION billing_check_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  series billing_invoiceseries;
  rule text;
BEGIN
  IF TG_OP = 'INSERT' THEN
    rule := CASE WHEN NEW.status <> 'draft' THEN 'invoice_starts_as_draft' END;
  ELSIF TG_OP = 'DELETE' THEN
    rule := CASE WHEN OLD.status = 'issued' THEN 'invoice_frozen' END;
  ELSIF OLD.status = 'issued' THEN
    IF (to_jsonb(NEW) - '{settled,open_amount,pdf_id,words}'::text[]) IS DISTINCT FROM
       (to_jsonb(OLD) - '{settled,open_amount,pdf_id,words}'::text[]) THEN
      rule := 'invoice_frozen';
    END IF;
  ELSIF NEW.status = 'issued' THEN
    SELECT * INTO series FROM billing_invoiceseries s WHERE s.id = NEW.series_id;
    rule := CASE
      WHEN NEW.net <> (SELECT coalesce(sum(l.net), 0) FROM billing_invoiceline l WHERE l.invoice_id = NEW.id)
        THEN 'invoice_lines_add_up'
      WHEN (NEW.net, NEW.tax) <>
        (SELECT coalesce(sum(t.base), 0), coalesce(sum(t.amount + t.surcharge), 0)
         FROM billing_invoicetax t WHERE t.invoice_id = NEW.id)
        THEN 'invoice_taxes_add_up'
      WHEN NEW.kind = 'invoice' AND NEW.gross <>
        (SELECT coalesce(sum(i.amount), 0) FROM billing_instalment i WHERE i.invoice_id = NEW.id)
        THEN 'invoice_instalments_add_up'
      WHEN NEW.kind = 'credit_note' AND NOT EXISTS
        (SELECT FROM billing_invoicereference r WHERE r.credit_note_id = NEW.id)
        THEN 'invoice_credit_note_refers'
      WHEN NEW.sequence > series.last_number OR NEW.issued_on > series.last_issued_on
        OR EXISTS (SELECT FROM billing_invoice i WHERE i.series_id = NEW.series_id AND i.sequence = NEW.sequence - 1
                   AND i.issued_on > NEW.issued_on)
        THEN 'invoice_numbered_by_series' END;
  END IF;
  IF rule IS NOT NULL THEN
    RAISE EXCEPTION 'document % breaks the rule %', COALESCE(NEW.id, OLD.id), rule
      USING ERRCODE = 'check_violation', CONSTRAINT = rule, TABLE = TG_TABLE_NAME;
  END IF;
  RETURN COALESCE(NEW, OLD);
END $$;
"""


class Migration(migrations.Migration):
    """Leaves generated columns out of what must not change."""

    dependencies = [("billing", "0004_refunds")]
    operations = [
        migrations.RunSQL(RULE, migrations.RunSQL.noop),
    ]
