"""People of customer companies: who may act, in which role, and who is invited."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import F, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from config.web.once import once_per_form
from config.web.pages import go_to, render_page, toast
from customers.access import desk_required, portal_required
from customers.forms import AcceptForm, InvitationForm, MembershipForm
from customers.models import Customer, Invitation, Membership, User
from customers.requests import PersonRequest, PortalRequest
from customers.services import people

TABLE = "customers/_people_table.html"
DESK_PANEL = "customers/_customer_people.html"
INVITATION_FORM = "customers/_invitation_form.html"
MEMBERSHIP_FORM = "customers/_membership_form.html"


@require_GET
@portal_required("people.manage")
def people_list(request: PortalRequest) -> HttpResponse:
    """Everyone who acts for the company or its branches, and the open invitations."""
    return render_page(request, "customers/people_list.html", _people(request), fragments=[TABLE])


@portal_required("people.manage")
@once_per_form
def people_invite(request: PortalRequest) -> HttpResponse:
    """Invite a person to the company or one of its branches."""
    form = InvitationForm(request.POST or None, companies=_own_companies(request))
    if request.method == "POST" and form.is_valid() and _invite(request, form):
        return go_to(request, "customers:people_list")
    context = {"form": form, "title": _("Invite a person"), "shell": "portal.html", "back": "customers:people_list"}
    status = 422 if form.errors else 200
    return render_page(
        request, "customers/people_form.html", {**context, "body": INVITATION_FORM}, [INVITATION_FORM], status=status
    )


@portal_required("people.manage")
def people_change(request: PortalRequest, membership_id: int) -> HttpResponse:
    """Change a person's role and limit, or let a person act no more."""
    membership = get_object_or_404(_with_people(_memberships(request)), pk=membership_id)
    form = MembershipForm(request.POST) if request.method == "POST" else MembershipForm.of(membership)
    if request.method == "POST" and form.is_valid():
        try:
            people.change_membership(membership=membership, **form.cleaned_data)
        except people.LastOwner:
            form.add_error(None, _("A company needs an active owner. Make somebody else an owner first."))
        else:
            messages.success(
                request, _("Saved. It counts from the next click of %(name)s.") % {"name": membership.user}
            )
            return go_to(request, "customers:people_list")
    context = {
        "form": form,
        "membership": membership,
        "title": str(membership.user),
        "shell": "portal.html",
        "back": "customers:people_list",
        "body": MEMBERSHIP_FORM,
    }
    status = 422 if form.errors else 200
    return render_page(request, "customers/people_form.html", context, [MEMBERSHIP_FORM], status=status)


@require_POST
@portal_required("people.manage")
def invitation_withdraw(request: PortalRequest, invitation_id: int) -> HttpResponse:
    """Make the link of an open invitation stop working."""
    invitation = get_object_or_404(_open_invitations(request), pk=invitation_id)
    people.withdraw_invitation(invitation=invitation)
    toast(request, _("The invitation of %(email)s was withdrawn.") % {"email": invitation.email})
    if request.headers.get("HX-Target"):
        return render_page(request, "customers/people_list.html", _people(request), fragments=[TABLE])
    return go_to(request, "customers:people_list")


@require_GET
@desk_required("customers.view_membership")
def customer_people(request: PersonRequest, customer_id: int) -> HttpResponse:
    """Who acts for a customer in the portal: a panel of Customer 360, and a page of its own."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=customer_id)
    context = {
        "customer": customer,
        "title": _("People of %(customer)s") % {"customer": customer},
        "memberships": _with_people(Membership.objects.filter(customer=customer)),
        "invitations": customer.invitations.filter(accepted_at__isnull=True).order_by("email"),
        "now": timezone.now(),
    }
    return render_page(request, "customers/customer_people.html", context, fragments=[DESK_PANEL])


@desk_required("customers.add_invitation")
@once_per_form
def customer_invite(request: PersonRequest, customer_id: int) -> HttpResponse:
    """Invite a customer's first owner, or anybody, from the desk."""
    companies = Customer.objects.visible_to(request.user).filter(pk=customer_id)
    customer = get_object_or_404(companies)
    form = InvitationForm(request.POST or None, companies=companies, initial={"email": customer.email})
    if request.method == "POST" and form.is_valid() and _invite(request, form):
        return go_to(request, "customers:customer_people", customer_id)
    context = {
        "form": form,
        "customer": customer,
        "title": _("Invite a person of %(customer)s") % {"customer": customer},
        "shell": "desk.html",
        "body": INVITATION_FORM,
        "back": "customers:customer_people",
        "back_key": customer.pk,
    }
    status = 422 if form.errors else 200
    return render_page(request, "customers/people_form.html", context, [INVITATION_FORM], status=status)


