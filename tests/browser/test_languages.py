"""Every main page in English and in Spanish: whoever reads one language meets no sentence of the other."""

import re
from urllib.parse import urlsplit

import polib
import pytest
from playwright.sync_api import Page, expect

from config.environment import ROOT
from customers.models import Address
from inventory.models import Unit
from tests.browser.conftest import Open
from tests.browser.test_accessibility import PAGES

CATALOGUE = ROOT / "locale" / "es" / "LC_MESSAGES" / "django.po"
VALUE = re.compile(r"%\(\w+\)s|%[sd]")
LEAST_LETTERS = 4  # shorter words stand for themselves: "ud", "PDF", "of"
NAMES = {"English", "Español"}  # each language is called by its own name

# What people read or hear: texts, labels, placeholders, titles; not what the company itself named or wrote.
TEXTS = """() => {
  const words = [...document.querySelectorAll("[aria-label], [placeholder], [title]")]
    .flatMap(el => ["aria-label", "placeholder", "title"].map(name => el.getAttribute(name)));
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (!parent.closest("script, style, template, .segments, [lang]:not(html), .people, #job_table, option")) words.push(walker.currentNode.data);
  }
  return [...new Set(words.filter(Boolean).map(text => text.replace(/\\s+/g, " ").trim()).filter(Boolean))];
}"""


def sentences() -> dict[str, set[str]]:
    """Language → what may only be read in the other one."""
    english, spanish = set(), set()
    for entry in polib.pofile(str(CATALOGUE)):
        english |= {entry.msgid, entry.msgid_plural}
        spanish |= {entry.msgstr, *entry.msgstr_plural.values()}
    return {"es": english - spanish, "en": spanish - english}


def pattern(found: set[str]) -> re.Pattern[str]:
    """Matches any of the sentences, with whatever values in it."""
    plain = [" ".join(text.split()) for text in found if len(re.sub(r"\W", "", VALUE.sub("", text))) >= LEAST_LETTERS]
    told = [text for text in plain if not VALUE.search(text) or len(VALUE.sub(" ", text).split()) > 1]
    return re.compile("|".join(".+".join(map(re.escape, VALUE.split(text))) for text in sorted(told)))


def read(page: Page, path: str, links: list[str]) -> list[str]:
    """Open a page as PAGES tells; returns its texts."""
    page.goto(path)
    for link in links:
        page.goto(page.locator(link).first.get_attribute("href") or "")
    expect(page.locator(".skeleton, .htmx-request")).to_have_count(0)
    return page.evaluate(TEXTS)


@pytest.mark.parametrize("language", ["en", "es"])
def test_pages_speak_one_language(desk: Open, language: str) -> None:
    foreign = pattern(sentences()[language])
    own = NAMES.union(Address.objects.values_list("label", flat=True), Unit.objects.values_list("name", flat=True))
    faults = []
    for who, addresses in PAGES.items():
        page = desk(who)
        domain = urlsplit(page.url).hostname
        page.context.add_cookies([{"name": "django_language", "value": language, "domain": domain, "path": "/"}])
        for path, *links in addresses:
            texts = read(page, path, links)
            assert page.locator("html").get_attribute("lang") == language
            faults += [(urlsplit(page.url).path, text) for text in texts if foreign.fullmatch(text) and text not in own]
        page.context.close()
    assert faults == []
