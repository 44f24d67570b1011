"""The desk's and the portal's navigation: names of views, shown to those who may open them.

A view that is not there yet, or that the user's permissions do not allow, has no entry.
"""

from dataclasses import dataclass
from functools import lru_cache

from django.urls import NoReverseMatch, get_urlconf, reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from config.web.requests import WebRequest


@dataclass(frozen=True, eq=False)
class Entry:
    """One place to go: ``view`` is its URL name, ``permission`` what one needs ("" for everyone on that desk)."""

    label: str | Promise
    icon: str
    view: str
    permission: str = ""


@dataclass(frozen=True, eq=False)
class Link:
    """An entry as the template draws it; made once for all who see the same, so that it equals itself alone."""

    label: str
    icon: str
    url: str
    current: bool
    view: str


DESK: tuple[tuple[str | Promise, tuple[Entry, ...]], ...] = (
    (
        "",
        (
            Entry(_("Today"), "house", "customers:today_page"),
            Entry(_("Orders"), "shopping-cart", "orders:order_list", "orders.view_order"),
            Entry(_("Shipments"), "package", "orders:shipment_list", "orders.view_shipment"),
            Entry(_("Incidents"), "circle-alert", "orders:incident_list", "orders.view_incident"),
            Entry(_("Returns"), "undo-2", "orders:return_list", "orders.view_return"),
            Entry(_("Customers"), "building-2", "customers:customer_list", "customers.view_customer"),
            Entry(_("Products & prices"), "tags", "inventory:product_list", "inventory.view_product"),
        ),
    ),
    (
        _("Warehouse"),
        (
            Entry(_("Picking"), "scan-barcode", "orders:pick_queue", "orders.ship_shipment"),
            Entry(_("Dispatch"), "truck", "orders:dispatch_list", "orders.ship_shipment"),
            Entry(_("Goods in"), "package-plus", "orders:receipt_list", "inventory.adjust_stock"),
            Entry(_("Stock"), "warehouse", "inventory:stock_list", "inventory.adjust_stock"),
            Entry(_("Late supply"), "calendar-clock", "orders:supply_list", "inventory.view_purchaseorderline"),
        ),
    ),
    (
        _("Money"),
        (
            Entry(_("To invoice"), "file-output", "billing:to_invoice_list", "billing.issue_invoice"),
            Entry(_("Invoices"), "receipt", "billing:invoice_list", "billing.view_invoice"),
            Entry(_("Payments"), "hand-coins", "billing:payment_list", "billing.view_payment"),
            Entry(_("Receivables"), "scale", "billing:receivables_page", "billing.view_invoice"),
        ),
    ),
    (
        _("System"),
        (
            Entry(_("Imports"), "file-up", "orders:import_page", "orders.import_orders"),
            Entry(_("Integrity"), "shield-check", "orders:integrity_page", "orders.view_integrity"),
            Entry(_("Outbox"), "mail", "customers:outbox_list", "customers.view_outboxmessage"),
            Entry(_("Administration"), "settings", "admin:index", "customers.change_user"),
        ),
    ),
)

DESK_ENTRIES = tuple(entry for _title, group in DESK for entry in group)

PORTAL: tuple[Entry, ...] = (
    Entry(_("Home"), "house", "orders:portal_home", "orders.view"),
    Entry(_("Orders"), "package", "orders:portal_order_list", "orders.view"),
    Entry(_("Invoices"), "receipt", "billing:portal_invoice_list", "invoices.view"),
    Entry(_("Returns"), "undo-2", "orders:portal_return_list", "returns.request"),
)


def address_of(view: str) -> str:
    """Return the address of a named view, "" when there is none."""
    return _address_of(view, get_urlconf() or "")


@lru_cache(maxsize=256)
def _address_of(view: str, urlconf: object) -> str:
    try:
        return reverse(view)
    except NoReverseMatch:
        return ""


def desk_links(request: WebRequest) -> tuple[tuple[str, tuple[Link, ...]], ...]:
    """Return the desk's groups of links that this user may open."""
    return _desk_links(_open_to(request, DESK_ENTRIES), _current(request, DESK_ENTRIES), get_language() or "")


def portal_links(request: WebRequest) -> tuple[Link, ...]:
    """Return the portal's links."""
    return _portal_links(_open_to(request, PORTAL), _current(request, PORTAL), get_language() or "")


@lru_cache(maxsize=256)
def _desk_links(allowed: frozenset[str], current: str, language: str) -> tuple[tuple[str, tuple[Link, ...]], ...]:
    groups = (
        (str(title), tuple(_link(entry, current) for entry in entries if entry.view in allowed))
        for title, entries in DESK
    )
    return tuple((title, links) for title, links in groups if links)


@lru_cache(maxsize=256)
def _portal_links(allowed: frozenset[str], current: str, language: str) -> tuple[Link, ...]:
    return tuple(_link(entry, current) for entry in PORTAL if entry.view in allowed)


def _link(entry: Entry, current: str) -> Link:
    return Link(str(entry.label), entry.icon, address_of(entry.view), entry.view == current, entry.view)


def _open_to(request: WebRequest, entries: tuple[Entry, ...]) -> frozenset[str]:
    """The views among the entries that exist and that the reader may open.

    A permission is one of Django at the desk, one of the company's role in the portal.
    """
    held = request.company_permissions or request.user.get_all_permissions()
    urls = _addresses(entries, get_urlconf() or "")
    return frozenset(
        entry.view for entry in entries if entry.view in urls and (not entry.permission or entry.permission in held)
    )


def _current(request: WebRequest, entries: tuple[Entry, ...]) -> str:
    """The view that the page belongs to: the longest address that its own begins with, "" for none."""
    urls = _addresses(entries, get_urlconf() or "")
    found = [view for view, url in urls.items() if request.path.startswith(url)]
    return max(found, key=lambda view: len(urls[view]), default="")


@lru_cache(maxsize=16)
def _addresses(entries: tuple[Entry, ...], urlconf: object) -> dict[str, str]:
    """The views among the entries that exist, with their addresses."""
    return {entry.view: url for entry in entries if (url := _address_of(entry.view, urlconf))}
