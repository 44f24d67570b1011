"""Tables of documents and money: columns, sorts and links, never queries."""

import datetime
from typing import Any

from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing import facts
from billing.facts import PaymentState
from billing.models import InvoiceKind, PaymentDirection
from config.web import badges, formats
from config.web.keyset import read
from config.web.tables import (
    BaseTable,
    BooleanColumn,
    Cell,
    DateColumn,
    DateTimeColumn,
    LinkColumn,
    MoneyColumn,
    SelectColumn,
    TextColumn,
    Written,
    row_address,
)
from customers.models import PaymentMethod


class PaymentStateColumn(Cell):
    """How far a document is paid: the one state of ``billing.facts``, with how many days it is late."""

    css = "t-status"

    def cell(self, value: Any, record: Any) -> str:
        due = read(record, "next_due_on")
        state = state_of(record)
        badge = badges.badge_of(PaymentState, state)
        if state != PaymentState.OVERDUE or due is None:
            return badge
        late = _("%(days)s days") % {"days": days_late(due)}
        return format_html('{}<span class="t-sub u-late">{}</span>', badge, late)

    def written(self, heading: str, path: str) -> Written:
        """The state in words."""
        return [(heading, lambda row: state_of(row).label)]


def state_of(record: Any) -> PaymentState:
    """How far the document of a row is paid today."""
    figures = {name: read(record, name) for name in ("kind", "status", "gross", "settled", "next_due_on")}
    return facts.state_of(**figures, today=timezone.localdate())


class LateColumn(Cell):
    """How many days ago something was due."""

    css = "t-num"

    def cell(self, value: Any, record: Any) -> str:
        days = days_late(value)
        return _("%(days)s days") % {"days": days} if days else self.empty

    def written(self, heading: str, path: str) -> Written:
        """The number of days."""
        return [(_("%(what)s (days)") % {"what": heading}, lambda row: days_late(read(row, path)))]


class MethodColumn(TextColumn):
    """A way of paying in words."""

    def cell(self, value: Any, record: Any) -> str:
        return super().cell(PaymentMethod(value).label, record)

    def written(self, heading: str, path: str) -> Written:
        """The words."""
        return [(heading, lambda row: str(PaymentMethod(read(row, path)).label))]


class DayLinkColumn(LinkColumn):
    """A day that opens the document."""

    def cell(self, value: Any, record: Any) -> str:
        return super().cell(formats.day(value), record)


class UseColumn(Cell):
    """How far a payment is used."""

    css = "t-status"

    def cell(self, value: Any, record: Any) -> str:
        return payment_badge(record)

    def written(self, heading: str, path: str) -> Written:
        """The state in words."""
        return [(heading, lambda row: payment_use(row)[0])]


class QuietMoneyColumn(MoneyColumn):
    """An amount; nothing is a faint dash, so that the eye finds what is owed."""

    def cell(self, value: Any, record: Any) -> str:
        if not value:
            return self.empty
        return format_html('<span class="t-word">{} </span>{}', self.verbose_name, super().cell(value, record))


