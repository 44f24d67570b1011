"""The legal entities that sell."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.audit import audited


class IssuerQuerySet(models.QuerySet["Issuer"]):
    """Reads of issuers."""

    def seller(self) -> "Issuer | None":
        """The one that sells what is ordered: the first there is (see ``docs/decisions/0009-one-seller.md``)."""
        return self.order_by("pk").first()


@audited()
class Issuer(models.Model):
    """A legal entity that sells and invoices; what it is called here is printed on its documents."""

    code = models.CharField(_("code"), max_length=12, unique=True)
    name = models.CharField(_("trading name"), max_length=120)
    legal_name = models.CharField(_("legal name"), max_length=160)
    tax_number = models.CharField(_("tax number"), max_length=20)
    street = models.CharField(_("street"), max_length=160)
    postcode = models.CharField(_("postcode"), max_length=12)
    city = models.CharField(_("city"), max_length=80)
    country = models.CharField(_("country"), max_length=2, default="ES")
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    register_entry = models.CharField(_("commercial register"), max_length=200, blank=True)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    time_zone = models.CharField(_("time zone"), max_length=40, default="Europe/Madrid")

    objects = IssuerQuerySet.as_manager()

    class Meta:
        verbose_name = _("issuer")
        verbose_name_plural = _("issuers")
        constraints = [
            models.CheckConstraint(condition=Q(currency__regex="^[A-Z]{3}$"), name="issuer_currency_code"),
            models.CheckConstraint(condition=~Q(tax_number=""), name="issuer_tax_number_present"),
        ]

    def __str__(self) -> str:
        return self.name


@audited()
class IssuerBankAccount(models.Model):
    """An account the issuer is paid into, printed on invoices."""

    issuer = models.ForeignKey("customers.Issuer", models.PROTECT, related_name="bank_accounts")
    bank = models.CharField(_("bank"), max_length=80)
    iban = models.CharField(_("IBAN"), max_length=34, unique=True)
    bic = models.CharField(_("BIC"), max_length=11, blank=True)
    is_default = models.BooleanField(_("default"), default=False)

    class Meta:
        verbose_name = _("bank account")
        verbose_name_plural = _("bank accounts")
        constraints = [
            models.UniqueConstraint(
                fields=["issuer"], condition=Q(is_default=True), name="issuerbankaccount_one_default"
            ),
            models.CheckConstraint(
                condition=Q(iban__regex="^[A-Z]{2}[0-9]{2}[A-Z0-9]+$"), name="issuerbankaccount_iban"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bank} · {self.iban}"
