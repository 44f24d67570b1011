"""Every page of the site as somebody of the demo company opens it, taken from ``tests/url_registry.py``.

A page without arguments is here by itself; one with arguments needs a line in ``ARGUMENTS``, which names a row of the
demo company that has much to show.
"""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from billing.models import Invoice, Payment
from customers.models import Customer, Membership, OutboxMessage, User
from inventory.models import Product, PurchaseOrderLine, StockLevel
from orders.models import Incident, Order, Reservation, Return, Shipment
from orders.services.picking import start_picking
from tests.factories import make_invitation, make_job, make_mail
from tests.url_registry import REGISTRY, Url

ANSWERS = {"health_live", "health", "live", "customers:start"}  # for machines, or a redirect
FILES = {
    "billing:invoice_file",
    "billing:portal_invoice_file",
    "customers:file_download",
    "mfa_download_recovery_codes",
    "orders:delivery_note",
    "orders:pick_list",
    "orders:portal_delivery_note",
}
FRAGMENTS = {  # parts of a page that is here, which htmx alone asks for
    "orders:customer_suggest",
    "orders:entry_aside",
    "orders:line_cancel",
    "orders:line_price",
    "orders:order_changes",
    "orders:order_lines",
    "orders:product_suggest",
}
ELSEWHERE = {  # pages that send on whoever is in no need of them
    "account_set_password": "those without a password; staff and buyers are invited to choose one",
    "mfa_authenticate": "whoever has not just given the password; see test_the_second_factor_is_asked_for",
}
NO_PAGES = ANSWERS | FILES | FRAGMENTS | ELSEWHERE.keys()

WITH_SECOND_FACTOR = "accounts"  # the person who has set one up
PEOPLE = ("manager", "warehouse", "finance", "admin")  # who opens the pages of the desk: the first who may
BUYERS = ("owner", WITH_SECOND_FACTOR)

QUERIES = {"customers:search": "?q=casa"}
MORE = {  # other faces of pages
    "manager": ("/desk/orders/?view=backordered", "/desk/orders/?q=nothing+of+this+name"),
    "finance": ("/money/invoices/?q=nothing+of+this+name",),
}
ADMINISTRATION = (  # of Django; its own script draws some parts of its forms
    "/admin/",
    "/admin/customers/customer/",
    "/admin/customers/customer/add/",
    "/admin/inventory/product/",
    "/admin/inventory/product/add/",
    "/admin/orders/order/",
)
DRAWN_BY_DJANGO = [[".select2-container"], ["th.original"]]


@dataclass(frozen=True)
class Visit:
    """A page that somebody opens; ``name`` is that of the registry, or the address."""

    name: str
    who: str
    address: Callable[[], str]


def _latest(rows: QuerySet[Any]) -> list[Any]:
    return [rows.latest("pk").pk]


def _owner() -> User:
    return User.objects.get(email="owner@example.com")


def _backordered() -> list[Any]:
    return _latest(Order.objects.filter(lines__backordered__gt=0, shipments__isnull=False, is_history=False))


def _owners_order() -> list[Any]:
    return _latest(Order.objects.visible_to(_owner()).filter(lines__delivered__gt=0, is_history=False))


def _delivered() -> list[Any]:
    return _latest(Order.objects.filter(lines__delivered__gte=2, lines__returned=0, is_history=False))


def _customer() -> list[Any]:
    """One who has ordered, received, paid and noted something."""
    return _latest(Customer.objects.filter(shipments__shipped_at__isnull=False, invoices__isnull=False))


def _invoice() -> list[Any]:
    return _latest(Invoice.objects.filter(kind="invoice", status="issued", settled=0, order__is_history=False))


def _account() -> list[Any]:
    return [Invoice.objects.get(pk=_invoice()[0]).account_id]


def _begun() -> list[Any]:
    """A shipment that is being picked; of an order that is there whole when there is none."""
    begun = Shipment.objects.filter(status="open").order_by("pk").last()
    if begun is None:
        whole = Order.objects.exclude(lines__backordered__gt=0)
        reservation = Reservation.objects.filter(line__order__in=whole.filter(status="released")).latest("pk")
        order, warehouse = reservation.line.order, reservation.warehouse
        begun = start_picking(order=order, warehouse=warehouse, by=None, at=timezone.now())
    return [begun.pk]


def _invited() -> list[Any]:
    owner = Membership.objects.get(user=_owner())
    by = User.objects.get(email="manager@example.com")
    return [make_invitation(customer=owner.customer, invited_by=by, email=f"{uuid.uuid4()}@shop.example")[1]]


