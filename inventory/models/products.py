"""Products: what is stocked and priced."""

import enum

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from config.database.states import EnumField
from customers.audit import audited
from customers.models.text import key_field, words_field
from inventory.querysets import CatalogueQuerySet, ProductQuerySet


class ProductKind(models.TextChoices):
    """What selling it means: only goods touch stock."""

    GOODS = "goods", _("Goods")
    CHARGE = "charge", _("Charge")
    DEPOSIT = "deposit", _("Returnable packaging")


class ProductStatus(models.TextChoices):
    """Whether a product may be sold."""

    DRAFT = "draft", _("Draft")
    ACTIVE = "active", _("Active")
    PHASED_OUT = "phased_out", _("Phased out")
    DISCONTINUED = "discontinued", _("Discontinued")

    TONES = enum.nonmember(
        {"draft": "neutral dashed", "active": "ok", "phased_out": "warn", "discontinued": "neutral cross"}
    )


class Unit(models.Model):
    """A unit of measure; its code is the one of UN/ECE Recommendation 20."""

    code = models.CharField(_("code"), max_length=3, unique=True)
    name = models.CharField(_("name"), max_length=40)
    symbol = models.CharField(_("symbol"), max_length=12)
    decimals = models.PositiveSmallIntegerField(_("decimals"), default=0)

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        constraints = [models.CheckConstraint(condition=Q(decimals__lte=3), name="unit_decimals_range")]

    def __str__(self) -> str:
        return self.symbol


class ProductLine(models.Model):
    """A range of the catalogue, such as cheese or preserves."""

    code = models.CharField(_("code"), max_length=12, unique=True)
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        verbose_name = _("product line")
        verbose_name_plural = _("product lines")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class ProductFamily(models.Model):
    """Variants of one thing: the same oil in three tins."""

    line = models.ForeignKey("inventory.ProductLine", models.PROTECT, related_name="families")
    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=120)

    class Meta:
        verbose_name = _("product family")
        verbose_name_plural = _("product families")

    def __str__(self) -> str:
        return self.name


class TaxClass(models.Model):
    """How a product is taxed; the rates are dated."""

    code = models.CharField(_("code"), max_length=12, unique=True)
    name = models.CharField(_("name"), max_length=60)

    class Meta:
        verbose_name = _("tax class")
        verbose_name_plural = _("tax classes")

    def __str__(self) -> str:
        return self.name


