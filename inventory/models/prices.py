"""Price lists by precedence, with quantity breaks and dates."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from customers.audit import audited
from inventory.querysets import StaffQuerySet


class PriceLevel(models.TextChoices):
    """Whom a list is for; declared from the strongest to the weakest."""

    CONTRACT = "contract", _("Contract")
    PROMOTION = "promotion", _("Promotion")
    CUSTOMER = "customer", _("Customer")
    GROUP = "group", _("Group")
    SEGMENT = "segment", _("Segment")
    BASE = "base", _("Base")


@audited()
class PriceList(models.Model):
    """A list of net prices in one currency; ``rank`` is the place of its level, 0 the strongest."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=80)
    level = models.CharField(_("level"), max_length=10, choices=PriceLevel)
    rank = models.GeneratedField(
        expression=models.Case(
            *(models.When(level=level, then=models.Value(rank)) for rank, level in enumerate(PriceLevel.values)),
            output_field=models.SmallIntegerField(),
        ),
        output_field=models.SmallIntegerField(),
        db_persist=True,
    )
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, null=True, blank=True, related_name="+")
    group = models.ForeignKey("customers.Account", models.PROTECT, null=True, blank=True, related_name="+")
    segment = models.ForeignKey("customers.Segment", models.PROTECT, null=True, blank=True, related_name="+")
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("until"), null=True, blank=True, help_text=_("The last day; empty for no end."))
    is_active = models.BooleanField(_("active"), default=True)

    objects = StaffQuerySet.as_manager()

    class Meta:
        verbose_name = _("price list")
        verbose_name_plural = _("price lists")
        indexes = [
            models.Index(fields=["customer"], condition=Q(customer__isnull=False), name="pricelist_by_customer"),
            models.Index(fields=["group"], condition=Q(group__isnull=False), name="pricelist_by_group"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(level__in=PriceLevel.values), name="pricelist_level_known"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="pricelist_dates_in_order"
            ),
            models.CheckConstraint(
                condition=(
                    Q(
                        level__in=["contract", "customer"],
                        customer__isnull=False,
                        group__isnull=True,
                        segment__isnull=True,
                    )
                    | Q(level="group", customer__isnull=True, group__isnull=False, segment__isnull=True)
                    | Q(level="segment", customer__isnull=True, group__isnull=True, segment__isnull=False)
                    | Q(level="promotion", customer__isnull=True, group__isnull=True)
                    | Q(level="base", customer__isnull=True, group__isnull=True, segment__isnull=True)
                ),
                name="pricelist_owner_fits_level",
            ),
        ]

    def __str__(self) -> str:
        return self.name


@audited()
class PriceRule(models.Model):
    """A net price of one product from a quantity on: an amount per the product's ``price_quantity``.

    Two rules of one list, product and quantity never overlap in time (exclusion ``pricerule_no_overlap``).
    """

    price_list = models.ForeignKey("inventory.PriceList", models.PROTECT, related_name="rules")
    product = models.ForeignKey("inventory.Product", models.PROTECT, related_name="price_rules")
    minimum_quantity = models.DecimalField(_("from quantity"), max_digits=14, decimal_places=3, default=0)
    price = models.DecimalField(_("price"), max_digits=14, decimal_places=4)
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("until"), null=True, blank=True)

    objects = StaffQuerySet.as_manager()

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        indexes = [
            models.Index(
                fields=["product", "price_list", "-minimum_quantity", "-valid_from"],
                include=["price", "valid_to"],
                name="pricerule_lookup",
            )
        ]
        constraints = [
            models.CheckConstraint(condition=Q(price__gte=0), name="pricerule_price_positive"),
            models.CheckConstraint(condition=Q(minimum_quantity__gte=0), name="pricerule_quantity_positive"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="pricerule_dates_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.price} ≥ {self.minimum_quantity}"
