"""Corrections give back no more than was billed, and an issued document's references and PDF stay as they are."""

from django.db import migrations

RULES = """
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
       (to_jsonb(OLD) - '{settled,open_amount,pdf_id,words}'::text[])
       OR OLD.pdf_id IS NOT NULL AND NEW.pdf_id IS DISTINCT FROM OLD.pdf_id THEN
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
      WHEN NEW.kind = 'credit_note' AND billing_credits_beyond(NEW.id)
        THEN 'invoiceline_credited_within_billed'
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

-- Whether a credit note, with those issued before it, gives back more units or more money than a line billed. The
-- lines are locked, so that the second of two notes at once sees the first.
CREATE FUNCTION billing_credits_beyond(note bigint) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  corrected bigint[] := ARRAY(SELECT DISTINCT l.corrects_id FROM billing_invoiceline l
                              WHERE l.invoice_id = note AND l.corrects_id IS NOT NULL);
BEGIN
  PERFORM FROM billing_invoiceline b WHERE b.id = ANY(corrected) ORDER BY b.id FOR NO KEY UPDATE;
  RETURN EXISTS (
    SELECT FROM billing_invoiceline b
    JOIN billing_invoiceline l ON l.corrects_id = b.id
    JOIN billing_invoice i ON i.id = l.invoice_id AND (i.status = 'issued' OR i.id = note)
    WHERE b.id = ANY(corrected)
    GROUP BY b.id
    HAVING sum(l.net) > b.net OR sum(l.quantity) FILTER (WHERE l.credit_kind <> 'price') > b.quantity);
END $$;

CREATE FUNCTION billing_check_reference() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM billing_invoice i WHERE i.status = 'issued'
             AND i.id IN (CASE WHEN TG_OP <> 'INSERT' THEN OLD.credit_note_id END,
                          CASE WHEN TG_OP <> 'DELETE' THEN NEW.credit_note_id END)) THEN
    RAISE EXCEPTION 'what an issued credit note refers to never changes'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'invoicereference_frozen', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN COALESCE(NEW, OLD);
END $$;
CREATE TRIGGER invoicereference_frozen BEFORE INSERT OR UPDATE OR DELETE ON billing_invoicereference
  FOR EACH ROW EXECUTE FUNCTION billing_check_reference();
"""


class Migration(migrations.Migration):
    """Adds rules of issued documents."""

    dependencies = [("billing", "0005_settling")]
    operations = [
        migrations.RunSQL(RULES, migrations.RunSQL.noop),
    ]
