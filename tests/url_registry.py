"""Who may open what: one line for every URL name of the site, read by ``tests/test_access.py``.

An entry says which desks and which company roles are let in and how to make the arguments of the address::

    url("orders:order_list", desks=SALES | FINANCE),
    url("orders:order_page", desks=SALES, args=lambda who: [make_order(customer=who.customer).pk]),
    url("orders:order_cancel", "post", desks=SALES, args=lambda who: [...], data=lambda who: {"reason": "x"}),
    url("orders:portal_order_page", roles=ALL_ROLES, args=lambda who: [make_order(customer=who.customer).pk]),
    url("inventory:product_page", desks=ALL_DESKS, args=lambda who: [make_product().pk], owned=False),
    url("account_login", public=True),

``who`` is whom the object is for: ``who.customer`` is a company, ``who.user`` a person acting for it (for entries of
a desk: a member of staff). From it the tests derive, for each entry:

- anonymous: sent to the login (unless ``public``);
- every other desk and company role: 403;
- another company (arguments made for somebody else's ``who``): 404 for the role, and for a rep who sees own customers
  only; switched off by ``owned=False`` for things that belong to nobody;
- allowed: one of ``ok``, by default a page, a redirect or an empty answer;
- an entry with "post" alone: GET is 405.

``args`` gives positional arguments, or a dict of keyword arguments. A view with GET and POST has two entries. Names of
a whole namespace that has tests of its own stand in ``COVERED_ELSEWHERE``. A URL of the site without an entry, and an
entry without a URL, fail.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.timezone import localdate, now

from customers.models import Account, CompanyRole, Customer, Desk, User
from orders.services.holds import pause_order
from tests.billing.factories import make_invoice, make_payment
from tests.billing.factories import make_order as make_shipped
from tests.factories import make_file, make_invitation, make_job, make_mail, make_member
from tests.orders.factories import (
    make_begun,
    make_incident,
    make_issuer,
    make_left,
    make_order,
    make_product,
    make_return,
    make_stock,
    make_supply,
)

MANAGER, REP, AGENT, WAREHOUSE, FINANCE, ADMIN = ({desk} for desk in Desk.values)
ALL_DESKS = frozenset(Desk.values)
SALES = MANAGER | REP | AGENT
OWNER, BUYER, APPROVER, ACCOUNTS, VIEWER = ({role} for role in CompanyRole.values)
ALL_ROLES = frozenset(CompanyRole.values)

PAGE = (200, 204, 301, 302, 303)


@dataclass(frozen=True)
class Who:
    """For whom an object is made."""

    customer: Customer
    user: User


@dataclass(frozen=True)
class Url:
    """One entry; see the module's docstring."""

    name: str
    method: str
    desks: frozenset[str]
    roles: frozenset[str]
    public: bool
    args: Callable[[Who], list[Any] | dict[str, Any]]
    data: Callable[[Who], dict[str, Any]]
    owned: bool
    ok: tuple[int, ...]


def url(
    name: str,
    method: str = "get",
    *,
    desks: set[str] | frozenset[str] = frozenset(),
    roles: set[str] | frozenset[str] = frozenset(),
    public: bool = False,
    args: Callable[[Who], list[Any] | dict[str, Any]] | None = None,
    data: Callable[[Who], dict[str, Any]] = lambda who: {},
    owned: bool | None = None,
    ok: tuple[int, ...] = PAGE,
) -> Url:
    """An entry. ``owned`` is taken as true where there are arguments."""
    return Url(
        name=name,
        method=method,
        desks=frozenset(desks),
        roles=frozenset(roles),
        public=public,
        args=args or (lambda who: []),
        data=data,
        owned=args is not None if owned is None else owned,
        ok=ok,
    )


def _new_member(who: Who) -> list[Any]:
    return [make_member(customer=who.customer, role=CompanyRole.VIEWER).pk]