@login_not_required
@never_cache
@sensitive_post_parameters("password")
def invitation_accept(request: PersonRequest, token: str) -> HttpResponse:
    """The page an invitation's mail leads to: a new person sets a name and a password, a known one just joins."""
    now = timezone.now()
    try:
        invitation = people.find_invitation(token=token, at=now)
    except people.InvitationUnusable as error:
        return render_page(request, "account/invitation_unusable.html", {"reason": error.reason}, status=410)
    known = User.objects.filter(email=invitation.email).exists()
    data = request.POST if request.method == "POST" else None
    form = AcceptForm(data, email=invitation.email, initial={"name": invitation.name})
    if request.method == "POST" and (known or form.is_valid()):
        name, password = ("", "") if known else (form.cleaned_data["name"], form.cleaned_data["password"])
        try:
            people.accept_invitation(token=token, name=name, password=password, language=get_language(), at=now)
        except people.InvitationUnusable as error:
            return render_page(request, "account/invitation_unusable.html", {"reason": error.reason}, status=410)
        messages.success(request, _("Welcome to %(company)s. Sign in to begin.") % {"company": invitation.company})
        return go_to(request, "account_login")
    context = {"invitation": invitation, "known": known, "form": form}
    return render_page(request, "account/invitation_accept.html", context, status=422 if form.errors else 200)


def _invite(request: PersonRequest, form: InvitationForm) -> bool:
    data = form.cleaned_data
    try:
        people.invite_person(**data, by=request.user, at=timezone.now(), link=_link(request))
    except people.AlreadyMember:
        form.add_error("email", _("This person already acts for the company."))
        return False
    messages.success(request, _("An invitation is on its way to %(email)s.") % {"email": data["email"]})
    return True


def _link(request: PersonRequest) -> Callable[[str], str]:
    return lambda token: request.build_absolute_uri(reverse("customers:invitation_accept", args=[token]))


def _people(request: PortalRequest) -> dict[str, object]:
    return {
        "title": _("People"),
        "memberships": _with_people(_memberships(request)),
        "invitations": _open_invitations(request).select_related("customer").order_by("email"),
        "now": timezone.now(),
        "branches": len(_own_companies(request)) > 1,
    }


def _with_people(memberships: QuerySet[Membership]) -> QuerySet[Membership]:
    return (
        memberships.select_related("user", "customer")
        .defer("user__password")
        .order_by("-is_active", "customer__name", "user__name", "pk")
    )


def _own_companies(request: PortalRequest) -> QuerySet[Customer]:
    """The company one acts for, and its branches."""
    own = request.membership.customer_id
    return (
        Customer.objects.visible_to(request.user)
        .filter(Q(pk=own) | Q(parent_id=own))
        .order_by(F("parent_id").asc(nulls_first=True), "name")
    )


def _memberships(request: PortalRequest) -> QuerySet[Membership]:
    return Membership.objects.visible_to(request.user).filter(customer__in=_own_companies(request).order_by())


def _open_invitations(request: PortalRequest) -> QuerySet[Invitation]:
    return Invitation.objects.visible_to(request.user).filter(
        customer__in=_own_companies(request).order_by(), accepted_at__isnull=True
    )
