"""Customer companies: groups, branches, addresses, contacts, terms."""

import enum
from decimal import Decimal

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from config.database.states import EnumField
from customers.audit import audited
from customers.models.text import key_field, phone_field, words_field
from customers.querysets import AccountQuerySet, CustomerNoteQuerySet, CustomerQuerySet, OwnedQuerySet


class CustomerStatus(models.TextChoices):
    """Whether one may sell to a customer."""

    ACTIVE = "active", _("Active")
    ON_HOLD = "on_hold", _("On hold")
    CLOSED = "closed", _("Closed")

    TONES = enum.nonmember({"active": "ok", "on_hold": "bad", "closed": "neutral cross"})


class TaxTreatment(models.TextChoices):
    """How sales to a customer are taxed."""

    DOMESTIC = "domestic", _("Domestic")
    SURCHARGE = "surcharge", _("Domestic with equivalence surcharge")
    INTRA_COMMUNITY = "intra_community", _("Intra-community")
    EXPORT = "export", _("Export")
    EXEMPT = "exempt", _("Exempt")


class PoPolicy(models.TextChoices):
    """What happens when a customer's PO number comes a second time on a live order."""

    REFUSE = "refuse", _("Refuse a repeated PO number")
    WARN = "warn", _("Warn about a repeated PO number")
    ALLOW = "allow", _("Allow repeated PO numbers (call-offs)")


class BillingPolicy(models.TextChoices):
    """What an invoice may bill."""

    ON_SHIPMENT = "on_shipment", _("What was shipped")
    ON_ORDER = "on_order", _("What was ordered")


class Region(models.Model):
    """Where customers are served; warehouses serve regions in order of distance."""

    code = models.CharField(_("code"), max_length=12, unique=True)
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Segment(models.Model):
    """What kind of business a customer is: restaurant, shop, distributor."""

    code = models.CharField(_("code"), max_length=12, unique=True)
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        verbose_name = _("segment")
        verbose_name_plural = _("segments")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class PaymentMethod(models.TextChoices):
    """How money comes."""

    TRANSFER = "transfer", _("Bank transfer")
    DIRECT_DEBIT = "direct_debit", _("Direct debit")
    CARD = "card", _("Card")
    CASH = "cash", _("Cash")
    NOTE = "note", _("Promissory note")


class PaymentTerms(models.Model):
    """When and how invoices fall due: at once, or in instalments that share the total and are 100 per cent together."""

    code = models.CharField(_("code"), max_length=12, unique=True)
    name = models.CharField(_("name"), max_length=80)
    method = models.CharField(_("method"), max_length=20, choices=PaymentMethod, default=PaymentMethod.TRANSFER)

    class Meta:
        verbose_name = _("payment terms")
        verbose_name_plural = _("payment terms")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=Q(method__in=PaymentMethod.values), name="paymentterms_method_known")
        ]

    def __str__(self) -> str:
        return self.name


