"""What desks and company roles may do."""

from fnmatch import filter as filter_names

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import RequestFactory

from customers.access import may
from customers.models import CompanyRole, Customer, Desk
from customers.roles import COMPANY_PERMISSIONS, DESK_PERMISSIONS, DESK_REFUSALS, company_may, desk_holds, sync_roles
from tests.factories import make_customer, make_member, make_user

pytestmark = pytest.mark.django_db

# desk: manager, rep, agent, warehouse, finance, admin
MATRIX = {
    "customers.view_customer": "y y y - y y",
    "customers.view_credit": "y y y - y y",
    "customers.set_credit_limit": "y - - - y y",
    "inventory.view_cost": "y - - - - y",
    "inventory.adjust_stock": "y - - y - -",
    "orders.view_order": "y y y - y y",
    "orders.place_order": "y y y - - -",
    "orders.set_price": "y y - - - -",
    "orders.override_po": "y - - - - -",
    "orders.release_credit_hold": "y - - - y -",
    "orders.ship_shipment": "y - - y - -",
    "orders.import_orders": "- - - - - y",
    "orders.view_integrity": "y - - - y y",
    "billing.view_invoice": "y y y - y y",
    "billing.issue_invoice": "- - - - y -",
    "billing.allocate_payment": "- - - - y -",
    "customers.change_user": "- - - - - y",
}


def all_permissions() -> set[str]:
    return {f"{app}.{name}" for app, name in Permission.objects.values_list("content_type__app_label", "codename")}


@pytest.mark.parametrize("permission", MATRIX)
def test_desk_may_what_the_domain_says(permission: str) -> None:
    found = " ".join("y" if make_user(desk=desk).has_perm(permission) else "-" for desk in Desk.values)
    assert found == MATRIX[permission]


def test_every_pattern_means_something() -> None:
    names = all_permissions()
    for table in (DESK_PERMISSIONS, DESK_REFUSALS):
        for desk, patterns in table.items():
            for pattern in patterns:
                assert filter_names(names, pattern), f"{desk}: {pattern} matches no permission"


def test_groups_are_brought_back_to_the_table() -> None:
    group = Group.objects.get(name=Desk.AGENT)
    group.permissions.clear()
    group.permissions.add(Permission.objects.get(codename="view_cost"))
    sync_roles()
    held = {f"{app}.{name}" for app, name in group.permissions.values_list("content_type__app_label", "codename")}
    assert held == desk_holds(Desk.AGENT, all_permissions())


def test_one_person_may_be_granted_more() -> None:
    rep = make_user(desk=Desk.REP)
    rep.user_permissions.add(Permission.objects.get(codename="view_cost"))
    assert make_user(desk=Desk.REP).has_perm("inventory.view_cost") is False
    assert rep.has_perm("inventory.view_cost")


def test_person_without_a_desk_holds_no_permission_whatever_rows_say() -> None:
    buyer = make_member().user
    buyer.user_permissions.add(Permission.objects.get(codename="view_cost"))
    buyer.groups.add(Group.objects.get(name=Desk.MANAGER))
    assert buyer.get_all_permissions() == set()


def test_permissions_cost_one_query(django_assert_num_queries) -> None:
    user = make_user()
    with django_assert_num_queries(1):
        assert user.has_perm("orders.view_order")
        assert not user.has_perm("no.such_thing")


def test_company_roles() -> None:
    assert company_may(CompanyRole.OWNER, *set().union(*COMPANY_PERMISSIONS.values()))
    assert company_may(CompanyRole.ACCOUNTS, "invoices.view")
    assert not company_may(CompanyRole.BUYER, "invoices.view")
    assert not company_may(CompanyRole.VIEWER, "orders.place")
    assert not company_may("nobody", "orders.view")


def test_may_answers_for_both_sides() -> None:
    request = RequestFactory().get("/")
    request.user, request.membership = make_user(desk=Desk.AGENT), None
    assert may(request, "orders.view_order")
    assert not may(request, "orders.set_price")
    member = make_member(role=CompanyRole.BUYER)
    request.user, request.membership = member.user, member
    assert may(request, "orders.place")
    assert not may(request, "people.manage")


def test_visible_to_by_desk_rep_and_membership() -> None:
    rep = make_user(desk=Desk.REP, sees_all_customers=False)
    own, root = make_customer(rep=rep), make_customer()
    branch, other = make_customer(parent=root), make_customer(parent=root)
    everything = {own, root, branch, other}

    def seen(user: object) -> set[Customer]:
        return set(Customer.objects.visible_to(user))

    assert seen(make_user()) == everything
    assert seen(rep) == {own}
    assert seen(make_member(customer=root).user) == {root, branch, other}
    assert seen(make_member(customer=branch).user) == {branch}
    assert seen(make_member(customer=branch, is_active=False).user) == set()
    assert seen(make_user(is_active=False)) == set()
