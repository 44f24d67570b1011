"""The app that takes orders and fulfils them."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrdersConfig(AppConfig):
    """Quotes, orders, reservations, shipments, incidents, returns."""

    name = "orders"
    verbose_name = _("Orders")
