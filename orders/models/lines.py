"""Order lines: where each ordered unit is, and at which price."""

from decimal import Decimal
from typing import Any

import pghistory
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from config.money import LINE_GROSS, LINE_NET, share
from customers.audit import audited
from customers.models import BillingPolicy
from inventory.models import PriceLevel
from orders.models.orders import OrderStatus
from orders.querysets import OrderLineQuerySet


class LineType(models.TextChoices):
    """What a line is; goods and free goods take stock, the others go along with the first shipment."""

    GOODS = "goods", _("Goods")
    FREE = "free", _("Free goods")
    CHARGE = "charge", _("Charge")
    DEPOSIT = "deposit", _("Returnable packaging")


class PromiseReason(models.TextChoices):
    """Why a line is promised when it is, or has no date yet."""

    STOCK = "stock", _("From stock")
    SUPPLY = "supply", _("From the next delivery of the supplier")
    NO_SUPPLY = "no_supply", _("Nothing on order with the supplier yet")
    NO_SUPPLY_DATE = "no_supply_date", _("The supplier has not confirmed a date")
    SUPPLY_LATE = "supply_late", _("The supplier is late")
    ON_HOLD = "on_hold", _("The order is on hold")
    NOT_STOCKED = "not_stocked", _("Goes along with the goods")


def _amount(sql: str) -> models.GeneratedField:
    """A stored amount in the order's currency, rounded half up to cents."""
    return models.GeneratedField(
        expression=Func(template=sql, output_field=models.DecimalField(max_digits=14, decimal_places=2)),
        output_field=models.DecimalField(max_digits=14, decimal_places=2),
        db_persist=True,
    )


def _quantity(help_text: str = "", **options: Any) -> models.DecimalField:
    """A quantity in stock units."""
    return models.DecimalField(max_digits=14, decimal_places=3, help_text=help_text, **options)


