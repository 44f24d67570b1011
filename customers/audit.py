"""Who changed what: every audited model has a table of its earlier states."""

from collections.abc import Callable
from typing import TypeVar

import pghistory
from django.db import models

Audited = TypeVar("Audited", bound=models.Model)


def audited(
    *trackers: pghistory.Tracker, fields: list[str] | None = None, exclude: list[str] | None = None
) -> Callable[[type[Audited]], type[Audited]]:
    """Keep every insert, update and delete of a model in ``<Model>Audit``, bulk statements included.

    The rows are written by statement-level triggers of django-pghistory; ``fields`` or ``exclude`` choose the
    columns that are kept, ``trackers`` the changes.
    """

    def decorate(model: type[Audited]) -> type[Audited]:
        return pghistory.track(
            *(trackers or (pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())),
            model_name=f"{model.__name__}Audit",
            fields=fields,
            exclude=exclude,
        )(model)

    return decorate
