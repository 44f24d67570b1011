"""Plain functions that make rows for tests, each with the least that is valid; anything may be given by keyword."""

import datetime
import itertools
import secrets
from typing import Any

from django.utils import timezone

from customers.models import (
    Account,
    Address,
    CompanyRole,
    Contact,
    Customer,
    CustomerNote,
    Desk,
    FileKind,
    Invitation,
    JobRun,
    Membership,
    OutboxMessage,
    StoredFile,
    User,
)
from customers.services.files import store_file
from customers.services.people import hash_token

PASSWORD = "correct horse battery"
_numbers = itertools.count(1)


def make_user(*, desk: str = Desk.MANAGER, **fields: Any) -> User:
    """A member of staff at a desk; ``desk=""`` for a person without one."""
    number = next(_numbers)
    fields.setdefault("email", f"{desk or 'person'}{number}@lonja.test")
    fields.setdefault("name", f"Person {number}")
    fields.setdefault("is_staff", desk == Desk.ADMIN)
    password = fields.pop("password", PASSWORD)
    return User.objects.create_user(password=password, desk=desk, **fields)


def make_account(**fields: Any) -> Account:
    """A group of companies without a credit limit."""
    fields.setdefault("name", f"Group {next(_numbers)}")
    return Account.objects.create(**fields)


def make_customer(*, parent: Customer | None = None, **fields: Any) -> Customer:
    """A company in a group of its own, or a branch of ``parent``."""
    number = next(_numbers)
    if "account" not in fields:
        fields["account"] = parent.account if parent else make_account()
    fields.setdefault("number", f"C{number:05d}")
    fields.setdefault("name", f"Company {number}")
    return Customer.objects.create(parent=parent, **fields)


def make_member(*, customer: Customer | None = None, role: str = CompanyRole.OWNER, **fields: Any) -> Membership:
    """A person who acts for a company (a new one unless given) in a role; ``user=`` for one who exists."""
    customer = customer or make_customer()
    user = fields.pop("user", None) or make_user(desk="")
    return Membership.objects.create(user=user, customer=customer, account=customer.account, role=role, **fields)


def make_address(*, customer: Customer | None = None, **fields: Any) -> Address:
    """A delivery address."""
    customer = customer or make_customer()
    fields = {"label": "Shop", "street": "Calle Mayor 1", "postcode": "28013", "city": "Madrid"} | fields
    return Address.objects.create(customer=customer, account=customer.account, **fields)


def make_contact(*, customer: Customer | None = None, **fields: Any) -> Contact:
    """A person to call."""
    customer = customer or make_customer()
    fields.setdefault("name", f"Contact {next(_numbers)}")
    return Contact.objects.create(customer=customer, account=customer.account, **fields)


def make_note(*, customer: Customer | None = None, **fields: Any) -> CustomerNote:
    """What staff noted about a customer."""
    customer = customer or make_customer()
    by = fields.pop("created_by", None) or make_user()
    fields = {"body": "Pays late", "created_at": timezone.now()} | fields
    return CustomerNote.objects.create(customer=customer, account=customer.account, created_by=by, **fields)


def make_file(*, content: bytes = b"a,b\n", **fields: Any) -> StoredFile:
    """A file in the store (tests point FILES_ROOT at a temporary folder)."""
    fields = {"name": "export.csv", "kind": FileKind.EXPORT, "content_type": "text/csv"} | fields
    return store_file(content=content, **fields)


def make_job(*, user: User | None = None, **fields: Any) -> JobRun:
    """A job as a person sees it, waiting."""
    fields = {"kind": "test", "title": "A job"} | fields
    return JobRun.objects.create(user=user or make_user(), **fields)


def make_invitation(*, customer: Customer | None = None, **fields: Any) -> tuple[Invitation, str]:
    """An open invitation and the token that only its mail knows."""
    customer = customer or make_customer()
    token = secrets.token_urlsafe(8)
    fields.setdefault("email", f"guest{next(_numbers)}@shop.test")
    fields.setdefault("name", "Guest")
    fields.setdefault("role", CompanyRole.BUYER)
    fields.setdefault("expires_at", timezone.now() + datetime.timedelta(days=7))
    by = fields.pop("invited_by", None) or make_user()
    invitation = Invitation.objects.create(
        customer=customer, account=customer.account, token_hash=hash_token(token), invited_by=by, **fields
    )
    return invitation, token


def make_mail(**fields: Any) -> OutboxMessage:
    """A mail that waits in the outbox, without a job."""
    return OutboxMessage.objects.create(**{"recipient": "a@shop.test", "subject": "Hello", "body": "Text"} | fields)
