"""Whether something is paid: the one place that says so, for every screen, list, export and document."""

import datetime
import enum
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection, models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from billing.models import Instalment, Invoice, InvoiceKind, InvoiceStatus
from config.web import formats
from orders.models import Order


class PaymentState(models.TextChoices):
    """How far an invoice is paid; the last three are for documents on which nothing is owed."""

    OPEN = "open", gettext_lazy("To pay")
    PART_PAID = "part_paid", gettext_lazy("Part paid")
    OVERDUE = "overdue", gettext_lazy("Overdue")
    PAID = "paid", gettext_lazy("Paid")
    CREDIT = "credit", gettext_lazy("To your credit")
    USED = "used", gettext_lazy("Credited")
    DRAFT = "draft", gettext_lazy("Draft")

    TONES = enum.nonmember(
        {
            "open": "info empty",
            "part_paid": "warn half",
            "overdue": "bad",
            "paid": "ok",
            "credit": "accent",
            "used": "neutral full",
            "draft": "neutral dashed",
        }
    )


class OrderPaymentState(models.TextChoices):
    """How far an order is invoiced and paid."""

    NOT_INVOICED = "not_invoiced", gettext_lazy("Not invoiced")
    OPEN = "open", gettext_lazy("To pay")
    PART_PAID = "part_paid", gettext_lazy("Part paid")
    OVERDUE = "overdue", gettext_lazy("Overdue")
    PAID = "paid", gettext_lazy("Paid")

    TONES = enum.nonmember(
        {
            "not_invoiced": "neutral dashed",
            "open": "info empty",
            "part_paid": "warn half",
            "overdue": "bad",
            "paid": "ok",
        }
    )


def state_of(
    *,
    kind: str,
    status: str,
    gross: Decimal,
    settled: Decimal,
    next_due_on: datetime.date | None,
    today: datetime.date,
) -> PaymentState:
    """The state of a document from its own figures and the oldest due date that is still open (None for none)."""
    if status == InvoiceStatus.DRAFT:
        return PaymentState.DRAFT
    if kind == InvoiceKind.CREDIT_NOTE:
        return PaymentState.USED if settled >= gross else PaymentState.CREDIT
    if settled >= gross:
        return PaymentState.PAID
    if next_due_on is not None and next_due_on < today:
        return PaymentState.OVERDUE
    return PaymentState.PART_PAID if settled > 0 else PaymentState.OPEN


def payment_state(invoice: Invoice, today: datetime.date) -> PaymentState:
    """How far an invoice is paid. One query, none when it comes from ``Invoice.objects.with_next_due()``."""
    return state_of(
        kind=invoice.kind,
        status=invoice.status,
        gross=invoice.gross,
        settled=invoice.settled,
        next_due_on=next_due_on(invoice),
        today=today,
    )


def next_due_on(invoice: Invoice) -> datetime.date | None:
    """The oldest due date with something left to pay."""
    if "next_due_on" in invoice.__dict__:
        return invoice.__dict__["next_due_on"]
    open_ones = Instalment.objects.filter(invoice=invoice, settled__lt=models.F("amount")).order_by("due_on")
    return open_ones.values_list("due_on", flat=True).first()


def payment_sentence(invoice: Invoice, today: datetime.date) -> str:
    """The state in plain words: "To pay by 22 Dec", "Overdue 5 days", "Paid"."""
    return sentence(
        kind=invoice.kind,
        status=invoice.status,
        gross=invoice.gross,
        settled=invoice.settled,
        next_due_on=next_due_on(invoice),
        currency=invoice.currency,
        today=today,
    )


def sentence(
    *,
    kind: str,
    status: str,
    gross: Decimal,
    settled: Decimal,
    next_due_on: datetime.date | None,
    currency: str,
    today: datetime.date,
) -> str:
    """What ``payment_sentence`` says, from the figures of a row."""
    state = state_of(kind=kind, status=status, gross=gross, settled=settled, next_due_on=next_due_on, today=today)
    rest = formats.money(gross - settled, currency)
    if state == PaymentState.OVERDUE and next_due_on:
        days = (today - next_due_on).days
        return ngettext("Overdue %(days)s day", "Overdue %(days)s days", days) % {"days": days}
    if state == PaymentState.PART_PAID and next_due_on:
        return _("%(rest)s to pay by %(day)s") % {"rest": rest, "day": formats.day(next_due_on, today)}
    if state == PaymentState.OPEN and next_due_on:
        return _("To pay by %(day)s") % {"day": formats.day(next_due_on, today)}
    return _("%(rest)s to your credit") % {"rest": rest} if state == PaymentState.CREDIT else str(state.label)


@dataclass(frozen=True)
class OrderMoney:
    """What of an order is invoiced and paid: its state, whether all that can be billed is, and the sums (gross)."""

    state: OrderPaymentState
    fully_invoiced: bool
    invoiced: Decimal
    open: Decimal
    next_due_on: datetime.date | None


_NOTHING = OrderMoney(OrderPaymentState.NOT_INVOICED, False, Decimal("0.00"), Decimal("0.00"), None)

_MONEY_OF_ORDERS = """
WITH line AS (
  SELECT l.order_id, l.id, l.invoiced - l.reversed AS billed,
    CASE WHEN l.billing_policy = 'on_order' THEN l.ordered - l.cancelled ELSE l.shipped END - l.refused AS billable
  FROM orders_orderline l WHERE l.order_id = ANY(%(orders)s)
), document AS (
  SELECT DISTINCT line.order_id, i.id, i.gross, i.open_amount, i.settled
  FROM line JOIN billing_invoiceline il ON il.order_line_id = line.id
  JOIN billing_invoice i ON i.id = il.invoice_id AND i.status = 'issued' AND i.kind = 'invoice'
), due AS (
  SELECT d.order_id, min(n.due_on) AS due_on FROM document d
  JOIN billing_instalment n ON n.invoice_id = d.id AND n.settled < n.amount GROUP BY d.order_id
), money AS (
  SELECT order_id, sum(gross) AS gross, sum(open_amount) AS open, sum(settled) AS settled FROM document GROUP BY order_id
)
SELECT b.order_id, b.billed, b.complete, m.gross, m.open, m.settled, due.due_on
FROM (SELECT order_id, sum(billed) AS billed, bool_and(billed >= billable) AS complete FROM line GROUP BY order_id) b
LEFT JOIN money m USING (order_id) LEFT JOIN due USING (order_id)
"""


def order_money(order_ids: Iterable[int], today: datetime.date) -> dict[int, OrderMoney]:
    """Order → what of it is invoiced and paid. One query for any number of orders.

    An invoice over several orders counts whole for each. Units that were reversed are not invoiced.
    """
    ids = list(order_ids)
    found = dict.fromkeys(ids, _NOTHING)
    if not ids:
        return found
    with connection.cursor() as cursor:
        cursor.execute(_MONEY_OF_ORDERS, {"orders": ids})
        for pk, billed, complete, gross, open_, settled, due_on in cursor.fetchall():
            if gross is None or not billed:
                continue
            if open_ == 0:
                state = OrderPaymentState.PAID if complete else OrderPaymentState.PART_PAID
            elif due_on is not None and due_on < today:
                state = OrderPaymentState.OVERDUE
            else:
                state = OrderPaymentState.PART_PAID if settled > 0 else OrderPaymentState.OPEN
            found[pk] = OrderMoney(state, complete, gross, open_, due_on)
    return found


def order_payment_state(order: Order, today: datetime.date) -> OrderPaymentState:
    """How far an order is invoiced and paid; for lists see ``order_money``."""
    return order_money([order.pk], today)[order.pk].state
