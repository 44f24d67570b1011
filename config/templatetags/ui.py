"""Template tags of every screen; a builtin, so no ``{% load %}`` is needed."""

import uuid
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect
from django.http import QueryDict
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from config.web import badges, charts, formats, navigation, once, panels, preferences
from config.web.numbers import write_number
from config.web.pages import address

register = template.Library()


@register.simple_tag
def icon(name: str, size: int = 16, css: str = "") -> SafeString:
    """``{% icon "truck" %}``: a Lucide icon, hidden from screen readers."""
    return badges.icon(name, size, css)


@register.simple_tag
def form_key() -> SafeString:
    """``{% form_key %}``: what lets one rendering of this form act once (see ``config.web.once``)."""
    return format_html('<input type="hidden" name="{}" value="{}">', once.FIELD, uuid.uuid4().hex)


@register.filter
def money(value: Decimal | None, currency: str = "EUR") -> str:
    """``{{ order.total_gross|money:order.currency }}`` → "€3,172.00"."""
    return formats.money(value, currency)


@register.filter
def price(value: Decimal | None, currency: str = "EUR") -> str:
    """``{{ line.price|price:order.currency }}`` → "€0.0425"."""
    return formats.price(value, currency)


@register.filter
def money_round(value: Decimal | None, currency: str = "EUR") -> str:
    """``{{ sales|money_round:currency }}`` → "€255,558"."""
    return formats.money_round(value, currency)


@register.filter
def quantity(value: Decimal | None) -> str:
    """``{{ line.ordered|quantity }}`` → "1,250.5"."""
    return formats.quantity(value)


@register.filter
def typed(value: Decimal) -> str:
    """``value="{{ line.open|typed }}"``: a number as one would type it, with all its decimals."""
    return write_number(value)


@register.filter
def number(value: Decimal | None, digits: int = 0) -> str:
    """``{{ days|number:1 }}`` → "3.7"."""
    return formats.number(value, digits)


@register.filter
def percent(value: Decimal | None, digits: int = 0) -> str:
    """``{{ rate|percent }}`` → "21%"."""
    return formats.percent(value, digits)


@register.filter
def day(value: date | datetime | None) -> str:
    """``{{ order.placed_at|day }}`` → "22 Nov"."""
    return formats.day(value)


@register.filter
def day_full(value: date | datetime | None) -> str:
    """``{{ invoice.issued_on|day_full }}`` → "22 November 2026"."""
    return formats.day_full(value)


@register.filter
def weekday(value: date | datetime | None) -> str:
    """``{{ line.promised_on|weekday }}`` → "Tue 24 Nov"."""
    return formats.weekday(value)


@register.filter
def weekday_long(value: date | datetime | None) -> str:
    """``{{ order.promised_on|weekday_long }}`` → "Tuesday 24 November"."""
    return formats.weekday_long(value)


@register.filter
def day_time(value: datetime | None) -> str:
    """``{{ event.at|day_time }}`` → "22 Nov, 09:04"."""
    return formats.day_time(value)


@register.filter
def clock(value: datetime | None) -> str:
    """``{{ event.at|clock }}`` → "09:04"."""
    return formats.clock(value)


@register.filter
def ago(value: datetime | None) -> str:
    """``{{ note.created_at|ago }}`` → "5 minutes ago"."""
    return formats.ago(value)


@register.simple_tag
def moment(value: datetime | None, form: str = "day_time") -> SafeString:
    """``{% moment event.at "ago" %}``: a ``<time>`` with the whole moment as its title."""
    if value is None:
        return SafeString(formats.NOTHING)
    text = {"day_time": formats.day_time, "ago": formats.ago, "day": formats.day, "clock": formats.clock}[form](value)
    return format_html('<time datetime="{}" title="{}">{}</time>', formats.iso(value), formats.stamp(value), text)


@register.simple_tag
def promise(value: date | None, done: bool = False) -> SafeString:  # noqa: FBT001 a template writes done=1
    """``{% promise order.promised_on done=order.is_closed %}``: "Tomorrow", or the date and how late it is."""
    text, note, tone = formats.promise(value, done=bool(done))
    if note:
        return format_html('<span class="u-{}">{} <span class="u-note">{}</span></span>', tone, text, note)
    return format_html('<span class="u-{}">{}</span>', tone, text) if tone else format_html("{}", text)


