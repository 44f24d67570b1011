"""The desk's and the portal's navigation: names of views, shown to those who may open them.

A view that is not there yet, or that the user's permissions do not allow, has no entry.
"""

from dataclasses import dataclass
from functools import lru_cache

from django.http import HttpRequest
from django.urls import NoReverseMatch, get_urlconf, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Entry:
    """One place to go: ``view`` is its URL name, ``permission`` what one needs ("" for everyone on that desk)."""

    label: str | Promise
    icon: str
    view: str
    permission: str = ""


@dataclass(frozen=True)
class Link:
    """An entry as the template draws it."""

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
            Entry(_("Quotes"), "file-text", "orders:quote_list", "orders.view_order"),
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
            Entry(_("Reports"), "chart-column", "orders:report_page", "orders.view_report"),
        ),
    ),
)

PORTAL: tuple[Entry, ...] = (
    Entry(_("Home"), "house", "orders:portal_home", "orders.view"),
    Entry(_("Orders"), "package", "orders:portal_order_list", "orders.view"),
    Entry(_("Catalogue"), "layout-grid", "orders:portal_catalogue", "orders.view"),
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


def _link(request: HttpRequest, entry: Entry) -> Link | None:
    url = address_of(entry.view)
    if not url or (entry.permission and not _may(request, entry.permission)):
        return None
    return Link(str(entry.label), entry.icon, url, request.path.startswith(url), entry.view)


def _may(request: HttpRequest, permission: str) -> bool:
    """Tell whether the reader holds a permission: of Django at the desk, of the company's role in the portal."""
    return permission in request.company_permissions or request.user.has_perm(permission)


def _nearest(links: list[Link]) -> list[Link]:
    """Keep only the longest matching address current."""
    best = max((link.url for link in links if link.current), key=len, default="")
    return [Link(link.label, link.icon, link.url, link.current and link.url == best, link.view) for link in links]


def desk_links(request: HttpRequest) -> list[tuple[str, list[Link]]]:
    """Return the desk's groups of links that this user may open; computed once a request."""
    found = getattr(request, "_desk_links", None)
    if found is None:
        found = request._desk_links = _desk_links(request)
    return found


def _desk_links(request: HttpRequest) -> list[tuple[str, list[Link]]]:
    groups = [(str(title), [link for entry in entries if (link := _link(request, entry))]) for title, entries in DESK]
    flat = _nearest([link for _title, links in groups for link in links])
    current = {link.url for link in flat if link.current}
    return [
        (title, [Link(one.label, one.icon, one.url, one.url in current, one.view) for one in links])
        for title, links in groups
        if links
    ]


def portal_links(request: HttpRequest) -> list[Link]:
    """Return the portal's links."""
    return _nearest([link for entry in PORTAL if (link := _link(request, entry))])
