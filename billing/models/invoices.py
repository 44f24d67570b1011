"""Invoices and credit notes: numbered, immutable once issued, undone only by documents that refer to them."""

import datetime
import enum
from decimal import Decimal

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from billing.querysets import InstalmentQuerySet, InvoicePartQuerySet, InvoiceQuerySet
from config.money import LINE_NET, TAX
from customers.models import PaymentMethod
from customers.models.text import words_field


class InvoiceKind(models.TextChoices):
    """What a document is."""

    INVOICE = "invoice", _("Invoice")
    CREDIT_NOTE = "credit_note", _("Credit note")


class InvoiceStatus(models.TextChoices):
    """A draft has no number; an issued document never changes."""

    DRAFT = "draft", _("Draft")
    ISSUED = "issued", _("Issued")

    TONES = enum.nonmember({"draft": "neutral", "issued": "info"})


class InvoiceSeries(models.Model):
    """The counter of one series: its row is locked in the transaction that issues, so numbers have no gaps."""

    issuer = models.ForeignKey("customers.Issuer", models.PROTECT, related_name="series")
    code = models.CharField(_("code"), max_length=8)
    kind = models.CharField(_("kind"), max_length=12, choices=InvoiceKind)
    last_number = models.PositiveIntegerField(_("last number"), default=0)
    last_issued_on = models.DateField(_("last date"), null=True, blank=True)

    class Meta:
        verbose_name = _("invoice series")
        verbose_name_plural = _("invoice series")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=InvoiceKind.values), name="invoiceseries_kind_known"),
            models.UniqueConstraint(fields=["issuer", "code"], name="invoiceseries_once"),
            models.UniqueConstraint(fields=["id", "issuer", "kind"], name="invoiceseries_kind_key"),
        ]

    def __str__(self) -> str:
        return self.code