CONFIG = [
    url("health_live", public=True),
    url("health", public=True, ok=(200, 503)),
    url("live", desks=ALL_DESKS, roles=ALL_ROLES),
    url("preferences", "post", public=True, data=lambda who: {"theme": "dark"}),
]

# Pages about oneself; they run as the database's login role.
ACCOUNTS_OF_PEOPLE = [
    url("account_login", public=True),
    url("account_logout", public=True),
    url("account_inactive", public=True),
    url("account_signup", public=True),
    url("account_reset_password", public=True),
    url("account_reset_password_done", public=True),
    url("account_reset_password_from_key", public=True, args=lambda who: {"uidb36": "1", "key": "x"}, owned=False),
    url("account_reset_password_from_key_done", public=True),
    url("account_reauthenticate", desks=ALL_DESKS, roles=ALL_ROLES),
    url("account_change_password", desks=ALL_DESKS, roles=ALL_ROLES),
    url("account_set_password", desks=ALL_DESKS, roles=ALL_ROLES),
    url("mfa_index", desks=ALL_DESKS, roles=ALL_ROLES),
    url("mfa_authenticate", public=True),
    url("mfa_reauthenticate", desks=ALL_DESKS, roles=ALL_ROLES),
    url("mfa_activate_totp", desks=ALL_DESKS, roles=ALL_ROLES),
    url("mfa_deactivate_totp", desks=ALL_DESKS, roles=ALL_ROLES, ok=(*PAGE, 404)),
    url("mfa_view_recovery_codes", desks=ALL_DESKS, roles=ALL_ROLES, ok=(*PAGE, 404)),
    url("mfa_generate_recovery_codes", desks=ALL_DESKS, roles=ALL_ROLES),
    url("mfa_download_recovery_codes", desks=ALL_DESKS, roles=ALL_ROLES, ok=(*PAGE, 404)),
]

CUSTOMERS = [
    url("customers:start", desks=ALL_DESKS, roles=ALL_ROLES),
    url("customers:account_page", desks=ALL_DESKS, roles=ALL_ROLES),
    url("customers:account_page", "post", desks=ALL_DESKS, roles=ALL_ROLES, data=lambda who: {"name": "New", "language": "en"}),
    url("customers:invitation_accept", public=True, args=lambda who: [make_invitation(customer=who.customer)[1]], owned=False),
    url("customers:file_download", desks=ALL_DESKS, roles=ALL_ROLES, args=lambda who: [make_file(owner=who.user, account=who.customer.account).pk]),
    url("customers:job_list", desks=ALL_DESKS, roles=ALL_ROLES),
    url("customers:job_page", desks=ALL_DESKS, roles=ALL_ROLES, args=lambda who: [make_job(user=who.user, account=who.customer.account).pk]),
    url("customers:company_switch", "post", roles=ALL_ROLES, args=lambda who: [who.customer.pk]),
    url("customers:people_list", roles=OWNER),
    url("customers:people_invite", roles=OWNER),
    url("customers:people_change", roles=OWNER, args=_new_member),
    url("customers:people_change", "post", roles=OWNER, args=_new_member, data=lambda who: {"role": "buyer", "is_active": "on"}),
    url("customers:invitation_withdraw", "post", roles=OWNER, args=lambda who: [make_invitation(customer=who.customer)[0].pk]),
    url("customers:today_page", desks=ALL_DESKS),
    url("customers:search", desks=ALL_DESKS, roles=ALL_ROLES),
    url("customers:customer_list", desks=ALL_DESKS - WAREHOUSE),
    url("customers:customer_page", desks=ALL_DESKS - WAREHOUSE, args=lambda who: [who.customer.pk]),
    url("customers:customer_notes", desks=ALL_DESKS - WAREHOUSE, args=lambda who: [who.customer.pk]),
    url("customers:customer_people", desks=ALL_DESKS - WAREHOUSE, args=lambda who: [who.customer.pk]),
    url("customers:customer_invite", desks=MANAGER | ADMIN, args=lambda who: [who.customer.pk]),
    url("customers:outbox_list", desks=ADMIN),
    url("customers:outbox_message", desks=ADMIN, args=lambda who: [make_mail().pk], owned=False),
    url("customers:outbox_send_again", "post", desks=ADMIN, args=lambda who: [make_mail().pk], owned=False),
]  # fmt: skip


