"""Placing the same form in good plain ORM, as one would write it first: what the services are compared with over HTTP.

Rows are locked in order, nothing is queried per line, everything is written in bulk. It does less: one warehouse, no
backorders, no dates of supply, no checks of packs and units, no answer kept but the address.
"""

import datetime
from collections import defaultdict
from decimal import Decimal

from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import include, path
from django.utils import timezone
from django.views.decorators.http import require_POST

from config.database.idempotency import once
from config.urls import handler500
from config.web.pages import go_to
from customers.access import desk_required
from customers.models import Account
from inventory.models import PriceList, PriceRule, Product, StockLevel, TaxRate, WarehouseRegion
from orders.forms import EntryHeaderForm, TypedRow, parse_number, typed_rows
from orders.models import Order, OrderEvent, OrderLine, Reservation
from orders.services.drafts import order_day

__all__ = ["handler500", "urlpatterns"]


@require_POST
@desk_required("orders.place_order")
def orm_place(request: HttpRequest, pk: int) -> HttpResponse:
    """Place a draft as typed; no more than this bench needs is refused."""
    orders = Order.objects.visible_to(request.user).select_related("customer__account")
    order = get_object_or_404(orders, pk=pk)
    header = EntryHeaderForm(request.POST, instance=order, today=timezone.localdate())
    assert header.is_valid()
    with once(scope=f"orm_place {request.user.pk}", key=request.POST["key"], body={"order": pk}) as slot:
        order = Order.objects.select_for_update(of=("self",)).select_related("customer").get(pk=pk)
        account = Account.objects.select_for_update(no_key=True).get(pk=order.account_id)
        for name, value in header.changes().items():
            setattr(order, name, value)
        lines = _lines(order, typed_rows(request.POST, with_new=True))
        _place(order, account, lines, request)
        slot.answer(location=f"/desk/orders/{pk}/")
    return go_to(request, f"{slot.location}?placed=1")


def _lines(order: Order, rows: list[TypedRow]) -> list[OrderLine]:
    today = order_day(timezone.now())
    dated = Q(valid_from__lte=today) & (Q(valid_to=None) | Q(valid_to__gte=today))
    products = {p.code: p for p in Product.objects.filter(code__in=[row.code for row in rows]).select_related("unit")}
    rates: dict[int, TaxRate] = {}
    for rate in TaxRate.objects.filter(valid_from__lte=today).order_by("valid_from"):
        rates[rate.tax_class_id] = rate
    mine = Q(customer=order.customer) | Q(group=order.account_id) | Q(customer=None, group=None)
    lists = PriceList.objects.filter(
        mine, dated, Q(segment=None) | Q(segment=order.customer.segment_id), is_active=True
    )
    ranks = dict(lists.values_list("pk", "rank"))
    levels = dict(lists.values_list("pk", "level"))
    rules: dict[int, list[PriceRule]] = defaultdict(list)
    for rule in PriceRule.objects.filter(dated, price_list__in=ranks, product__in=products.values()):
        rules[rule.product_id].append(rule)
    lines = []
    for position, row in enumerate(rows, 1):
        product, quantity = products[row.code], parse_number(row.quantity) or Decimal(1)
        reached = [rule for rule in rules[product.pk] if rule.minimum_quantity <= quantity]
        rule = min(reached, key=lambda rule: (ranks[rule.price_list_id], -rule.minimum_quantity))
        rate = rates[product.tax_class_id]
        lines.append(
            OrderLine(
                order=order, account_id=order.account_id, order_status="released", billing_policy=order.billing_policy,
                position=position, type=product.kind, product=product, code=product.code, description=product.name,
                unit=product.unit, entered=quantity, ordered=quantity, reserved=quantity, price=rule.price,
                price_quantity=product.price_quantity, price_level=levels[rule.price_list_id],
                price_list_id=rule.price_list_id, price_break=rule.minimum_quantity, price_valid_from=rule.valid_from,
                unit_cost=product.cost, tax_class_id=product.tax_class_id, tax_rate=rate.rate,
                requested_on=order.requested_on, promised_on=today + datetime.timedelta(1),
                first_promised_on=today + datetime.timedelta(1), promise_reason="stock",
            )
        )  # fmt: skip
    return lines


def _place(order: Order, account: Account, lines: list[OrderLine], request: HttpRequest) -> None:
    now = timezone.now()
    nets = [round(line.ordered * line.price / line.price_quantity, 2) for line in lines]
    order.net = sum(nets)
    order.tax = sum(round(net * line.tax_rate / 100, 2) for net, line in zip(nets, lines, strict=True))
    order.gross = order.net + order.tax
    assert not account.is_blocked
    assert account.credit_limit is None or account.exposure + order.gross <= account.credit_limit
    order.status, order.credit_decision = "released", "no_limit" if account.credit_limit is None else "within_limit"
    order.placed_at, order.placed_by, order.line_count = now, request.user, len(lines)
    order.promised_on, order.version = lines[0].promised_on, order.version + 1
    OrderLine.objects.filter(order=order).delete()
    order.save()
    OrderLine.objects.bulk_create(lines)
    house = WarehouseRegion.objects.filter(region=order.customer.region_id).order_by("rank").first()
    assert house
    OrderEvent.objects.bulk_create(
        OrderEvent(
            order=order, account_id=order.account_id, kind=kind, at=now, by=request.user, data={}, is_public=True
        )
        for kind in ("placed", "released")
    )
    Account.objects.filter(pk=account.pk).update(open_orders=F("open_orders") + order.gross)
    levels = StockLevel.objects.select_for_update(no_key=True).filter(
        warehouse=house.warehouse_id, product__in=[line.product_id for line in lines]
    )
    found = {level.product_id: level for level in levels.order_by("warehouse", "product")}
    for line in lines:
        level = found[line.product_id]
        assert level.available >= line.ordered
        level.reserved += line.ordered
    Reservation.objects.bulk_create(
        Reservation(
            line=line, account_id=order.account_id, product_id=line.product_id, warehouse_id=house.warehouse_id,
            quantity=line.ordered, promised_on=line.promised_on,
        )
        for line in lines
    )  # fmt: skip
    StockLevel.objects.bulk_update(found.values(), ["reserved"])


urlpatterns = [
    path("bench/orm/<int:pk>/", orm_place, name="orm_place"),
    path("", include("config.urls")),
]
