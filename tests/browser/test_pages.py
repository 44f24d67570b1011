"""Every page of the site, wide in the light and on a phone in the dark, read in English and in Spanish.

One visit proves all of it: axe finds nothing, the page speaks one language, nothing shifts by itself, nothing is wider
than any window, and the console stays silent.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import partial

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from axe_playwright_python.sync_playwright import Axe
from django.template.loader import render_to_string
from django.utils.translation import override
from playwright.sync_api import Page, Route, expect

from customers.models import User
from tests.browser.conftest import PHONE, WATCH, WIDE, Open, log_in, misplaced
from tests.browser.pages import ADMINISTRATION, DRAWN_BY_DJANGO, WITH_SECOND_FACTOR, Visit, unknown, visits
from tests.browser.reading import foreign_texts
from tests.browser.steps import settled

WIDTHS = (768, 1180, 1920)  # besides those of the visits, 1440 and 390

BOTH = pytest.mark.parametrize(
    ("size", "dark", "language"), [(WIDE, False, "en"), (PHONE, True, "es")], ids=["1440-light-en", "390-dark-es"]
)

GROUPS: dict[str, list[Visit]] = defaultdict(list)  # of pages that one window opens one after the other
for one in visits():
    area = one.name.split(":")[0].strip("/").split("/")[0].split("_")[0]
    GROUPS[f"{one.who or 'anybody'}-{area}"].append(one)


def faults_of(page: Page, language: str) -> list[object]:
    """What is wrong with the page that is open."""
    settled(page)
    faults: list[object] = []
    if page.locator("html[lang]").get_attribute("lang") != language:
        faults.append(f"it says its language is not {language}")
    faults += foreign_texts(page, language)
    faults += violations(page)
    faults += misplaced(page, [page.evaluate("here()")])
    if page.viewport_size == WIDE:
        for width in WIDTHS:
            page.set_viewport_size(WIDE | {"width": width})
            faults += misplaced(page, [page.evaluate("here()")])
        page.set_viewport_size(WIDE)
    return faults


def violations(page: Page, *, apart_from: Sequence[Sequence[str]] = ()) -> list[object]:
    """What axe finds in the page that is open."""
    context = {"exclude": apart_from} if apart_from else None
    found = Axe().run(page, context=context, options={"resultTypes": ["violations"]}).response["violations"]
    return [(one["id"], [node["html"][:160] for node in one["nodes"][:3]]) for one in found]


def test_every_page_of_the_registry_is_opened() -> None:
    assert unknown() == [], "give them a line in ARGUMENTS of tests/browser/pages.py"


@pytest.fixture
def _second_factor(demo_company: str) -> None:
    """One person asks for a second factor."""
    person = User.objects.get(email=f"{WITH_SECOND_FACTOR}@example.com")
    if not Authenticator.objects.filter(user=person).exists():
        TOTP.activate(person, generate_totp_secret())
        RecoveryCodes.activate(person)


@BOTH
@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.usefixtures("_second_factor")
def test_page_is_for_everybody(desk: Open, group: str, size: dict, dark: bool, language: str) -> None:  # noqa: FBT001
    page = desk(GROUPS[group][0].who, size, dark=dark, language=language)
    page.add_init_script(WATCH)
    faults = {}
    for visit in GROUPS[group]:
        answer = page.goto(visit.address())
        assert answer is not None
        found = faults_of(page, language)
        if answer.status >= 400 or answer.request.redirected_from:
            found.append(f"{answer.status} at {page.url}")
        if found:
            faults[visit.name] = found
    assert faults == {}


def test_the_administration_is_for_everybody(desk: Open) -> None:
    page = desk("admin", faults=True)  # its scripts style some parts inline, which our policy forbids
    faults = {}
    for address in ADMINISTRATION:
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200
        if found := violations(page, apart_from=DRAWN_BY_DJANGO):
            faults[address] = found
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            faults[address] = ["wider than the window"]
    assert faults == {}


def answer_with(status: int, body: str, route: Route) -> None:
    """In the server's place."""
    route.fulfill(status=status, body=body, content_type="text/html")


@BOTH
def test_a_page_of_an_error_is_for_everybody(desk: Open, size: dict, dark: bool, language: str) -> None:  # noqa: FBT001
    page = desk("warehouse", size, dark=dark, language=language, faults=True)
    page.add_init_script(WATCH)
    with override(language):
        page.route("**/broken/500/", partial(answer_with, 500, render_to_string("500.html")))
        page.route("**/broken/503/", partial(answer_with, 503, render_to_string("503.html")))
    faults = {}
    for address, status in (
        ("/money/to-invoice/", 403),
        ("/desk/nowhere/", 404),
        ("/broken/500/", 500),
        ("/broken/503/", 503),
    ):
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == status
        if found := faults_of(page, language):
            faults[address] = found
    assert faults == {}


@BOTH
@pytest.mark.usefixtures("_second_factor")
def test_the_second_factor_is_asked_for(desk: Open, size: dict, dark: bool, language: str) -> None:  # noqa: FBT001
    page = desk("", size, dark=dark, language=language)
    page.add_init_script(WATCH)
    page.goto("/portal/")
    log_in(page, WITH_SECOND_FACTOR)
    expect(page).to_have_url(re.compile("/accounts/second-factor/authenticate/"))
    assert faults_of(page, language) == []
