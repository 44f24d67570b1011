"""Signing in: by e-mail, with a second factor, locked after failures, and never with the demo's password outside it."""

import re
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from axes.models import AccessAttempt
from django.core.cache import cache
from django.test import Client, override_settings
from django.urls import reverse

from customers.models import CompanyRole, Desk, OutboxMessage, User
from tests.factories import PASSWORD, make_customer, make_member, make_user

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def _unlimited() -> None:
    """Forget the requests of other tests, which count per minute and address."""
    cache.clear()


def sign_in(client: Client, email: str, password: str = PASSWORD, **fields: str) -> Any:
    return client.post(LOGIN, {"login": email, "password": password, **fields})


def signed_in_as(client: Client) -> str:
    key = client.session.get("_auth_user_id")
    return User.objects.get(pk=key).email if key else ""


def test_person_signs_in_by_email_whatever_its_case() -> None:
    user, client = make_user(email="ana@lonja.test"), Client()
    response = sign_in(client, "Ana@Lonja.TEST")
    assert (response.status_code, response["Location"]) == (302, "/")
    assert signed_in_as(client) == user.email


def test_wrong_password_says_so_and_tells_nothing_else() -> None:
    user = make_user()
    wrong = sign_in(Client(), user.email, "not it")
    unknown = sign_in(Client(), "nobody@lonja.test", "not it")
    assert wrong.status_code == unknown.status_code == 200
    said = [str(response.context["form"].non_field_errors()) for response in (wrong, unknown)]
    assert said[0] == said[1] != ""


def test_inactive_person_stays_outside() -> None:
    user, client = make_user(is_active=False), Client()
    response = sign_in(client, user.email)
    assert response.status_code == 302
    assert response["Location"] == reverse("account_inactive")
    assert signed_in_as(client) == ""
    assert client.get(response["Location"]).status_code == 200


@pytest.mark.parametrize("target", ["https://evil.test/", "//evil.test/", "/\\evil.test", "javascript:alert(1)"])
def test_login_redirects_to_this_site_only(target: str) -> None:
    response = sign_in(Client(), make_user().email, next=target)
    assert response["Location"] == "/"


def test_login_returns_to_where_one_was_going() -> None:
    assert sign_in(Client(), make_user().email, next="/jobs/")["Location"] == "/jobs/"


@pytest.mark.parametrize("email", ["admin@example.com", "buyer@other.example.com"])
def test_demo_password_is_refused_outside_the_demo(email: str) -> None:
    user, client = make_user(email=email, password="demo"), Client()
    assert sign_in(client, user.email, "demo").status_code == 200
    assert signed_in_as(client) == ""
    with override_settings(DEMO=True):
        assert sign_in(client, user.email, "demo").status_code == 302
    assert signed_in_as(client) == email


def test_demo_people_are_offered_in_the_demo_only(settings: Any) -> None:
    settings.DEMO = False
    assert "example.com" not in Client().get(LOGIN).content.decode()
    settings.DEMO = True
    offered = re.findall(r'name="login" value="([^"]+)"', Client().get(LOGIN).content.decode())
    assert offered == [
        *(f"{desk}@example.com" for desk in ("manager", "rep", "agent", "warehouse", "finance", "admin")),
        *(f"{role}@example.com" for role in ("owner", "buyer", "approver", "accounts")),
        "buyer@other.example.com",
    ]


@pytest.mark.parametrize("password", ["demo", "password12", "short"])
def test_weak_passwords_are_refused(password: str) -> None:
    user, client = make_user(), Client()
    client.force_login(user, backend="customers.backends.DeskBackend")
    response = client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": password, "password2": password},
    )
    assert response.status_code == 200
    assert "password1" in response.context["form"].errors
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


# Locked after failures


def test_five_failures_lock_this_address_here_and_an_administrator_unlocks() -> None:
    user, client = make_user(email="locked@lonja.test"), Client()
    for _ in range(4):
        assert sign_in(client, user.email, "wrong").status_code == 200
    locked = sign_in(client, user.email, "wrong")
    assert locked.status_code == 429
    assert "account/locked.html" in [template.name for template in locked.templates]
    assert sign_in(client, "LOCKED@lonja.test").status_code == 429, "the right password does not help any more"
    assert signed_in_as(client) == ""

    elsewhere = Client(REMOTE_ADDR="10.0.0.9")
    assert sign_in(elsewhere, user.email).status_code == 302, "nobody locks a person out from afar"
    other = make_user()
    assert sign_in(Client(), other.email).status_code == 302

    boss = Client()
    boss.force_login(make_user(desk=Desk.ADMIN), backend="customers.backends.DeskBackend")
    AccessAttempt.objects.filter(username="locked@lonja.test").exists()
    address = reverse("admin:customers_user_changelist")
    boss.post(address, {"action": "unlock", "_selected_action": [user.pk]})
    assert sign_in(client, user.email).status_code == 302


def test_success_forgets_failures() -> None:
    user, client = make_user(), Client()
    for _ in range(3):
        sign_in(client, user.email, "wrong")
    sign_in(client, user.email)
    client.post(reverse("account_logout"))
    for _ in range(4):
        assert sign_in(client, user.email, "wrong").status_code == 200


# Passwords


def test_forgotten_password_is_set_anew_by_mail_from_the_outbox() -> None:
    user, client = make_user(), Client()
    assert client.post(reverse("account_reset_password"), {"email": user.email}).status_code == 302
    mail = OutboxMessage.objects.get()
    assert mail.recipient == user.email
    link = re.search(r"http://testserver(/\S+)", mail.body).group(1)

    form_page = client.get(link, follow=True)
    assert "form" in form_page.context
    new = "a wholly new secret"
    address = form_page.redirect_chain[-1][0]
    response = client.post(address, {"password1": new, "password2": new})
    assert response.status_code == 302
    assert sign_in(Client(), user.email, new).status_code == 302
    again = Client().get(link, follow=True)
    assert "token_fail" in again.context or "form" not in again.context
    assert "does not work" in again.content.decode()


