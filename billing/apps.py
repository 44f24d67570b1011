"""The app that invoices and collects."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BillingConfig(AppConfig):
    """Invoices, credit notes, payments, allocations."""

    name = "billing"
    verbose_name = _("Billing")
