"""States and the moves between them: declared in Python, refused by the database as well."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.apps import apps
from django.db import models
from django.db.migrations.operations import RunSQL


class States(models.TextChoices):
    """States of something; each class of them has a table of moves, ``TRANSITIONS`` (an ``enum.nonmember``).

    State → the states that may follow. A trigger on each table with such a column refuses every other move.
    """

    @classmethod
    def transitions(cls) -> Mapping[str, Sequence[str]]:
        """The table of moves."""
        return vars(cls)["TRANSITIONS"]

    def may_become(self, other: str) -> bool:
        """True when something in this state may move to the other."""
        return other in self.transitions()[self.value]


class EnumField(models.CharField):
    """A text that is one of ``choices``, a class of TextChoices, which it remembers as ``enum``.

    For migrations it is a CharField; the model adds the CHECK.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        choices = options.get("choices")
        self.enum = choices if isinstance(choices, type) else None
        super().__init__(*args, **options)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, _path, args, options = super().deconstruct()
        return name, "django.db.models.CharField", args, options


def written_moves(transitions: Mapping[str, Sequence[str]]) -> str:
    """A table of moves as the trigger bears it: ``before>after`` parted by spaces, sorted."""
    return " ".join(sorted(f"{before}>{after}" for before, afters in transitions.items() for after in afters))


def guard_moves(table: str, rule: str, moves: str) -> RunSQL:
    """The migration's operation that lets ``status`` of a table change by some moves only, as ``written_moves`` says.

    ``rule`` names the trigger, and the violation. A guard that is there is replaced; a state that stays is no move.
    """
    drop = f"DROP TRIGGER IF EXISTS {rule} ON {table}"
    return RunSQL(
        f"{drop}; CREATE TRIGGER {rule} BEFORE UPDATE OF status ON {table}"
        f" FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION lonja_check_move('{moves}')",
        drop,
    )


def guarded_states() -> Iterator[tuple[str, type[States]]]:
    """Each table with a column ``status`` that has a table of moves, and its states."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            enum = getattr(field, "enum", None)
            if enum and field.name == "status" and issubclass(enum, States):
                yield model._meta.db_table, enum
