"""Filters of the lists of companies; values that make no sense are ignored."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from config.web.filters import AnyOfFilter, BaseFilter, OneOfFilter, SearchFilter
from customers.models import CustomerStatus, Desk, Region, Segment, User
from customers.querysets import CustomerQuerySet
from customers.requests import PersonRequest


def segments_of(request: PersonRequest) -> QuerySet[Segment]:
    """Every segment, for the menu of a filter."""
    return Segment.objects.all()


def regions_of(request: PersonRequest) -> QuerySet[Region]:
    """Every region, for the menu of a filter."""
    return Region.objects.all()


def reps_of(request: PersonRequest) -> QuerySet[User]:
    """The people who look after customers."""
    return User.objects.filter(desk__in=[Desk.REP, Desk.MANAGER], is_active=True).order_by("name")


class CustomerFilter(BaseFilter):
    """What the desk narrows its customers by."""

    q = SearchFilter(method="search", label=_("Name, number, town, tax number"))
    segment = OneOfFilter(queryset=segments_of, label=_("Segment"))
    region = OneOfFilter(queryset=regions_of, label=_("Region"))
    rep = OneOfFilter(queryset=reps_of, label=_("Rep"))
    status = AnyOfFilter(choices=CustomerStatus.choices, label=_("Status"), icon="circle-dot")
    more = ("status",)

    def search(self, queryset: CustomerQuerySet, name: str, value: str) -> CustomerQuerySet:
        return queryset.matching(value)