def _level(who: Who) -> list[Any]:
    product = make_product()
    make_stock(product=product, quantity=5)
    return [product.stock_levels.get().pk]


INVENTORY: list[Url] = [
    url("inventory:product_list", desks=ALL_DESKS),
    url("inventory:product_page", desks=ALL_DESKS, args=lambda who: [make_product().pk], owned=False),
    url("inventory:stock_list", desks=MANAGER | WAREHOUSE),
    url("inventory:stock_list", "post", desks=MANAGER | WAREHOUSE, data=lambda who: {"scan": "0"}),
    url("inventory:stock_page", desks=MANAGER | WAREHOUSE, args=_level, owned=False),
    url("inventory:stock_page", "post", desks=MANAGER | WAREHOUSE, args=_level, owned=False, data=lambda who: {"counted": "7", "reason": "Counted"}),
]  # fmt: skip


def _order(who: Who) -> list[Any]:
    return [make_order(customer=who.customer).pk]


def _supply(who: Who) -> list[Any]:
    return [make_supply(product=make_product(), quantity=5).pk]


def _begun(who: Who) -> list[Any]:
    return [make_begun(customer=who.customer).pk]


def _left(who: Who) -> list[Any]:
    return [make_left(customer=who.customer).pk]


def _incident(who: Who) -> list[Any]:
    return [make_incident(customer=who.customer).pk]


def _return(who: Who) -> list[Any]:
    return [make_return(customer=who.customer).pk]


HANDLES = MANAGER | WAREHOUSE
SEES_SHIPMENTS = ALL_DESKS
FULFILMENT: list[Url] = [
    url("orders:pick_queue", desks=HANDLES),
    url("orders:warehouse_choose", "post", desks=HANDLES),
    url("orders:pick_start", "post", desks=HANDLES, args=lambda who: [make_order(customer=who.customer, lines=1).pk]),
    url("orders:pick_page", desks=HANDLES, args=_begun),
    url("orders:pick_scan", "post", desks=HANDLES, args=_begun, data=lambda who: {"scan": "0"}),
    url("orders:pick_short", "post", desks=HANDLES, args=_begun, ok=(422,)),
    url("orders:pick_cancel", "post", desks=HANDLES, args=_begun),
    url("orders:pack_page", desks=HANDLES, args=_begun),
    url("orders:pick_list", desks=HANDLES, args=_begun),
    url("orders:dispatch_list", desks=HANDLES),
    url("orders:dispatch_list", "post", desks=HANDLES),
    url("orders:receipt_list", desks=HANDLES),
    url("orders:receipt_page", desks=HANDLES, args=_supply, owned=False),
    url("orders:receipt_page", "post", desks=HANDLES, args=_supply, owned=False, data=lambda who: {"quantity": "2"}),
    url("orders:shipment_list", desks=SEES_SHIPMENTS),
    url("orders:shipment_page", desks=SEES_SHIPMENTS, args=_left),
    url("orders:shipment_track", "post", desks=SALES | WAREHOUSE, args=_left, data=lambda who: {"code": "collected"}),
    url("orders:shipment_deliver", "post", desks=SALES | WAREHOUSE, args=_left),
    url("orders:delivery_note", desks=SEES_SHIPMENTS, args=_left),
    url("orders:supply_list", desks=SALES | WAREHOUSE | ADMIN),
    url("orders:supply_page", desks=SALES | WAREHOUSE | ADMIN, args=_supply, owned=False),
    url("orders:supply_page", "post", desks=SALES | WAREHOUSE | ADMIN, args=_supply, owned=False, data=lambda who: {"expected_on": ""}),
    url("orders:supply_close", "post", desks=HANDLES, args=_supply, owned=False),
    url("orders:incident_list", desks=ALL_DESKS),
    url("orders:incident_page", desks=ALL_DESKS, args=_incident),
    url("orders:incident_create", desks=SALES | WAREHOUSE, args=_order),
    url("orders:incident_solve", "post", desks=SALES | WAREHOUSE, args=_incident, data=lambda who: {"outcome": "Done"}),
    url("orders:return_list", desks=ALL_DESKS),
    url("orders:return_page", desks=ALL_DESKS, args=_return),
    url("orders:return_create", desks=SALES | WAREHOUSE, args=_order),
]  # fmt: skip