class TaxRate(models.Model):
    """The rate of a tax class from a day on; the one that began last is in force."""

    tax_class = models.ForeignKey("inventory.TaxClass", models.PROTECT, related_name="rates")
    valid_from = models.DateField(_("from"))
    rate = models.DecimalField(_("VAT %"), max_digits=5, decimal_places=2)
    surcharge = models.DecimalField(_("equivalence surcharge %"), max_digits=5, decimal_places=2, default=0)

    class Meta:
        verbose_name = _("tax rate")
        verbose_name_plural = _("tax rates")
        constraints = [
            models.UniqueConstraint(fields=["tax_class", "valid_from"], name="taxrate_day_once"),
            models.CheckConstraint(
                condition=Q(rate__gte=0, rate__lte=100, surcharge__gte=0, surcharge__lte=100), name="taxrate_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rate} %"


@audited(exclude=["search_key", "words"])
class Product(models.Model):
    """A stock-keeping unit.

    Stock is counted in ``unit``; the price is an amount per ``price_quantity`` of it, so that a box of
    twelve at 10.00 stays exact. ``cost`` is net per unit and shown only to those who may see it.
    """

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=160)
    kind = models.CharField(_("kind"), max_length=8, choices=ProductKind, default=ProductKind.GOODS)
    family = models.ForeignKey(
        "inventory.ProductFamily", models.PROTECT, null=True, blank=True, related_name="products"
    )
    line = models.ForeignKey("inventory.ProductLine", models.PROTECT, related_name="products")
    tax_class = models.ForeignKey("inventory.TaxClass", models.PROTECT, related_name="+")
    unit = models.ForeignKey("inventory.Unit", models.PROTECT, related_name="+")
    format = models.CharField(_("format"), max_length=60, blank=True, help_text=_("As printed: 12 × 500 g"))
    price_quantity = models.DecimalField(_("price per"), max_digits=10, decimal_places=3, default=1)
    cost = models.DecimalField(_("cost"), max_digits=14, decimal_places=4, null=True, blank=True)
    minimum_quantity = models.DecimalField(_("minimum quantity"), max_digits=14, decimal_places=3, default=1)
    multiple = models.DecimalField(_("sold in multiples of"), max_digits=14, decimal_places=3, default=1)
    weight_kg = models.DecimalField(_("weight (kg)"), max_digits=10, decimal_places=3, null=True, blank=True)
    is_catch_weight = models.BooleanField(_("billed by weight"), default=False)
    status = EnumField(_("status"), max_length=12, choices=ProductStatus, default=ProductStatus.ACTIVE)
    successor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="replaces")
    source = models.CharField(_("source"), max_length=40, blank=True)
    source_key = models.CharField(_("key in the source"), max_length=80, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    search_key = key_field("name")
    words = words_field("code", "name", "format")

    objects = ProductQuerySet.as_manager()

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        permissions = [("view_cost", _("See costs and margins"))]
        indexes = [
            GinIndex(fields=["words"], name="product_words"),
            models.Index(fields=["search_key", "id"], name="product_by_name"),
            models.Index(fields=["line", "search_key", "id"], name="product_by_line"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_key"], condition=~Q(source=""), name="product_source_once"
            ),
            models.CheckConstraint(condition=Q(price_quantity__gt=0), name="product_price_quantity_positive"),
            models.CheckConstraint(condition=Q(minimum_quantity__gt=0, multiple__gt=0), name="product_pack_positive"),
            models.CheckConstraint(condition=Q(cost__isnull=True) | Q(cost__gte=0), name="product_cost_positive"),
            models.CheckConstraint(condition=~Q(successor=F("id")), name="product_not_own_successor"),
            models.CheckConstraint(condition=Q(kind__in=ProductKind.values), name="product_kind_known"),
            models.CheckConstraint(condition=Q(status__in=ProductStatus.values), name="product_status_known"),
        ]

    def __str__(self) -> str:
        return f"{self.code} · {self.name}"


class ProductPack(models.Model):
    """A unit in which a product is ordered, and how many stock units it holds."""

    product = models.ForeignKey("inventory.Product", models.CASCADE, related_name="packs")
    unit = models.ForeignKey("inventory.Unit", models.PROTECT, related_name="+")
    factor = models.DecimalField(_("holds"), max_digits=14, decimal_places=3)

    class Meta:
        verbose_name = _("pack")
        verbose_name_plural = _("packs")
        constraints = [
            models.UniqueConstraint(fields=["product", "unit"], name="productpack_once"),
            models.CheckConstraint(condition=Q(factor__gt=0), name="productpack_factor_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.unit} × {self.factor}"


class ProductBarcode(models.Model):
    """A GTIN of a product or of one of its packs."""

    product = models.ForeignKey("inventory.Product", models.CASCADE, related_name="barcodes")
    pack = models.ForeignKey("inventory.ProductPack", models.CASCADE, null=True, blank=True, related_name="barcodes")
    code = models.CharField(_("barcode"), max_length=14, unique=True)

    objects = CatalogueQuerySet.as_manager()

    class Meta:
        verbose_name = _("barcode")
        verbose_name_plural = _("barcodes")
        constraints = [
            models.CheckConstraint(condition=Q(code__regex="^([0-9]{8}|[0-9]{12,14})$"), name="productbarcode_gtin")
        ]

    def __str__(self) -> str:
        return self.code
