"""What is on its way in: suppliers and purchase orders."""

import enum
from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from config.database.states import EnumField, States
from customers.audit import audited
from inventory.querysets import PurchaseOrderLineQuerySet, StaffQuerySet


class Supplier(models.Model):
    """Who sells to us."""

    code = models.CharField(_("code"), max_length=12, unique=True)
    name = models.CharField(_("name"), max_length=120)
    country = models.CharField(_("country"), max_length=2, default="ES")
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    lead_days = models.PositiveSmallIntegerField(_("lead time in days"), default=7)

    objects = StaffQuerySet.as_manager()

    class Meta:
        verbose_name = _("supplier")
        verbose_name_plural = _("suppliers")

    def __str__(self) -> str:
        return self.name


class PurchaseOrderStatus(States):
    """Where a purchase order is."""

    DRAFT = "draft", _("Draft")
    SENT = "sent", _("Sent")
    CONFIRMED = "confirmed", _("Confirmed")
    RECEIVED = "received", _("Received")
    CANCELLED = "cancelled", _("Cancelled")

    TRANSITIONS = enum.nonmember(
        {
            "draft": ("sent", "cancelled"),
            "sent": ("confirmed", "received", "cancelled"),
            "confirmed": ("received", "cancelled"),
            "received": (),
            "cancelled": (),
        }
    )


@audited()
class PurchaseOrder(models.Model):
    """An order to a supplier, for one warehouse."""

    supplier = models.ForeignKey("inventory.Supplier", models.PROTECT, related_name="purchase_orders")
    warehouse = models.ForeignKey("inventory.Warehouse", models.PROTECT, related_name="purchase_orders")
    number = models.CharField(_("number"), max_length=20, unique=True)
    status = EnumField(_("status"), max_length=10, choices=PurchaseOrderStatus)
    ordered_on = models.DateField(_("ordered on"))

    objects = StaffQuerySet.as_manager()

    class Meta:
        verbose_name = _("purchase order")
        verbose_name_plural = _("purchase orders")
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=PurchaseOrderStatus.values), name="purchaseorder_status_known"
            ),
            models.UniqueConstraint(fields=["id", "warehouse"], name="purchaseorder_warehouse_key"),
        ]

    def __str__(self) -> str:
        return self.number


class PurchaseOrderLine(models.Model):
    """Inbound supply of one product: what is expected when, what came, and what is pegged to customers.

    ``warehouse`` repeats the purchase order's (composite foreign key), so that supply is found by one index.
    """

    order = models.ForeignKey("inventory.PurchaseOrder", models.PROTECT, related_name="lines")
    warehouse = models.ForeignKey("inventory.Warehouse", models.PROTECT, related_name="+")
    product = models.ForeignKey("inventory.Product", models.PROTECT, related_name="supply")
    expected = models.DecimalField(_("expected"), max_digits=14, decimal_places=3)
    received = models.DecimalField(_("received"), max_digits=14, decimal_places=3, default=0)
    pegged = models.DecimalField(_("pegged"), max_digits=14, decimal_places=3, default=0)
    expected_on = models.DateField(_("expected on"), null=True, blank=True)
    is_closed = models.BooleanField(_("closed"), default=False)

    objects = PurchaseOrderLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("purchase order line")
        verbose_name_plural = _("purchase order lines")
        indexes = [
            models.Index(
                fields=["product", "expected_on", "id"], condition=Q(is_closed=False), name="purchaseorderline_open"
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["id", "product"], name="purchaseorderline_product_key"),
            models.UniqueConstraint(fields=["order", "product"], name="purchaseorderline_once"),
            models.CheckConstraint(condition=Q(expected__gt=0), name="purchaseorderline_expected_positive"),
            models.CheckConstraint(condition=Q(received__gte=0), name="purchaseorderline_received_positive"),
            models.CheckConstraint(
                condition=Q(pegged__gte=0) & (Q(pegged=0) | Q(pegged__lte=F("expected") - F("received"))),
                name="purchaseorderline_pegged_within_supply",
            ),
            models.CheckConstraint(
                condition=Q(is_closed=False) | Q(pegged=0), name="purchaseorderline_closed_pegs_nothing"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order} · {self.product}"

    @property
    def open_quantity(self) -> Decimal:
        """Stock units that are still to come; never negative."""
        return max(self.expected - self.received, Decimal(0))
