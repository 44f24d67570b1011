"""A paused order whose last open rest is cancelled has been shipped; a released one never goes on hold."""

from django.db import migrations

FORWARDS = """
    INSERT INTO orders_ordertransition (from_status, to_status) VALUES ('paused', 'shipped');
    DELETE FROM orders_ordertransition WHERE from_status = 'released' AND to_status = 'credit_hold';
"""
BACKWARDS = """
    DELETE FROM orders_ordertransition WHERE from_status = 'paused' AND to_status = 'shipped';
    INSERT INTO orders_ordertransition (from_status, to_status) VALUES ('released', 'credit_hold');
"""


class Migration(migrations.Migration):
    """Changes two rows of the table of moves."""

    dependencies = [("orders", "0012_returns_and_events")]
    operations = [
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
