"""Filters of the lists of documents and money; values that make no sense are ignored."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from billing.models import Invoice, InvoiceLine
from billing.querysets import InvoiceQuerySet
from config.web.filters import AnyOfFilter, BaseFilter, DatesFilter, HiddenFilter, SearchFilter
from config.web.numbers import parse_id
from customers.models import Customer, PaymentMethod
from orders.querysets import OrderQuerySet


class InvoiceFilter(BaseFilter):
    """By words, date, customer, group or order."""

    q = SearchFilter(method="search", label=_("Number, payer"))
    issued = DatesFilter(field_name="issued_on", label=_("Date"))
    due = DatesFilter(field_name="due_on", label=_("Due"))
    customer = HiddenFilter(method="of_customer")
    account = HiddenFilter(method="of_account")
    order = HiddenFilter(method="of_order")
    more = ("due",)

    def search(self, queryset: InvoiceQuerySet, name: str, value: str) -> InvoiceQuerySet:
        return queryset.matching(value)

    def of_customer(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Documents for a company or paid by it."""
        key = parse_id(value)
        return queryset.none() if key is None else queryset.filter(Q(customer_id=key) | Q(payer_id=key))

    def of_account(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        key = parse_id(value)
        return queryset.none() if key is None else queryset.filter(account_id=key)

    def of_order(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        key = parse_id(value)
        if key is None:
            return queryset.none()
        return queryset.filter(pk__in=InvoiceLine.objects.filter(order_line__order=key).values("invoice_id"))


class PortalInvoiceFilter(BaseFilter):
    """By words and date."""

    q = SearchFilter(method="search", label=_("Number"))
    issued = DatesFilter(field_name="issued_on", label=_("Date"))
    order = HiddenFilter(method="of_order")

    def search(self, queryset: OrderQuerySet, name: str, value: str) -> OrderQuerySet:
        return queryset.matching(value)

    def of_order(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        key = parse_id(value)
        if key is None:
            return queryset.none()
        return queryset.filter(pk__in=InvoiceLine.objects.filter(order_line__order=key).values("invoice_id"))


class DueFilter(BaseFilter):
    """By payer's or invoice's words, or a group."""

    q = SearchFilter(method="search", label=_("Number, payer"))
    due = DatesFilter(field_name="due_on", label=_("Due"))
    account = HiddenFilter(method="of_account")

    def search(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(invoice__in=Invoice.objects.matching(value).values("pk"))

    def of_account(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        key = parse_id(value)
        return queryset.none() if key is None else queryset.filter(account_id=key)


class PaymentFilter(BaseFilter):
    """By payer's words or the bank's reference, way and date."""

    q = SearchFilter(method="search", label=_("Payer, bank reference"))
    method = AnyOfFilter(choices=PaymentMethod.choices, label=_("By"), icon="credit-card")
    value = DatesFilter(field_name="value_on", label=_("Value date"))
    customer = HiddenFilter(method="of_customer")
    account = HiddenFilter(method="of_account")

    def search(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        payers = Customer.objects.matching(value).values("pk")
        return queryset.filter(Q(payer__in=payers) | Q(bank_reference=value.strip()))

    def of_customer(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        key = parse_id(value)
        return queryset.none() if key is None else queryset.filter(payer_id=key)

    def of_account(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        key = parse_id(value)
        return queryset.none() if key is None else queryset.filter(account_id=key)


class ToInvoiceFilter(BaseFilter):
    """By the order's words."""

    q = SearchFilter(method="search", label=_("Order, customer, their PO"))
    customer = HiddenFilter(method="of_customer")

    def search(self, queryset: OrderQuerySet, name: str, value: str) -> OrderQuerySet:
        return queryset.matching(value)

    def of_customer(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        key = parse_id(value)
        return queryset.none() if key is None else queryset.filter(customer_id=key)


class ReceivableFilter(BaseFilter):
    """By a company's words."""

    q = SearchFilter(method="search", label=_("Customer"))

    def search(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(pk__in=Customer.objects.matching(value).values("account_id"))
