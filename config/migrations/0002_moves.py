"""The function that refuses a move from state to state which the table's guard doesn't know."""

from django.db import migrations

CHECK_MOVE = """
CREATE FUNCTION lonja_check_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT OLD.status || '>' || NEW.status = ANY (string_to_array(TG_ARGV[0], ' ')) THEN
    RAISE EXCEPTION '% can not go from % to %', TG_TABLE_NAME, OLD.status, NEW.status
      USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    """Adds the function; ``config.database.states.guard_moves`` makes the triggers that call it."""

    dependencies = [("config", "0001_initial")]
    operations = [
        migrations.RunSQL(CHECK_MOVE, "DROP FUNCTION lonja_check_move()"),
    ]
