"""What a customer buys, as panels of the customer's page."""

import datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from config.web import charts
from config.web.formats import money_round, money_short, month
from config.web.pages import render_page
from config.web.panels import once_for_page
from customers.access import desk_required, visible_customer
from customers.models import Customer
from customers.requests import PersonRequest
from inventory.services.availability import availability
from orders.models import Order, OrderEvent
from orders.sentences import describe

COUNTS = (
    "submitted",
    "pending_approval",
    "credit_hold",
    "released",
    "paused",
    "in_fulfilment",
    "shipped",
    "delivered",
    "closed",
)
COMPARABLE_MONTHS = 9  # of the year before; with fewer, a percentage says nothing
LATEST_ORDERS = 100
PRODUCTS_SHOWN = 7
EVENTS_SHOWN = 10


@require_GET
@desk_required("orders.view_order")
def customer_sales(request: PersonRequest, customer_id: int) -> HttpResponse:
    """Net sales of the last twelve months against the same months a year before: the chart, or the figure alone.

    One statement, for both where they are drawn with one page. Of a customer who has ordered nothing since, the twelve
    months up to the last order; two statements more.
    """
    customer = visible_customer(request, customer_id)
    context = once_for_page(request, f"sales of {customer.pk}", lambda: _sales(customer))
    return render_page(
        request,
        "orders/customer_sales.html",
        context,
        fragments=["orders/_customer_sales.html", "orders/_customer_sales_figure.html"],
    )


def _sales(customer: Customer) -> dict[str, Any]:
    """What the chart of a customer's sales and the figure above it show."""
    currency = customer.account.currency
    months = _months(timezone.localdate(), 24)
    net, orders = _sales_by_month(customer.pk, currency, months[0])
    last_order = None if any(day in orders for day in months[12:]) else _last_order(customer.pk, currency)
    if last_order:
        months = _months(last_order, 24)
        net, orders = _sales_by_month(customer.pk, currency, months[0])
    before, this = months[:12], months[12:]
    values = [net.get(day, Decimal(0)) for day in this]
    total, last = sum(values, Decimal(0)), sum((net.get(day, Decimal(0)) for day in before), Decimal(0))
    comparable = last > 0 and sum(1 for day in before if net.get(day)) >= COMPARABLE_MONTHS
    return {
        "title": _("Sales"),
        "customer": customer,
        "currency": currency,
        "total": total,
        "last_order": last_order,
        "orders": sum(orders.get(day, 0) for day in this),
        "change": (total - last) * 100 / last if comparable else None,
        "chart": charts.bars(
            _("Sales by month"),
            [month(day) for day in this],
            values,
            before=[net.get(day, Decimal(0)) for day in before] if comparable else None,
            label=_("twelve months") if last_order else _("this year"),
            before_label=_("same month a year before") if comparable else "",
            write=lambda value: money_round(Decimal(value), currency),
            axis=lambda value: money_short(Decimal(str(value)), currency),
            current=11,
        ),
    }


@require_GET
@desk_required("orders.view_order")
def customer_usuals(request: PersonRequest, customer_id: int) -> HttpResponse:
    """What the customer's latest orders hold most often, with what is free of it now; three statements."""
    customer = visible_customer(request, customer_id)
    rows = _usual_products(customer.pk)
    free = availability(product_ids=[row["id"] for row in rows])
    for row in rows:
        row["available"] = sum((place.available for place in free[row["id"]]), Decimal(0))
    context = {"title": _("Usually buys"), "customer": customer, "rows": rows}
    return render_page(request, "orders/customer_usuals.html", context, fragments=["orders/_customer_usuals.html"])


@require_GET
@desk_required("orders.view_order")
def customer_activity(request: PersonRequest, customer_id: int) -> HttpResponse:
    """The latest that happened to the customer's orders."""
    customer = visible_customer(request, customer_id)
    events = (
        OrderEvent.objects.filter(account_id=customer.account_id, order__customer=customer)
        .select_related("order", "by")
        .only("kind", "at", "data", "is_public", "order__number", "by__name", "by__email")
        .order_by("-id")[:EVENTS_SHOWN]
    )
    context = {"title": _("Activity"), "customer": customer, "events": [describe(event) for event in events]}
    return render_page(request, "orders/customer_activity.html", context, fragments=["orders/_customer_activity.html"])


def _months(today: datetime.date, number: int) -> list[datetime.date]:
    """First days of the last months, the current one last."""
    place = today.year * 12 + today.month - 1
    return [datetime.date(n // 12, n % 12 + 1, 1) for n in range(place - number + 1, place + 1)]


def _sales_by_month(
    customer_id: int, currency: str, since: datetime.date
) -> tuple[dict[datetime.date, Decimal], dict[datetime.date, int]]:
    """Net of placed orders and their number, by first day of the month in local time."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT date_trunc('month', placed_at AT TIME ZONE %s)::date, sum(net), count(*) FROM orders_order
            WHERE customer_id = %s AND placed_at >= %s AND status = ANY(%s) AND currency = %s GROUP BY 1
            """,
            [timezone.get_current_timezone_name(), customer_id, since, list(COUNTS), currency],
        )
        rows = cursor.fetchall()
    return {day: net for day, net, _n in rows}, {day: n for day, _net, n in rows}


def _last_order(customer_id: int, currency: str) -> datetime.date | None:
    """The day on which the customer last placed an order."""
    last = (
        Order.objects.filter(customer=customer_id, currency=currency, status__in=COUNTS, placed_at__isnull=False)
        .order_by("-placed_at")
        .values_list("placed_at", flat=True)
        .first()
    )
    return timezone.localdate(last) if last else None


def _usual_products(customer_id: int) -> list[dict]:
    """Products of the customer's latest orders, the most frequent first."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH latest AS MATERIALIZED (
              SELECT id, placed_at FROM orders_order WHERE customer_id = %s AND status = ANY(%s)
              ORDER BY placed_at DESC, id DESC LIMIT %s
            ), usual AS MATERIALIZED (
              SELECT l.product_id, count(DISTINCT l.order_id) AS orders, sum(l.ordered - l.cancelled) AS quantity,
                max(o.placed_at) AS last_at
              FROM latest o JOIN orders_orderline l ON l.order_id = o.id WHERE l.type = 'goods'
              GROUP BY l.product_id ORDER BY orders DESC, last_at DESC, l.product_id LIMIT %s
            )
            SELECT p.id, p.code, p.name, p.format, u.symbol, s.orders, s.quantity, s.last_at
            FROM usual s JOIN inventory_product p ON p.id = s.product_id JOIN inventory_unit u ON u.id = p.unit_id
            ORDER BY s.orders DESC, s.last_at DESC, p.id
            """,
            [customer_id, list(COUNTS), LATEST_ORDERS, PRODUCTS_SHOWN],
        )
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
