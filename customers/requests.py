"""A request as views get it: who is signed in, and for whom they act, as the middleware has put it there."""

from config.web.requests import WebRequest
from customers.models import Customer, Membership, User


class VisitorRequest(WebRequest):
    """The request of anybody, signed in or not."""

    memberships: list[Membership]  # all live ones of the person; staff and visitors have none
    membership: Membership | None  # the one in use
    customers_seen: dict[int, Customer]  # read for this page so far; see ``customers.access.visible_customer``


class PersonRequest(VisitorRequest):
    """The request of somebody who is signed in: what every view behind ``customers.access`` is given."""

    user: User


class PortalRequest(PersonRequest):
    """The request of somebody who acts for a company, behind ``portal_required``."""

    membership: Membership
