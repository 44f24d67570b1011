"""What happened to an order, in the reader's language: made from an event's kind and data, never stored."""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from config.web import formats
from orders.models import EventKind, IncidentKind, OrderEvent, PromiseReason, TrackingCode

Data = Mapping[str, Any]

ICONS = {
    "drafted": ("pencil", "neutral"),
    "quoted": ("file-text", "neutral"),
    "placed": ("shopping-cart", "info"),
    "held": ("octagon-pause", "bad"),
    "released": ("circle-check", "info"),
    "approved": ("circle-check", "ok"),
    "rejected": ("circle-x", "bad"),
    "paused": ("pause", "warn"),
    "resumed": ("play", "info"),
    "edited": ("pencil", "neutral"),
    "line_cancelled": ("circle-minus", "neutral"),
    "cancelled": ("circle-x", "neutral"),
    "reserved": ("package-check", "info"),
    "backordered": ("hourglass", "warn"),
    "promise_changed": ("calendar-clock", "warn"),
    "picking": ("package-open", "info"),
    "picking_stopped": ("undo-2", "neutral"),
    "packed": ("package", "info"),
    "shipped": ("truck", "accent"),
    "tracked": ("map-pin", "accent"),
    "delivered": ("package-check", "ok"),
    "invoiced": ("receipt-text", "info"),
    "credited": ("receipt-text", "warn"),
    "paid": ("banknote", "ok"),
    "return_requested": ("undo-2", "warn"),
    "returned": ("undo-2", "neutral"),
    "incident": ("triangle-alert", "bad"),
    "note": ("message-square", "neutral"),
    "closed": ("archive", "neutral"),
    "imported": ("download", "neutral"),
}


_RETURN_STEPS = {
    "authorised": gettext_lazy("Return accepted"),
    "refused": gettext_lazy("Return refused"),
    "received": gettext_lazy("Returned goods arrived"),
    "given_up": gettext_lazy("Rest of a return does not come"),
    "closed": gettext_lazy("Returned goods inspected"),
}


@dataclass(frozen=True)
class EventFact:
    """One entry of a timeline: ``title`` says what happened, ``text`` the details (may be empty)."""

    event: OrderEvent
    icon: str
    tone: str
    title: str
    text: str
    at: datetime.datetime
    by: str
    is_public: bool


def describe(event: OrderEvent) -> EventFact:
    """Put an event into words; ``event.by`` should be fetched with it."""
    icon, tone = ICONS.get(event.kind, ("circle", "neutral"))
    title = str(EventKind(event.kind).label)
    write = _TEXTS.get(event.kind)
    text = write(event.data) if write else ""
    if event.kind == EventKind.INCIDENT and event.data.get("state") == "solved":
        icon, tone, title = "circle-check", "ok", _("Incident solved")
    if event.kind == EventKind.INCIDENT and "owner" in event.data:
        icon, tone, title = "user-round", "info", _("Incident assigned")
    if event.data.get("step") in _RETURN_STEPS:
        title = str(_RETURN_STEPS[event.data["step"]])
    if event.kind == EventKind.PAID and event.data.get("state") == "undone":
        icon, tone, title = "undo-2", "warn", _("Payment undone")
    if event.kind == EventKind.PROMISE_CHANGED and _is_better(event.data):
        tone = "ok"
    if event.kind == EventKind.NOTE and "about" in event.data:
        title = _("Repeated PO number accepted") if event.data["about"] == "po_override" else _("Reason")
    by = event.by.name or event.by.email if event.by else ""
    return EventFact(event, icon, tone, title, text, event.at, by, event.is_public)


def _is_better(data: Data) -> bool:
    """Tell whether a changed promise is good news: a date at last, or an earlier one."""
    return bool(data.get("new")) and (not data.get("old") or str(data["new"]) < str(data["old"]))


def hold_sentence(reason: str) -> str:
    """Say why an order is on hold: codes written by the credit decision, or what a person typed."""
    code, *values = reason.split(" ")
    if code == "blocked" and not values:
        return _("The group is blocked for new orders.")
    if code == "over_limit" and values:
        excess = _decimal(values[0])
        if excess is not None:
            amount = formats.money(excess, values[1] if len(values) > 1 else "EUR")
            return _("The order exceeds the credit limit by %(amount)s.") % {"amount": amount}
    return reason


