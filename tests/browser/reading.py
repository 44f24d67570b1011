"""Which language a page speaks: what people read or hear on it, against the catalogue of translations."""

import re
from functools import cache

import polib
from playwright.sync_api import Page

from config.environment import ROOT
from customers.models import Address
from inventory.models import Unit

CATALOGUE = ROOT / "locale" / "es" / "LC_MESSAGES" / "django.po"
VALUE = re.compile(r"%\(\w+\)s|%[sd]")
LEAST_LETTERS = 4  # shorter words stand for themselves: "ud", "PDF", "of"
NAMES = {"English", "Español"}  # each language is called by its own name

# Texts, labels, placeholders, titles; not what the company itself named or wrote.
TEXTS = """() => {
  const words = [...document.querySelectorAll("[aria-label], [placeholder], [title]")]
    .flatMap(el => ["aria-label", "placeholder", "title"].map(name => el.getAttribute(name)));
  const theirs = "script, style, template, .segments, [lang]:not(html), .people, #job_table, option, "
    + ".mail-text, #outbox_table .t-link, body:has(.mail-text) :is(h1, .crumbs)";
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (!parent.closest(theirs)) words.push(walker.currentNode.data);
  }
  return [...new Set(words.filter(Boolean).map(text => text.replace(/\\s+/g, " ").trim()).filter(Boolean))];
}"""


def foreign_texts(page: Page, language: str) -> list[str]:
    """Sentences of the open page that may only be read in the other language."""
    own = NAMES.union(Address.objects.values_list("label", flat=True), Unit.objects.values_list("name", flat=True))
    return [text for text in page.evaluate(TEXTS) if text not in own and _foreign(language).fullmatch(text)]


@cache
def _foreign(language: str) -> re.Pattern[str]:
    """Matches any sentence that is not of this language, with whatever values in it."""
    english, spanish = set(), set()
    for entry in polib.pofile(str(CATALOGUE)):
        english |= {entry.msgid, entry.msgid_plural}
        spanish |= {entry.msgstr, *entry.msgstr_plural.values()}
    found = {"es": english - spanish, "en": spanish - english}[language]
    plain = [" ".join(text.split()) for text in found if len(re.sub(r"\W", "", VALUE.sub("", text))) >= LEAST_LETTERS]
    told = [text for text in plain if not VALUE.search(text) or len(VALUE.sub(" ", text).split()) > 1]
    return re.compile("|".join(".+".join(map(re.escape, VALUE.split(text))) for text in sorted(told)))