def _draft(who: Who) -> list[Any]:
    return [make_order(placed=False, customer=who.customer, by=who.user).pk]


def _held(who: Who) -> list[Any]:
    Account.objects.filter(pk=who.customer.account_id).update(credit_limit=1)
    return [make_order(customer=who.customer, by=who.user).pk]


def _order_line(who: Who) -> list[Any]:
    order = make_order(customer=who.customer, by=who.user)
    return [order.pk, order.lines.first().pk]


def _paused(who: Who) -> list[Any]:
    order = make_order(customer=who.customer, by=who.user)
    return [pause_order(order=order, by=who.user, at=now(), reason="Road closed").pk]


def _new_order(who: Who) -> dict[str, Any]:
    make_issuer()
    return {"customer": who.customer.pk}


READS_ORDERS = ALL_DESKS - WAREHOUSE
WHY = {"reason": "Agreed by telephone"}

DESK_ORDERS = [
    url("orders:order_list", desks=READS_ORDERS),
    url("orders:order_page", desks=READS_ORDERS, args=_order),
    url("orders:order_lines", desks=READS_ORDERS, args=_order),
    url("orders:line_price", desks=READS_ORDERS, args=_order_line),
    url("orders:line_cancel", desks=SALES, args=_order_line),
    url("orders:line_cancel", "post", desks=SALES, args=_order_line, data=lambda who: WHY),
    url("orders:order_changes", desks=READS_ORDERS, args=_order),
    url("orders:order_timeline", desks=READS_ORDERS, args=_order),
    url("orders:order_note", "post", desks=SALES, args=_order, data=lambda who: {"text": "Ring twice"}),
    url("orders:order_release", "post", desks=MANAGER | FINANCE, args=_held, data=lambda who: WHY),
    url("orders:order_pause", "post", desks=SALES, args=_order, data=lambda who: WHY),
    url("orders:order_resume", "post", desks=SALES, args=_paused),
    url("orders:order_cancel", "post", desks=SALES, args=_order, data=lambda who: WHY),
    url("orders:order_close", "post", desks=SALES, args=_order),
    url("orders:order_create", desks=SALES),
    url("orders:order_create", "post", desks=SALES, data=_new_order),
    url("orders:customer_suggest", desks=SALES),
    url("orders:order_edit", desks=SALES, args=_draft),
    url("orders:order_edit", "post", desks=SALES, args=_draft, data=lambda who: {"version": "1"}),
    url("orders:order_place", "post", desks=SALES, args=_draft, data=lambda who: {"version": "1", "key": "k"}),
    url("orders:order_discard", "post", desks=SALES, args=_draft),
    url("orders:product_suggest", desks=SALES, args=_draft),
    url("orders:entry_aside", desks=SALES, args=_draft),
]