def _placed(data: Data) -> str:
    lines = int(data.get("lines") or 0)
    parts = [ngettext("%(count)s line", "%(count)s lines", lines) % {"count": lines}] if lines else []
    if data.get("po"):
        parts.append(_("PO %(po)s") % {"po": data["po"]})
    return ", ".join(parts)


def _held(data: Data) -> str:
    return hold_sentence(str(data.get("reason", "")))


def _released(data: Data) -> str:
    parts = []
    lines = int(data.get("lines") or 0)
    if lines:
        text = ngettext("%(count)s line reserved", "%(count)s lines reserved", lines)
        parts.append(text % {"count": lines})
    if data.get("promised_on"):
        parts.append(_("promised for %(day)s") % {"day": _day(data["promised_on"])})
    return ", ".join(parts)


def _waiting(data: Data) -> str:
    return "; ".join(
        _("%(quantity)s of %(code)s: %(when)s")
        % {
            "quantity": _quantity(line.get("quantity")),
            "code": line.get("code", ""),
            "when": _when(line.get("promised_on"), line.get("reason", "")),
        }
        for line in _rows(data)
    )


def _promise_changed(data: Data) -> str:
    text = _("%(product)s: %(new)s instead of %(old)s.") % {
        "product": " ".join(filter(None, [str(data.get("code", "")), str(data.get("product", ""))])),
        "old": _promised(data.get("old")),
        "new": _promised(data.get("new")),
    }
    return f"{text} {cause_sentence(data['cause'])}" if data.get("cause") else text


def cause_sentence(cause: str) -> str:
    """Say why a promised date moved, in words for the customer; mails use it too."""
    return {
        "later": _("Our supplier delivers this product later than announced."),
        "earlier": _("Our supplier delivers this product earlier than announced."),
        "dated": _("Our supplier has confirmed a delivery date."),
        "undated": _("Our supplier has withdrawn the delivery date and not given a new one yet."),
        "arrived": _("The goods have arrived in our warehouse and are set aside for you."),
        "supplier_cancelled": _("Our supplier does not deliver the rest; we are looking for another source."),
        "supplier_replaced": _("Our supplier does not deliver the rest; you get it from another source."),
        "overdue": _("Our supplier has not delivered on the day announced; we are asking for a new one."),
        "overdue_replaced": _("Our supplier has not delivered on the day announced; you get it from another source."),
        "freed": _("Goods became free in our warehouse and are set aside for you."),
        "repegged": _("An earlier delivery of our supplier became free for you."),
        "missing": _("The goods were not in their place in our warehouse when your order was picked."),
    }.get(cause, _("The date was worked out again."))


def _promised(day: str | None) -> str:
    if not day:
        return _("no date yet")
    try:
        return formats.weekday_long(datetime.date.fromisoformat(day[:10]))
    except ValueError:
        return day


def _reserved(data: Data) -> str:
    if not _rows(data):
        return _released(data)
    text = {
        "arrived": _("Arrived in %(warehouse)s and set aside: %(lines)s"),
        "missing": _("Set aside in %(warehouse)s instead: %(lines)s"),
    }.get(str(data.get("cause")), _("Set aside in %(warehouse)s: %(lines)s"))
    return text % {"warehouse": data.get("warehouse", ""), "lines": _list(_rows(data))}


def _line_cancelled(data: Data) -> str:
    return _("%(quantity)s of %(code)s") % {
        "quantity": _quantity(data.get("quantity")),
        "code": data.get("code", ""),
    }


def _picking(data: Data) -> str:
    return " · ".join(filter(None, [data.get("warehouse", ""), data.get("shipment", "")]))


def _packed(data: Data) -> str:
    parcels = int(data.get("parcels") or 0)
    said = ngettext("%(count)s parcel", "%(count)s parcels", parcels) % {"count": parcels}
    return " · ".join(filter(None, [data.get("shipment", ""), said, data.get("carrier", "")]))


