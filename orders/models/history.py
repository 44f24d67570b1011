"""What was brought from other systems, so that bringing it again adds nothing."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from inventory.querysets import StaffQuerySet


class ImportedDocument(models.Model):
    """A document of another system as it was read: the hash of its rows tells a repetition from a change."""

    source = models.CharField(_("source"), max_length=40)
    key = models.CharField(_("document"), max_length=80)
    digest = models.CharField(max_length=32)
    rows = models.PositiveIntegerField(_("rows"))
    imported_at = models.DateTimeField(_("imported at"))

    objects = StaffQuerySet.as_manager()

    class Meta:
        verbose_name = _("imported document")
        verbose_name_plural = _("imported documents")
        constraints = [models.UniqueConstraint(fields=["source", "key"], name="importeddocument_once")]

    def __str__(self) -> str:
        return f"{self.source} {self.key}"
