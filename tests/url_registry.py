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

from django.utils.timezone import localdate

from customers.models import CompanyRole, Customer, Desk, User
from tests.billing.factories import make_invoice, make_payment
from tests.billing.factories import make_order as make_shipped
from tests.factories import make_file, make_invitation, make_job, make_mail, make_member
from tests.orders.factories import make_order, make_product

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

INVENTORY: list[Url] = [
    url("inventory:product_list", desks=ALL_DESKS),
    url("inventory:product_page", desks=ALL_DESKS, args=lambda who: [make_product().pk], owned=False),
]



def _order(who: Who) -> list[Any]:
    return [make_order(customer=who.customer).pk]


ORDERS: list[Url] = [
    url("orders:import_page", desks=ADMIN),
    url("orders:customer_sales", desks=ALL_DESKS - WAREHOUSE, args=lambda who: [who.customer.pk]),
    url("orders:customer_usuals", desks=ALL_DESKS - WAREHOUSE, args=lambda who: [who.customer.pk]),
    url("orders:customer_activity", desks=ALL_DESKS - WAREHOUSE, args=lambda who: [who.customer.pk]),
    url("orders:portal_home", roles=ALL_ROLES),
    url("orders:portal_order_list", roles=ALL_ROLES),
    url("orders:portal_order_page", roles=ALL_ROLES, args=_order),
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
    url("billing:order_billing", desks=MONEY, args=_shipped),
    url("billing:portal_invoice_list", roles=OWNER | ACCOUNTS),
    url("billing:portal_invoice_page", roles=OWNER | ACCOUNTS, args=_invoice),
    url("billing:portal_invoice_file", roles=OWNER | ACCOUNTS, args=_invoice),
    url("billing:portal_account_page", roles=OWNER | ACCOUNTS),
]  # fmt: skip

REGISTRY = [*CONFIG, *ACCOUNTS_OF_PEOPLE, *CUSTOMERS, *INVENTORY, *ORDERS, *BILLING]

COVERED_ELSEWHERE = {"admin": "tests/customers/test_admin.py"}
