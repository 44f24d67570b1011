"""Who may act for a customer company: invitations and memberships."""

import datetime
import hashlib
import secrets
from collections.abc import Callable
from decimal import Decimal

from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.db.models import F, QuerySet
from django.template.loader import render_to_string
from django.utils import translation

from customers.models import CompanyRole, Customer, Invitation, Membership, User
from customers.services.mail import write_mail

INVITATION_DAYS = 14
COMPANY = {"company": F("customer__name")}  # of the company itself, visitors may read no more


class PeopleError(Exception):
    """Something about people can't be done; nothing was changed."""


class AlreadyMember(PeopleError):
    """The address belongs to somebody who already acts for this company."""


class LastOwner(PeopleError):
    """The company would be left without an owner."""


class InvitationUnusable(PeopleError):
    """A link can't be used: ``reason`` is "unknown", "used", "expired" or "staff"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def hash_token(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def invite_person(
    *,
    customer: Customer,
    email: str,
    name: str,
    role: CompanyRole | str,
    by: User,
    at: datetime.datetime,
    link: Callable[[str], str],
) -> Invitation:
    """Invite somebody to act for a company, and write the mail that says so.

    ``link`` makes the absolute address of the acceptance page from a token; only the token's hash is kept, so the
    link exists in the mail alone. An open invitation of the same address is replaced, and its link stops working.
    Raises AlreadyMember.
    """
    email = email.strip().lower()
    if Membership.objects.filter(customer=customer, user__email=email, is_active=True).exists():
        raise AlreadyMember
    Invitation.objects.filter(customer=customer, email=email, accepted_at__isnull=True).delete()
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        customer=customer,
        account_id=customer.account_id,
        email=email,
        name=name.strip(),
        role=role,
        token_hash=hash_token(token),
        invited_by=by,
        expires_at=at + datetime.timedelta(days=INVITATION_DAYS),
    )
    with translation.override(customer.language):
        context = {
            "invitation": invitation,
            "customer": customer,
            "by": by,
            "url": link(token),
            "days": INVITATION_DAYS,
        }
        write_mail(
            recipient=email,
            subject=render_to_string("customers/mail/invitation_subject.txt", context),
            body=render_to_string("customers/mail/invitation.txt", context),
            account=customer.account,
            is_secret=True,
        )
    return invitation


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation) -> None:
    """Make an open invitation's link stop working."""
    Invitation.objects.filter(pk=invitation.pk, accepted_at__isnull=True).delete()


def find_invitation(*, token: str, at: datetime.datetime) -> Invitation:
    """The open invitation of a token, with the name of its ``company``. Raises InvitationUnusable."""
    return _usable(token, at, Invitation.objects.annotate(**COMPANY))


@transaction.atomic
def accept_invitation(*, token: str, name: str, password: str, language: str, at: datetime.datetime) -> User:
    """Make the invited person a member; a new person gets a login with this name and password.

    Somebody who already has a login keeps name and password: holding the mail is enough to join, not to log in.
    Who acts for the company already keeps the role of today: an old mail takes nothing away.
    Raises InvitationUnusable; ValidationError when the password is too weak.
    """
    invitation = _usable(token, at, Invitation.objects.select_for_update())
    user = User.objects.filter(email=invitation.email).first()
    if user is not None and user.is_desk:
        raise InvitationUnusable("staff")
    if user is None:
        user = User(email=invitation.email, name=name.strip(), language=language)
        validate_password(password, user)
        user.set_password(password)
        user.save()
    membership, made = Membership.objects.get_or_create(
        user=user,
        customer_id=invitation.customer_id,
        defaults={"account_id": invitation.account_id, "role": invitation.role},
    )
    if not made and not membership.is_active:
        membership.role, membership.is_active = invitation.role, True
        membership.save(update_fields=["role", "is_active"])
    invitation.accepted_at = at
    invitation.save(update_fields=["accepted_at"])
    return user


@transaction.atomic
def change_membership(
    *, membership: Membership, role: CompanyRole | str, order_limit: Decimal | None, is_active: bool
) -> Membership:
    """Change what a person may do for a company; the next request of that person obeys.

    ``order_limit`` is the highest net amount of one order in the account's currency, None for no limit.
    Raises LastOwner when no active owner would be left.
    """
    owners = Membership.objects.select_for_update(of=("self",)).filter(
        customer_id=membership.customer_id, role=CompanyRole.OWNER, is_active=True
    )
    stays_owner = role == CompanyRole.OWNER and is_active
    if not stays_owner and [owner.pk for owner in owners.order_by("pk")] == [membership.pk]:
        raise LastOwner
    membership.role, membership.order_limit, membership.is_active = role, order_limit, is_active
    membership.save(update_fields=["role", "order_limit", "is_active"])
    return membership


def _usable(token: str, at: datetime.datetime, invitations: QuerySet[Invitation]) -> Invitation:
    invitation = invitations.filter(token_hash=hash_token(token)).first()
    if invitation is None:
        raise InvitationUnusable("unknown")
    if invitation.accepted_at is not None:
        raise InvitationUnusable("used")
    if invitation.expires_at <= at:
        raise InvitationUnusable("expired")
    return invitation
