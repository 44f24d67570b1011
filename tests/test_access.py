"""Every URL of the site answers as ``tests/url_registry.py`` says."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

from customers.models import CompanyRole, Customer, Desk, User
from tests.billing.factories import make_invoice, make_payment
from tests.factories import make_customer, make_member, make_user
from tests.url_registry import COVERED_ELSEWHERE, REGISTRY, Url, Who

INLINE = re.compile(r"""<[a-z][^<>]*\s(?:style|on[a-z]+|hx-on[a-z:-]*)\s*=|<style\b|<script\b(?![^>]*\ssrc=)""")

pytestmark = pytest.mark.django_db


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
    anonymous = Who(make_customer(), make_user())
    response = _ask(entry, anonymous, None)
    if entry.public:
        assert response.status_code in entry.ok, _say(entry, "anonymous", response)
        _runs_nothing_inline(entry, response)
    else:
        assert _is_login(response), _say(entry, "anonymous", response)

    for desk in Desk.values:
        staff = make_user(desk=desk)
        if desk in entry.desks or entry.public:
            continue
        response = _ask(entry, Who(make_customer(), staff), staff)
        assert response.status_code == 403, _say(entry, f"desk {desk}", response)
    for role in CompanyRole.values:
        if role in entry.roles or entry.public:
            continue
        member = make_member(role=role)
        response = _ask(entry, Who(member.customer, member.user), member.user)
        assert response.status_code == 403, _say(entry, f"role {role}", response)

    for desk in sorted(entry.desks)[:1]:
        staff = make_user(desk=desk)
        response = _ask(entry, Who(make_customer(), staff), staff)
        assert response.status_code in entry.ok, _say(entry, f"desk {desk}", response)
        _runs_nothing_inline(entry, response)
        _refuse_get_of_post(entry, Who(make_customer(), staff), staff)
    for role in sorted(entry.roles)[:1]:
        member = make_member(role=role)
        response = _ask(entry, Who(member.customer, member.user), member.user)
        assert response.status_code in entry.ok, _say(entry, f"role {role}", response)
        _runs_nothing_inline(entry, response)
        _refuse_get_of_post(entry, Who(member.customer, member.user), member.user)
    if entry.desks or entry.roles:
        _agrees_with_decorator(entry)


@pytest.mark.parametrize(
    "entry", [entry for entry in REGISTRY if entry.owned], ids=lambda entry: f"{entry.name}-{entry.method}"
)
def test_url_hides_what_belongs_to_others(entry: Url) -> None:
    other = make_member()
    if entry.roles:
        member = make_member(role=min(entry.roles))
        response = _ask(entry, Who(other.customer, other.user), member.user)
        assert response.status_code == 404, _say(entry, "another company", response)
    if entry.desks:
        desk = Desk.REP if Desk.REP in entry.desks else min(entry.desks)
        narrow = make_user(desk=desk, sees_all_customers=False)
        response = _ask(entry, Who(other.customer, other.user), narrow)
        assert response.status_code == 404, _say(entry, f"{desk} with customers of his own", response)


@pytest.mark.parametrize(
    "entry",
    [entry for entry in REGISTRY if entry.roles and entry.method == "get"],
    ids=lambda entry: f"{entry.name}-{entry.method}",
)
def test_url_shows_a_branch_nothing_of_another_branch(entry: Url) -> None:
    group = make_customer()
    here = make_member(customer=make_customer(parent=group), role=min(entry.roles))
    other = make_member(customer=make_customer(parent=group, name="Ultramarinos Velasco"))
    private = _business_of(other.customer)
    response = _ask(entry, Who(here.customer, here.user), here.user)
    shown = [text for text in private if text in response.content.decode(errors="replace")]
    assert shown == [], f"{entry.name} shows a branch what belongs to another of its group"
    if entry.owned:
        response = _ask(entry, Who(other.customer, other.user), here.user)
        assert response.status_code == 404, _say(entry, "another branch of the same group", response)


def _business_of(customer: Customer) -> list[str]:
    """Order, invoice and pay something; return what a page that shows any of it would hold."""
    invoice = make_invoice(customer=customer, lines=[{"ordered": 1, "price": "6427.91"}])
    make_payment(payer=customer, amount="1313.13")
    return [customer.name, invoice.number, invoice.order.number, "7,777.77", "1,313.13", "6,464.64"]


def _ask(entry: Url, owner: Who, user: User | None, method: str = "") -> HttpResponse:
    """What ``user`` is answered when asking for something made for ``owner``."""
    client = Client()
    arguments = entry.args(owner)
    address = (
        reverse(entry.name, kwargs=arguments) if isinstance(arguments, dict) else reverse(entry.name, args=arguments)
    )
    if user is not None:
        client.force_login(user, backend="customers.backends.DeskBackend")
    method = method or entry.method
    return getattr(client, method)(address, entry.data(owner) if method == "post" else {})


def _refuse_get_of_post(entry: Url, who: Who, user: User) -> None:
    both = {other.method for other in REGISTRY if other.name == entry.name}
    if both == {"post"}:
        assert _ask(entry, who, user, "get").status_code == 405, f"{entry.name} changes something and answers GET"


def _runs_nothing_inline(entry: Url, response: HttpResponse) -> None:
    """The policy is strict, and the page would not break under it."""
    policy = response.headers.get("Content-Security-Policy", "")
    assert "default-src 'none'" in policy, entry.name
    assert "unsafe" not in policy, entry.name
    if response.status_code == 200 and response["Content-Type"].startswith("text/html"):
        found = INLINE.findall(response.content.decode())
        assert found == [], f"{entry.name} holds inline style or script"


def _agrees_with_decorator(entry: Url) -> None:
    """The rest of those let in, without running the view: its decorator's own rule says the same."""
    arguments = entry.args(Who(make_customer(), make_user()))
    options = {"kwargs": arguments} if isinstance(arguments, dict) else {"args": arguments}
    access = getattr(resolve(reverse(entry.name, **options)).func, "access", None)
    if access is None:
        return
    if access.side == "desk":
        allowed = {desk for desk in Desk.values if make_user(desk=desk).has_perms(access.permissions)}
        assert allowed == entry.desks, f"{entry.name}: {access.permissions}"
    assert bool(entry.roles) == (access.side != "desk"), entry.name


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
