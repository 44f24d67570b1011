"""The mechanics that all apps share, as a Django app."""

from typing import Any

from django.apps import AppConfig
from django.db import connections, transaction
from django.db.models.signals import post_migrate

from config.database.policies import apply_policies


class Config(AppConfig):
    name = "config"

    def ready(self) -> None:
        post_migrate.connect(lay_policies, sender=self)


def lay_policies(*, using: str, plan: Any = None, **_: Any) -> None:
    """After every ``migrate``, a test database's included; flushing tables, which has no plan, changes no rights."""
    if plan is not None:
        with transaction.atomic(using=using), connections[using].cursor() as cursor:
            apply_policies(cursor)
