"""The app that takes orders and fulfils them."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class OrdersConfig(AppConfig):
    """Quotes, orders, reservations, shipments, incidents, returns."""

    name = "orders"
    verbose_name = _("Orders")

    def ready(self) -> None:
        post_migrate.connect(fill_transitions, sender=self)


def fill_transitions(*, using: str, **_: Any) -> None:
    """The table of moves is filled anew when tables were flushed, as tests with several connections do."""
    from orders.models import OrderStatus, OrderTransition  # noqa: PLC0415 - models are not loaded yet up there

    moves = OrderTransition.objects.using(using)
    present = OrderTransition._meta.db_table in connections[using].introspection.table_names()
    if present and not moves.exists():
        moves.bulk_create(
            OrderTransition(from_status=before, to_status=after)
            for before, afters in OrderStatus.TRANSITIONS.items()
            for after in afters
        )
