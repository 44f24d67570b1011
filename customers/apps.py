"""The app that knows who buys."""

from typing import Any

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CustomersConfig(AppConfig):
    """Users, companies, contacts, segments, regions."""

    name = "customers"
    verbose_name = _("Customers")

    def ready(self) -> None:
        post_migrate.connect(_sync_roles, dispatch_uid="customers.sync_roles")


def _sync_roles(sender: AppConfig, **kwargs: Any) -> None:
    """Bring the desks' groups up to date once, after the last app's permissions were made."""
    with_models = [config for config in apps.get_app_configs() if config.models_module is not None]
    if sender is with_models[-1]:
        from django.contrib.auth.management import create_permissions  # noqa: PLC0415  (no models before set-up)

        from customers.roles import sync_roles  # noqa: PLC0415

        create_permissions(**kwargs)
        sync_roles()
