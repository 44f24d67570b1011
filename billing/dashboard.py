"""What the desk's first page says about money; each figure is what the list behind it adds up to."""

import datetime
from decimal import Decimal
from typing import Any

from django.db.models import F, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from billing.lists import dues_in_view, visible_dues
from billing.models import Invoice, Payment
from billing.queues import orders_to_invoice
from config.money import ZERO
from config.web import lists
from config.web.today import Card
from customers.requests import PersonRequest
from orders.models import Order


def cards(request: PersonRequest, today: datetime.date) -> list[Card]:
    """What is overdue, what is to invoice, what is on account; for those who may see money."""
    user = request.user
    if not (user.is_desk and user.has_perm("billing.view_invoice")):
        return []
    querysets: dict[str, QuerySet[Any]] = {"overdue": Invoice.objects.visible_to(user).in_view("overdue", today)}
    if user.has_perm("billing.issue_invoice"):
        mine = Order.objects.visible_to(user).values("pk")
        querysets["to_invoice"] = orders_to_invoice().filter(pk__in=mine)
    if user.has_perm("billing.allocate_payment"):
        querysets["on_account"] = Payment.objects.visible_to(user).in_view("on_account")
    counts = lists.counts(**querysets)
    owed, late = (_open_amount(request, view) for view in ("all", "overdue"))
    found = [
        Card(
            key="owed_amount",
            label=_("Owed"),
            url=reverse("billing:due_list"),
            amount=owed,
            note=_("issued and not paid"),
            icon="scale",
            group="money",
        ),
        Card(
            key="overdue_amount",
            label=_("Overdue"),
            url=f"{reverse('billing:due_list')}?view=overdue",
            amount=late,
            note=_("past its day"),
            icon="scale",
            tone="bad" if late else "",
            group="money",
        ),
        Card(
            key="overdue",
            label=_("Overdue invoices"),
            url=f"{reverse('billing:invoice_list')}?view=overdue",
            count=counts["overdue"],
            icon="alarm-clock",
            tone="bad" if counts["overdue"] else "",
            group="money",
        ),
    ]
    if "to_invoice" in counts:
        found.append(
            Card(
                key="to_invoice",
                label=_("Orders to invoice"),
                url=reverse("billing:to_invoice_list"),
                count=counts["to_invoice"],
                note=_("shipped and not billed"),
                icon="receipt",
                group="money",
            )
        )
    if "on_account" in counts:
        found.append(
            Card(
                key="on_account",
                label=_("Payments on account"),
                url=f"{reverse('billing:payment_list')}?view=on_account",
                count=counts["on_account"],
                note=_("nobody said what for"),
                icon="hand-coins",
                tone="warn" if counts["on_account"] else "",
                group="money",
            )
        )
    return found


def _open_amount(request: PersonRequest, view: str) -> Decimal:
    """What one view of the open instalments comes to."""
    dues = dues_in_view(visible_dues(request), view)
    return dues.aggregate(total=Sum(F("amount") - F("settled")))["total"] or ZERO
