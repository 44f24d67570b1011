"""Small marks that stand in tables and on pages alike: icons, badges, avatars, progress bars.

Each returns finished HTML without inline style: colours are classes, lengths are SVG attributes in per cent.
"""

from functools import lru_cache

import lucide
from django.db.models import Choices, Model
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from config.database.states import EnumField
from config.web.escaping import escape

TONES = ("neutral", "info", "accent", "ok", "warn", "bad")
PIPS = ("dashed", "empty", "quarter", "half", "three", "full", "stop", "cross")
DEFAULT_PIPS = {"neutral": "empty", "info": "quarter", "accent": "half", "ok": "full", "warn": "empty", "bad": "stop"}


@lru_cache(maxsize=512)
def icon(name: str, size: int = 16, css: str = "") -> SafeString:
    """Return a Lucide icon as inline SVG, hidden from screen readers (the text beside it speaks)."""
    svg = lucide._render_icon(name, size, aria_hidden="true", focusable="false")
    classes = f"icon {css}".strip()
    before, _mark, after = svg.partition(f'class="lucide lucide-{name}"')
    svg = f'{before}class="{classes}"{after}' if _mark else svg.replace("<svg ", f'<svg class="{classes}" ', 1)
    return SafeString(" ".join(svg.split()))


@lru_cache(maxsize=2048)
def badge(text: str, tone: str = "neutral", pip: str = "") -> SafeString:
    """Return a badge: a word and a pip, never colour alone. ``tone`` is one of TONES, ``pip`` one of PIPS or "none"."""
    tone = tone if tone in TONES else "neutral"
    pip = pip or DEFAULT_PIPS[tone]
    mark = "" if pip == "none" else f'<i class="badge-pip badge-{pip}" aria-hidden="true"></i>'
    return SafeString(f'<span class="badge badge-{tone}">{mark}{escape(text)}</span>')


def badge_of(states: type[Choices], value: object, language: str = "") -> SafeString:
    """Return the badge of a state.

    ``states`` is a TextChoices class; its ``TONES = nonmember({"draft": "neutral dashed", …})`` give tone and,
    optionally, pip per value. A state without an entry is neutral.
    """
    return _badge_of(states, str(value), language or get_language() or "")


@lru_cache(maxsize=1024)
def _badge_of(states: type[Choices], value: str, language: str) -> SafeString:
    try:
        member = states(value)
    except ValueError:
        return badge(value)
    tone, _space, pip = str(getattr(states, "TONES", {}).get(member.value, "neutral")).partition(" ")
    return badge(str(member.label), tone, pip)


def status_badge(value: object, field: str = "status") -> SafeString:
    """Return the badge of a TextChoices member, or of the EnumField ``field`` of a model instance."""
    if isinstance(value, Model):
        declared = value._meta.get_field(field)
        if not isinstance(declared, EnumField) or declared.enum is None:
            raise TypeError(f"{value._meta.label}.{field} is no EnumField")
        return badge_of(declared.enum, getattr(value, field))
    if isinstance(value, Choices):
        return badge_of(type(value), value.value)
    return badge(str(value or ""))


def initials(name: str) -> str:
    """Return one or two letters for a name."""
    words = [word for word in name.replace("@", " ").split() if word[0].isalnum()]
    if not words:
        return "?"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else words[0][1:2])).upper()


def hue(name: str) -> str:
    """Return the class of a name's colour: the same name is the same colour on every screen."""
    return f"hue-{sum(map(ord, name)) % 8}"


@lru_cache(maxsize=4096)
def avatar(name: str, size: str = "", square: str = "") -> SafeString:
    """Return initials in a coloured disc; ``size`` is "", "m", "l" or "xl"; companies are ``square``."""
    classes = " ".join(
        filter(None, ["avatar", hue(name), f"avatar-{size}" if size else "", "avatar-square" if square else ""])
    )
    shown = escape(initials(name))
    said = escape(name)
    return SafeString(f'<span class="{classes}" role="img" aria-label="{said}" title="{said}">{shown}</span>')


def bar(done: float, total: float, partly: float = 0, label: str = "", tone: str = "") -> SafeString:
    """Return a bar: ``done`` of ``total`` solid over ``partly`` soft, spoken as ``label``."""
    whole = float(total) or 1.0
    solid = min(100.0, max(0.0, 100 * float(done) / whole))
    soft = min(100.0, max(0.0, 100 * float(partly) / whole))
    between = f'<rect class="bar-soft" width="{soft:.1f}%" height="100%" rx="2"/>' if soft > solid else ""
    return SafeString(
        f'<svg class="bar{" bar-" + escape(tone) if tone else ""}" role="img" aria-label="{escape(label)}" focusable="false">'
        f'<rect class="bar-track" width="100%" height="100%" rx="2"/>{between}'
        f'<rect class="bar-solid" width="{solid:.1f}%" height="100%" rx="2"/></svg>'
    )


def progress(done: float, total: float, partly: float = 0, language: str = "") -> SafeString:
    """Return a bar with "3/8" beside it; shows the greater of ``done`` and ``partly``."""
    return _progress(float(done), float(total), float(partly), language or get_language() or "")


@lru_cache(maxsize=4096)
def _progress(done: float, total: float, partly: float, language: str) -> SafeString:
    label = _("%(done)s of %(total)s") % {"done": f"{done:g}", "total": f"{total:g}"}
    return SafeString(
        f'<span class="progress">{bar(done, total, partly, label)}'
        f'<span class="progress-n" aria-hidden="true">{max(done, partly):g}/{total:g}</span></span>'
    )


def tick(label: str) -> SafeString:
    """Return a tick that screen readers speak as ``label``."""
    return SafeString(f'{icon("check")}<span class="u-hidden">{escape(label)}</span>')
