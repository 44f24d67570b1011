"""This app's lists as files."""

from django.db.models import QuerySet
from django.http import HttpRequest

from config.web import lists
from customers.filters import CustomerFilter
from customers.models import Customer, CustomerStatus
from customers.services.exports import ExportSource
from customers.tables import CustomerTable

VIEWS = ("all", "mine", "over", "on_hold")


def customers(request: HttpRequest) -> ExportSource:
    """The customers of the tab that the address names."""
    return ExportSource(customers_in_view(request)[lists.current_view(request, VIEWS)], CustomerTable, CustomerFilter)


def customers_in_view(request: HttpRequest) -> dict[str, QuerySet[Customer]]:
    """The tabs of the list of customers, each with its rows."""
    found = Customer.objects.visible_to(request.user)
    return {
        "all": found,
        "mine": found.filter(rep=request.user),
        "over": found.over_limit(),
        "on_hold": found.filter(status=CustomerStatus.ON_HOLD),
    }
