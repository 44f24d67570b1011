"""Reads of orders and what hangs on them."""

import datetime
import re
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db import models

from customers.querysets import OwnedQuerySet, visible_customer_ids
from customers.search import HoldsWords, all_of, rarer_words, words_of
from inventory.services.dispatch import arrivals_of_next_dispatch

if TYPE_CHECKING:
    from customers.models import User


_NUMBER_PREFIX = re.compile(r"\b[A-Za-z]{1,8}-(?=[0-9])")  # "SO-48219375": every order has the letters


def orders_in_view(orders: "OrderQuerySet", view: str, *, user: "User", today: datetime.date) -> "OrderQuerySet":
    """The orders of one of the desk's saved views; list, dashboard and export use the same."""
    match view:
        case "to_release":
            return orders.to_release()
        case "backordered":
            return orders.backordered()
        case "undated":
            return orders.undated()
        case "late":
            return orders.late(today)
        case "at_risk":
            return orders.at_risk(today)
        case "to_ship":
            return orders.to_ship(today)
        case "my_drafts":
            return orders.drafts_of(user)
        case "mine":
            return orders.filter(rep=user)
    return orders


def _next_arrival(today: datetime.date) -> models.Expression:
    """The day at the door of a reservation (with its ``region``) whose goods leave on the working day after today."""
    arrivals = arrivals_of_next_dispatch(today=today)
    routes: dict[tuple[datetime.date, int], list[int]] = {}
    for (warehouse_id, region_id), day in arrivals.by_route.items():
        routes.setdefault((day, warehouse_id), []).append(region_id)
    cases = [
        models.When(warehouse_id=warehouse_id, region__in=regions, then=models.Value(day))
        for (day, warehouse_id), regions in routes.items()
    ]
    cases += [models.When(region=region_id, then=models.Value(day)) for region_id, day in arrivals.by_region.items()]
    return models.Case(*cases, default=models.Value(arrivals.usual), output_field=models.DateField())


class OrderQuerySet(OwnedQuerySet):
    """Orders."""

    def live(self) -> Self:
        """Orders that still want something done: released, paused, in fulfilment."""
        return self.filter(status__in=["released", "paused", "in_fulfilment"])

    def late(self, today: datetime.date) -> Self:
        """Live orders whose promised date has passed."""
        return self.live().filter(promised_on__lt=today)

    def to_release(self) -> Self:
        """Orders on credit hold: somebody has to decide."""
        return self.filter(status="credit_hold")

    def backordered(self) -> Self:
        """Live orders with units that wait for supply."""
        waiting = apps.get_model("orders.OrderLine").objects.filter(backordered__gt=0)
        return self.live().filter(pk__in=waiting.values("order_id"))

    def undated(self) -> Self:
        """Live orders with units that wait for supply without a promised date."""
        waiting = apps.get_model("orders.OrderLine").objects.filter(backordered__gt=0, promised_on__isnull=True)
        return self.live().filter(pk__in=waiting.values("order_id"))

    def at_risk(self, today: datetime.date) -> Self:
        """Live orders with units that wait for a delivery whose day has passed."""
        late = apps.get_model("orders.Peg").objects.filter(supply__is_closed=False, supply__expected_on__lt=today)
        return self.live().filter(pk__in=late.values("line__order_id"))

    def to_ship(self, today: datetime.date) -> Self:
        """Orders with stock that has to leave today: it would come later than promised if it left on the next working
        day. Paused orders are left out. The routes and holidays are read at once, by one statement.
        """
        region = models.ExpressionWrapper(models.OuterRef("customer__region_id"), models.BigIntegerField())
        due = (
            apps.get_model("orders.Reservation")
            .objects.alias(region=region)
            .filter(line__order_id=models.OuterRef("pk"), promised_on__lt=_next_arrival(today))
            .order_by()
        )
        # A subquery of one row is asked order by order, until the page or the count is full; PostgreSQL would turn
        # IN and EXISTS into a join of every reservation.
        one = models.Subquery(due.values("pk")[:1])
        return self.filter(status__in=["released", "in_fulfilment"]).alias(due=one).filter(due__isnull=False)

    def drafts_of(self, user: "User") -> Self:
        """Orders that a person has begun and not placed."""
        return self.filter(status="draft", placed_by=user)

    def matching(self, text: str) -> Self:
        """Orders whose number, PO or customer name holds words that begin like these.

        The index is asked for the rarer words alone: reading the postings of a word that every third order holds
        costs more than looking for it in the rows that a rarer one has found.
        """
        words = words_of(_NUMBER_PREFIX.sub("", text))
        if not words:
            return self.none()
        rare = rarer_words(self.model, words)
        found = self.filter(words=all_of(rare))
        rest = [word for word in words if word not in rare]
        return found.filter(HoldsWords(models.F("words"), all_of(rest))) if rest else found


class PartQuerySet(models.QuerySet):
    """Rows that carry an account and find their customer in what they are part of, named by ``whole``."""

    whole: str

    def visible_to(self, user: "User") -> Self:
        """Parts of what a person may see; see ``OwnedQuerySet.visible_to``."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_desk:
            return self if user.sees_all_customers else self.filter(**{f"{self.whole}__customer__rep": user})
        return self.filter(**{f"{self.whole}__customer_id__in": visible_customer_ids(user)})


class OrderChildQuerySet(PartQuerySet):
    """Rows that hang on an order."""

    whole = "order"


class LinePartQuerySet(PartQuerySet):
    """Rows that hang on an order's line."""

    whole = "line__order"


class PegQuerySet(LinePartQuerySet):
    """What waits for which supply."""

    def visible_to(self, user: "User") -> Self:
        """Pegs of the orders that a member of staff may see; none for buyers."""
        return super().visible_to(user) if user.is_authenticated and user.is_desk else self.none()


class ShipmentPartQuerySet(PartQuerySet):
    """Lines of shipments, and where they were seen."""

    whole = "shipment"


class ReturnLineQuerySet(PartQuerySet):
    """Lines of returns."""

    whole = "parent"


class OrderLineQuerySet(OrderChildQuerySet):
    """Lines of orders."""

    def visible_to(self, user: "User") -> Self:
        """Lines of the orders that a person may see; for buyers without what they cost us, as in the database."""
        lines = super().visible_to(user)
        return lines if user.is_authenticated and user.is_desk else lines.defer("unit_cost")


class OrderEventQuerySet(OrderChildQuerySet):
    """What happened to orders."""

    def visible_to(self, user: "User") -> Self:
        """Events of the orders that a person may see; buyers get the public ones."""
        events = super().visible_to(user)
        return events if user.is_authenticated and user.is_desk else events.filter(is_public=True)