@audited(
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    fields=[
        "id",
        "order",
        "account",
        "position",
        "product",
        "entered",
        "factor",
        "ordered",
        "cancelled",
        "price",
        "discount_percent",
        "promised_on",
        "priced_by",
    ],
)
class OrderLine(models.Model):
    """A product on an order; ``ordered = entered × factor`` in stock units.

    Each ordered unit is in exactly one bucket: cancelled, pending, backordered, reserved, picked or shipped.
    ``refused`` units were shipped, not taken on delivery, and are not billed.
    The price is net, an amount per ``price_quantity`` stock units; where it came from is frozen beside it.
    ``order_status``, ``billing_policy`` and ``is_history`` repeat the order's by a composite foreign key
    with ON UPDATE CASCADE, so that plain CHECKs can forbid what a status forbids.
    """

    order = models.ForeignKey("orders.Order", models.PROTECT, related_name="lines", db_constraint=False)
    account = models.ForeignKey("customers.Account", models.PROTECT, related_name="+")
    order_status = models.CharField(max_length=16, choices=OrderStatus, editable=False)
    billing_policy = models.CharField(max_length=12, choices=BillingPolicy, editable=False)
    is_history = models.BooleanField(default=False, editable=False)
    position = models.PositiveIntegerField(_("position"))
    type = models.CharField(_("type"), max_length=8, choices=LineType, default=LineType.GOODS)
    product = models.ForeignKey("inventory.Product", models.PROTECT, related_name="order_lines")
    code = models.CharField(_("code"), max_length=40)
    description = models.CharField(_("description"), max_length=200)
    unit = models.ForeignKey("inventory.Unit", models.PROTECT, related_name="+")
    entered = _quantity(verbose_name=_("quantity"))
    factor = _quantity(default=1)
    ordered = _quantity()
    cancelled = _quantity(default=0)
    backordered = _quantity(default=0)
    reserved = _quantity(default=0)
    picked = _quantity(default=0)
    shipped = _quantity(default=0)
    delivered = _quantity(default=0)
    returned = _quantity(default=0)
    refused = _quantity(default=0, db_default=0)
    invoiced = _quantity(default=0)
    reversed = _quantity(default=0)
    credited = _quantity(default=0)
    pending = models.GeneratedField(
        expression=F("ordered") - F("cancelled") - F("backordered") - F("reserved") - F("picked") - F("shipped"),
        output_field=models.DecimalField(max_digits=14, decimal_places=3),
        db_persist=True,
    )
    price = models.DecimalField(_("price"), max_digits=14, decimal_places=4)
    price_quantity = models.DecimalField(_("price per"), max_digits=10, decimal_places=3, default=1)
    discount_percent = models.DecimalField(_("discount %"), max_digits=5, decimal_places=2, default=0)
    price_level = models.CharField(_("price level"), max_length=10, choices=PriceLevel, blank=True)
    price_list = models.ForeignKey("inventory.PriceList", models.PROTECT, null=True, related_name="+")
    price_break = _quantity(null=True, blank=True)
    price_valid_from = models.DateField(null=True, blank=True)
    priced_by = models.ForeignKey("customers.User", models.PROTECT, null=True, blank=True, related_name="+")
    unit_cost = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    tax_class = models.ForeignKey("inventory.TaxClass", models.PROTECT, related_name="+")
    tax_rate = models.DecimalField(_("VAT %"), max_digits=5, decimal_places=2)
    surcharge_rate = models.DecimalField(_("surcharge %"), max_digits=5, decimal_places=2, default=0)
    net = _amount(LINE_NET.format(quantity="(ordered - cancelled)"))
    open_gross = _amount(LINE_GROSS.format(quantity="(ordered - cancelled - shipped)"))
    unbilled_gross = _amount(LINE_GROSS.format(quantity="greatest(shipped - refused - invoiced + reversed, 0)"))
    requested_on = models.DateField(_("requested for"), null=True, blank=True)
    promised_on = models.DateField(_("promised for"), null=True, blank=True)
    first_promised_on = models.DateField(_("first promised for"), null=True, blank=True)
    promise_reason = models.CharField(_("reason of the date"), max_length=16, choices=PromiseReason, blank=True)

    objects = OrderLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        ordering = ["position"]
        indexes = [
            models.Index(
                fields=["order", "account", "order_status", "billing_policy", "is_history"], name="orderline_by_order"
            ),
            models.Index(
                fields=["account"],
                include=["open_gross", "unbilled_gross"],
                condition=Q(order_status__in=["released", "paused", "in_fulfilment", "shipped", "delivered", "closed"])
                & Q(is_history=False)
                & (Q(open_gross__gt=0) | Q(unbilled_gross__gt=0)),
                name="orderline_exposure",
            ),
            models.Index(fields=["product", "order_status"], name="orderline_by_product"),
            models.Index(fields=["product", "id"], condition=Q(backordered__gt=0), name="orderline_backorders"),
            models.Index(fields=["order", "promised_on"], condition=Q(backordered__gt=0), name="orderline_waiting"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="orderline_position_once"),
            models.UniqueConstraint(fields=["id", "product", "account"], name="orderline_product_key"),
            models.UniqueConstraint(fields=["id", "account"], name="orderline_account_key"),
            models.CheckConstraint(condition=Q(type__in=LineType.values), name="orderline_type_known"),
            models.CheckConstraint(
                condition=Q(price_level__in=["", *PriceLevel.values]), name="orderline_price_level_known"
            ),
            models.CheckConstraint(
                condition=Q(promise_reason__in=["", *PromiseReason.values]), name="orderline_promise_reason_known"
            ),
            models.CheckConstraint(
                condition=Q(entered__gt=0, factor__gt=0, ordered__gt=0), name="orderline_quantity_positive"
            ),
            models.CheckConstraint(
                condition=Q(ordered=F("entered") * F("factor")), name="orderline_ordered_is_entered"
            ),
            models.CheckConstraint(
                condition=Q(
                    cancelled__gte=0, backordered__gte=0, reserved__gte=0, picked__gte=0, shipped__gte=0, pending__gte=0
                ),
                name="orderline_partition",
            ),
            models.CheckConstraint(
                condition=Q(delivered__gte=0, delivered__lte=F("shipped")), name="orderline_delivered_within_shipped"
            ),
            models.CheckConstraint(
                condition=Q(returned__gte=0, returned__lte=F("shipped")), name="orderline_returned_within_shipped"
            ),
            models.CheckConstraint(
                condition=Q(refused__gte=0, refused__lte=F("shipped") - F("delivered")),
                name="orderline_refused_was_not_delivered",
            ),
            models.CheckConstraint(
                condition=Q(invoiced__gte=0, reversed__gte=0, reversed__lte=F("invoiced"))
                & (
                    Q(billing_policy="on_order", invoiced__lte=F("ordered") - F("cancelled") + F("reversed"))
                    | Q(billing_policy="on_shipment", invoiced__lte=F("shipped") + F("reversed"))
                ),
                name="orderline_invoiced_within_shipped",
            ),
            models.CheckConstraint(
                condition=Q(credited__gte=0, credited__lte=F("invoiced")), name="orderline_credited_within_invoiced"
            ),
            models.CheckConstraint(
                condition=Q(type__in=["goods", "free"]) | Q(backordered=0, reserved=0, picked=0),
                name="orderline_only_goods_take_stock",
            ),
            models.CheckConstraint(
                condition=~Q(order_status__in=list(OrderStatus.UNRELEASED))
                | Q(backordered=0, reserved=0, picked=0, shipped=0),
                name="orderline_unreleased_holds_nothing",
            ),
            models.CheckConstraint(
                condition=~Q(order_status__in=list(OrderStatus.DONE)) | Q(ordered=F("cancelled") + F("shipped")),
                name="orderline_done_has_nothing_open",
            ),
            models.CheckConstraint(
                condition=~Q(order_status="cancelled") | Q(cancelled=F("ordered")), name="orderline_cancelled_whole"
            ),
            models.CheckConstraint(
                condition=~Q(order_status__in=["delivered", "closed"])
                | Q(is_history=True)
                | Q(shipped__lte=F("delivered") + F("returned")),
                name="orderline_delivered_means_all",
            ),
            models.CheckConstraint(
                condition=Q(is_history=False)
                | Q(reserved=0, picked=0, backordered=0, invoiced=0, reversed=0, credited=0),
                name="orderline_history_is_over",
            ),
            models.CheckConstraint(
                condition=Q(backordered=0) | Q(promised_on__isnull=False) | ~Q(promise_reason=""),
                name="orderline_no_date_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(price__gte=0, price_quantity__gt=0, discount_percent__gte=0, discount_percent__lte=100),
                name="orderline_price_range",
            ),
            models.CheckConstraint(
                condition=~Q(type="free") | Q(price=0) | Q(discount_percent=100), name="orderline_free_costs_nothing"
            ),
            models.CheckConstraint(condition=Q(tax_rate__gte=0, surcharge_rate__gte=0), name="orderline_tax_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.position} · {self.code}"

    @property
    def billed(self) -> Decimal:
        """Stock units on invoices that stand: what was reversed may be invoiced again and counts no more."""
        return self.invoiced - self.reversed

    def share_of(self, quantity: Decimal) -> Decimal | None:
        """What so many stock units of the line amount to, net and rounded; None when all of it is cancelled."""
        wanted = self.ordered - self.cancelled
        return share(self.net, quantity, wanted) if wanted else None

    @property
    def held(self) -> Decimal:
        """Stock units kept for this line, picked ones included."""
        return self.reserved + self.picked
