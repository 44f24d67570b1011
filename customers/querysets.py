"""Reads that every screen shares; ``visible_to`` is the first of the two belts that keep companies apart."""

from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db import models
from django.db.models import Q

from customers.search import prefix_query

if TYPE_CHECKING:
    from customers.models import User


class OwnedQuerySet(models.QuerySet):
    """Rows that belong to a customer: ``customer_id`` and ``account_id`` are columns of their own."""

    def visible_to(self, user: "User") -> Self:
        """Rows a person may see: staff by desk and rep, buyers by the companies they are members of.

        A member of a group's root sees its branches too; a member of a branch sees that branch.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_desk:
            return self if user.sees_all_customers else self.filter(customer__rep=user)
        return self.filter(customer_id__in=visible_customer_ids(user))


class CustomerQuerySet(models.QuerySet):
    """Customers."""

    def visible_to(self, user: "User") -> Self:
        """Customers a person may see; see ``OwnedQuerySet.visible_to``."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_desk:
            return self if user.sees_all_customers else self.filter(rep=user)
        return self.filter(pk__in=visible_customer_ids(user))

    def over_limit(self) -> Self:
        """Customers of groups that are blocked, or that use more credit than they have."""
        return self.filter(Q(account__is_blocked=True) | Q(account__exposure__gt=models.F("account__credit_limit")))

    def matching(self, text: str) -> Self:
        """Customers whose number, name, tax number, city, phone or mail holds words that begin like these."""
        query = prefix_query(text)
        return self.filter(words=query) if query is not None else self.none()


class AccountQuerySet(models.QuerySet):
    """Groups of companies."""

    def visible_to(self, user: "User") -> Self:
        """Staff: groups with a customer of theirs. Buyers: groups whose root they act for; a branch sees none."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_desk and user.sees_all_customers:
            return self
        if user.is_desk:
            return self.filter(customers__rep=user).distinct()
        roots = apps.get_model("customers.Customer").objects.filter(
            pk__in=visible_customer_ids(user), parent__isnull=True
        )
        return self.filter(pk__in=roots.values("account_id"))


class CustomerNoteQuerySet(OwnedQuerySet):
    """Notes; staff only, whatever the company."""

    def visible_to(self, user: "User") -> Self:
        """Notes on customers that a member of staff may see; none for buyers."""
        return super().visible_to(user) if user.is_authenticated and user.is_desk else self.none()


class StoredFileQuerySet(models.QuerySet):
    """Private files."""

    def visible_to(self, user: "User") -> Self:
        """Staff: files without an owner and their own. Buyers: their own; documents they reach by what they belong to."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(Q(owner__isnull=True) | Q(owner=user)) if user.is_desk else self.filter(owner=user)


class OutboxQuerySet(models.QuerySet):
    """Mails."""

    def visible_to(self, user: "User") -> Self:
        """All mails for staff, none for buyers."""
        return self if user.is_authenticated and user.is_active and user.is_desk else self.none()


class JobRunQuerySet(models.QuerySet):
    """Jobs."""

    def visible_to(self, user: "User") -> Self:
        """A person's own jobs; administrators see all."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self if user.is_superuser or user.desk == "admin" else self.filter(user=user)


def visible_customer_ids(user: "User") -> models.QuerySet:
    """Ids of the companies a buyer acts for: each membership's company, and its branches.

    In a request it is the one membership in use (``user.acting``, set by ``MembershipMiddleware``), for what a
    person may do for one company says nothing about another. A subquery, not a list, so that lists stay one statement.
    """
    companies = apps.get_model("customers.Customer").objects
    if user.acting is not None:
        return companies.filter(Q(pk=user.acting.customer_id) | Q(parent_id=user.acting.customer_id)).values("pk")
    own = user.memberships.filter(is_active=True).values("customer_id")
    return companies.filter(Q(pk__in=own) | Q(parent_id__in=own)).values("pk")