def _shipped(data: Data) -> str:
    parts = [data.get("shipment", ""), data.get("carrier", ""), data.get("tracking_number", "")]
    if data.get("expected_on"):
        parts.append(_("expected on %(day)s") % {"day": _day(data["expected_on"])})
    if data.get("is_whole") is False:
        parts.append(_("the rest follows"))
    return " · ".join(filter(None, parts))


def _tracked(data: Data) -> str:
    code = data.get("code", "")
    label = str(TrackingCode(code).label) if code in TrackingCode.values else code
    return " · ".join(filter(None, [label, data.get("location", ""), data.get("note", ""), data.get("shipment", "")]))


def _delivered(data: Data) -> str:
    parts = [data.get("shipment", "")]
    if data.get("received_by"):
        parts.append(_("received by %(name)s") % {"name": data["received_by"]})
    if data.get("refused"):
        parts.append(_("not accepted: %(lines)s") % {"lines": _list(data["refused"])})
    if data.get("is_whole"):
        parts.append(_("everything is delivered"))
    return " · ".join(filter(None, parts))


def _money(data: Data) -> str:
    amount = _decimal(data.get("amount"))
    parts = [str(data.get("number") or "")]
    if amount is not None:
        parts.append(formats.money(amount, str(data.get("currency") or "EUR")))
    return " · ".join(filter(None, parts))


def _returned(data: Data) -> str:
    parts = [str(data.get("return", "")), str(data.get("reason", ""))]
    if _rows(data):
        parts.append(_list(_rows(data)))
    return " · ".join(filter(None, parts))


def _incident(data: Data) -> str:
    kind = data.get("kind", "")
    label = str(IncidentKind(kind).label) if kind in IncidentKind.values else ""
    if "owner" in data:
        owner = data["owner"] or _("nobody yet")
        until = _("until %(day)s") % {"day": _day(data["due_on"])} if data.get("due_on") else ""
        return ": ".join(filter(None, [label, ", ".join(filter(None, [owner, until]))]))
    return ": ".join(filter(None, [label, str(data.get("description", ""))]))


def _note(data: Data) -> str:
    if data.get("about") == "po_override":
        text = _("PO %(po)s is on order %(number)s too: %(reason)s")
        return text % {"po": data.get("po"), "number": data.get("same_po"), "reason": data.get("reason")}
    return str(data.get("text", ""))


_TEXTS: dict[str, Callable[[Data], str]] = {
    "placed": _placed,
    "held": _held,
    "released": _released,
    "reserved": _reserved,
    "backordered": _waiting,
    "promise_changed": _promise_changed,
    "line_cancelled": _line_cancelled,
    "picking": _picking,
    "picking_stopped": _picking,
    "packed": _packed,
    "shipped": _shipped,
    "tracked": _tracked,
    "delivered": _delivered,
    "invoiced": _money,
    "credited": _money,
    "paid": _money,
    "return_requested": _returned,
    "returned": _returned,
    "incident": _incident,
    "note": _note,
}


def _rows(data: Data) -> Sequence[Data]:
    lines = data.get("lines")
    return lines if isinstance(lines, list) else []


def _list(rows: Sequence[Data]) -> str:
    return ", ".join(f"{_quantity(row.get('quantity'))} × {row.get('code', '')}" for row in rows)


def _when(day: str | None, reason: str) -> str:
    if day:
        return _day(day)
    if reason in PromiseReason.values:
        return _("no date yet, %(reason)s") % {"reason": lower_first(str(PromiseReason(reason).label))}
    return _("no date yet")


def lower_first(text: str) -> str:
    """The text as it stands within a sentence."""
    return text[:1].lower() + text[1:]


def _day(text: str) -> str:
    try:
        return formats.day(datetime.date.fromisoformat(str(text)[:10]))
    except ValueError:
        return str(text)


def _quantity(text: Any) -> str:
    value = _decimal(text)
    return formats.quantity(value) if value is not None else str(text or "")


def _decimal(text: Any) -> Decimal | None:
    try:
        return Decimal(str(text))
    except InvalidOperation:
        return None
