"""Who may open a view: every view that shows or changes business data carries exactly one of these decorators.

``@desk_required("orders.view_order")`` for staff, ``@portal_required("orders.view")`` for people of customer
companies, ``@person_required`` for both (their own jobs and files). Anonymous people are sent to the login; people
who are logged in without the right get 403. What they may see *inside* a page is ``visible_to``: a foreign object
is 404.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from customers.models import Customer
from customers.requests import PersonRequest, VisitorRequest
from customers.roles import company_may

View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Access:
    """What a decorated view asks for; read by the tests as ``view.access``."""

    side: str  # "desk", "portal" or "person"
    permissions: tuple[str, ...] = ()


def desk_required(*permissions: str) -> Callable[[View], View]:
    """Let in staff who hold all of some Django permissions ("app.codename"); without any, all staff."""

    def allowed(request: PersonRequest) -> bool:
        return request.user.is_desk and request.user.has_perms(permissions)

    return _guard(Access("desk", permissions), allowed)


def portal_required(*permissions: str) -> Callable[[View], View]:
    """Let in people acting for a company in a role with all of some portal permissions (``customers.roles``)."""

    def allowed(request: PersonRequest) -> bool:
        membership = request.membership
        return not request.user.is_desk and membership is not None and company_may(membership.role, *permissions)

    return _guard(Access("portal", permissions), allowed)


def person_required(view: View) -> View:
    """Let in anyone who is logged in; the view itself keeps to what is theirs."""
    return _guard(Access("person"), lambda request: True)(view)


def may(request: VisitorRequest, *permissions: str) -> bool:
    """Tell whether this person holds some rights: Django permissions at a desk, portal permissions in the portal."""
    if not request.user.is_authenticated:
        return False
    if request.user.is_desk:
        return request.user.has_perms(permissions)
    return request.membership is not None and company_may(request.membership.role, *permissions)


def visible_customer(request: PersonRequest, customer_id: int, *related: str) -> Customer:
    """A customer that this person may see, with the group's account, else 404.

    Read once for a page and the panels that are drawn with it. ``related`` is what the first look brings along.
    """
    seen = request.customers_seen
    if customer_id not in seen:
        rows = Customer.objects.visible_to(request.user).select_related("account", *related)
        seen[customer_id] = get_object_or_404(rows, pk=customer_id)
    return seen[customer_id]


def _guard(access: Access, allowed: Callable[[PersonRequest], bool]) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: PersonRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return to_login(request)
            if not allowed(request):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.__dict__["access"] = access
        return guarded

    return decorate


def to_login(request: HttpRequest) -> HttpResponse:
    """Send to the login and back; for htmx the whole page goes there, so that no login is swapped into a fragment."""
    response: HttpResponse = redirect_to_login(_way_back(request))
    if request.headers.get("HX-Request") == "true":
        address = response["Location"]
        response = HttpResponse(status=204)
        response["HX-Redirect"] = address
    return response


def _way_back(request: HttpRequest) -> str:
    """The path to return to after the login: this page, or the open one when a fragment or a form was sent from it."""
    is_fragment = request.headers.get("HX-Request") == "true"
    if request.method == "GET" and not is_fragment:
        return request.get_full_path()
    current = urlsplit(request.headers.get("HX-Current-URL" if is_fragment else "Referer", ""))
    if not current.path or current.netloc not in ("", request.get_host()):
        return request.path
    return f"{current.path}?{current.query}" if current.query else current.path
