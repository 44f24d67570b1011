"""Rules of companies that Django's constraints can't express: keys over two columns."""

from django.db import migrations

RULES = """
-- A branch, its parent and its payer belong to one group; so does everything that hangs on a customer.

ALTER TABLE customers_customer ADD CONSTRAINT customer_parent_same_account FOREIGN KEY (parent_id, account_id)
  REFERENCES customers_customer (id, account_id);

ALTER TABLE customers_customer ADD CONSTRAINT customer_payer_same_account FOREIGN KEY (payer_id, account_id)
  REFERENCES customers_customer (id, account_id);

ALTER TABLE customers_address ADD CONSTRAINT address_customer_same_account FOREIGN KEY (customer_id, account_id)
  REFERENCES customers_customer (id, account_id);

ALTER TABLE customers_contact ADD CONSTRAINT contact_customer_same_account FOREIGN KEY (customer_id, account_id)
  REFERENCES customers_customer (id, account_id);

ALTER TABLE customers_customernote ADD CONSTRAINT customernote_customer_same_account FOREIGN KEY (customer_id, account_id)
  REFERENCES customers_customer (id, account_id);

ALTER TABLE customers_membership ADD CONSTRAINT membership_customer_same_account FOREIGN KEY (customer_id, account_id)
  REFERENCES customers_customer (id, account_id);

ALTER TABLE customers_invitation ADD CONSTRAINT invitation_customer_same_account FOREIGN KEY (customer_id, account_id)
  REFERENCES customers_customer (id, account_id);
"""


class Migration(migrations.Migration):
    """Adds the rules; they leave with their tables."""

    dependencies = [("customers", "0001_initial")]
    operations = [
        migrations.RunSQL(RULES, migrations.RunSQL.noop),
    ]