class PaymentTermsInstalment(models.Model):
    """One instalment of payment terms; what rounding leaves over goes to the last."""

    terms = models.ForeignKey("customers.PaymentTerms", models.CASCADE, related_name="instalments")
    days = models.PositiveSmallIntegerField(_("days after the invoice"))
    percent = models.DecimalField(_("percent"), max_digits=5, decimal_places=2)

    class Meta:
        verbose_name = _("instalment of terms")
        verbose_name_plural = _("instalments of terms")
        ordering = ["days"]
        constraints = [
            models.UniqueConstraint(fields=["terms", "days"], name="paymenttermsinstalment_days_once"),
            models.CheckConstraint(
                condition=Q(percent__gt=0, percent__lte=100), name="paymenttermsinstalment_percent_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.percent} % · {self.days}"


@audited(fields=["name", "currency", "credit_limit", "is_blocked"])
class Account(models.Model):
    """A group of companies: the key that isolates its rows, and the row on which its credit is decided.

    The exposure columns (amounts in ``currency``, taxes included) are re-computed by orders and billing
    in their own transactions with this row locked; the integrity proofs compare them with the documents.
    """

    name = models.CharField(_("name"), max_length=160)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    credit_limit = models.DecimalField(_("credit limit"), max_digits=14, decimal_places=2, null=True, blank=True)
    is_blocked = models.BooleanField(_("blocked"), default=False)
    open_orders = models.DecimalField(max_digits=14, decimal_places=2, default=0, editable=False)
    unbilled = models.DecimalField(max_digits=14, decimal_places=2, default=0, editable=False)
    receivable = models.DecimalField(max_digits=14, decimal_places=2, default=0, editable=False)
    unallocated = models.DecimalField(max_digits=14, decimal_places=2, default=0, editable=False)
    exposure = models.GeneratedField(
        expression=F("open_orders") + F("unbilled") + F("receivable") - F("unallocated"),
        output_field=models.DecimalField(max_digits=14, decimal_places=2),
        db_persist=True,
    )

    objects = AccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("group")
        verbose_name_plural = _("groups")
        constraints = [
            models.CheckConstraint(
                condition=Q(credit_limit__isnull=True) | Q(credit_limit__gte=0), name="account_limit_positive"
            ),
            models.CheckConstraint(
                condition=Q(open_orders__gte=0, unbilled__gte=0, receivable__gte=0, unallocated__gte=0),
                name="account_exposure_positive",
            ),
            models.CheckConstraint(condition=Q(currency__regex="^[A-Z]{3}$"), name="account_currency_code"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def credit_left(self) -> Decimal | None:
        """Amount in ``currency`` that may still be ordered; None without a limit, negative when exceeded."""
        return None if self.credit_limit is None else self.credit_limit - self.exposure


@audited(exclude=["search_key", "phone_key", "words"])
class Customer(models.Model):
    """A company account: sold to, or a branch of one, or who pays for it."""

    account = models.ForeignKey("customers.Account", models.PROTECT, related_name="customers")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="branches")
    payer = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="pays_for")
    number = models.CharField(_("number"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=160)
    legal_name = models.CharField(_("legal name"), max_length=160, blank=True)
    tax_number = models.CharField(_("tax number"), max_length=20, blank=True)
    city = models.CharField(_("city"), max_length=80, blank=True)
    country = models.CharField(_("country"), max_length=2, default="ES")
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    segment = models.ForeignKey("customers.Segment", models.PROTECT, null=True, blank=True, related_name="customers")
    region = models.ForeignKey("customers.Region", models.PROTECT, null=True, blank=True, related_name="customers")
    rep = models.ForeignKey("customers.User", models.PROTECT, null=True, blank=True, related_name="customers")
    terms = models.ForeignKey("customers.PaymentTerms", models.PROTECT, null=True, blank=True, related_name="+")
    tax_treatment = models.CharField(
        _("tax treatment"), max_length=16, choices=TaxTreatment, default=TaxTreatment.DOMESTIC
    )
    billing_policy = models.CharField(
        _("invoices bill"), max_length=12, choices=BillingPolicy, default=BillingPolicy.ON_SHIPMENT
    )
    po_policy = models.CharField(_("PO policy"), max_length=8, choices=PoPolicy, default=PoPolicy.REFUSE)
    po_required = models.BooleanField(_("PO number required"), default=False)
    best_price = models.BooleanField(
        _("best price"), default=False, help_text=_("The lowest price of all lists instead of the first match.")
    )
    ship_complete = models.BooleanField(_("ships complete only"), default=False)
    accepts_backorders = models.BooleanField(_("accepts backorders"), default=True)
    delivery_weekdays = models.CharField(
        _("delivery weekdays"),
        max_length=7,
        default="12345",
        help_text=_("Digits of the weekdays with a delivery: 1 is Monday, 7 is Sunday."),
    )
    delivery_note = models.TextField(_("delivery instructions"), blank=True)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default="es")
    status = EnumField(_("status"), max_length=8, choices=CustomerStatus, default=CustomerStatus.ACTIVE)
    is_anonymous = models.BooleanField(_("stands for unknown buyers"), default=False)
    source = models.CharField(_("source"), max_length=40, blank=True)
    source_key = models.CharField(_("key in the source"), max_length=80, blank=True)
    created_at = models.DateTimeField(_("customer since"), auto_now_add=True)
    search_key = key_field("name")
    phone_key = phone_field()
    words = words_field("number", "name", "legal_name", "tax_number", "city", "phone", "email")

    objects = CustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        permissions = [
            ("view_all_customers", _("See the customers of every rep")),
            ("view_credit", _("See credit and debt")),
            ("set_credit_limit", _("Set credit limits")),
        ]
        indexes = [
            GinIndex(fields=["words"], name="customer_words"),
            models.Index(fields=["search_key", "id"], name="customer_by_name"),
            models.Index(fields=["phone_key"], condition=~Q(phone_key=""), name="customer_by_phone"),
            models.Index(fields=["rep", "search_key", "id"], name="customer_by_rep"),
            models.Index(fields=["segment", "search_key", "id"], name="customer_by_segment"),
            models.Index(fields=["region", "search_key", "id"], name="customer_by_region"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["id", "account"], name="customer_account_key"),
            models.UniqueConstraint(
                fields=["source", "source_key"], condition=~Q(source=""), name="customer_source_once"
            ),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="customer_not_own_parent"),
            models.CheckConstraint(condition=Q(delivery_weekdays__regex="^[1-7]{1,7}$"), name="customer_weekdays"),
            models.CheckConstraint(condition=Q(status__in=CustomerStatus.values), name="customer_status_known"),
            models.CheckConstraint(
                condition=Q(billing_policy__in=BillingPolicy.values), name="customer_billing_policy_known"
            ),
            models.CheckConstraint(condition=Q(po_policy__in=PoPolicy.values), name="customer_po_policy_known"),
            models.CheckConstraint(
                condition=Q(language__in=list(dict(settings.LANGUAGES))), name="customer_language_known"
            ),
            models.CheckConstraint(condition=Q(tax_treatment__in=TaxTreatment.values), name="customer_tax_known"),
            models.CheckConstraint(condition=~Q(name=""), name="customer_name_present"),
        ]

    def __str__(self) -> str:
        return self.name


@audited()
class Address(models.Model):
    """A place goods or documents go to."""

    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="addresses")
    account = models.ForeignKey("customers.Account", models.PROTECT, related_name="+")
    label = models.CharField(_("label"), max_length=80)
    recipient = models.CharField(_("recipient"), max_length=160, blank=True)
    street = models.CharField(_("street"), max_length=160)
    postcode = models.CharField(_("postcode"), max_length=12)
    city = models.CharField(_("city"), max_length=80)
    province = models.CharField(_("province"), max_length=80, blank=True)
    country = models.CharField(_("country"), max_length=2, default="ES")
    is_billing = models.BooleanField(_("for invoices"), default=False)
    is_default = models.BooleanField(_("default for deliveries"), default=False)
    is_active = models.BooleanField(_("active"), default=True)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        constraints = [
            models.UniqueConstraint(fields=["customer"], condition=Q(is_default=True), name="address_one_default"),
            models.UniqueConstraint(fields=["customer"], condition=Q(is_billing=True), name="address_one_billing"),
            models.UniqueConstraint(fields=["id", "account"], name="address_account_key"),
        ]

    def __str__(self) -> str:
        return f"{self.label} · {self.street}, {self.postcode} {self.city}"


