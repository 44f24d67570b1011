"""The app that knows what is sold and where it is."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InventoryConfig(AppConfig):
    """Products, prices, stock, supply."""

    name = "inventory"
    verbose_name = _("Inventory")
