"""For whom a person acts in this request."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.db.models import F
from django.http import HttpRequest, HttpResponse

from customers.access import to_login
from customers.models import Membership, User
from customers.requests import VisitorRequest
from customers.roles import COMPANY_PERMISSIONS

SESSION_KEY = "customer"
COMPANY = {"company": F("customer__name"), "company_number": F("customer__number")}


class SignInMiddleware(LoginRequiredMiddleware):
    """Asks everybody to sign in, save where a view is marked; a session that ended under an open page, too."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> Any:
        return to_login(request)


class MembershipMiddleware:
    """Sets ``request.memberships`` (all live ones of the person), ``request.membership`` (the one in use) and
    ``request.company_permissions`` (what its role may do; see ``customers.roles``). ``request.user.acting`` is the
    membership in use, too: ``visible_to`` shows what belongs to its company.

    Read in every request, so that a role taken away is gone with the next click. Must stand before
    ``RoleMiddleware``, which takes the account from it: this is the one look across a person's companies, made as
    the login role; from then on only the account of the membership in use can be seen. Staff have neither.
    """

    def __init__(self, get_response: Callable[[VisitorRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: VisitorRequest) -> HttpResponse:
        request.memberships = []
        request.membership = None
        request.company_permissions = frozenset()
        request.customers_seen = {}
        return self.get_response(request)

    def process_view(self, request: VisitorRequest, view: Any, args: Any, kwargs: Any) -> None:
        if request.user.is_authenticated and not request.user.is_desk:
            request.memberships = list_memberships(request.user)
            request.membership = choose(request.memberships, request.session.get(SESSION_KEY))
            request.user.acting = request.membership
            if request.membership is not None:
                request.company_permissions = COMPANY_PERMISSIONS[request.membership.role]


def list_memberships(user: User) -> list[Membership]:
    """A person's live memberships, oldest first, with ``company`` and ``company_number``; one query."""
    return list(Membership.objects.filter(user=user, is_active=True).annotate(**COMPANY).order_by("pk"))


def choose(memberships: list[Membership], customer_id: int | None) -> Membership | None:
    """The membership for a company, else the oldest, None without any."""
    return next((m for m in memberships if m.customer_id == customer_id), memberships[0] if memberships else None)
