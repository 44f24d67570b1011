"""Filters of the lists of shipments, supply, incidents and returns."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from config.web.filters import AnyOfFilter, BaseFilter, DatesFilter, FlagFilter, HiddenFilter, OneOfFilter, SearchFilter
from config.web.numbers import parse_id
from customers.models import Customer, User
from customers.requests import PersonRequest
from inventory.models import Supplier
from orders.filters import warehouses_of
from orders.models import Carrier, IncidentKind, IncidentStatus, Order, ShipmentStatus


def carriers_of(request: PersonRequest) -> QuerySet[Carrier]:
    """Who carries parcels."""
    return Carrier.objects.visible_to(request.user).order_by("name")


def suppliers_of(request: PersonRequest) -> QuerySet[Supplier]:
    """Who sells to us."""
    return Supplier.objects.visible_to(request.user).order_by("name")


def staff_of(request: PersonRequest) -> QuerySet[User]:
    """Members of staff."""
    return User.objects.exclude(desk="").filter(is_active=True).order_by("name")


class _OfOrder(BaseFilter):
    """What a panel asks for: one order's or one customer's rows."""

    order = HiddenFilter(method="of")
    customer = HiddenFilter(method="of")

    def of(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        key = parse_id(value)
        return queryset.none() if key is None else queryset.filter(**{f"{name}_id": key})


def _customers(text: str) -> QuerySet[Any]:
    return Customer.objects.matching(text).values("pk")


class ShipmentFilter(_OfOrder):
    """What the desk narrows shipments by."""

    q = SearchFilter(method="search", label=_("Number, order, customer, tracking number"))
    status = AnyOfFilter(choices=ShipmentStatus.choices, label=_("Status"), icon="circle-dot")
    warehouse = OneOfFilter(queryset=warehouses_of, label=_("Warehouse"))
    carrier = OneOfFilter(queryset=carriers_of, label=_("Carrier"))
    begun = DatesFilter(field_name="created_at", label=_("Begun"))
    more = ("begun",)

    def search(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(
            Q(number__iexact=value)
            | Q(tracking_number=value)
            | Q(order__in=Order.objects.matching(value).values("pk"))
            | Q(customer__in=_customers(value))
        )


class SupplyFilter(BaseFilter):
    """What inbound lines are narrowed by."""

    q = SearchFilter(method="search", label=_("Product, purchase order"))
    warehouse = OneOfFilter(queryset=warehouses_of, label=_("Warehouse"))
    supplier = OneOfFilter(queryset=suppliers_of, field_name="order__supplier", label=_("Supplier"))

    def search(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(
            Q(product__code__iexact=value) | Q(product__name__icontains=value) | Q(order__number__iexact=value)
        )


class IncidentFilter(_OfOrder):
    """What incidents are narrowed by."""

    q = SearchFilter(method="search", label=_("Order, customer, what happened"))
    kind = AnyOfFilter(choices=IncidentKind.choices, label=_("What"), icon="triangle-alert")
    status = AnyOfFilter(choices=IncidentStatus.choices, label=_("Status"), icon="circle-dot")
    owner = OneOfFilter(queryset=staff_of, label=_("Owner"))

    def search(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(
            Q(order__in=Order.objects.matching(value).values("pk"))
            | Q(customer__in=_customers(value))
            | Q(description__icontains=value)
        )


class ReturnFilter(_OfOrder):
    """What returns are narrowed by."""

    q = SearchFilter(method="search", label=_("Number, order, customer"))
    history = FlagFilter(field_name="is_history", label=_("From another system"))

    def search(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(
            Q(number__iexact=value)
            | Q(order__in=Order.objects.matching(value).values("pk"))
            | Q(customer__in=_customers(value))
        )