@register.simple_tag
def status_badge(value: Any, field: str = "status") -> SafeString:
    """``{% status_badge order %}``, ``{% status_badge invoice "payment_state" %}`` or a TextChoices member."""
    return badges.status_badge(value, field)


@register.simple_tag
def badge(text: str, tone: str = "neutral", pip: str = "") -> SafeString:
    """``{% badge text "warn" %}``: any word as a badge; pip "none" leaves the mark out."""
    return badges.badge(str(text), tone, pip)


@register.simple_tag
def avatar(name: Any, size: str = "", square: str = "") -> SafeString:
    """``{% avatar customer.name "xl" square=1 %}``: initials; people are round, companies square."""
    return badges.avatar(str(name or "?"), size, "1" if square else "")


@register.filter
def initials(name: Any) -> str:
    """``{{ user.name|initials }}`` → "MI"."""
    return badges.initials(str(name))


@register.filter
def hue(name: Any) -> str:
    """``{{ product.line|hue }}``: a colour class that is always the same for the same word."""
    return badges.hue(str(name))


@register.simple_tag
def progress(done: float, total: float, partly: float = 0) -> SafeString:
    """``{% progress line.shipped line.ordered line.picked %}``: a bar and "3/8"."""
    return badges.progress(done or 0, total or 0, partly or 0)


@register.simple_tag
def bar(done: float, total: float, label: str = "", tone: str = "") -> SafeString:
    """``{% bar used limit label "warn" %}``: a bar alone; the label is spoken."""
    return badges.bar(done or 0, total or 0, 0, label or f"{done} / {total}", tone)


@register.simple_tag(takes_context=True)
def page_address(context: template.Context, **changes: Any) -> str:
    """``{% page_address view="late" after=None %}``: this page's address with query parameters changed."""
    return address(context["request"], **changes)


@register.simple_tag(takes_context=True)
def swap(context: template.Context, url: str, target: str = "") -> SafeString:
    """``<a {% swap url list.target %}>``: a real ``href`` that htmx loads into ``#target`` (see docs on lists)."""
    target = target or context.get("target") or "main"
    return format_html(
        'href="{0}" hx-get="{0}" hx-target="#{1}" hx-swap="innerHTML" hx-sync="#{1}:replace"', url, target
    )


@register.simple_tag
def swap_page(url: str) -> SafeString:
    """``<a {% swap_page url %}>``: a real ``href`` whose page replaces the content of ``<main>``, frame untouched."""
    return format_html(
        'href="{0}" hx-get="{0}" hx-target="#main" hx-select="#main > *" hx-swap="innerHTML show:none" '
        'hx-push-url="true" hx-sync="#main:replace"',
        url,
    )


@register.simple_tag
def panel(
    view: str,
    *args: Any,
    target: str,
    id: str,
    on: str = "",
    label: str = "",
    css: str = "",
    rows: int = 3,
    **query: Any,
) -> SafeString:
    """Show another view's fragment inside this page.

    ``{% panel "orders:order_list" target="order_table" id="customer_orders" customer=customer.pk %}`` loads the
    fragment ``_order_table.html`` of that view; ``args`` go into its address, other keywords into its query string.
    ``on`` names events after which it loads again ("orders-changed"), ``label`` is the link shown without
    JavaScript, ``rows`` reserves the height while loading.
    """
    address = _panel_address(view, args, target, query)
    waiting = mark_safe('<span class="skeleton-row"></span>' * max(1, int(rows)))  # noqa: S308 constant
    content = format_html(
        '<div class="skeleton" aria-hidden="true">{}</div><noscript><a href="{}">{}</a></noscript>',
        waiting,
        _panel_address(view, args, "", query),
        label or _("Open"),
    )
    return _panel(id, css, address, ["load", *_events(on)], content)


