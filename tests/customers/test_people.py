"""Invitations and memberships."""

import datetime
import re
from typing import Any

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from customers.models import CompanyRole, Invitation, Membership, OutboxMessage, User
from customers.services import people
from tests.factories import make_customer, make_invitation, make_member, make_user

pytestmark = pytest.mark.django_db

SECRET = "a password of my own"


@pytest.fixture(autouse=True)
def _unlimited() -> None:
    cache.clear()


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="customers.backends.DeskBackend")
    return client


def link_in(mail: OutboxMessage) -> str:
    return re.search(r"http://testserver(/\S+)", mail.body).group(1)


def test_owner_invites_and_the_invited_person_joins() -> None:
    owner = make_member()
    response = client_of(owner.user).post(
        reverse("customers:people_invite"),
        {"email": "Eva@Shop.test", "name": "Eva", "role": "buyer", "customer": owner.customer_id},
    )
    assert response.status_code == 303
    invitation, mail = Invitation.objects.get(), OutboxMessage.objects.get()
    assert (invitation.email, invitation.account_id, invitation.invited_by) == (
        "eva@shop.test",
        owner.account_id,
        owner.user,
    )
    assert mail.recipient == "eva@shop.test"
    assert ProcrastinateJob.objects.filter(task_name="customers.tasks.send_mail").count() == 1
    token = link_in(mail).rstrip("/").rsplit("/", 1)[1]
    assert invitation.token_hash == people.hash_token(token), "only the hash is stored"

    guest = Client()
    page = guest.get(link_in(mail))
    assert page.status_code == 200
    assert owner.customer.name in page.content.decode()
    assert guest.post(link_in(mail), {"name": "Eva Ruiz", "password": "short"}).status_code == 422
    assert guest.post(link_in(mail), {"name": "Eva Ruiz", "password": SECRET}).status_code == 303
    eva = User.objects.get(email="eva@shop.test")
    assert (eva.name, eva.desk, eva.is_staff) == ("Eva Ruiz", "", False)
    assert Membership.objects.get(user=eva).role == "buyer"
    assert guest.post("/accounts/login/", {"login": "eva@shop.test", "password": SECRET})["Location"] == "/"

    used = Client().get(link_in(mail))
    assert used.status_code == 410
    assert "accepted already" in used.content.decode()


def test_person_with_a_login_joins_without_changing_it() -> None:
    known, invited_to = make_member(), make_customer(name="Second shop")
    _invitation, token = make_invitation(customer=invited_to, email=known.user.email, role=CompanyRole.ACCOUNTS)
    client = Client()
    page = client.get(reverse("customers:invitation_accept", args=[token]))
    assert 'name="password"' not in page.content.decode()
    assert client.post(reverse("customers:invitation_accept", args=[token])).status_code == 303
    assert "_auth_user_id" not in client.session, "holding a mail is not enough to log in"
    roles = dict(Membership.objects.filter(user=known.user).values_list("customer__name", "role"))
    assert roles == {known.customer.name: "owner", "Second shop": "accounts"}


def test_expired_unknown_and_withdrawn_links_say_so() -> None:
    yesterday = timezone.now() - datetime.timedelta(days=1)
    _old, old = make_invitation(expires_at=yesterday)
    withdrawn, token = make_invitation()
    people.withdraw_invitation(invitation=withdrawn)
    for key, said in [
        (old, "too old"),
        (token, "We don't know"),
        ("nonsense", "We don't know"),
    ]:
        response = Client().get(reverse("customers:invitation_accept", args=[key]))
        assert response.status_code == 410
        assert said in response.content.decode()
        assert (
            Client()
            .post(reverse("customers:invitation_accept", args=[key]), {"name": "x", "password": SECRET})
            .status_code
            == 410
        )
    assert Membership.objects.count() == 0


def test_staff_cannot_join_a_customer() -> None:
    staff = make_user()
    _invitation, token = make_invitation(email=staff.email)
    with pytest.raises(people.InvitationUnusable):
        people.accept_invitation(token=token, name="", password="", language="en", at=timezone.now())
    assert Membership.objects.count() == 0


def test_weak_password_accepts_nothing() -> None:
    _invitation, token = make_invitation(email="new@shop.test")
    with pytest.raises(ValidationError):
        people.accept_invitation(token=token, name="New", password="demo", language="en", at=timezone.now())
    assert not User.objects.filter(email="new@shop.test").exists()


