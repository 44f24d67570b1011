"""What went wrong and what came back."""

import enum

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from config.database.states import EnumField, States
from customers.querysets import OwnedQuerySet
from orders.querysets import ReturnLineQuerySet


class IncidentKind(models.TextChoices):
    """What went wrong."""

    DELAY = "delay", _("Delay")
    DAMAGE = "damage", _("Damage")
    LOSS = "loss", _("Loss")
    SHORTAGE = "shortage", _("Shortage")
    REFUSAL = "refusal", _("Refusal")
    WRONG_ADDRESS = "wrong_address", _("Wrong address")


class IncidentStatus(States):
    """Who has the next move."""

    OPEN = "open", _("Open")
    IN_PROGRESS = "in_progress", _("Being dealt with")
    SOLVED = "solved", _("Solved")

    TRANSITIONS = enum.nonmember(
        {
            "open": ("in_progress", "solved"),
            "in_progress": ("open", "solved"),
            "solved": (),
        }
    )
    TONES = enum.nonmember({"open": "bad", "in_progress": "warn", "solved": "ok"})


class Incident(models.Model):
    """Something that went wrong with an order: who deals with it, until when, how it ended."""

    order = models.ForeignKey("orders.Order", models.PROTECT, related_name="incidents", db_constraint=False)
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="incidents")
    account = models.ForeignKey("customers.Account", models.PROTECT, related_name="+")
    shipment = models.ForeignKey("orders.Shipment", models.PROTECT, null=True, blank=True, related_name="incidents")
    kind = models.CharField(_("kind"), max_length=16, choices=IncidentKind)
    status = EnumField(_("status"), max_length=12, choices=IncidentStatus, default=IncidentStatus.OPEN)
    description = models.TextField(_("what happened"))
    outcome = models.TextField(_("outcome"), blank=True)
    owner = models.ForeignKey("customers.User", models.PROTECT, null=True, blank=True, related_name="+")
    due_on = models.DateField(_("deadline"), null=True, blank=True)
    opened_by = models.ForeignKey("customers.User", models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField(_("reported at"))
    solved_at = models.DateTimeField(_("solved at"), null=True, blank=True)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        indexes = [
            models.Index(fields=["-opened_at", "-id"], name="incident_by_opened"),
            models.Index(fields=["due_on", "id"], name="incident_by_due"),
            models.Index(fields=["customer", "-opened_at", "-id"], name="incident_by_customer"),
            models.Index(fields=["due_on", "id"], condition=~Q(status="solved"), name="incident_open"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=IncidentKind.values), name="incident_kind_known"),
            models.CheckConstraint(condition=Q(status__in=IncidentStatus.values), name="incident_status_known"),
            models.CheckConstraint(
                condition=(Q(status="solved", solved_at__isnull=False) & ~Q(outcome=""))
                | (~Q(status="solved") & Q(solved_at__isnull=True)),
                name="incident_solved_has_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.order}"


class Return(models.Model):
    """Goods a customer sends back; history may bring returns whose order is unknown."""

    order = models.ForeignKey("orders.Order", models.PROTECT, null=True, blank=True, related_name="returns")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="returns")
    account = models.ForeignKey("customers.Account", models.PROTECT, related_name="+")
    number = models.CharField(_("number"), max_length=20, unique=True)
    shipment = models.ForeignKey("orders.Shipment", models.PROTECT, null=True, blank=True, related_name="returns")
    warehouse = models.ForeignKey("inventory.Warehouse", models.PROTECT, null=True, blank=True, related_name="+")
    is_history = models.BooleanField(_("brought from another system"), default=False)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    requested_by = models.ForeignKey("customers.User", models.PROTECT, null=True, related_name="+")
    requested_at = models.DateTimeField(_("requested at"))
    source = models.CharField(_("source"), max_length=40, blank=True)
    source_key = models.CharField(_("key in the source"), max_length=80, blank=True)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("return")
        verbose_name_plural = _("returns")
        indexes = [
            models.Index(fields=["-requested_at", "-id"], name="return_by_requested"),
            models.Index(fields=["customer", "-requested_at", "-id"], name="return_by_customer"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["id", "account"], name="return_account_key"),
            models.UniqueConstraint(
                fields=["source", "source_key"], condition=~Q(source=""), name="return_source_once"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class ReturnLineStatus(States):
    """Where a returned line is."""

    REQUESTED = "requested", _("Requested")
    AUTHORISED = "authorised", _("Authorised")
    REFUSED = "refused", _("Refused")
    IN_TRANSIT = "in_transit", _("On its way back")
    RECEIVED = "received", _("Received")
    INSPECTED = "inspected", _("Inspected")
    CLOSED = "closed", _("Closed")

    TRANSITIONS = enum.nonmember(
        {
            "requested": ("authorised", "refused"),
            "authorised": ("in_transit", "received", "closed"),
            "refused": (),
            "in_transit": ("received", "closed"),
            "received": ("inspected", "closed"),
            "inspected": ("closed",),
            "closed": (),
        }
    )
    TONES = enum.nonmember(
        {
            "requested": "warn",
            "authorised": "info",
            "refused": "neutral",
            "in_transit": "accent",
            "received": "info",
            "inspected": "info",
            "closed": "ok",
        }
    )


class ReturnLine(models.Model):
    """Stock units of a product coming back; without an order line when history knows none."""

    parent = models.ForeignKey("orders.Return", models.PROTECT, related_name="lines", db_constraint=False)
    account = models.ForeignKey("customers.Account", models.PROTECT, related_name="+")
    line = models.ForeignKey("orders.OrderLine", models.PROTECT, null=True, blank=True, related_name="return_lines")
    product = models.ForeignKey("inventory.Product", models.PROTECT, related_name="+")
    position = models.PositiveIntegerField(_("position"))
    status = EnumField(_("status"), max_length=12, choices=ReturnLineStatus)
    requested = models.DecimalField(_("requested"), max_digits=14, decimal_places=3)
    authorised = models.DecimalField(_("authorised"), max_digits=14, decimal_places=3, default=0)
    received = models.DecimalField(_("received"), max_digits=14, decimal_places=3, default=0)
    warehouse = models.ForeignKey(  # where it was received, and lies until it is inspected
        "inventory.Warehouse", models.PROTECT, null=True, blank=True, related_name="+"
    )
    restocked = models.DecimalField(_("restocked"), max_digits=14, decimal_places=3, default=0)
    scrapped = models.DecimalField(_("scrapped"), max_digits=14, decimal_places=3, default=0)
    price = models.DecimalField(_("price"), max_digits=14, decimal_places=4, default=0)

    objects = ReturnLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("return line")
        verbose_name_plural = _("return lines")
        constraints = [
            models.UniqueConstraint(fields=["parent", "position"], name="returnline_position_once"),
            models.CheckConstraint(condition=Q(status__in=ReturnLineStatus.values), name="returnline_status_known"),
            models.CheckConstraint(condition=Q(requested__gt=0), name="returnline_requested_positive"),
            models.CheckConstraint(
                condition=Q(authorised__gte=0, authorised__lte=F("requested")),
                name="returnline_authorised_within_requested",
            ),
            models.CheckConstraint(
                condition=Q(received__gte=0, received__lte=F("authorised")),
                name="returnline_received_within_authorised",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["received", "inspected"]) | Q(warehouse__isnull=False),
                name="returnline_received_somewhere",
            ),
            models.CheckConstraint(
                condition=Q(restocked__gte=0, scrapped__gte=0, received__gte=F("restocked") + F("scrapped")),
                name="returnline_outcome_within_received",
            ),
            models.CheckConstraint(
                condition=~Q(status="closed") | Q(received=F("restocked") + F("scrapped")),
                name="returnline_closed_is_settled",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.parent} · {self.product}"
