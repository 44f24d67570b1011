"""Who owes what, how old it is, and the cards that other pages show."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from billing import facts
from billing.filters import ReceivableFilter
from billing.queues import orders_to_invoice
from billing.services.ageing import BUCKET_KEYS, ageing, balance, days_to_pay, statement, total_ageing
from billing.tables import ReceivableTable
from billing.views.invoices import order_invoices
from config.web import lists
from config.web.pages import render_page
from customers.access import desk_required
from customers.models import Account, Customer
from customers.requests import PersonRequest
from orders.models import Order

MONTHS = {2: 61, 6: 183, 12: 365}  # what a statement may go back to, in days; the first unless asked
OLDEST, NEWEST = datetime.timedelta(days=3653), datetime.timedelta(days=366)


@require_GET
@desk_required("billing.view_invoice")
def receivables_page(request: PersonRequest) -> HttpResponse:
    """What everybody owes by age, and the groups that owe most; every figure opens the list it adds up."""
    mine = Account.objects.visible_to(request.user)
    owing = mine.filter(Q(receivable__gt=0) | Q(unallocated__gt=0))
    listing = lists.build(
        request,
        owing.values(*ReceivableTable.fields),
        ReceivableTable,
        ReceivableFilter,
        transform=_with_ages,
        sums=("receivable", "currency"),
        live="billing-changed",
    )
    sees_all = request.user.sees_all_customers
    total = total_ageing(today=timezone.localdate(), accounts=None if sees_all else mine)
    context = {"list": listing, "title": _("Receivables"), "total": total}
    return render_page(
        request,
        "billing/receivables_page.html",
        context,
        fragments=["billing/_receivable_table.html", "billing/_receivable_total.html"],
    )


def _with_ages(rows: list[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    ages = ageing(accounts=[row["pk"] for row in rows], today=timezone.localdate())
    for row in rows:
        one = ages[row["pk"]]
        named = dict(zip(("current", "b1", "b2", "b3", "b4"), (one.amounts[key] for key in BUCKET_KEYS), strict=True))
        yield {**row, **named, "overdue": one.overdue}


@require_GET
@desk_required("billing.view_invoice")
def account_page(request: PersonRequest, pk: int) -> HttpResponse:
    """A group's balance, its age, and the statement of the last two months or of the days asked for."""
    account = get_object_or_404(Account.objects.visible_to(request.user), pk=pk)
    return render_page(
        request,
        "billing/account_page.html",
        {"title": account.name, "customers": account.customers.order_by("pk"), **statement_context(request, account)},
        fragments=["billing/_statement.html", "billing/_balance_card.html"],
    )


def statement_context(
    request: PersonRequest, account: Account, payers: QuerySet[Customer] | None = None
) -> dict[str, Any]:
    """Balance and statement of a group, or of some payers in it, for the days of the address (``since``, ``until``)."""
    today = timezone.localdate()
    until = _day(request.GET.get("until", ""), today) or today
    starts = [(months, until - datetime.timedelta(days=days)) for months, days in MONTHS.items()]
    since = _day(request.GET.get("since", ""), today) or starts[0][1]
    return {
        "account": account,
        "balance": balance(account=account, today=today, payers=payers),
        "statement": statement(account=account, since=min(since, until), until=max(since, until), payers=payers),
        "today": today,
        "starts": starts,
    }


def _day(text: str, today: datetime.date) -> datetime.date | None:
    """A day of an address, within the last ten years and the next; None for anything else."""
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day and min(max(day, today - OLDEST), today + NEWEST)


@require_GET
@desk_required("billing.view_invoice")
def balance_card(request: PersonRequest, pk: int) -> HttpResponse:
    """A group's balance and its age: a card on other pages."""
    account = get_object_or_404(Account.objects.visible_to(request.user), pk=pk)
    context = {
        "title": account.name,
        "account": account,
        "balance": balance(account=account, today=timezone.localdate()),
    }
    return render_page(request, "billing/balance_page.html", context, fragments=["billing/_balance_card.html"])


@require_GET
@desk_required("billing.view_invoice")
def payment_days(request: PersonRequest, pk: int) -> HttpResponse:
    """How many days a group takes to pay, of what it paid within the last twelve months: a figure on other pages."""
    account = get_object_or_404(Account.objects.visible_to(request.user), pk=pk)
    today = timezone.localdate()
    since = today - datetime.timedelta(days=MONTHS[12] - 1)
    context = {
        "title": account.name,
        "account": account,
        "days": days_to_pay(account_id=account.pk, since=since, until=today),
    }
    return render_page(request, "billing/payment_days.html", context, fragments=["billing/_payment_days.html"])


@require_GET
@desk_required("billing.view_invoice")
def order_billing(request: PersonRequest, pk: int) -> HttpResponse:
    """What of an order is invoiced and paid: a card on the order's page."""
    order = get_object_or_404(Order.objects.visible_to(request.user), pk=pk)
    today = timezone.localdate()
    money = facts.order_money([order.pk], today)[order.pk]
    context = {
        "title": order.number,
        "order": order,
        "money": money,
        "invoices": [
            (invoice, facts.payment_state(invoice, today), facts.payment_sentence(invoice, today))
            for invoice in order_invoices(request, order.pk).order_by("pk")
        ],
        "can_invoice": request.user.has_perm("billing.issue_invoice")
        and orders_to_invoice().filter(pk=order.pk).exists(),
    }
    return render_page(request, "billing/order_billing.html", context, fragments=["billing/_order_billing.html"])
