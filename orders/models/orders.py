"""Orders and what happened to them."""

import enum

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from config.database.states import EnumField, States
from customers.audit import audited
from customers.models import BillingPolicy
from customers.models.text import words_field
from orders.querysets import OrderEventQuerySet, OrderQuerySet


class OrderStatus(States):
    """The state of an order; ``TRANSITIONS`` is the one table of moves, which a trigger of the database knows too."""

    DRAFT = "draft", _("Draft")
    QUOTED = "quoted", _("Quoted")
    SUBMITTED = "submitted", _("Submitted")
    PENDING_APPROVAL = "pending_approval", _("Awaiting approval")
    CREDIT_HOLD = "credit_hold", _("Credit hold")
    RELEASED = "released", _("Released")
    PAUSED = "paused", _("Paused")
    IN_FULFILMENT = "in_fulfilment", _("In fulfilment")
    SHIPPED = "shipped", _("Shipped")
    DELIVERED = "delivered", _("Delivered")
    CLOSED = "closed", _("Closed")
    REJECTED = "rejected", _("Rejected")
    EXPIRED = "expired", _("Expired")
    CANCELLED = "cancelled", _("Cancelled")

    TRANSITIONS = enum.nonmember(
        {
            "draft": ("quoted", "submitted", "pending_approval", "credit_hold", "released", "cancelled"),
            "quoted": ("draft", "submitted", "pending_approval", "credit_hold", "released", "expired", "cancelled"),
            "submitted": ("pending_approval", "credit_hold", "released", "rejected", "cancelled"),
            "pending_approval": ("submitted", "credit_hold", "released", "rejected", "cancelled"),
            "credit_hold": ("released", "rejected", "cancelled"),
            "released": ("paused", "in_fulfilment", "shipped", "cancelled"),
            "paused": ("released", "in_fulfilment", "shipped", "cancelled"),
            "in_fulfilment": ("paused", "released", "shipped"),
            "shipped": ("delivered", "closed"),
            "delivered": ("closed",),
            "closed": (),
            "rejected": (),
            "expired": ("draft",),
            "cancelled": (),
        }
    )
    TONES = enum.nonmember(
        {
            "draft": "neutral",
            "quoted": "neutral",
            "submitted": "warn",
            "pending_approval": "warn",
            "credit_hold": "bad",
            "released": "info",
            "paused": "warn",
            "in_fulfilment": "info",
            "shipped": "accent",
            "delivered": "ok",
            "closed": "neutral",
            "rejected": "bad",
            "expired": "neutral",
            "cancelled": "neutral",
        }
    )
    UNRELEASED = enum.nonmember(
        ("draft", "quoted", "submitted", "pending_approval", "credit_hold", "rejected", "expired")
    )
    LIVE = enum.nonmember(("released", "paused", "in_fulfilment"))
    DONE = enum.nonmember(("shipped", "delivered", "closed"))


class Channel(models.TextChoices):
    """Where an order came in."""

    DESK = "desk", _("Desk")
    PHONE = "phone", _("Phone")
    PORTAL = "portal", _("Portal")
    FILE = "file", _("File")
    API = "api", _("API")
    IMPORT = "import", _("Import")


class CreditDecision(models.TextChoices):
    """How credit was decided when an order was released."""

    WITHIN_LIMIT = "within_limit", _("Within the limit")
    NO_LIMIT = "no_limit", _("No limit set")
    OVERRIDE = "override", _("Released by a person")


