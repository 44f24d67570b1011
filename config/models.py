"""The one table of the mechanics that all apps share."""

from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Cast, Now, NullIf
from django.utils.translation import gettext_lazy as _


class IdempotencyKey(models.Model):
    """A request that creates something, by its key, and what it was answered (see ``config.database.idempotency``).

    ``account_id`` is no reference, for this table lies below the accounts; row-level security reads it.
    """

    scope = models.CharField(_("scope"), max_length=80)
    key = models.CharField(_("key"), max_length=80)
    account_id = models.BigIntegerField(
        null=True,
        editable=False,
        db_default=Cast(
            NullIf(Func(Value("app.account"), Value(True), function="current_setting"), Value("")),
            models.BigIntegerField(),
        ),
    )
    body_hash = models.CharField(_("hash of what was asked"), max_length=64)
    status = models.PositiveSmallIntegerField(_("status"), null=True)
    location = models.CharField(_("location"), max_length=500, blank=True)
    answer = models.JSONField(_("answer"), null=True)
    created_at = models.DateTimeField(_("created at"), db_default=Now())

    class Meta:
        verbose_name = _("idempotency key")
        verbose_name_plural = _("idempotency keys")
        constraints = [
            models.UniqueConstraint(F("scope"), F("key"), name="idempotencykey_once"),
            models.CheckConstraint(condition=~Q(key=""), name="idempotencykey_key_present"),
            models.CheckConstraint(
                condition=Q(status__isnull=True) | Q(status__range=(200, 399)), name="idempotencykey_success"
            ),
        ]
        indexes = [models.Index(fields=["created_at"], name="idempotencykey_by_age")]

    def __str__(self) -> str:
        return f"{self.scope} {self.key}"