ORDERS: list[Url] = [
    *FULFILMENT,
    *DESK_ORDERS,
    url("orders:import_page", desks=ADMIN),
    url("orders:integrity_page", desks=MANAGER | FINANCE | ADMIN),
    url("orders:integrity_page", "post", desks=MANAGER | FINANCE | ADMIN),
    url("orders:customer_sales", desks=ALL_DESKS - WAREHOUSE, args=lambda who: [who.customer.pk]),
    url("orders:customer_usuals", desks=ALL_DESKS - WAREHOUSE, args=lambda who: [who.customer.pk]),
    url("orders:customer_activity", desks=ALL_DESKS - WAREHOUSE, args=lambda who: [who.customer.pk]),
    url("orders:portal_home", roles=ALL_ROLES),
    url("orders:portal_order_list", roles=ALL_ROLES),
    url("orders:portal_order_page", roles=ALL_ROLES, args=_order),
    url("orders:portal_problem_create", roles=OWNER | BUYER | APPROVER, args=_order),
    url(
        "orders:portal_problem_create",
        "post",
        roles=OWNER | BUYER | APPROVER,
        args=_order,
        data=lambda who: {"kind": "damage", "description": "Two bottles arrived broken"},
    ),
    url("orders:portal_delivery_note", roles=ALL_ROLES, args=_left),
    url("orders:portal_return_list", roles=ALL_ROLES),
]


def _invoice(who: Who) -> list[Any]:
    return [make_invoice(order=make_shipped(customer=who.customer), today=localdate()).pk]


def _shipped(who: Who) -> list[Any]:
    return [make_shipped(customer=who.customer).pk]


def _paid(who: Who) -> list[Any]:
    return [make_payment(payer=who.customer).pk]


def _allocation(who: Who) -> list[Any]:
    invoice = make_invoice(order=make_shipped(customer=who.customer), today=localdate())
    parts = [(invoice.instalments.get().pk, invoice.gross)]
    return [make_payment(payer=who.customer, amount=str(invoice.gross), parts=parts).allocations.get().pk]


MONEY = ALL_DESKS - WAREHOUSE  # who sells may look at what is owed; only finance writes

BILLING: list[Url] = [
    url("billing:invoice_list", desks=MONEY),
    url("billing:invoice_page", desks=MONEY, args=_invoice),
    url("billing:invoice_file", desks=MONEY, args=_invoice),
    url("billing:credit_note_create", desks=FINANCE, args=_invoice),
    url("billing:due_list", desks=MONEY),
    url("billing:to_invoice_list", desks=FINANCE),
    url("billing:everything_invoice", "post", desks=FINANCE),
    url("billing:order_invoice", "post", desks=FINANCE, args=_shipped),
    url("billing:payment_list", desks=MONEY),
    url("billing:payment_create", desks=FINANCE),
    url("billing:payment_page", desks=MONEY, args=_paid),
    url("billing:payment_allocate", "post", desks=FINANCE, args=_paid, ok=(422,)),
    url("billing:payment_reverse", "post", desks=FINANCE, args=_paid, data=lambda who: {"reason": "Returned"}),
    url("billing:allocation_reverse", "post", desks=FINANCE, args=_allocation),
    url("billing:refund_create", desks=FINANCE, args=lambda who: [who.customer.pk]),
    url("billing:receivables_page", desks=MONEY),
    url("billing:account_page", desks=MONEY, args=lambda who: [who.customer.account_id]),
    url("billing:balance_card", desks=MONEY, args=lambda who: [who.customer.account_id]),
    url("billing:payment_days", desks=MONEY, args=lambda who: [who.customer.account_id]),
    url("billing:order_billing", desks=MONEY, args=_shipped),
    url("billing:portal_invoice_list", roles=OWNER | ACCOUNTS),
    url("billing:portal_invoice_page", roles=OWNER | ACCOUNTS, args=_invoice),
    url("billing:portal_invoice_file", roles=OWNER | ACCOUNTS, args=_invoice),
    url("billing:portal_account_page", roles=OWNER | ACCOUNTS),
]  # fmt: skip

REGISTRY = [*CONFIG, *ACCOUNTS_OF_PEOPLE, *CUSTOMERS, *INVENTORY, *ORDERS, *BILLING]

COVERED_ELSEWHERE = {"admin": "tests/customers/test_admin.py"}
