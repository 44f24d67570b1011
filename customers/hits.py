"""Finding customers by whatever one knows of them."""

import re
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from config.web.search import Hit
from customers.models import Contact, Customer
from customers.querysets import CustomerQuerySet
from customers.requests import PersonRequest

PHONE = re.compile(r"[+()\d][\d\s().-]{7,}")


def search(request: PersonRequest, text: str, limit: int) -> list[Hit]:
    """Customers by number, telephone (theirs or a contact's), or words of name, town, tax number and mail.

    A number or telephone that is theirs exactly counts as exact. At most three statements.
    """
    if not request.user.is_desk or not request.user.has_perm("customers.view_customer"):
        return []
    customers = Customer.objects.visible_to(request.user)
    found = {row["pk"]: _hit(row, exact=True) for row in _rows(customers.filter(number__iexact=text), 1)}
    if PHONE.fullmatch(text):
        digits = re.sub(r"\D", "", text)[-9:]
        callers = Contact.objects.filter(phone_key=digits).values("customer_id")
        by_phone = customers.filter(phone_key=digits) | customers.filter(pk__in=callers)
        found |= {row["pk"]: _hit(row, exact=True) for row in _rows(by_phone, limit)}
    for row in _rows(customers.matching(text).order_by("search_key", "pk"), limit):
        found.setdefault(row["pk"], _hit(row, exact=False))
    return list(found.values())[:limit]


def _rows(customers: CustomerQuerySet, limit: int) -> QuerySet[Customer, dict[str, Any]]:
    return customers.values("pk", "number", "name", "city", "phone")[:limit]


def _hit(row: dict[str, Any], *, exact: bool) -> Hit:
    return Hit(
        kind=_("Customers"),
        label=row["name"],
        sub=" · ".join(filter(None, [row["number"], row["city"], row["phone"]])),
        url=reverse("customers:customer_page", args=[row["pk"]]),
        icon="building-2",
        exact=exact,
    )
