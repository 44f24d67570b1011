"""Where the goods are: warehouses, levels, the ledger of movements, soft holds."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from customers.querysets import OwnedQuerySet
from inventory.querysets import CatalogueQuerySet, StaffQuerySet, StockLevelQuerySet


class Warehouse(models.Model):
    """A place that holds stock. Goods under way between two places are in a warehouse of kind transit."""

    class Kind(models.TextChoices):
        """What a warehouse is for."""

        STOCK = "stock", _("Stock")
        TRANSIT = "transit", _("In transit")

    issuer = models.ForeignKey("customers.Issuer", models.PROTECT, related_name="warehouses")
    code = models.CharField(_("code"), max_length=8, unique=True)
    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.STOCK)
    street = models.CharField(_("street"), max_length=160, blank=True)
    postcode = models.CharField(_("postcode"), max_length=12, blank=True)
    city = models.CharField(_("city"), max_length=80, blank=True)
    cut_off = models.TimeField(_("cut-off"), help_text=_("Orders placed later leave on the next working day."))
    is_active = models.BooleanField(_("active"), default=True)

    objects = CatalogueQuerySet.as_manager()

    class Meta:
        verbose_name = _("warehouse")
        verbose_name_plural = _("warehouses")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["stock", "transit"]), name="warehouse_kind_known"),
        ]

    def __str__(self) -> str:
        return self.name


class WarehouseRegion(models.Model):
    """A region that a warehouse serves: how near (rank 1 is tried first) and how many working days away."""

    warehouse = models.ForeignKey("inventory.Warehouse", models.CASCADE, related_name="regions")
    region = models.ForeignKey("customers.Region", models.CASCADE, related_name="warehouses")
    rank = models.PositiveSmallIntegerField(_("rank"))
    transit_days = models.PositiveSmallIntegerField(_("working days to the door"), default=1)

    class Meta:
        verbose_name = _("region served")
        verbose_name_plural = _("regions served")
        constraints = [
            models.UniqueConstraint(fields=["warehouse", "region"], name="warehouseregion_once"),
            models.UniqueConstraint(fields=["region", "rank"], name="warehouseregion_rank_once"),
        ]

    def __str__(self) -> str:
        return f"{self.warehouse} → {self.region}"


class Holiday(models.Model):
    """A day without dispatch or delivery, everywhere or in one region."""

    day = models.DateField(_("day"))
    region = models.ForeignKey("customers.Region", models.CASCADE, null=True, blank=True, related_name="holidays")
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(fields=["day", "region"], name="holiday_once", nulls_distinct=False),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class StockLevel(models.Model):
    """The stock of a product in a warehouse, in stock units: the row that is locked when stock is taken.

    ``reserved`` includes what is picked and not yet shipped. ``available`` is what can still be sold.
    """

    product = models.ForeignKey("inventory.Product", models.PROTECT, related_name="stock_levels")
    warehouse = models.ForeignKey("inventory.Warehouse", models.PROTECT, related_name="stock_levels")
    on_hand = models.DecimalField(_("on hand"), max_digits=14, decimal_places=3, default=0)
    reserved = models.DecimalField(_("reserved"), max_digits=14, decimal_places=3, default=0)
    held = models.DecimalField(_("held"), max_digits=14, decimal_places=3, default=0)
    quarantined = models.DecimalField(_("in quarantine"), max_digits=14, decimal_places=3, default=0)
    reorder_point = models.DecimalField(_("reorder point"), max_digits=14, decimal_places=3, default=0)
    bin = models.CharField(_("place"), max_length=20, blank=True)
    available = models.GeneratedField(
        expression=F("on_hand") - F("reserved") - F("held") - F("quarantined"),
        output_field=models.DecimalField(max_digits=14, decimal_places=3),
        db_persist=True,
    )

    objects = StockLevelQuerySet.as_manager()

    class Meta:
        verbose_name = _("stock level")
        verbose_name_plural = _("stock levels")
        permissions = [("adjust_stock", _("Adjust stock"))]
        constraints = [
            models.UniqueConstraint(fields=["warehouse", "product"], name="stocklevel_once"),
            models.CheckConstraint(
                condition=Q(on_hand__gte=0, reserved__gte=0, held__gte=0, quarantined__gte=0),
                name="stocklevel_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(on_hand__gte=F("reserved") + F("held") + F("quarantined")), name="stocklevel_not_oversold"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product} @ {self.warehouse}"


class MovementKind(models.TextChoices):
    """Why stock moved."""

    OPENING = "opening", _("Opening stock")
    RECEIPT = "receipt", _("Receipt")
    SHIPMENT = "shipment", _("Shipment")
    RETURN = "return", _("Return")
    ADJUSTMENT = "adjustment", _("Adjustment")
    COUNT = "count", _("Stock count")
    TRANSFER_OUT = "transfer_out", _("Transfer out")
    TRANSFER_IN = "transfer_in", _("Transfer in")
    SCRAP = "scrap", _("Scrapped")


class StockMovement(models.Model):
    """One entry of the ledger, never changed: ``on_hand`` of a level is the sum of its movements."""

    product = models.ForeignKey("inventory.Product", models.PROTECT, related_name="movements")
    warehouse = models.ForeignKey("inventory.Warehouse", models.PROTECT, related_name="movements")
    quantity = models.DecimalField(_("quantity"), max_digits=14, decimal_places=3)
    kind = models.CharField(_("kind"), max_length=12, choices=MovementKind)
    document = models.CharField(_("document"), max_length=60, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    by = models.ForeignKey("customers.User", models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    objects = StaffQuerySet.as_manager()

    class Meta:
        verbose_name = _("stock movement")
        verbose_name_plural = _("stock movements")
        indexes = [models.Index(fields=["product", "warehouse", "-at"], name="stockmovement_by_level")]
        constraints = [
            models.CheckConstraint(condition=~Q(quantity=0), name="stockmovement_moves"),
            models.CheckConstraint(condition=Q(kind__in=MovementKind.values), name="stockmovement_kind_known"),
            models.CheckConstraint(
                condition=(
                    Q(kind__in=["opening", "receipt", "return", "transfer_in"], quantity__gt=0)
                    | Q(kind__in=["shipment", "transfer_out", "scrap"], quantity__lt=0)
                    | Q(kind__in=["adjustment", "count"])
                ),
                name="stockmovement_sign_fits_kind",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["adjustment", "scrap"]) | ~Q(reason=""), name="stockmovement_reason_given"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} {self.product}"


class StockHold(models.Model):
    """A soft hold of a quote or a cart: it keeps stock free for a customer until it expires."""

    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    account = models.ForeignKey("customers.Account", models.PROTECT, related_name="+")
    product = models.ForeignKey("inventory.Product", models.PROTECT, related_name="holds")
    warehouse = models.ForeignKey("inventory.Warehouse", models.PROTECT, related_name="holds")
    quantity = models.DecimalField(_("quantity"), max_digits=14, decimal_places=3)
    document = models.CharField(_("document"), max_length=60)
    expires_at = models.DateTimeField(_("until"))
    created_at = models.DateTimeField(_("held at"), auto_now_add=True)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("soft hold")
        verbose_name_plural = _("soft holds")
        indexes = [models.Index(fields=["expires_at"], name="stockhold_by_expiry")]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="stockhold_quantity_positive"),
            models.UniqueConstraint(fields=["document", "product", "warehouse"], name="stockhold_once"),
        ]

    def __str__(self) -> str:
        return f"{self.document}: {self.quantity}"
