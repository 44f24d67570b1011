"""A request as views get it: who is signed in, and for whom they act, as the middleware has put it there."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from customers.models import Membership, User


class PersonRequest(HttpRequest):
    """The request of somebody who is signed in: what every view behind ``customers.access`` is given."""

    user: User
    htmx: HtmxDetails
    memberships: list[Membership]  # all live ones, none for staff
    membership: Membership | None  # the one in use
    company_permissions: frozenset[str]


class PortalRequest(PersonRequest):
    """The request of somebody who acts for a company, behind ``portal_required``."""

    membership: Membership