def test_unknown_address_gets_the_same_answer() -> None:
    answers = [
        re.sub(
            r"[A-Za-z0-9]{64}",  # the forms' tokens
            "",
            Client().post(reverse("account_reset_password"), {"email": email}, follow=True).content.decode(),
        )
        for email in (make_user().email, "nobody@lonja.test")
    ]
    assert answers[0] == answers[1]


# The second factor


def test_second_factor_is_asked_for_and_switched_off() -> None:
    user, client = make_user(), Client()
    sign_in(client, user.email)
    asked = client.get(reverse("mfa_activate_totp"))
    assert asked["Location"].startswith(reverse("account_reauthenticate")), "the password once more"
    assert client.post(asked["Location"], {"password": "wrong"}).status_code == 200
    assert client.post(asked["Location"], {"password": PASSWORD}).status_code == 302
    page = client.get(reverse("mfa_activate_totp"))
    assert page.status_code == 200
    assert page.context["totp_svg_data_uri"].startswith("data:image/svg+xml")
    secret = page.context["form"].secret
    assert client.post(reverse("mfa_activate_totp"), {"code": "000000"}).status_code == 200
    assert client.post(reverse("mfa_activate_totp"), {"code": totp(secret)}).status_code == 302
    codes = client.get(reverse("mfa_view_recovery_codes"))
    assert len(codes.context["unused_codes"]) == 10

    other = Client()
    response = sign_in(other, user.email)
    assert response["Location"].startswith(reverse("mfa_authenticate"))
    assert signed_in_as(other) == ""
    assert other.get("/jobs/").status_code == 302
    assert other.post(reverse("mfa_authenticate"), {"code": "999999"}).status_code == 200
    response = other.post(reverse("mfa_authenticate"), {"code": codes.context["unused_codes"][0]})
    assert response.status_code == 302
    assert signed_in_as(other) == user.email

    assert client.post(reverse("mfa_deactivate_totp")).status_code == 302
    assert sign_in(Client(), user.email)["Location"] == "/"


def totp(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


# Where one begins


@pytest.mark.parametrize("desk", Desk.values)
def test_every_desk_has_a_first_page(desk: str) -> None:
    client = Client()
    client.force_login(make_user(desk=desk), backend="customers.backends.DeskBackend")
    response = client.get("/", follow=True)
    assert response.status_code == 200
    assert response.redirect_chain


@pytest.mark.parametrize("role", CompanyRole.values)
def test_every_company_role_has_a_first_page(role: str) -> None:
    client = Client()
    client.force_login(make_member(role=role).user, backend="customers.backends.DeskBackend")
    assert client.get("/", follow=True).status_code == 200


def test_person_without_a_company_is_told_so() -> None:
    client = Client()
    client.force_login(make_user(desk=""), backend="customers.backends.DeskBackend")
    page = client.get("/", follow=True)
    assert page.status_code == 200
    assert "You act for no company at present" in page.content.decode()


# For whom one acts


def test_company_is_switched_and_stays() -> None:
    first = make_member()
    second = make_member(user=first.user, customer=make_customer(name="Second"), role=CompanyRole.VIEWER)
    client = Client()
    client.force_login(first.user, backend="customers.backends.DeskBackend")
    assert client.get("/account/").wsgi_request.membership == first
    response = client.post(reverse("customers:company_switch", args=[second.customer_id]))
    assert response.status_code == 303
    assert client.get("/account/").wsgi_request.membership == second
    assert client.get(reverse("customers:people_list")).status_code == 403, "a viewer there, though an owner here"


def test_role_taken_away_counts_from_the_next_click() -> None:
    member = make_member(role=CompanyRole.OWNER)
    client = Client()
    client.force_login(member.user, backend="customers.backends.DeskBackend")
    assert client.get(reverse("customers:people_list")).status_code == 200
    member.role = CompanyRole.BUYER
    member.save()
    assert client.get(reverse("customers:people_list")).status_code == 403
    member.is_active = False
    member.save()
    assert client.get("/account/").wsgi_request.membership is None


def test_desk_taken_away_counts_from_the_next_click() -> None:
    boss, client = make_user(desk=Desk.ADMIN), Client()
    client.force_login(boss, backend="customers.backends.DeskBackend")
    assert client.get(reverse("customers:outbox_list")).status_code == 200
    User.objects.filter(pk=boss.pk).update(desk=Desk.WAREHOUSE)
    assert client.get(reverse("customers:outbox_list")).status_code == 403
    User.objects.filter(pk=boss.pk).update(is_active=False)
    assert client.get(reverse("customers:job_list")).status_code == 302


def test_ended_session_sends_the_whole_page_to_the_login_not_the_fragment() -> None:
    plain = Client().get("/desk/orders/?view=late")
    assert (plain.status_code, plain["Location"]) == (302, "/accounts/login/?next=/desk/orders/%3Fview%3Dlate")
    asked = {
        "HX-Request": "true",
        "HX-Target": "order_table",
        "HX-Current-URL": "http://testserver/desk/orders/?q=casa",
    }
    fragment = Client().get("/desk/orders/?sort=number", headers=asked)
    assert (fragment.status_code, fragment.content) == (204, b"")
    assert fragment["HX-Redirect"] == "/accounts/login/?next=/desk/orders/%3Fq%3Dcasa"
