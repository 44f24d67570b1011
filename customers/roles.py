"""What each desk and each company role may do.

Desks are groups of Django permissions, kept equal to the table below by ``sync_roles`` after every migration;
one person may be given more (a rep who may see costs) as a permission of that user in the administration.
Company roles are portal permissions: plain words, looked up in memory, checked by ``customers.access``.
"""

from collections.abc import Iterable
from fnmatch import fnmatchcase

from django.contrib.auth.models import Group, Permission

from customers.models import CompanyRole, Desk

# Patterns of "app.codename"; "*" stands for any characters. The administrator's desk reads everything and
# keeps people and master data; money, stock and documents stay with those who answer for them.
_SELLS = (
    "customers.view_*",
    "customers.add_contact",
    "customers.change_contact",
    "customers.add_address",
    "customers.change_address",
    "customers.add_customernote",
    "inventory.view_product*",
    "inventory.view_price*",
    "inventory.view_stocklevel",
    "inventory.view_warehouse*",
    "inventory.view_purchaseorder*",
    "inventory.view_holiday",
    "inventory.view_unit",
    "inventory.view_tax*",
    "orders.view_*",
    "orders.add_*",
    "orders.change_*",
    "orders.place_order",
    "orders.cancel_order",
    "orders.track_shipment",
    "billing.view_*",
)

DESK_PERMISSIONS: dict[str, tuple[str, ...]] = {
    Desk.MANAGER: (
        *_SELLS,
        "customers.add_customer",
        "customers.change_customer",
        "customers.change_account",
        "customers.add_invitation",
        "customers.add_membership",
        "customers.change_membership",
        "customers.set_credit_limit",
        "inventory.view_*",
        "inventory.add_price*",
        "inventory.change_price*",
        "inventory.adjust_stock",
        "inventory.change_purchaseorder*",
        "orders.*",
    ),
    Desk.REP: (*_SELLS, "orders.set_price"),
    Desk.AGENT: _SELLS,
    Desk.WAREHOUSE: (
        "inventory.view_product*",
        "inventory.view_stock*",
        "inventory.view_warehouse*",
        "inventory.view_purchaseorder*",
        "inventory.change_purchaseorder*",
        "inventory.view_supplier",
        "inventory.view_holiday",
        "inventory.view_unit",
        "inventory.adjust_stock",
        "orders.view_shipment*",
        "orders.add_shipment*",
        "orders.change_shipment*",
        "orders.ship_shipment",
        "orders.track_shipment",
        "orders.view_tracking*",
        "orders.add_tracking*",
        "orders.view_return*",
        "orders.change_return*",
        "orders.view_incident*",
        "orders.add_incident*",
        "orders.change_incident*",
    ),
    Desk.FINANCE: (
        "customers.view_*",
        "customers.add_customernote",
        "customers.set_credit_limit",
        "customers.change_account",
        "inventory.view_product*",
        "inventory.view_price*",
        "inventory.view_tax*",
        "inventory.view_unit",
        "orders.view_*",
        "orders.release_credit_hold",
        "billing.*",
    ),
    Desk.ADMIN: (
        "*.view_*",
        "customers.*",
        "inventory.add_*",
        "inventory.change_*",
        "inventory.delete_holiday",
        "inventory.delete_pricerule",
        "inventory.delete_productbarcode",
        "inventory.delete_productpack",
        "inventory.delete_warehouseregion",
        "orders.add_carrier",
        "orders.change_carrier",
        "axes.delete_accessattempt",
        "mfa.view_authenticator",
        "mfa.delete_authenticator",
        "orders.import_*",
    ),
}

# Taken away again from a desk whose patterns would give it.
DESK_REFUSALS: dict[str, tuple[str, ...]] = {
    Desk.MANAGER: ("*.view_outboxmessage", "orders.import_*"),
    Desk.REP: (
        "*.view_cost",
        "orders.view_integrity",
        "*.view_all_customers",
        "*.view_outboxmessage",
        "orders.release_*",
        "orders.override_*",
    ),
    Desk.AGENT: (
        "*.view_cost",
        "orders.view_integrity",
        "*.view_outboxmessage",
        "orders.set_price",
        "orders.release_*",
        "orders.override_*",
    ),
    Desk.WAREHOUSE: (),
    Desk.FINANCE: ("*.view_outboxmessage",),
    Desk.ADMIN: (
        "inventory.add_stock*",
        "inventory.change_stock*",
        "inventory.add_purchaseorder*",
        "inventory.change_purchaseorder*",
    ),
}

COMPANY_PERMISSIONS: dict[str, frozenset[str]] = {
    CompanyRole.OWNER: frozenset(
        {
            "orders.view",
            "orders.place",
            "orders.approve",
            "problems.report",
            "returns.request",
            "invoices.view",
            "account.view",
            "people.manage",
        }
    ),
    CompanyRole.BUYER: frozenset({"orders.view", "orders.place", "problems.report", "returns.request"}),
    CompanyRole.APPROVER: frozenset(
        {"orders.view", "orders.place", "orders.approve", "problems.report", "returns.request"}
    ),
    CompanyRole.ACCOUNTS: frozenset({"orders.view", "invoices.view", "account.view"}),
    CompanyRole.VIEWER: frozenset({"orders.view"}),
}


def company_may(role: str, *permissions: str) -> bool:
    """Tell whether a company role holds all of some portal permissions."""
    return COMPANY_PERMISSIONS.get(role, frozenset()).issuperset(permissions)


def desk_holds(desk: str, names: Iterable[str]) -> set[str]:
    """Those of ``names`` ("app.codename") that a desk is given by the table above."""
    return {
        name for name in names if _matches(name, DESK_PERMISSIONS[desk]) and not _matches(name, DESK_REFUSALS[desk])
    }


def sync_roles() -> None:
    """Make one group per desk with exactly the permissions of the table. Safe to repeat; two statements a desk."""
    known = {
        f"{app}.{codename}": pk
        for pk, app, codename in Permission.objects.values_list("pk", "content_type__app_label", "codename")
    }
    for desk in Desk.values:
        group, _created = Group.objects.get_or_create(name=desk)
        group.permissions.set([known[name] for name in desk_holds(desk, known)])


def _matches(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)