@audited(exclude=["phone_key"])
class Contact(models.Model):
    """A person at a customer, with or without a login."""

    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="contacts")
    account = models.ForeignKey("customers.Account", models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=120)
    role = models.CharField(_("role"), max_length=80, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    is_main = models.BooleanField(_("main contact"), default=False)
    phone_key = phone_field()

    objects = OwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        indexes = [models.Index(fields=["phone_key"], condition=~Q(phone_key=""), name="contact_by_phone")]
        constraints = [
            models.UniqueConstraint(fields=["customer"], condition=Q(is_main=True), name="contact_one_main"),
        ]

    def __str__(self) -> str:
        return self.name


class CustomerNote(models.Model):
    """What staff noted about a customer; customers never see it."""

    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="notes")
    account = models.ForeignKey("customers.Account", models.PROTECT, related_name="+")
    body = models.TextField(_("note"))
    is_pinned = models.BooleanField(_("pinned"), default=False)
    created_by = models.ForeignKey("customers.User", models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("written at"))

    objects = CustomerNoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        indexes = [models.Index(fields=["customer", "-created_at"], name="customernote_by_customer")]
        constraints = [models.CheckConstraint(condition=~Q(body=""), name="customernote_body_present")]

    def __str__(self) -> str:
        return self.body[:60]