class FileColumn(Cell):
    """The document's PDF in one click; ``url`` is the view that answers it."""

    css = "t-action"
    control = True

    def __init__(self, url: str, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.url = url

    def cell(self, value: Any, record: Any) -> str:
        return format_html(
            '<a class="icon-btn" href="{}" aria-label="{}">{}</a>',
            row_address(self.url, value),
            _("PDF of %(number)s") % {"number": read(record, "number")},
            badges.icon("download", 17),
        )


class InvoiceTable(BaseTable):
    """Invoices and credit notes."""

    number = LinkColumn("billing:invoice_page", verbose_name=gettext_lazy("Number"), card="title", empty="…")
    issued = DateColumn(accessor="issued_on", verbose_name=gettext_lazy("Date"), card="meta")
    payer = TextColumn(
        accessor="payer_name",
        url="customers:customer_page",
        key="payer_id",
        verbose_name=gettext_lazy("Payer"),
        card="sub",
    )
    order = TextColumn(
        accessor="order__number", url="orders:order_page", key="order_id", verbose_name=gettext_lazy("Order"), hide="l"
    )
    state = PaymentStateColumn(accessor="status", verbose_name=gettext_lazy("Paid?"), card="state")
    due = DateColumn(accessor="next_due_on", verbose_name=gettext_lazy("Next due"), card="note", hide="m")
    gross = MoneyColumn(verbose_name=gettext_lazy("Total"), card="amount")
    open = QuietMoneyColumn(accessor="open_amount", verbose_name=gettext_lazy("Open"), hide="m")

    fields = (
        "pk",
        "number",
        "issued_on",
        "payer_name",
        "payer_id",
        "order_id",
        "order__number",
        "kind",
        "status",
        "gross",
        "settled",
        "open_amount",
        "currency",
        "due_on",
        "next_due_on",
    )
    sorts = {"issued": ("issued_on", "desc"), "gross": ("gross", "desc"), "number": ("number", "desc")}
    row_url = "billing:invoice_page"

    class Meta:
        caption = gettext_lazy("Invoices")

    def row_class(self, record: Any) -> str:
        return "is-off" if read(record, "kind") == InvoiceKind.CREDIT_NOTE else ""


class DueTable(BaseTable):
    """Open instalments, the oldest first."""

    due = DateColumn(accessor="due_on", verbose_name=gettext_lazy("Due"), card="meta")
    number = LinkColumn(
        "billing:invoice_page",
        accessor="invoice__number",
        key="invoice_id",
        verbose_name=gettext_lazy("Invoice"),
        card="title",
    )
    payer = TextColumn(
        accessor="invoice__payer_name",
        url="customers:customer_page",
        key="invoice__payer_id",
        verbose_name=gettext_lazy("Payer"),
        card="sub",
    )
    late = LateColumn(accessor="due_on", verbose_name=gettext_lazy("Late"), card="state")
    method = MethodColumn(verbose_name=gettext_lazy("By"), hide="l")
    amount = MoneyColumn(currency="invoice__currency", verbose_name=gettext_lazy("Amount"), hide="m")
    open = MoneyColumn(accessor="left", currency="invoice__currency", verbose_name=gettext_lazy("Open"), card="amount")

    fields = (
        "pk",
        "due_on",
        "invoice_id",
        "invoice__number",
        "invoice__payer_name",
        "invoice__payer_id",
        "method",
        "amount",
        "left",
        "invoice__currency",
    )
    sorts = {"due": ("due_on", "asc"), "open": ("left", "desc")}
    row_url = "billing:invoice_page"
    row_key = "invoice_id"

    class Meta:
        caption = gettext_lazy("What is due")

    def row_class(self, record: Any) -> str:
        return "is-bad" if (timezone.localdate() - read(record, "due_on")).days > 60 else ""


def days_late(due_on: datetime.date) -> int:
    """How many days ago it was due; 0 for what is not due yet."""
    return max((timezone.localdate() - due_on).days, 0)


class PaymentTable(BaseTable):
    """Money in and out."""

    value = DayLinkColumn(
        "billing:payment_page", accessor="value_on", verbose_name=gettext_lazy("Value date"), card="title"
    )
    payer = TextColumn(
        accessor="payer__name",
        url="customers:customer_page",
        key="payer_id",
        verbose_name=gettext_lazy("Payer"),
        card="sub",
    )
    method = MethodColumn(verbose_name=gettext_lazy("By"), card="meta")
    reference = TextColumn(accessor="bank_reference", verbose_name=gettext_lazy("Bank reference"), hide="l")
    state = UseColumn(accessor="direction", verbose_name=gettext_lazy("State"), card="state")
    amount = MoneyColumn(verbose_name=gettext_lazy("Amount"), card="amount")
    unallocated = QuietMoneyColumn(verbose_name=gettext_lazy("On account"), hide="m")

    fields = (
        "pk",
        "value_on",
        "payer_id",
        "payer__name",
        "method",
        "bank_reference",
        "direction",
        "amount",
        "allocated",
        "unallocated",
        "currency",
    )
    sorts = {"value": ("value_on", "desc"), "amount": ("amount", "desc")}
    row_url = "billing:payment_page"

    class Meta:
        caption = gettext_lazy("Payments")


def payment_badge(record: Any) -> str:
    """How far a payment is used, as a badge."""
    return badges.badge(*payment_use(record))


def payment_use(record: Any) -> tuple[str, str, str]:
    """How far a payment is used: in words, the tone of its badge, its pip."""
    if read(record, "direction") == PaymentDirection.OUT:
        return _("Paid back"), "neutral", "cross"
    if read(record, "allocated") >= read(record, "amount"):
        return _("Allocated"), "ok", ""
    return _("Part on account") if read(record, "allocated") else _("On account"), "warn", ""


class ActionColumn(Cell):
    """A button that posts the list's form for this row alone."""

    css = "t-action"
    control = True

    def cell(self, value: Any, record: Any) -> str:
        return format_html(
            '<button class="btn btn-s" name="only" value="{}">{}<span class="u-hidden"> {}</span></button>',
            value,
            _("Invoice it"),
            read(record, "number"),
        )


class ToInvoiceTable(BaseTable):
    """Orders with something to invoice."""

    select = SelectColumn(label="number")
    number = LinkColumn("orders:order_page", verbose_name=gettext_lazy("Order"), card="title")
    placed = DateTimeColumn(accessor="placed_at", verbose_name=gettext_lazy("Placed"), hide="m")
    customer = TextColumn(
        accessor="customer_name",
        url="customers:customer_page",
        key="customer_id",
        verbose_name=gettext_lazy("Customer"),
        card="sub",
    )
    notes = TextColumn(accessor="delivery_notes", verbose_name=gettext_lazy("Delivery notes"), card="meta")
    supplied = DateColumn(accessor="supplied_on", verbose_name=gettext_lazy("Last shipped"), card="note")
    whole = BooleanColumn(accessor="is_complete", verbose_name=gettext_lazy("Shipped whole"), hide="l")
    unbilled = MoneyColumn(accessor="to_bill", verbose_name=gettext_lazy("To invoice"), card="amount")
    go = ActionColumn(accessor="pk", verbose_name=gettext_lazy("Actions"), card="note")

    fields = ("pk", "number", "placed_at", "customer_name", "customer_id", "currency", "status")
    sorts = {"placed": ("placed_at", "asc"), "number": ("number", "asc")}
    row_url = "orders:order_page"

    class Meta:
        caption = gettext_lazy("Orders to invoice")


class ReceivableTable(BaseTable):
    """Groups that owe something, by age."""

    name = LinkColumn("billing:account_page", verbose_name=gettext_lazy("Customer"), card="title")
    current = QuietMoneyColumn(currency="currency", verbose_name=gettext_lazy("Not due"), hide="m")
    b1 = QuietMoneyColumn(currency="currency", verbose_name=gettext_lazy("1–30 days"), hide="m")
    b2 = QuietMoneyColumn(currency="currency", verbose_name=gettext_lazy("31–60 days"), hide="m")
    b3 = QuietMoneyColumn(currency="currency", verbose_name=gettext_lazy("61–90 days"), hide="m")
    b4 = QuietMoneyColumn(currency="currency", verbose_name=gettext_lazy("Over 90"), hide="m")
    overdue = QuietMoneyColumn(currency="currency", verbose_name=gettext_lazy("Overdue"), card="state")
    receivable = MoneyColumn(currency="currency", verbose_name=gettext_lazy("Owed"), card="amount")
    credit = QuietMoneyColumn(
        accessor="unallocated", currency="currency", verbose_name=gettext_lazy("On account"), hide="l"
    )

    fields = ("pk", "name", "currency", "receivable", "unallocated")
    sorts = {"receivable": ("receivable", "desc"), "name": ("name", "asc")}
    row_url = "billing:account_page"

    class Meta:
        caption = gettext_lazy("What customers owe")


class PortalInvoiceTable(BaseTable):
    """A customer's documents."""

    number = LinkColumn("billing:portal_invoice_page", verbose_name=gettext_lazy("Number"), card="title")
    issued = DateColumn(accessor="issued_on", verbose_name=gettext_lazy("Date"), card="meta")
    customer = TextColumn(accessor="customer__name", verbose_name=gettext_lazy("For"), card="sub")
    order = TextColumn(accessor="order__number", verbose_name=gettext_lazy("Order"), hide="m")
    state = Cell(accessor="status", verbose_name=gettext_lazy("State"), card="state", css="t-status")
    gross = MoneyColumn(verbose_name=gettext_lazy("Total"), card="amount")
    file = FileColumn("billing:portal_invoice_file", accessor="pk", verbose_name=gettext_lazy("PDF"), card="note")

    fields = (*InvoiceTable.fields, "customer__name")
    sorts = {"issued": ("issued_on", "desc"), "gross": ("gross", "desc")}
    row_url = "billing:portal_invoice_page"

    class Meta:
        caption = gettext_lazy("Your invoices")

    def render_state(self, record: Any) -> str:
        return plain_state(record)


def plain_state(record: Any) -> str:
    """The state in plain words as a badge: "To pay by 22 Dec", "Paid", "Overdue 5 days"."""
    today = timezone.localdate()
    figures = {name: read(record, name) for name in ("kind", "status", "gross", "settled", "next_due_on")}
    tone, _space, pip = PaymentState.TONES[state_of(record).value].partition(" ")
    return badges.badge(facts.sentence(**figures, currency=read(record, "currency"), today=today), tone, pip)
