"""Order numbers that can't be guessed: a keyed permutation of a sequence.

A four-round Feistel network over 28 bits, walked until it falls among the 90,000,000 numbers of eight digits.
The key is drawn once, when the database is made, and lives in a function, so that it travels with a dump.
"""

import secrets

from django.db import migrations

NUMBERS = """
CREATE SEQUENCE orders_number_seq;

CREATE FUNCTION orders_number_key() RETURNS bytea LANGUAGE sql IMMUTABLE AS $$ SELECT '\\x{key}'::bytea $$;

CREATE FUNCTION orders_permute(n bigint, key bytea) RETURNS bigint LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  value bigint := n;
  high int;
  low int;
  mixed bytea;
  swap int;
BEGIN
  IF n < 0 OR n >= 90000000 THEN
    RAISE EXCEPTION 'the numbers of orders are used up' USING ERRCODE = 'sequence_generator_limit_exceeded';
  END IF;
  LOOP
    high := value >> 14;
    low := value & 16383;
    FOR round IN 1..4 LOOP
      mixed := sha256(key || decode(lpad(to_hex(round * 16384 + low), 8, '0'), 'hex'));
      swap := low;
      low := high # ((get_byte(mixed, 0) << 8 | get_byte(mixed, 1)) & 16383);
      high := swap;
    END LOOP;
    value := (high::bigint << 14) | low;
    EXIT WHEN value < 90000000;
  END LOOP;
  RETURN value;
END $$;

CREATE FUNCTION orders_new_number() RETURNS text LANGUAGE sql VOLATILE AS $$
  SELECT 'SO-' || (10000000 + orders_permute(nextval('orders_number_seq') - 1, orders_number_key()))
$$;
"""

REVERSE = """
DROP FUNCTION orders_new_number();
DROP FUNCTION orders_permute(bigint, bytea);
DROP FUNCTION orders_number_key();
DROP SEQUENCE orders_number_seq;
"""


def make(apps, schema_editor):
    """Create the sequence and the functions with a fresh key."""
    schema_editor.execute(NUMBERS.replace("{key}", secrets.token_hex(16)))


class Migration(migrations.Migration):
    """Makes the numbers."""

    dependencies = [("orders", "0003_transitions")]
    operations = [
        migrations.RunPython(make, migrations.RunPython.noop),
        migrations.RunSQL(migrations.RunSQL.noop, REVERSE),
    ]
