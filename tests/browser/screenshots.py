"""The main screens as pictures in docs/screenshots/: ``make screenshots``.

They show the demo company: that of a running demo at ``LONJA_URL``, else a site of its own over the local database.
"""

import contextlib
import dataclasses
import io
import os
import re
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from config.environment import ROOT
from config.supervisor import Supervisor

TARGET = ROOT / "docs" / "screenshots"
HEIGHTS = {1440: 900, 390: 844, 1180: 820}
FIRST_ROW = "a.t-link"
OPEN_ORDERS = "/desk/orders/?" + "&".join(
    f"status={status}" for status in ("submitted", "credit_hold", "released", "paused", "in_fulfilment", "shipped")
)
BEGUN = ".wh-queue a[href*='/warehouse/shipments/']"


@dataclasses.dataclass(frozen=True)
class Screen:
    """A page of somebody's; ``inside`` are links to follow from there, ``keys`` are pressed then.

    ``forms`` are pairs (width, scheme).
    """

    name: str
    who: str
    path: str
    inside: tuple[str, ...] = ()
    forms: tuple[tuple[int, str], ...] = ((1440, "light"),)
    keys: tuple[str, ...] = ()
    language: str = "en-GB"


WIDE = (1440, "light")
DARK = (1440, "dark")
PHONE = (390, "light")
DARK_PHONE = (390, "dark")
TABLET = (1180, "light")

SCREENS = (
    Screen("today", "manager", "/desk/", forms=(WIDE, DARK, PHONE)),
    Screen("orders", "manager", OPEN_ORDERS, forms=(WIDE, DARK, PHONE)),
    Screen("orders-es", "manager", OPEN_ORDERS, language="es-ES"),
    Screen("peek", "manager", OPEN_ORDERS, keys=("j", "j", "j", " ")),
    Screen("search", "manager", "/desk/", keys=("Control+k", *"alborada")),
    Screen(
        "order-page",
        "manager",
        "/desk/orders/?view=backordered&status=in_fulfilment",
        (FIRST_ROW,),
        (WIDE, DARK, PHONE),
    ),
    Screen("entry", "manager", "/desk/orders/?status=draft", (FIRST_ROW, "a[href$='/edit/']"), (WIDE, PHONE)),
    Screen("customer", "manager", "/desk/customers/?q=alborada", (FIRST_ROW,), (WIDE, DARK, PHONE)),
    Screen("credit-hold", "manager", "/desk/orders/?status=credit_hold", (FIRST_ROW,)),
    Screen("product", "manager", "/desk/products/", (FIRST_ROW,)),
    Screen("products", "manager", "/desk/products/", forms=(WIDE, PHONE)),
    Screen("shipment", "manager", "/desk/shipments/?status=in_transit", (FIRST_ROW,)),
    Screen("supply", "manager", "/desk/supply/"),
    Screen("warehouse-queue", "warehouse", "/warehouse/", forms=(TABLET,)),
    Screen("warehouse-pick", "warehouse", "/warehouse/", (BEGUN,), (TABLET,)),
    Screen("invoices", "finance", "/money/invoices/"),
    Screen("invoice", "finance", "/money/invoices/?q=F26", (FIRST_ROW,), (WIDE, DARK)),
    Screen("receivables", "finance", "/money/receivables/"),
    Screen("to-invoice", "finance", "/money/to-invoice/"),
    Screen("portal-home", "owner", "/portal/", forms=(WIDE, PHONE)),
    Screen("portal-order", "owner", "/portal/", ("a.hero-link >> nth=-1",), (WIDE, DARK, PHONE, DARK_PHONE)),
    Screen("portal-order-es", "owner", "/portal/", ("a.hero-link >> nth=-1",), (PHONE,), language="es-ES"),
    Screen("portal-invoices", "owner", "/portal/invoices/", forms=(WIDE, PHONE)),
)


def main() -> None:
    """Take every picture anew; those of screens that are no more go."""
    TARGET.mkdir(parents=True, exist_ok=True)
    taken = set()
    with site() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"] if os.geteuid() == 0 else []
        )
        for who, language, width, scheme in sorted({(s.who, s.language, *form) for s in SCREENS for form in s.forms}):
            page = log_in(browser, address, who, width, scheme, language)
            for screen in SCREENS:
                if (screen.who, screen.language) == (who, language) and (width, scheme) in screen.forms:
                    taken.add(take(page, screen, TARGET / f"{screen.name}-{width}-{scheme}.png"))
            page.context.close()
        browser.close()
    for picture in TARGET.glob("*.png"):
        if picture not in taken:
            picture.unlink()


@contextlib.contextmanager
def site() -> Iterator[str]:
    """The address of the demo to show."""
    if address := os.environ.get("LONJA_URL"):
        yield address.rstrip("/")
        return
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as state:
        supervisor = Supervisor(
            state=Path(state), host="127.0.0.1", port=port, health_host="localhost", variables={"LONJA_MODE": "demo"}
        )
        try:
            supervisor.start()
            yield supervisor.address
        finally:
            supervisor.stop()


def log_in(browser: Browser, address: str, who: str, width: int, scheme: str, language: str = "en-GB") -> Page:
    """A page of ``who`` at this width, in this scheme (light or dark) and language."""
    context = browser.new_context(
        base_url=address,
        viewport={"width": width, "height": HEIGHTS[width]},
        color_scheme="dark" if scheme == "dark" else "light",
        locale=language,
        timezone_id="Europe/Madrid",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto("/accounts/login/")
    page.locator("#id_login").fill(f"{who}@example.com")
    page.locator("#id_password").fill("demo")
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(re.compile("/accounts/login/"), timeout=60_000)
    return page


def take(page: Page, screen: Screen, target: Path) -> Path:
    """Write what the window shows of ``screen`` to ``target``, in 256 colours; returns ``target``."""
    page.goto(screen.path)
    for link in screen.inside:
        page.goto(page.locator(link).first.get_attribute("href") or "")
    expect(page.locator(".skeleton, .htmx-request")).to_have_count(0, timeout=60_000)
    for key in screen.keys:
        page.keyboard.press(key)
    if screen.keys:
        page.wait_for_load_state("networkidle")
        expect(page.locator("dialog[open] :is(.drawer-body, [role=option])").first).to_be_visible(timeout=60_000)
    page.evaluate("document.fonts.ready")
    picture = Image.open(io.BytesIO(page.screenshot(animations="disabled", caret="hide")))
    picture.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(target, optimize=True)
    return target


if __name__ == "__main__":
    main()
