"""Payments and how they are allocated to what is owed."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.querysets import PaymentQuerySet
from customers.models import PaymentMethod


class PaymentDirection(models.TextChoices):
    """A refund is a payment that goes out."""

    IN = "in", _("Received")
    OUT = "out", _("Refunded")


class Payment(models.Model):
    """Money from a payer (or back to it), in ``currency``; ``allocated`` is the part used so far."""

    issuer = models.ForeignKey("customers.Issuer", models.PROTECT, related_name="+")
    payer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="payments")
    account = models.ForeignKey("customers.Account", models.PROTECT, related_name="+")
    direction = models.CharField(_("direction"), max_length=3, choices=PaymentDirection, default=PaymentDirection.IN)
    method = models.CharField(_("method"), max_length=12, choices=PaymentMethod)
    currency = models.CharField(_("currency"), max_length=3)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)
    allocated = models.DecimalField(_("allocated"), max_digits=14, decimal_places=2, default=0)
    unallocated = models.GeneratedField(
        expression=F("amount") - F("allocated"),
        output_field=models.DecimalField(max_digits=14, decimal_places=2),
        db_persist=True,
    )
    value_on = models.DateField(_("value date"))
    bank_reference = models.CharField(_("bank reference"), max_length=80, null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    recorded_by = models.ForeignKey("customers.User", models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(_("recorded at"))

    objects = PaymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        permissions = [("allocate_payment", _("Allocate payments"))]
        indexes = [
            models.Index(fields=["-value_on", "-id"], name="payment_by_value_date"),
            models.Index(fields=["-amount", "-id"], name="payment_by_amount"),
            models.Index(fields=["payer", "-value_on", "-id"], name="payment_by_payer"),
            models.Index(fields=["account", "-value_on", "-id"], name="payment_by_account"),
            models.Index(fields=["account"], condition=Q(allocated__lt=F("amount")), name="payment_unallocated"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["issuer", "bank_reference"], name="payment_bank_reference_once"),
            models.UniqueConstraint(fields=["id", "payer", "currency"], name="payment_payer_key"),
            models.UniqueConstraint(fields=["id", "payer", "currency", "direction"], name="payment_direction_key"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_amount_positive"),
            models.CheckConstraint(
                condition=Q(allocated__gte=0, allocated__lte=F("amount")), name="payment_allocated_within_amount"
            ),
            models.CheckConstraint(condition=Q(method__in=PaymentMethod.values), name="payment_method_known"),
            models.CheckConstraint(condition=Q(direction__in=PaymentDirection.values), name="payment_direction_known"),
            models.CheckConstraint(
                condition=Q(bank_reference__isnull=True) | ~Q(bank_reference=""),
                name="payment_bank_reference_not_empty",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} · {self.payer}"


class Allocation(models.Model):
    """A part of a payment received, or of a credit note, that settles an instalment or was paid back; append-only.

    ``refund`` is the payment that went out. ``amount`` is positive; a row that undoes another carries the same
    amount negative and names it in ``reverses``. ``value_on`` lets any past day be re-computed.
    """

    account = models.ForeignKey("customers.Account", models.PROTECT, related_name="+")
    payer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    currency = models.CharField(_("currency"), max_length=3)
    payment = models.ForeignKey(
        "billing.Payment", models.PROTECT, null=True, blank=True, related_name="allocations", db_constraint=False
    )
    payment_direction = models.CharField(max_length=3, default="in", editable=False)
    credit_note = models.ForeignKey(
        "billing.Invoice", models.PROTECT, null=True, blank=True, related_name="used_in", db_constraint=False
    )
    credit_note_kind = models.CharField(max_length=12, default="credit_note", editable=False)
    invoice = models.ForeignKey(
        "billing.Invoice", models.PROTECT, null=True, blank=True, related_name="allocations", db_constraint=False
    )
    invoice_kind = models.CharField(max_length=12, default="invoice", editable=False)
    instalment = models.ForeignKey(
        "billing.Instalment", models.PROTECT, null=True, blank=True, related_name="allocations", db_constraint=False
    )
    refund = models.ForeignKey(
        "billing.Payment", models.PROTECT, null=True, blank=True, related_name="refunded_from", db_constraint=False
    )
    refund_direction = models.CharField(max_length=3, default="out", editable=False)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="reversed_by")
    value_on = models.DateField(_("value date"))
    by = models.ForeignKey("customers.User", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("at"))

    objects = PaymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("allocation")
        verbose_name_plural = _("allocations")
        indexes = [
            models.Index(fields=["payment"], name="allocation_by_payment"),
            models.Index(fields=["credit_note"], name="allocation_by_credit_note"),
            models.Index(fields=["invoice"], name="allocation_by_invoice"),
            models.Index(fields=["account", "-id"], name="allocation_by_account"),
            models.Index(
                fields=["account", "value_on"],
                include=["id", "invoice", "amount", "reverses"],  # days to pay read the index alone
                condition=Q(payment__isnull=False, invoice__isnull=False),
                name="allocation_paid_by_account",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(payment__isnull=False, credit_note__isnull=True)
                | Q(payment__isnull=True, credit_note__isnull=False),
                name="allocation_one_source",
            ),
            models.CheckConstraint(
                condition=Q(invoice__isnull=False, instalment__isnull=False, refund__isnull=True)
                | Q(invoice__isnull=True, instalment__isnull=True, refund__isnull=False),
                name="allocation_one_target",
            ),
            models.CheckConstraint(
                condition=Q(reverses__isnull=True, amount__gt=0) | Q(reverses__isnull=False, amount__lt=0),
                name="allocation_sign",
            ),
            models.CheckConstraint(
                condition=Q(
                    credit_note_kind="credit_note",
                    invoice_kind="invoice",
                    payment_direction="in",
                    refund_direction="out",
                ),
                name="allocation_kinds",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} → {self.invoice}"
