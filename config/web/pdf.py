"""PDF documents from templates: one typeface, one stylesheet, and nothing fetched but our own static files.

A template extends ``pdf/document.html``. Images and styles are ``static:<path under static/>`` or ``data:`` addresses;
whatever else stands in a document (a file, a host of the inside, a redirect) is refused and left out.
"""

import hashlib
import mimetypes
import warnings
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from threading import Lock

import weasyprint
from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

SCHEME = "static:"
STYLESHEET = "static:pdf/document.css"
SERVED = {".ttf", ".woff2", ".css", ".svg", ".png"}

# Pango and fontconfig keep state of their own: one document at a time in a process.
_one_at_a_time = Lock()


class OwnFilesFetcher(URLFetcher):
    """Fetches ``data:`` and ``static:`` addresses; any other raises ``ValueError``, which WeasyPrint logs."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols={"data"}, allow_redirects=False)

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        """Return the file or the data behind an address."""
        if not url.startswith(SCHEME):
            return super().fetch(url, headers)
        path = own_file(url.removeprefix(SCHEME))
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})


def own_file(name: str) -> Path:
    """Return the file of ours under ``static/`` with this name; ``ValueError`` when it is none or lies elsewhere."""
    for folder in settings.STATICFILES_DIRS:
        root = Path(folder).resolve()
        path = (root / name).resolve()
        if path.is_relative_to(root) and path.suffix in SERVED and path.is_file():
            return path
    raise ValueError(f"Not one of our own files: {name}")


@cache
def _style() -> tuple[FontConfiguration, weasyprint.CSS]:
    """The typeface and the stylesheet, read once in the life of a process."""
    fonts = FontConfiguration()
    return fonts, weasyprint.CSS(url=STYLESHEET, url_fetcher=OwnFilesFetcher(), font_config=fonts)


class UnprintableText(ValueError):
    """A document holds signs that our typeface lacks; the message names them."""


def render_pdf(
    template: str, context: Mapping[str, object], language: str, *, variant: str | None = None, strict: bool = False
) -> bytes:
    """Return a document as PDF, written in ``language`` ("es"); ``variant`` is WeasyPrint's, such as "pdf/a-3b".

    With ``strict`` signs without a glyph raise UnprintableText; else they are empty boxes.

    The same content gives the same bytes: the identifier is the content's hash, and no date is in it but the one
    that the template states (block ``metadata``: ``<meta name="dcterms.created" content="2026-11-22">``).
    """
    with translation.override(language):
        html = render_to_string(template, {**context, "language": language})
    with _one_at_a_time:
        fonts, style = _style()
        page = weasyprint.HTML(string=html, base_url="static:pdf/", url_fetcher=OwnFilesFetcher())
        document = page.render(stylesheets=[style], font_config=fonts)
        identifier = hashlib.sha256(html.encode()).digest()[:16]
        with warnings.catch_warnings():  # WeasyPrint leaves its colour profile open until it is collected
            warnings.simplefilter("ignore", ResourceWarning)
            pdf = document.write_pdf(pdf_identifier=identifier, pdf_tags=True, pdf_variant=variant)
    missing = {chr(sign) for font in document.fonts.values() for sign in font.missing} if strict else set()
    if missing:
        raise UnprintableText(" ".join(sorted(missing)))
    return pdf


def pdf_response(content: bytes, name: str) -> HttpResponse:
    """A document that was drawn for this request: shown in the browser, kept by nobody."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
