"""What holds stock for a line, and how it travels."""

import enum
from urllib.parse import quote

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from config.database.states import EnumField, States
from customers.querysets import OwnedQuerySet
from inventory.querysets import CatalogueQuerySet
from orders.querysets import LinePartQuerySet, PegQuerySet, ShipmentPartQuerySet


class Reservation(models.Model):
    """Stock units of one warehouse kept for a line, picked ones included, until they are shipped.

    Composite foreign keys say that product and account are the line's, and that the stock level exists.
    """

    line = models.ForeignKey("orders.OrderLine", models.PROTECT, related_name="reservations", db_constraint=False)
    account = models.ForeignKey("customers.Account", models.PROTECT, related_name="+")
    product = models.ForeignKey("inventory.Product", models.PROTECT, related_name="+")
    warehouse = models.ForeignKey("inventory.Warehouse", models.PROTECT, related_name="reservations")
    quantity = models.DecimalField(_("quantity"), max_digits=14, decimal_places=3)
    picked = models.DecimalField(_("picked"), max_digits=14, decimal_places=3, default=0)
    promised_on = models.DateField(_("promised for"), null=True)

    objects = LinePartQuerySet.as_manager()

    class Meta:
        verbose_name = _("reservation")
        verbose_name_plural = _("reservations")
        indexes = [models.Index(fields=["warehouse", "product"], name="reservation_by_level")]
        constraints = [
            models.UniqueConstraint(fields=["line", "warehouse"], name="reservation_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="reservation_quantity_positive"),
            models.CheckConstraint(
                condition=Q(picked__gte=0, picked__lte=F("quantity")), name="reservation_picked_within_quantity"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} @ {self.warehouse}"


class Peg(models.Model):
    """Backordered units of a line tied to inbound supply, and the date that follows from it."""

    line = models.ForeignKey("orders.OrderLine", models.PROTECT, related_name="pegs", db_constraint=False)
    account = models.ForeignKey("customers.Account", models.PROTECT, related_name="+")
    product = models.ForeignKey("inventory.Product", models.PROTECT, related_name="+")
    supply = models.ForeignKey("inventory.PurchaseOrderLine", models.PROTECT, related_name="pegs", db_constraint=False)
    quantity = models.DecimalField(_("quantity"), max_digits=14, decimal_places=3)
    promised_on = models.DateField(_("promised for"), null=True)

    objects = PegQuerySet.as_manager()

    class Meta:
        verbose_name = _("peg")
        verbose_name_plural = _("pegs")
        constraints = [
            models.UniqueConstraint(fields=["line", "supply"], name="peg_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="peg_quantity_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} ← {self.supply}"


class Carrier(models.Model):
    """Who carries parcels; ``tracking_url`` holds ``{number}`` where the tracking number goes."""

    code = models.CharField(_("code"), max_length=12, unique=True)
    name = models.CharField(_("name"), max_length=80)
    tracking_url = models.CharField(_("tracking page"), max_length=200, blank=True)
    is_own_fleet = models.BooleanField(_("own vans"), default=False)

    objects = CatalogueQuerySet.as_manager()

    class Meta:
        verbose_name = _("carrier")
        verbose_name_plural = _("carriers")
        constraints = [
            models.CheckConstraint(
                condition=Q(tracking_url="") | Q(tracking_url__startswith="https://"), name="carrier_tracking_https"
            )
        ]

    def __str__(self) -> str:
        return self.name


class ShipmentStatus(States):
    """Where a shipment is."""

    OPEN = "open", _("Open")
    PACKED = "packed", _("Packed")
    SHIPPED = "shipped", _("Shipped")
    IN_TRANSIT = "in_transit", _("On its way")
    EXCEPTION = "exception", _("Problem on the way")
    DELIVERED = "delivered", _("Delivered")
    RETURNED_TO_SENDER = "returned_to_sender", _("Returned to sender")
    CANCELLED = "cancelled", _("Cancelled")

    TRANSITIONS = enum.nonmember(
        {
            "open": ("packed", "shipped", "cancelled"),
            "packed": ("open", "shipped", "cancelled"),
            "shipped": ("in_transit", "exception", "delivered", "returned_to_sender"),
            "in_transit": ("exception", "delivered", "returned_to_sender"),
            "exception": ("in_transit", "delivered", "returned_to_sender"),
            "delivered": (),
            "returned_to_sender": (),
            "cancelled": (),
        }
    )
    TONES = enum.nonmember(
        {
            "open": "neutral",
            "packed": "info",
            "shipped": "accent",
            "in_transit": "accent",
            "exception": "bad",
            "delivered": "ok",
            "returned_to_sender": "warn",
            "cancelled": "neutral",
        }
    )


class Shipment(models.Model):
    """Goods of one order leaving one warehouse together."""

    order = models.ForeignKey("orders.Order", models.PROTECT, related_name="shipments", db_constraint=False)
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="shipments")
    account = models.ForeignKey("customers.Account", models.PROTECT, related_name="+")
    warehouse = models.ForeignKey("inventory.Warehouse", models.PROTECT, related_name="shipments")
    number = models.CharField(_("delivery note"), max_length=20, unique=True)
    status = EnumField(_("status"), max_length=20, choices=ShipmentStatus, default=ShipmentStatus.OPEN)
    carrier = models.ForeignKey("orders.Carrier", models.PROTECT, null=True, blank=True, related_name="shipments")
    tracking_number = models.CharField(_("tracking number"), max_length=60, blank=True)
    parcels = models.PositiveSmallIntegerField(_("parcels"), default=1)
    ship_to = models.ForeignKey("customers.Address", models.PROTECT, null=True, blank=True, related_name="+")
    expected_on = models.DateField(_("expected on"), null=True, blank=True)
    created_by = models.ForeignKey("customers.User", models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(_("begun at"))
    shipped_at = models.DateTimeField(_("shipped at"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered at"), null=True, blank=True)
    received_by = models.CharField(_("received by"), max_length=120, blank=True)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("shipment")
        verbose_name_plural = _("shipments")
        permissions = [("ship_shipment", _("Pick and ship")), ("track_shipment", _("Record tracking"))]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="shipment_by_created"),
            models.Index(fields=["status", "-created_at", "-id"], name="shipment_by_status"),
            models.Index(fields=["customer", "-created_at", "-id"], name="shipment_by_customer"),
            models.Index(fields=["account", "-created_at", "-id"], name="shipment_by_account"),
            models.Index(fields=["order"], name="shipment_by_order"),
            models.Index(fields=["tracking_number"], condition=~Q(tracking_number=""), name="shipment_by_tracking"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["id", "account"], name="shipment_account_key"),
            models.UniqueConstraint(
                fields=["order", "warehouse"], condition=Q(status__in=["open", "packed"]), name="shipment_begun_once"
            ),
            models.CheckConstraint(condition=Q(status__in=ShipmentStatus.values), name="shipment_status_known"),
            models.CheckConstraint(
                condition=Q(status__in=["open", "packed", "cancelled"], shipped_at__isnull=True)
                | (~Q(status__in=["open", "packed", "cancelled"]) & Q(shipped_at__isnull=False)),
                name="shipment_shipped_has_time",
            ),
            models.CheckConstraint(
                condition=Q(status="delivered", delivered_at__isnull=False)
                | (~Q(status="delivered") & Q(delivered_at__isnull=True)),
                name="shipment_delivered_has_time",
            ),
            models.CheckConstraint(
                condition=Q(delivered_at__isnull=True) | Q(delivered_at__gte=F("shipped_at")),
                name="shipment_times_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def tracking_address(self) -> str:
        """The carrier's page on this shipment, "" without one; ``carrier`` should be fetched."""
        if self.carrier is None or not self.carrier.tracking_url or not self.tracking_number:
            return ""
        return self.carrier.tracking_url.replace("{number}", quote(self.tracking_number, safe=""))


class ShipmentLine(models.Model):
    """Stock units of an order line in a shipment; a unit is billed once, whoever races, and not when it was refused."""

    shipment = models.ForeignKey("orders.Shipment", models.PROTECT, related_name="lines", db_constraint=False)
    line = models.ForeignKey("orders.OrderLine", models.PROTECT, related_name="shipment_lines", db_constraint=False)
    account = models.ForeignKey("customers.Account", models.PROTECT, related_name="+")
    quantity = models.DecimalField(_("quantity"), max_digits=14, decimal_places=3)
    delivered = models.DecimalField(_("delivered"), max_digits=14, decimal_places=3, default=0)
    refused = models.DecimalField(_("refused"), max_digits=14, decimal_places=3, default=0, db_default=0)
    invoiced = models.DecimalField(_("invoiced"), max_digits=14, decimal_places=3, default=0)
    reversed = models.DecimalField(_("reversed"), max_digits=14, decimal_places=3, default=0)

    objects = ShipmentPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("shipment line")
        verbose_name_plural = _("shipment lines")
        indexes = [
            models.Index(
                fields=["shipment"],
                condition=Q(quantity__gt=F("refused") + F("invoiced") - F("reversed")),
                name="shipmentline_to_bill",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["shipment", "line"], name="shipmentline_once"),
            models.UniqueConstraint(fields=["id", "line"], name="shipmentline_line_key"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="shipmentline_quantity_positive"),
            models.CheckConstraint(
                condition=Q(delivered__gte=0, delivered__lte=F("quantity")),
                name="shipmentline_delivered_within_quantity",
            ),
            models.CheckConstraint(
                condition=Q(refused__gte=0, refused__lte=F("quantity") - F("delivered")),
                name="shipmentline_refused_was_not_delivered",
            ),
            models.CheckConstraint(
                condition=Q(reversed__gte=0, reversed__lte=F("invoiced"))
                & Q(invoiced__lte=F("quantity") + F("reversed")),
                name="shipmentline_billed_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shipment} · {self.line}"


class TrackingCode(models.TextChoices):
    """What a carrier reports."""

    COLLECTED = "collected", _("Collected by the carrier")
    IN_TRANSIT = "in_transit", _("On its way")
    OUT_FOR_DELIVERY = "out_for_delivery", _("Out for delivery")
    DELAYED = "delayed", _("Delayed")
    DAMAGED = "damaged", _("Damaged")
    REFUSED = "refused", _("Refused")
    DELIVERED = "delivered", _("Delivered")
    RETURNED = "returned", _("Returned to sender")


class TrackingEvent(models.Model):
    """Where a shipment was seen, never changed."""

    shipment = models.ForeignKey("orders.Shipment", models.PROTECT, related_name="tracking_events", db_constraint=False)
    account = models.ForeignKey("customers.Account", models.PROTECT, related_name="+")
    code = models.CharField(_("event"), max_length=20, choices=TrackingCode)
    at = models.DateTimeField(_("at"))
    location = models.CharField(_("place"), max_length=120, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    by = models.ForeignKey("customers.User", models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    objects = ShipmentPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("tracking event")
        verbose_name_plural = _("tracking events")
        indexes = [models.Index(fields=["shipment", "-at"], name="trackingevent_by_shipment")]
        constraints = [
            models.CheckConstraint(condition=Q(code__in=TrackingCode.values), name="trackingevent_code_known"),
            models.UniqueConstraint(fields=["shipment", "code", "at"], name="trackingevent_once"),
        ]

    def __str__(self) -> str:
        return f"{self.shipment} {self.code}"