def test_old_invitation_takes_no_role_away() -> None:
    owner = make_member()
    _invitation, token = make_invitation(customer=owner.customer, email=owner.user.email, role="viewer")
    people.accept_invitation(token=token, name="", password="", language="en", at=timezone.now())
    owner.refresh_from_db()
    assert owner.role == "owner"


def test_new_invitation_replaces_the_open_one() -> None:
    owner, links = make_member(), []
    for _ in range(2):
        people.invite_person(
            customer=owner.customer,
            email="eva@shop.test",
            name="Eva",
            role="buyer",
            by=owner.user,
            at=timezone.now(),
            link=lambda token: links.append(token) or token,
        )
    assert Invitation.objects.count() == 1
    with pytest.raises(people.InvitationUnusable):
        people.find_invitation(token=links[0], at=timezone.now())
    assert people.find_invitation(token=links[1], at=timezone.now()).email == "eva@shop.test"


def test_member_is_not_invited_again() -> None:
    owner = make_member()
    response = client_of(owner.user).post(
        reverse("customers:people_invite"),
        {"email": owner.user.email, "name": "Me", "role": "buyer", "customer": owner.customer_id},
    )
    assert response.status_code == 422
    assert "already acts" in response.content.decode()
    assert (Invitation.objects.count(), OutboxMessage.objects.count()) == (0, 0)


def test_owner_of_a_group_invites_to_a_branch_but_a_branch_not_to_its_parent() -> None:
    head = make_member()
    branch = make_customer(parent=head.customer)
    data = {"email": "a@shop.test", "name": "A", "role": "buyer"}
    address = reverse("customers:people_invite")
    assert client_of(head.user).post(address, data | {"customer": branch.pk}).status_code == 303
    branch_owner = make_member(customer=branch)
    client = client_of(branch_owner.user)
    assert client.post(address, data | {"email": "b@shop.test", "customer": head.customer_id}).status_code == 422
    assert client.get(reverse("customers:people_change", args=[head.pk])).status_code == 404
    assert Invitation.objects.count() == 1


def test_owner_changes_role_and_limit() -> None:
    owner = make_member()
    buyer = make_member(customer=owner.customer, role=CompanyRole.BUYER)
    response = client_of(owner.user).post(
        reverse("customers:people_change", args=[buyer.pk]),
        {"role": "approver", "order_limit": "1500.50", "is_active": "on"},
    )
    assert response.status_code == 303
    buyer.refresh_from_db()
    assert (buyer.role, str(buyer.order_limit), buyer.is_active) == ("approver", "1500.50", True)


@pytest.mark.parametrize("change", [{"role": "viewer", "is_active": "on"}, {"role": "owner"}])
def test_last_owner_stays(change: dict[str, Any]) -> None:
    owner = make_member()
    make_member(customer=owner.customer, is_active=False)
    response = client_of(owner.user).post(reverse("customers:people_change", args=[owner.pk]), change)
    assert response.status_code == 422
    assert "needs an active owner" in response.content.decode()
    owner.refresh_from_db()
    assert (owner.role, owner.is_active) == ("owner", True)


def test_withdrawing_answers_the_fragment() -> None:
    owner = make_member()
    invitation, _token = make_invitation(customer=owner.customer)
    response = client_of(owner.user).post(
        reverse("customers:invitation_withdraw", args=[invitation.pk]),
        headers={"HX-Request": "true", "HX-Target": "people_table"},
    )
    assert response.status_code == 200
    assert "<html" not in response.content.decode()
    assert Invitation.objects.count() == 0


def test_people_list_costs_the_same_for_one_and_three(django_assert_num_queries: Any) -> None:
    owner = make_member()
    client = client_of(owner.user)
    address = reverse("customers:people_list")
    client.get(address)
    with django_assert_num_queries(10):
        client.get(address)
    for _ in range(2):
        make_member(customer=owner.customer)
        make_invitation(customer=owner.customer)
    with django_assert_num_queries(10):
        client.get(address)


def test_desk_invites_the_first_owner_of_a_customer() -> None:
    customer, manager = make_customer(), make_user()
    response = client_of(manager).post(
        reverse("customers:customer_invite", args=[customer.pk]),
        {"email": "first@shop.test", "name": "First", "role": "owner", "customer": customer.pk},
    )
    assert response.status_code == 303
    page = client_of(manager).get(reverse("customers:customer_people", args=[customer.pk]))
    assert "first@shop.test" in page.content.decode()


def test_host_header_cannot_be_forged_into_a_mail() -> None:
    response = Client().post(reverse("account_reset_password"), {"email": make_user().email}, HTTP_HOST="evil.test")
    assert response.status_code == 400
    assert OutboxMessage.objects.count() == 0
