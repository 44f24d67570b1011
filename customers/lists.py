"""The rows of this app's lists, as an address asks for them: the same for the page, its figures and its file."""

from django.db.models import QuerySet

from config.web import lists
from config.web.exports import ListSource
from customers.filters import CustomerFilter
from customers.models import Customer, CustomerStatus
from customers.requests import PersonRequest
from customers.tables import CustomerTable


def customers(request: PersonRequest) -> ListSource:
    """The customers of the tab that the address names."""
    views = customers_in_view(request)
    return ListSource(views[lists.current_view(request, tuple(views))], CustomerTable, CustomerFilter)


def customers_in_view(request: PersonRequest) -> dict[str, QuerySet[Customer]]:
    """The tabs of the list of customers, each with its rows."""
    found = Customer.objects.visible_to(request.user)
    return {
        "all": found,
        "mine": found.filter(rep=request.user),
        "over": found.over_limit(),
        "on_hold": found.filter(status=CustomerStatus.ON_HOLD),
    }