@audited(exclude=["words"])
class Order(models.Model):
    """What a customer wants: sold to ``customer``, paid by ``payer``, isolated by ``account``.

    ``placed_at`` is when it was placed (for drafts: begun). ``promised_on`` is the last date of its lines,
    null while one of them has none. Amounts are in ``currency``; payment and invoice states are derived.
    """

    issuer = models.ForeignKey("customers.Issuer", models.PROTECT, related_name="+")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="orders")
    payer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    account = models.ForeignKey("customers.Account", models.PROTECT, related_name="orders")
    number = models.CharField(_("number"), max_length=20, unique=True)
    status = EnumField(_("status"), max_length=16, choices=OrderStatus, default=OrderStatus.DRAFT)
    billing_policy = models.CharField(_("invoices bill"), max_length=12, choices=BillingPolicy)
    is_history = models.BooleanField(_("brought from another system"), default=False)
    channel = models.CharField(_("channel"), max_length=8, choices=Channel)
    currency = models.CharField(_("currency"), max_length=3)
    customer_name = models.CharField(_("customer"), max_length=160)
    customer_po = models.CharField(_("customer's PO"), max_length=60, blank=True)
    po_must_be_unique = models.BooleanField(default=True, editable=False)
    po_override_by = models.ForeignKey(
        "customers.User", models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    po_override_reason = models.CharField(max_length=200, blank=True, editable=False)
    placed_at = models.DateTimeField(_("placed"))
    placed_by = models.ForeignKey("customers.User", models.PROTECT, null=True, related_name="+")
    rep = models.ForeignKey("customers.User", models.PROTECT, null=True, blank=True, related_name="+")
    warehouse = models.ForeignKey("inventory.Warehouse", models.PROTECT, null=True, blank=True, related_name="+")
    ship_to = models.ForeignKey("customers.Address", models.PROTECT, null=True, blank=True, related_name="+")
    requested_on = models.DateField(_("requested for"), null=True, blank=True)
    promised_on = models.DateField(_("promised for"), null=True, blank=True)
    valid_until = models.DateField(_("quote valid until"), null=True, blank=True)
    credit_decision = models.CharField(
        _("credit decision"), max_length=12, choices=CreditDecision, null=True, blank=True
    )
    credit_decided_by = models.ForeignKey(
        "customers.User", models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    hold_reason = models.CharField(_("reason of the hold"), max_length=200, blank=True)
    note = models.TextField(_("note for the warehouse"), blank=True)
    net = models.DecimalField(_("net"), max_digits=14, decimal_places=2, default=0)
    tax = models.DecimalField(_("tax"), max_digits=14, decimal_places=2, default=0)
    gross = models.DecimalField(_("total"), max_digits=14, decimal_places=2, default=0)
    line_count = models.PositiveIntegerField(_("lines"), default=0)
    version = models.PositiveIntegerField(default=0)
    source = models.CharField(_("source"), max_length=40, blank=True)
    source_key = models.CharField(_("key in the source"), max_length=80, blank=True)
    words = words_field("number", "customer_po", "customer_name")

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        permissions = [
            ("place_order", _("Place orders")),
            ("cancel_order", _("Cancel orders")),
            ("release_credit_hold", _("Release orders from credit hold")),
            ("override_po", _("Accept a repeated PO number")),
            ("set_price", _("Set prices by hand")),
            ("import_orders", _("Import order history")),
            ("view_integrity", _("See the integrity page")),
        ]
        indexes = [
            GinIndex(fields=["words"], name="order_words"),
            models.Index(fields=["-placed_at", "-id"], name="order_by_placed"),
            models.Index(fields=["-gross", "-id"], name="order_by_gross"),
            models.Index(fields=["status", "-placed_at", "-id"], name="order_by_status"),
            models.Index(
                fields=["customer", "-placed_at", "-id"],
                include=["status", "net", "currency"],  # sales by month read the index alone
                name="order_by_customer",
            ),
            models.Index(fields=["account", "-placed_at", "-id"], name="order_by_account"),
            models.Index(fields=["rep", "-placed_at", "-id"], name="order_by_rep"),
            models.Index(
                fields=["promised_on", "id"],
                condition=Q(status__in=["released", "paused", "in_fulfilment"]),
                name="order_by_promise",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=OrderStatus.values), name="order_status_known"),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="order_channel_known"),
            models.CheckConstraint(
                condition=Q(billing_policy__in=BillingPolicy.values), name="order_billing_policy_known"
            ),
            models.CheckConstraint(
                condition=Q(credit_decision__isnull=True) | Q(credit_decision__in=CreditDecision.values),
                name="order_credit_decision_known",
            ),
            models.CheckConstraint(condition=Q(currency__regex="^[A-Z]{3}$"), name="order_currency_code"),
            models.CheckConstraint(
                condition=Q(is_history=True)
                | ~Q(status__in=["released", "paused", "in_fulfilment", "shipped", "delivered", "closed"])
                | Q(credit_decision__isnull=False),
                name="order_release_needs_credit_decision",
            ),
            models.CheckConstraint(
                condition=Q(credit_decision__isnull=True)
                | ~Q(credit_decision="override")
                | Q(credit_decided_by__isnull=False),
                name="order_override_names_person",
            ),
            models.CheckConstraint(
                condition=Q(po_override_by__isnull=True, po_override_reason="")
                | (Q(po_override_by__isnull=False) & ~Q(po_override_reason="") & Q(po_must_be_unique=False)),
                name="order_po_override_has_reason",
            ),
            models.CheckConstraint(
                condition=~Q(status="credit_hold") | ~Q(hold_reason=""), name="order_hold_has_reason"
            ),
            models.CheckConstraint(condition=Q(gross=F("net") + F("tax")), name="order_totals_add_up"),
            models.CheckConstraint(
                condition=~Q(status="quoted") | Q(valid_until__isnull=False), name="order_quote_has_validity"
            ),
            models.UniqueConstraint(
                fields=["id", "account", "status", "billing_policy", "is_history"], name="order_line_key"
            ),
            models.UniqueConstraint(fields=["id", "account"], name="order_account_key"),
            models.UniqueConstraint(fields=["id", "account", "customer"], name="order_customer_key"),
            models.UniqueConstraint(fields=["source", "source_key"], condition=~Q(source=""), name="order_source_once"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_editable(self) -> bool:
        """True while lines may be typed freely: nothing is promised or held yet."""
        return self.status in ("draft", "quoted")


class EventKind(models.TextChoices):
    """What can happen to an order; the sentence shown is made from the kind and the event's data."""

    DRAFTED = "drafted", _("Order begun")
    QUOTED = "quoted", _("Quote sent")
    PLACED = "placed", _("Order placed")
    HELD = "held", _("Put on credit hold")
    RELEASED = "released", _("Released")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")
    PAUSED = "paused", _("Paused")
    RESUMED = "resumed", _("Resumed")
    EDITED = "edited", _("Order changed")
    LINE_CANCELLED = "line_cancelled", _("Line cancelled")
    CANCELLED = "cancelled", _("Order cancelled")
    RESERVED = "reserved", _("Stock reserved")
    BACKORDERED = "backordered", _("Waiting for supply")
    PROMISE_CHANGED = "promise_changed", _("Promised date changed")
    PICKING = "picking", _("Picking started")
    PICKING_STOPPED = "picking_stopped", _("Picking given up")
    PACKED = "packed", _("Packed")
    SHIPPED = "shipped", _("Shipped")
    TRACKED = "tracked", _("On its way")
    DELIVERED = "delivered", _("Delivered")
    INVOICED = "invoiced", _("Invoiced")
    CREDITED = "credited", _("Credited")
    PAID = "paid", _("Paid")
    RETURN_REQUESTED = "return_requested", _("Return requested")
    RETURNED = "returned", _("Returned")
    INCIDENT = "incident", _("Incident")
    NOTE = "note", _("Note")
    CLOSED = "closed", _("Closed")
    IMPORTED = "imported", _("Brought from another system")


class OrderEvent(models.Model):
    """One thing that happened to an order, never changed; the timeline and the live pages read it."""

    order = models.ForeignKey("orders.Order", models.PROTECT, related_name="events")
    account = models.ForeignKey("customers.Account", models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=20, choices=EventKind)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey("customers.User", models.PROTECT, null=True, related_name="+")
    data = models.JSONField(default=dict)
    is_public = models.BooleanField(_("shown to the customer"), default=True)

    objects = OrderEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("order event")
        verbose_name_plural = _("order events")
        indexes = [
            models.Index(fields=["order", "-at", "-id"], name="orderevent_by_order"),
            models.Index(fields=["account", "-id"], name="orderevent_by_account"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=EventKind.values), name="orderevent_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.order} {self.kind}"
