"""Every main page, light and dark, on a desk and on a phone: axe finds nothing, nothing overflows, no console errors."""

from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, WIDE, Open

FIRST_ROW = "a.t-link"
CUSTOMER = "a[href^='/desk/customers/']:not([href='/desk/customers/'])"
DRAFT = "a[href^='/desk/orders/'][href$='/edit/']"

# Who opens what: an address, then the links to follow from there.
PAGES: dict[str, list[tuple[str, ...]]] = {
    "manager": [
        ("/desk/",),
        ("/desk/orders/",),
        ("/desk/orders/?view=backordered", FIRST_ROW),
        ("/desk/orders/new/",),
        ("/desk/orders/?status=draft", FIRST_ROW, DRAFT),
        ("/desk/customers/",),
        ("/desk/orders/?view=backordered", FIRST_ROW, CUSTOMER),
        ("/desk/products/",),
        ("/desk/products/", FIRST_ROW),
        ("/desk/shipments/",),
        ("/desk/shipments/", FIRST_ROW),
        ("/desk/incidents/",),
        ("/desk/returns/",),
        ("/desk/supply/",),
        ("/search/?q=casa",),
    ],
    "warehouse": [
        ("/warehouse/",),
        ("/warehouse/", ".wh-queue a[href*='/warehouse/shipments/']"),
        ("/warehouse/dispatch/",),
        ("/warehouse/goods-in/",),
        ("/warehouse/stock/",),
    ],
    "finance": [
        ("/money/invoices/",),
        ("/money/invoices/", FIRST_ROW),
        ("/money/to-invoice/",),
        ("/money/payments/",),
        ("/money/payments/new/",),
        ("/money/receivables/",),
        ("/money/receivables/", FIRST_ROW),
        ("/money/due/",),
    ],
    "admin": [("/desk/integrity/",), ("/desk/imports/",), ("/jobs/",), ("/account/",)],
    "owner": [
        ("/portal/",),
        ("/portal/orders/",),
        ("/portal/orders/?view=all", FIRST_ROW),
        ("/portal/invoices/",),
        ("/portal/invoices/", FIRST_ROW),
        ("/portal/account/",),
        ("/portal/returns/",),
        ("/portal/people/",),
        ("/jobs/",),
    ],
}


@pytest.mark.parametrize(("size", "dark"), [(WIDE, False), (PHONE, True)], ids=["1440-light", "390-dark"])
@pytest.mark.parametrize("who", PAGES)
def test_pages_are_accessible_and_fit(desk: Open, who: str, size: dict, dark: bool) -> None:  # noqa: FBT001
    page = desk(who, size, dark=dark)
    faults = []
    for address, *links in PAGES[who]:
        page.goto(address)
        for link in links:
            page.goto(page.locator(link).first.get_attribute("href") or "")
        expect(page.locator(".skeleton, .htmx-request")).to_have_count(0)
        path = urlsplit(page.url).path
        found = Axe().run(page).response["violations"]
        faults += [(path, one["id"], [node["html"][:160] for node in one["nodes"][:3]]) for one in found]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            faults.append((path, "wider than the window", []))
    assert faults == []


@pytest.mark.parametrize(("size", "dark"), [(WIDE, False), (PHONE, True)], ids=["1440-light", "390-dark"])
def test_the_login_is_accessible(desk: Open, size: dict, dark: bool) -> None:  # noqa: FBT001 - parametrised
    page = desk("manager", size, dark=dark)
    page.context.clear_cookies()
    page.goto("/accounts/login/")
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