def _member() -> list[Any]:
    owner = Membership.objects.get(user=_owner())
    return _latest(owner.customer.memberships.exclude(pk=owner.pk))


ARGUMENTS: dict[str, Callable[[], list[Any] | dict[str, Any]]] = {
    "account_reset_password_from_key": lambda: {"uidb36": "1", "key": "x"},
    "billing:account_page": _account,
    "billing:balance_card": _account,
    "billing:credit_note_create": _invoice,
    "billing:invoice_page": _invoice,
    "billing:order_billing": lambda: _latest(Order.objects.filter(invoices__kind="invoice", is_history=False)),
    "billing:payment_days": _account,
    "billing:payment_page": lambda: _latest(Payment.objects.filter(unallocated__gt=0, allocated__gt=0)),
    "billing:portal_invoice_page": lambda: _latest(Invoice.objects.visible_to(_owner()).filter(kind="invoice")),
    "billing:refund_create": lambda: [Payment.objects.filter(unallocated__gt=0).latest("pk").payer_id],
    "customers:customer_invite": _customer,
    "customers:customer_notes": _customer,
    "customers:customer_page": _customer,
    "customers:customer_people": _customer,
    "customers:invitation_accept": _invited,
    "customers:job_page": lambda: [make_job(user=User.objects.get(email="manager@example.com")).pk],
    "customers:outbox_message": lambda: [(OutboxMessage.objects.order_by("pk").last() or make_mail()).pk],
    "customers:people_change": _member,
    "inventory:product_page": lambda: _latest(Product.objects.filter(order_lines__backordered__gt=0)),
    "inventory:stock_page": lambda: _latest(StockLevel.objects.filter(reserved__gt=0)),
    "orders:customer_activity": _customer,
    "orders:customer_sales": _customer,
    "orders:customer_usuals": _customer,
    "orders:incident_create": _delivered,
    "orders:incident_page": lambda: _latest(Incident.objects.all()),
    "orders:order_edit": lambda: _latest(Order.objects.filter(status="draft", line_count__gt=1)),
    "orders:order_page": _backordered,
    "orders:order_timeline": _backordered,
    "orders:pack_page": _begun,
    "orders:pick_page": _begun,
    "orders:portal_order_page": _owners_order,
    "orders:portal_problem_create": _owners_order,
    "orders:receipt_page": lambda: _latest(PurchaseOrderLine.objects.filter(is_closed=False, pegged__gt=0)),
    "orders:return_create": _delivered,
    "orders:return_page": lambda: _latest(Return.objects.all()),
    "orders:shipment_page": lambda: _latest(Shipment.objects.filter(status="in_transit")),
    "orders:supply_page": lambda: _latest(PurchaseOrderLine.objects.filter(is_closed=False, pegged__gt=0)),
}


def visits() -> Iterator[Visit]:
    """Every page, by everybody to whom it looks different: at the desk, in the portal, or before signing in."""
    for entry in REGISTRY:
        if entry.method == "get" and entry.name not in NO_PAGES:
            for who in _visitors(entry):
                yield Visit(entry.name, who, partial(_address, entry.name))
    for who, addresses in MORE.items():
        for address in addresses:
            yield Visit(address, who, partial(str, address))


def _visitors(entry: Url) -> list[str]:
    if entry.name == "account_logout":
        return ["manager"]
    if entry.public:
        return [""]
    if entry.name.startswith("mfa_"):
        return ["manager"] if entry.name == "mfa_activate_totp" else [WITH_SECOND_FACTOR]
    if entry.name == "customers:job_page":
        return ["manager"]
    found = [[who for who in PEOPLE if who in entry.desks][:1], [who for who in BUYERS if who in entry.roles][:1]]
    return [who for people in found for who in people]


def _address(name: str) -> str:
    arguments = ARGUMENTS[name]() if name in ARGUMENTS else []
    options = {"kwargs": arguments} if isinstance(arguments, dict) else {"args": arguments}
    return reverse(name, **options) + QUERIES.get(name, "")


def unknown() -> list[str]:
    """Pages of the registry that nobody could open, for want of a line in ARGUMENTS."""
    found = []
    for entry in REGISTRY:
        if entry.method == "get" and entry.name not in NO_PAGES | ARGUMENTS.keys():
            try:
                reverse(entry.name)
            except NoReverseMatch:
                found.append(entry.name)
    return found
