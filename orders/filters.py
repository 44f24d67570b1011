"""Filters of the lists of orders; values that make no sense are ignored."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from config.web.filters import (
    AnyOfFilter,
    BaseFilter,
    ChoiceFilter,
    DatesFilter,
    HiddenFilter,
    OneOfFilter,
    SearchFilter,
)
from config.web.numbers import parse_id
from customers.models import Desk, User
from customers.requests import PersonRequest
from inventory.models import Warehouse
from orders.models import Channel, OrderStatus, Reservation, Shipment
from orders.querysets import OrderQuerySet

# -- Desk ---------------------------------------------------------------------------------------------------------


def warehouses_of(request: PersonRequest) -> QuerySet[Warehouse]:
    """The places that ship, for the menu of a filter."""
    return Warehouse.objects.visible_to(request.user).filter(kind=Warehouse.Kind.STOCK, is_active=True)


def reps_of(request: PersonRequest) -> QuerySet[User]:
    """The people who look after customers."""
    return User.objects.filter(desk__in=[Desk.REP, Desk.MANAGER], is_active=True).order_by("name")


class OrderFilter(BaseFilter):
    """What the desk narrows its orders by."""

    q = SearchFilter(method="search", label=_("Number, customer, their PO"))
    status = AnyOfFilter(choices=OrderStatus.choices, label=_("Status"), icon="circle-dot")
    warehouse = OneOfFilter(queryset=warehouses_of, method="served_from", label=_("Warehouse"))
    rep = OneOfFilter(queryset=reps_of, label=_("Rep"))
    channel = ChoiceFilter(choices=Channel.choices, label=_("Channel"))
    placed = DatesFilter(field_name="placed_at", label=_("Placed"))
    customer = HiddenFilter(method="of_customer")
    more = ("rep", "channel", "placed")

    def search(self, queryset: OrderQuerySet, name: str, value: str) -> OrderQuerySet:
        return queryset.matching(value)

    def served_from(self, queryset: QuerySet[Any], name: str, value: Warehouse) -> QuerySet[Any]:
        shipments = Shipment.objects.filter(order=OuterRef("pk"), warehouse=value).exclude(status="cancelled")
        reservations = Reservation.objects.filter(line__order=OuterRef("pk"), warehouse=value)
        return queryset.filter(Q(warehouse=value) | Exists(shipments) | Exists(reservations))

    def of_customer(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        key = parse_id(value)
        return queryset.none() if key is None else queryset.filter(customer_id=key)


# -- Portal -------------------------------------------------------------------------------------------------------


class PortalOrderFilter(BaseFilter):
    """What a customer narrows its orders by."""

    q = SearchFilter(method="search", label=_("Number or your reference"))
    placed = DatesFilter(field_name="placed_at", label=_("Placed"))

    def search(self, queryset: OrderQuerySet, name: str, value: str) -> OrderQuerySet:
        return queryset.matching(value)
