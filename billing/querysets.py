"""Reads of invoices and payments."""

import datetime
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db import models
from django.db.models import F

from customers.querysets import OwnedQuerySet, visible_customer_ids
from customers.search import prefix_query

if TYPE_CHECKING:
    from customers.models import User


INVOICE_VIEWS = ("all", "open", "overdue", "paid", "credit_notes")
PAYMENT_VIEWS = ("all", "on_account", "refunds")


class InvoiceQuerySet(OwnedQuerySet):
    """Invoices and credit notes."""

    def visible_to(self, user: "User") -> Self:
        """Staff: by customer. Buyers: issued documents of their companies, and those they pay."""
        if user.is_authenticated and user.is_active and not user.is_desk:
            companies = visible_customer_ids(user)
            return self.filter(status="issued").filter(
                models.Q(customer_id__in=companies) | models.Q(payer_id__in=companies)
            )
        return super().visible_to(user)

    def issued(self) -> Self:
        """Documents with a number."""
        return self.filter(status="issued")

    def open(self) -> Self:
        """Issued invoices with something left to pay."""
        return self.filter(status="issued", kind="invoice", settled__lt=F("gross"))

    def overdue(self, today: datetime.date) -> Self:
        """Open invoices with an instalment past its date."""
        due = (
            apps.get_model("billing.Instalment")
            .objects.filter(settled__lt=F("amount"), due_on__lt=today)
            .values("invoice_id")
        )
        return self.open().filter(pk__in=due)

    def in_view(self, view: str, today: datetime.date) -> Self:
        """The documents of one tab of the list; see ``INVOICE_VIEWS``."""
        match view:
            case "open":
                return self.open()
            case "overdue":
                return self.overdue(today)
            case "paid":
                return self.filter(status="issued", kind="invoice", settled__gte=F("gross"))
            case "credit_notes":
                return self.filter(kind="credit_note")
        return self

    def with_next_due(self) -> Self:
        """Annotates ``next_due_on``: the oldest due date with something left to pay, null for none."""
        due = (
            apps.get_model("billing.Instalment")
            .objects.filter(invoice=models.OuterRef("pk"), settled__lt=F("amount"))
            .order_by("due_on")
        )
        return self.annotate(next_due_on=models.Subquery(due.values("due_on")[:1]))

    def matching(self, text: str) -> Self:
        """Invoices whose number or payer's name holds words that begin like these."""
        query = prefix_query(text)
        return self.filter(words=query) if query is not None else self.none()


class InvoicePartQuerySet(models.QuerySet):
    """Lines, taxes, instalments and references of invoices."""

    def visible_to(self, user: "User") -> Self:
        """Parts of the documents that a person may see; see ``InvoiceQuerySet.visible_to``."""
        if user.is_authenticated and user.is_active and user.is_desk and user.sees_all_customers:
            return self
        return self.filter(invoice__in=apps.get_model("billing.Invoice").objects.visible_to(user))


class InstalmentQuerySet(InvoicePartQuerySet):
    """Instalments."""

    def open(self) -> Self:
        """Instalments of issued invoices with something left to pay."""
        return self.filter(settled__lt=F("amount"), invoice__status="issued")


class PaymentQuerySet(models.QuerySet):
    """Payments."""

    def visible_to(self, user: "User") -> Self:
        """Staff: by payer. Buyers: what their companies paid."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_desk:
            return self if user.sees_all_customers else self.filter(payer__rep=user)
        return self.filter(payer_id__in=visible_customer_ids(user))

    def in_view(self, view: str) -> Self:
        """The payments of one tab of the list; see ``PAYMENT_VIEWS``."""
        if view == "on_account":
            return self.filter(direction="in", allocated__lt=F("amount"))
        return self.filter(direction="out") if view == "refunds" else self
