"""Rules of documents and money that Django's constraints can't express."""

from django.db import migrations

RULES = """
-- Who is who on a document belongs to one group; a series numbers the documents of its issuer and kind.

ALTER TABLE billing_invoice ADD CONSTRAINT invoice_customer_same_account FOREIGN KEY (customer_id, account_id)
  REFERENCES customers_customer (id, account_id);

ALTER TABLE billing_invoice ADD CONSTRAINT invoice_payer_same_account FOREIGN KEY (payer_id, account_id)
  REFERENCES customers_customer (id, account_id);

ALTER TABLE billing_invoice ADD CONSTRAINT invoice_order_same_account FOREIGN KEY (order_id, account_id)
  REFERENCES orders_order (id, account_id);

ALTER TABLE billing_invoice ADD CONSTRAINT invoice_of_series FOREIGN KEY (series_id, issuer_id, kind)
  REFERENCES billing_invoiceseries (id, issuer_id, kind);

ALTER TABLE billing_invoiceline ADD CONSTRAINT invoiceline_of_invoice FOREIGN KEY (invoice_id, account_id)
  REFERENCES billing_invoice (id, account_id);

ALTER TABLE billing_invoiceline ADD CONSTRAINT invoiceline_of_order_line FOREIGN KEY (order_line_id, account_id)
  REFERENCES orders_orderline (id, account_id);

ALTER TABLE billing_invoiceline ADD CONSTRAINT invoiceline_of_shipment_line FOREIGN KEY (shipment_line_id, order_line_id)
  REFERENCES orders_shipmentline (id, line_id);

ALTER TABLE billing_invoicetax ADD CONSTRAINT invoicetax_of_invoice FOREIGN KEY (invoice_id, account_id)
  REFERENCES billing_invoice (id, account_id);

ALTER TABLE billing_instalment ADD CONSTRAINT instalment_of_invoice FOREIGN KEY (invoice_id, account_id)
  REFERENCES billing_invoice (id, account_id);

ALTER TABLE billing_invoicereference ADD CONSTRAINT invoicereference_of_credit_note FOREIGN KEY (credit_note_id, account_id)
  REFERENCES billing_invoice (id, account_id);

ALTER TABLE billing_invoicereference ADD CONSTRAINT invoicereference_of_invoice FOREIGN KEY (invoice_id, account_id)
  REFERENCES billing_invoice (id, account_id);

ALTER TABLE billing_payment ADD CONSTRAINT payment_payer_same_account FOREIGN KEY (payer_id, account_id)
  REFERENCES customers_customer (id, account_id);

-- An allocation ties what one payer paid to what the same payer owes, in one currency, by construction.

ALTER TABLE billing_allocation ADD CONSTRAINT allocation_payer_same_account FOREIGN KEY (payer_id, account_id)
  REFERENCES customers_customer (id, account_id);

ALTER TABLE billing_allocation ADD CONSTRAINT allocation_of_payment FOREIGN KEY (payment_id, payer_id, currency)
  REFERENCES billing_payment (id, payer_id, currency);

ALTER TABLE billing_allocation ADD CONSTRAINT allocation_of_credit_note FOREIGN KEY (credit_note_id, payer_id, currency, credit_note_kind)
  REFERENCES billing_invoice (id, payer_id, currency, kind);

ALTER TABLE billing_allocation ADD CONSTRAINT allocation_of_invoice FOREIGN KEY (invoice_id, payer_id, currency, invoice_kind)
  REFERENCES billing_invoice (id, payer_id, currency, kind);

ALTER TABLE billing_allocation ADD CONSTRAINT allocation_of_instalment FOREIGN KEY (instalment_id, invoice_id)
  REFERENCES billing_instalment (id, invoice_id);

CREATE TRIGGER allocation_append_only BEFORE UPDATE OR DELETE ON billing_allocation
  FOR EACH STATEMENT EXECUTE FUNCTION lonja_refuse_change('allocation_append_only');

CREATE FUNCTION billing_check_reversal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM billing_allocation a
                 WHERE a.id = NEW.reverses_id AND a.reverses_id IS NULL AND a.amount = -NEW.amount
                   AND a.instalment_id = NEW.instalment_id
                   AND a.payment_id IS NOT DISTINCT FROM NEW.payment_id
                   AND a.credit_note_id IS NOT DISTINCT FROM NEW.credit_note_id) THEN
    RAISE EXCEPTION 'a reversal undoes one allocation, whole'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'allocation_reversal_matches', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER allocation_reversal_matches BEFORE INSERT ON billing_allocation
  FOR EACH ROW WHEN (NEW.reverses_id IS NOT NULL) EXECUTE FUNCTION billing_check_reversal();

-- A payment is what the bank says: only what is allocated of it, and the note, may change.
CREATE TRIGGER payment_frozen BEFORE UPDATE OF issuer_id, payer_id, account_id, direction, method, currency, amount,
    value_on, bank_reference OR DELETE ON billing_payment
  FOR EACH STATEMENT EXECUTE FUNCTION lonja_refuse_change('payment_frozen');

-- Documents begin as drafts, are issued whole, and never change afterwards.
CREATE FUNCTION billing_check_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  series billing_invoiceseries;
  rule text;
BEGIN
  IF TG_OP = 'INSERT' THEN
    rule := CASE WHEN NEW.status <> 'draft' THEN 'invoice_starts_as_draft' END;
  ELSIF TG_OP = 'DELETE' THEN
    rule := CASE WHEN OLD.status = 'issued' THEN 'invoice_frozen' END;
  ELSIF OLD.status = 'issued' THEN
    IF (to_jsonb(NEW) - '{settled,open_amount,pdf_id}'::text[]) IS DISTINCT FROM
       (to_jsonb(OLD) - '{settled,open_amount,pdf_id}'::text[]) THEN
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
CREATE TRIGGER invoice_life BEFORE INSERT OR UPDATE OR DELETE ON billing_invoice
  FOR EACH ROW EXECUTE FUNCTION billing_check_invoice();

CREATE FUNCTION billing_check_part() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM billing_invoice i WHERE i.status = 'issued'
             AND i.id IN (CASE WHEN TG_OP <> 'INSERT' THEN OLD.invoice_id END,
                          CASE WHEN TG_OP <> 'DELETE' THEN NEW.invoice_id END)) THEN
    RAISE EXCEPTION 'parts of an issued document never change'
      USING ERRCODE = 'check_violation', CONSTRAINT = TG_ARGV[0], TABLE = TG_TABLE_NAME;
  END IF;
  RETURN COALESCE(NEW, OLD);
END $$;
CREATE TRIGGER invoiceline_frozen BEFORE INSERT OR UPDATE OR DELETE ON billing_invoiceline
  FOR EACH ROW EXECUTE FUNCTION billing_check_part('invoiceline_frozen');
CREATE TRIGGER invoicetax_frozen BEFORE INSERT OR UPDATE OR DELETE ON billing_invoicetax
  FOR EACH ROW EXECUTE FUNCTION billing_check_part('invoicetax_frozen');
CREATE TRIGGER instalment_frozen
  BEFORE INSERT OR DELETE OR UPDATE OF invoice_id, account_id, position, due_on, method, amount ON billing_instalment
  FOR EACH ROW EXECUTE FUNCTION billing_check_part('instalment_frozen');

-- Numbers have no gaps: a series only counts up, its dates in order, and at commit each number has its document.
CREATE FUNCTION billing_check_series() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.last_number < OLD.last_number OR NEW.last_issued_on < OLD.last_issued_on
     OR (NEW.issuer_id, NEW.code, NEW.kind) IS DISTINCT FROM (OLD.issuer_id, OLD.code, OLD.kind) THEN
    RAISE EXCEPTION 'series % only counts up', OLD.code
      USING ERRCODE = 'check_violation', CONSTRAINT = 'invoiceseries_counts_up', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER invoiceseries_counts_up BEFORE UPDATE ON billing_invoiceseries
  FOR EACH ROW EXECUTE FUNCTION billing_check_series();

CREATE FUNCTION billing_check_gaps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT count(*) FROM billing_invoice i WHERE i.series_id = NEW.id
      AND i.sequence > OLD.last_number AND i.sequence <= NEW.last_number) <> NEW.last_number - OLD.last_number THEN
    RAISE EXCEPTION 'series % would have a gap', NEW.code
      USING ERRCODE = 'check_violation', CONSTRAINT = 'invoiceseries_gapless', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER invoiceseries_gapless AFTER UPDATE ON billing_invoiceseries
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.last_number <> OLD.last_number)
  EXECUTE FUNCTION billing_check_gaps();
"""


class Migration(migrations.Migration):
    """Adds the rules; they leave with their tables."""

    dependencies = [("billing", "0001_initial"), ("orders", "0002_rules")]
    operations = [
        migrations.RunSQL(RULES, migrations.RunSQL.noop),
    ]
