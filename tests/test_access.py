"""Every URL of the site answers as ``tests/url_registry.py`` says."""

import dataclasses
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from customers.models import CompanyRole, Customer, Desk, Membership, User
from tests.billing.factories import make_invoice, make_payment
from tests.factories import make_customer, make_member, make_user
from tests.url_registry import COVERED_ELSEWHERE, REGISTRY, Url, Who

INLINE = re.compile(r"""<[a-z][^<>]*\s(?:style|on[a-z]+|hx-on[a-z:-]*)\s*=|<style\b|<script\b(?![^>]*\ssrc=)""")

pytestmark = pytest.mark.django_db


@dataclasses.dataclass(frozen=True)
class Made:
    """An entry's address for things that were made for somebody, and what is posted there."""

    address: str
    method: str
    data: dict[str, Any]


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path


def test_every_url_has_an_entry_and_every_entry_a_url() -> None:
    named = {entry.name for entry in REGISTRY}
    exist = {name for name in _names(get_resolver()) if name.split(":")[0] not in COVERED_ELSEWHERE}
    assert sorted(exist - named) == [], "URLs without an entry in tests/url_registry.py"
    assert sorted(named - exist) == [], "entries of tests/url_registry.py without a URL"
    twice = [key for key, times in Counter((e.name, e.method) for e in REGISTRY).items() if times > 1]
    assert twice == []


@pytest.mark.parametrize("entry", REGISTRY, ids=lambda entry: f"{entry.name}-{entry.method}")
def test_url_lets_in_whom_it_should(entry: Url) -> None:
    staff = make_user(desk=Desk.MANAGER)
    for_staff = _made_for(entry, Who(make_customer(), staff))
    response = _ask(for_staff, None)
    if entry.public:
        assert response.status_code in entry.ok, _say(entry, "anonymous", response)
        _runs_nothing_inline(entry, response)
        return
    assert _is_login(response), _say(entry, "anonymous", response)

    member = make_member()
    for_member = _made_for(entry, Who(member.customer, member.user)) if entry.roles else for_staff
    faults = []
    for desk in Desk.values:
        with _taken_back():
            User.objects.filter(pk=staff.pk).update(desk=desk)
            faults += _faults(entry, for_staff, staff, f"desk {desk}", is_allowed=desk in entry.desks)
    for role in CompanyRole.values:
        with _taken_back():
            Membership.objects.filter(pk=member.pk).update(role=role)
            faults += _faults(entry, for_member, member.user, f"role {role}", is_allowed=role in entry.roles)
    assert faults == []


def _faults(entry: Url, made: Made, user: User, who: str, *, is_allowed: bool) -> list[str]:
    """What is wrong with the answer that somebody gets who may, or may not, open the entry."""
    response = _ask(made, user)
    if not is_allowed:
        return [] if response.status_code == 403 else [_say(entry, who, response)]
    _runs_nothing_inline(entry, response)
    faults = [] if response.status_code in entry.ok else [_say(entry, who, response)]
    if {other.method for other in REGISTRY if other.name == entry.name} == {"post"}:
        response = _ask(dataclasses.replace(made, method="get"), user)
        faults += [] if response.status_code == 405 else [_say(entry, f"{who}, who only asks", response)]
    return faults


@pytest.mark.parametrize(
    "entry", [entry for entry in REGISTRY if entry.owned], ids=lambda entry: f"{entry.name}-{entry.method}"
)
def test_url_hides_what_belongs_to_others(entry: Url) -> None:
    other = make_member()
    made = _made_for(entry, Who(other.customer, other.user))
    if entry.roles:
        member = make_member(role=min(entry.roles))
        response = _ask(made, member.user)
        assert response.status_code == 404, _say(entry, "another company", response)
    if entry.desks:
        desk = Desk.REP if Desk.REP in entry.desks else min(entry.desks)
        narrow = make_user(desk=desk, sees_all_customers=False)
        response = _ask(made, narrow)
        assert response.status_code == 404, _say(entry, f"{desk} with customers of his own", response)


def test_urls_show_a_branch_nothing_of_another_branch() -> None:
    group = make_customer()
    here = make_member(customer=make_customer(parent=group))
    other = make_member(customer=make_customer(parent=group, name="Ultramarinos Velasco"))
    private = _business_of(other.customer)
    faults = []
    for entry in REGISTRY:
        if entry.roles and entry.method == "get":
            with _taken_back():
                Membership.objects.filter(pk=here.pk).update(role=min(entry.roles))
                response = _ask(_made_for(entry, Who(here.customer, here.user)), here.user)
                page = response.content.decode(errors="replace")
                faults += [f"{entry.name} shows {text}" for text in private if text in page]
                if entry.owned:
                    response = _ask(_made_for(entry, Who(other.customer, other.user)), here.user)
                    faults += [] if response.status_code == 404 else [_say(entry, "another branch", response)]
    assert faults == []


def _business_of(customer: Customer) -> list[str]:
    """Order, invoice and pay something; return what a page that shows any of it would hold."""
    invoice = make_invoice(customer=customer, lines=[{"ordered": 1, "price": "6427.91"}])
    make_payment(payer=customer, amount="1313.13")
    return [customer.name, invoice.number, invoice.order.number, "7,777.77", "1,313.13", "6,464.64"]


def _made_for(entry: Url, owner: Who) -> Made:
    arguments = entry.args(owner)
    options = {"kwargs": arguments} if isinstance(arguments, dict) else {"args": arguments}
    return Made(reverse(entry.name, **options), entry.method, entry.data(owner) if entry.method == "post" else {})


def _ask(made: Made, user: User | None) -> HttpResponse:
    """What ``user`` is answered."""
    client = Client()
    if user is not None:
        client.force_login(user, backend="customers.backends.DeskBackend")
    return getattr(client, made.method)(made.address, made.data)


@contextmanager
def _taken_back() -> Iterator[None]:
    """Whatever the block changed is as it was."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _runs_nothing_inline(entry: Url, response: HttpResponse) -> None:
    """The policy is strict, and the page would not break under it."""
    policy = response.headers.get("Content-Security-Policy", "")
    assert "default-src 'none'" in policy, entry.name
    assert "unsafe" not in policy, entry.name
    if response.status_code == 200 and response["Content-Type"].startswith("text/html"):
        found = INLINE.findall(response.content.decode())
        assert found == [], f"{entry.name} holds inline style or script"


def _is_login(response: HttpResponse) -> bool:
    return response.status_code == 302 and response["Location"].startswith(reverse("account_login"))


def _say(entry: Url, who: str, response: HttpResponse) -> str:
    to = response.headers.get("Location", "")
    return f"{entry.method.upper()} {entry.name} answered {response.status_code} {to} to {who}"


def _names(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            namespace = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            if namespace.split(":")[0] in COVERED_ELSEWHERE:
                yield namespace
            else:
                yield from _names(pattern, namespace)
        elif isinstance(pattern, URLPattern):
            assert pattern.name, f"a URL without a name: {prefix}{pattern.pattern}"
            yield f"{prefix}{pattern.name}"
