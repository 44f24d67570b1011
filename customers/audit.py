"""Who changed what: every audited model has a table of its earlier states."""

from collections.abc import Callable

import pghistory
from django.db import models


def audited(*trackers: pghistory.Tracker, **options: object) -> Callable[[type[models.Model]], type[models.Model]]:
    """Keep every insert, update and delete of a model in ``<Model>Audit``, bulk statements included.

    The rows are written by statement-level triggers of django-pghistory; ``options`` are those of
    ``pghistory.track`` (``fields``, ``exclude``), ``trackers`` narrow what is kept.
    """

    def decorate(model: type[models.Model]) -> type[models.Model]:
        return pghistory.track(
            *(trackers or (pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())),
            model_name=f"{model.__name__}Audit",
            **options,
        )(model)

    return decorate