@register.simple_tag(takes_context=True)
def panel_now(
    context: template.Context, view: str, *args: Any, target: str, id: str, on: str = "", css: str = "", **query: Any
) -> SafeString:
    """Show another view's fragment as ``panel`` does, drawn together with this page.

    For pages of many panels: each request of its own would pay again for session, person and role. What the reader
    may not see is left empty.
    """
    address = _panel_address(view, args, target, query)
    return _panel(id, css, address, _events(on) or ["none"], panels.draw(context["request"], address, id))


def _panel_address(view: str, args: tuple[Any, ...], target: str, query: dict[str, Any]) -> str:
    parameters = QueryDict(mutable=True)
    for name, value in {**query, "_panel": target}.items():
        if value not in (None, ""):
            parameters[name] = str(value)
    base = reverse(view, args=args)
    return f"{base}?{parameters.urlencode()}" if parameters else base


def _events(names: str) -> list[str]:
    return [f"{event} from:body" for event in names.replace(",", " ").split()]


def _panel(id: str, css: str, address: str, triggers: list[str], content: SafeString) -> SafeString:
    return format_html(
        '<div id="{}" class="panel {}" hx-get="{}" hx-trigger="{}" hx-target="this" hx-swap="innerHTML" '
        'hx-sync="this:replace">{}</div>',
        id,
        css,
        address,
        ", ".join(triggers),
        content,
    )


@register.filter
def coordinate(value: float) -> str:
    """``x="{{ mark.x|coordinate }}%"``: a place in a drawing, two decimals in every language."""
    return f"{value:.2f}"


@register.inclusion_tag("components/chart.html")
def chart(chart: charts.Chart) -> dict[str, Any]:
    """``{% chart sales %}``: a chart of ``config.web.charts`` with its figures as a table."""
    return {"chart": chart}


FIELD_KINDS = ((CheckboxSelectMultiple, "choices"), (RadioSelect, "choices"), (CheckboxInput, "check"))


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, css: str = "", label: str = "", hint: str = "") -> dict[str, Any]:
    """``{% field form.po_number %}``: label, control, help and errors of one form field."""
    kind = next((name for widget, name in FIELD_KINDS if isinstance(bound.field.widget, widget)), "text")
    return {"field": bound, "kind": kind, "css": css, "label": label or bound.label, "hint": hint or bound.help_text}


@register.filter
def kbd(keys: str) -> SafeString:
    """``{{ "Ctrl K"|kbd }}``: keys as key caps, hidden from screen readers."""
    return mark_safe("".join(f'<kbd aria-hidden="true">{escape(key)}</kbd>' for key in keys.split()))  # noqa: S308


@register.simple_tag(takes_context=True)
def desk_navigation(context: template.Context) -> tuple[Any, ...]:
    """``{% desk_navigation as groups %}``: what this user may open on the desk."""
    return navigation.desk_links(context["request"])


@register.simple_tag(takes_context=True)
def portal_navigation(context: template.Context) -> tuple[Any, ...]:
    """``{% portal_navigation as links %}``: the portal's pages."""
    return navigation.portal_links(context["request"])


@register.simple_tag
def address_of(view: str) -> str:
    """``{% address_of "customers:search" as url %}``: a view's address, "" where it does not exist."""
    return navigation.address_of(view)


@register.simple_tag(name="preferences", takes_context=True)
def chosen(context: template.Context) -> dict[str, str]:
    """``{% preferences as chosen %}``: how the reader wants the screen, from the cookies."""
    return preferences.of(context["request"])


@register.simple_tag
def fixed(name: str, **arguments: Any) -> SafeString:
    """``{% fixed "components/desk_side.html" groups=groups %}``: a part made of nothing but its arguments.

    The template sees its arguments and the language, neither the request nor the rest of the context, so equal
    arguments mean an equal part: it is rendered once and kept. They have to be hashable; what differs on every page
    (a CSRF token, an address with a cursor) stays outside.
    """
    if settings.DEBUG:
        return render_to_string(name, arguments)
    return _fixed(name, get_language() or "", tuple(arguments.items()))


@lru_cache(maxsize=512)
def _fixed(name: str, language: str, arguments: tuple[tuple[str, Any], ...]) -> SafeString:
    return render_to_string(name, dict(arguments))