class Invoice(models.Model):
    """An invoice or credit note. Amounts are positive and in ``currency``; the kind gives the sign.

    ``customer`` bought, ``payer`` owes; ``due_on`` is the last instalment's date. ``parties`` holds what the document states of issuer and payer, as
    they were when it was issued. ``settled``: what allocations paid of it, or took from it (credit note).
    """

    issuer = models.ForeignKey("customers.Issuer", models.PROTECT, related_name="+")
    series = models.ForeignKey("billing.InvoiceSeries", models.PROTECT, null=True, blank=True, related_name="invoices")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="invoices")
    payer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    account = models.ForeignKey("customers.Account", models.PROTECT, related_name="+")
    order = models.ForeignKey("orders.Order", models.PROTECT, null=True, blank=True, related_name="invoices")
    kind = models.CharField(_("kind"), max_length=12, choices=InvoiceKind)
    status = models.CharField(_("status"), max_length=8, choices=InvoiceStatus, default=InvoiceStatus.DRAFT)
    sequence = models.PositiveIntegerField(_("number in the series"), null=True, blank=True)
    number = models.CharField(_("number"), max_length=24, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3)
    language = models.CharField(_("language"), max_length=5, default="es")
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    supplied_on = models.DateField(_("supplied on"), null=True, blank=True)
    payer_name = models.CharField(_("payer"), max_length=160)
    parties = models.JSONField(default=dict)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    net = models.DecimalField(_("net"), max_digits=14, decimal_places=2, default=0)
    tax = models.DecimalField(_("tax"), max_digits=14, decimal_places=2, default=0)
    gross = models.DecimalField(_("total"), max_digits=14, decimal_places=2, default=0)
    settled = models.DecimalField(_("settled"), max_digits=14, decimal_places=2, default=0)
    open_amount = models.GeneratedField(
        expression=F("gross") - F("settled"),
        output_field=models.DecimalField(max_digits=14, decimal_places=2),
        db_persist=True,
    )
    pdf = models.ForeignKey("customers.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")
    issued_by = models.ForeignKey("customers.User", models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    words = words_field("number", "payer_name")

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        permissions = [("issue_invoice", _("Issue invoices and credit notes"))]
        indexes = [
            GinIndex(fields=["words"], name="invoice_words"),
            models.Index(fields=["-issued_on", "-id"], name="invoice_by_issued"),
            models.Index(fields=["-gross", "-id"], name="invoice_by_gross"),
            models.Index(fields=["-number", "-id"], name="invoice_by_number"),
            models.Index(fields=["customer", "-issued_on", "-id"], name="invoice_by_customer"),
            models.Index(fields=["payer", "-issued_on", "-id"], name="invoice_by_payer"),
            models.Index(fields=["account", "-issued_on", "-id"], name="invoice_by_account"),
            models.Index(
                fields=["due_on", "id"],
                condition=Q(status="issued", kind="invoice", settled__lt=F("gross")),
                name="invoice_open_by_due",
            ),
            models.Index(
                fields=["account"],
                include=["kind", "open_amount"],
                condition=Q(status="issued", settled__lt=F("gross")),
                name="invoice_open_by_account",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["series", "sequence"], name="invoice_sequence_once"),
            models.UniqueConstraint(fields=["issuer", "number"], name="invoice_number_once"),
            models.UniqueConstraint(fields=["id", "payer", "currency"], name="invoice_payer_key"),
            models.UniqueConstraint(fields=["id", "payer", "currency", "kind"], name="invoice_kind_key"),
            models.UniqueConstraint(fields=["id", "account"], name="invoice_account_key"),
            models.CheckConstraint(condition=Q(kind__in=InvoiceKind.values), name="invoice_kind_known"),
            models.CheckConstraint(condition=Q(status__in=InvoiceStatus.values), name="invoice_status_known"),
            models.CheckConstraint(
                condition=Q(
                    status="draft", sequence__isnull=True, number__isnull=True, issued_on__isnull=True, settled=0
                )
                | Q(
                    status="issued",
                    sequence__isnull=False,
                    number__isnull=False,
                    issued_on__isnull=False,
                    series__isnull=False,
                ),
                name="invoice_draft_has_no_number",
            ),
            models.CheckConstraint(condition=Q(gross=F("net") + F("tax")), name="invoice_totals_add_up"),
            models.CheckConstraint(condition=Q(net__gte=0, tax__gte=0), name="invoice_totals_positive"),
            models.CheckConstraint(
                condition=Q(settled__gte=0, settled__lte=F("gross")), name="invoice_settled_within_total"
            ),
            models.CheckConstraint(
                condition=Q(due_on__isnull=True) | Q(due_on__gte=F("issued_on")), name="invoice_due_after_issue"
            ),
            models.CheckConstraint(
                condition=~Q(kind="credit_note") | ~Q(reason=""), name="invoice_credit_note_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.number or f"{self.get_kind_display()} #{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("billing:invoice_page", args=[self.pk])

    @property
    def issue_day(self) -> datetime.date:
        """The day of an issued document. Raises ValueError for a draft, which has none."""
        if self.issued_on is None:
            raise ValueError("A draft has no day.")
        return self.issued_on


class CreditLineKind(models.TextChoices):
    """What a credit note's line corrects; only a reversal frees the units to be billed again."""

    REVERSAL = "reversal", _("Reversal")
    GOODS = "goods", _("Goods returned")
    PRICE = "price", _("Price corrected")


class InvoiceLine(models.Model):
    """A line as billed: what was shipped (or ordered), or what a credit note takes back."""

    invoice = models.ForeignKey("billing.Invoice", models.PROTECT, related_name="lines", db_constraint=False)
    account = models.ForeignKey("customers.Account", models.PROTECT, related_name="+")
    position = models.PositiveIntegerField(_("position"))
    order_line = models.ForeignKey(
        "orders.OrderLine", models.PROTECT, null=True, blank=True, related_name="invoice_lines"
    )
    shipment_line = models.ForeignKey(
        "orders.ShipmentLine", models.PROTECT, null=True, blank=True, related_name="invoice_lines"
    )
    corrects = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="corrections")
    credit_kind = models.CharField(_("corrects"), max_length=8, choices=CreditLineKind, blank=True)
    code = models.CharField(_("code"), max_length=40, blank=True)
    description = models.CharField(_("description"), max_length=200)
    unit = models.CharField(_("unit"), max_length=12, blank=True)
    quantity = models.DecimalField(_("quantity"), max_digits=14, decimal_places=3)
    price = models.DecimalField(_("price"), max_digits=14, decimal_places=4)
    price_quantity = models.DecimalField(_("price per"), max_digits=10, decimal_places=3, default=1)
    discount_percent = models.DecimalField(_("discount %"), max_digits=5, decimal_places=2, default=0)
    tax_rate = models.DecimalField(_("VAT %"), max_digits=5, decimal_places=2)
    surcharge_rate = models.DecimalField(_("surcharge %"), max_digits=5, decimal_places=2, default=0)
    net = models.GeneratedField(
        expression=Func(
            template=LINE_NET.format(quantity="quantity"),
            output_field=models.DecimalField(max_digits=14, decimal_places=2),
        ),
        output_field=models.DecimalField(max_digits=14, decimal_places=2),
        db_persist=True,
    )

    objects = InvoicePartQuerySet.as_manager()

    class Meta:
        verbose_name = _("invoice line")
        verbose_name_plural = _("invoice lines")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["invoice", "position"], name="invoiceline_position_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="invoiceline_quantity_positive"),
            models.CheckConstraint(
                condition=Q(price__gte=0, price_quantity__gt=0, discount_percent__gte=0, discount_percent__lte=100),
                name="invoiceline_price_range",
            ),
            models.CheckConstraint(
                condition=Q(credit_kind="", corrects__isnull=True)
                | Q(credit_kind__in=CreditLineKind.values, corrects__isnull=False),
                name="invoiceline_correction_refers",
            ),
        ]

    def __str__(self) -> str:
        return self.description


class InvoiceTax(models.Model):
    """The tax of one pair of rates: rounded half up once, on the net sum of that rate."""

    invoice = models.ForeignKey("billing.Invoice", models.PROTECT, related_name="taxes", db_constraint=False)
    account = models.ForeignKey("customers.Account", models.PROTECT, related_name="+")
    rate = models.DecimalField(_("VAT %"), max_digits=5, decimal_places=2)
    surcharge_rate = models.DecimalField(_("surcharge %"), max_digits=5, decimal_places=2, default=0)
    base = models.DecimalField(_("base"), max_digits=14, decimal_places=2)
    amount = models.DecimalField(_("VAT"), max_digits=14, decimal_places=2)
    surcharge = models.DecimalField(_("surcharge"), max_digits=14, decimal_places=2, default=0)

    objects = InvoicePartQuerySet.as_manager()

    class Meta:
        verbose_name = _("invoice tax")
        verbose_name_plural = _("invoice taxes")
        ordering = ["-rate", "-surcharge_rate"]
        constraints = [
            models.UniqueConstraint(fields=["invoice", "rate", "surcharge_rate"], name="invoicetax_rate_once"),
            models.CheckConstraint(
                condition=Q(
                    amount=Func(
                        template=TAX.format(base="base", rate="rate"),
                        output_field=models.DecimalField(max_digits=14, decimal_places=2),
                    )
                )
                & Q(
                    surcharge=Func(
                        template=TAX.format(base="base", rate="surcharge_rate"),
                        output_field=models.DecimalField(max_digits=14, decimal_places=2),
                    )
                ),
                name="invoicetax_rounded_half_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rate} %: {self.amount}"


class InvoiceReference(models.Model):
    """A credit note refers to the invoices it corrects; one may correct many."""

    credit_note = models.ForeignKey("billing.Invoice", models.PROTECT, related_name="references")
    invoice = models.ForeignKey("billing.Invoice", models.PROTECT, related_name="credit_note_references")
    account = models.ForeignKey("customers.Account", models.PROTECT, related_name="+")

    objects = InvoicePartQuerySet.as_manager()

    class Meta:
        verbose_name = _("reference")
        verbose_name_plural = _("references")
        constraints = [
            models.UniqueConstraint(fields=["credit_note", "invoice"], name="invoicereference_once"),
            models.CheckConstraint(condition=~Q(credit_note=F("invoice")), name="invoicereference_not_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.credit_note} → {self.invoice}"


class Instalment(models.Model):
    """A part of an invoice that falls due on a day; the parts add up to the total."""

    invoice = models.ForeignKey("billing.Invoice", models.PROTECT, related_name="instalments", db_constraint=False)
    account = models.ForeignKey("customers.Account", models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(_("position"))
    due_on = models.DateField(_("due on"))
    method = models.CharField(_("method"), max_length=20, choices=PaymentMethod, default=PaymentMethod.TRANSFER)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)
    settled = models.DecimalField(_("settled"), max_digits=14, decimal_places=2, default=0)

    objects = InstalmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("instalment")
        verbose_name_plural = _("instalments")
        ordering = ["position"]
        indexes = [
            models.Index(
                fields=["due_on", "invoice"], condition=Q(settled__lt=F("amount")), name="instalment_open_by_due"
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["invoice", "position"], name="instalment_position_once"),
            models.UniqueConstraint(fields=["id", "invoice"], name="instalment_invoice_key"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="instalment_amount_positive"),
            models.CheckConstraint(condition=Q(method__in=PaymentMethod.values), name="instalment_method_known"),
            models.CheckConstraint(
                condition=Q(settled__gte=0, settled__lte=F("amount")), name="instalment_settled_within_amount"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.due_on}: {self.amount}"

    @property
    def open(self) -> Decimal:
        """What is left to pay of it."""
        return self.amount - self.settled
