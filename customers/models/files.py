"""Private files, outgoing mail, and jobs as people see them."""

import enum
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.database.states import EnumField
from customers.querysets import JobRunQuerySet, OutboxQuerySet, StoredFileQuerySet


class FileKind(models.TextChoices):
    """What a stored file is, which also decides who may read it."""

    INVOICE = "invoice", _("Invoice")
    DELIVERY_NOTE = "delivery_note", _("Delivery note")
    EXPORT = "export", _("Export")
    UPLOAD = "upload", _("Upload")
    REPORT = "report", _("Report")


class StoredFile(models.Model):
    """A file outside the web root; its bytes lie under FILES_ROOT at a path made from their SHA-256.

    ``account`` is the group that may read it; without one only staff may. ``owner`` narrows it to one person.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey("customers.Account", models.PROTECT, null=True, blank=True, related_name="+")
    owner = models.ForeignKey("customers.User", models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(_("kind"), max_length=16, choices=FileKind)
    name = models.CharField(_("file name"), max_length=160)
    content_type = models.CharField(max_length=80)
    size = models.PositiveBigIntegerField(_("bytes"))
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(_("stored at"), auto_now_add=True)

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        constraints = [
            models.CheckConstraint(condition=Q(sha256__regex="^[0-9a-f]{64}$"), name="storedfile_sha256"),
            models.CheckConstraint(condition=Q(kind__in=FileKind.values), name="storedfile_kind_known"),
        ]

    def __str__(self) -> str:
        return self.name


class OutboxState(models.TextChoices):
    """Where a message is on its way out."""

    WAITING = "waiting", _("Waiting")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")

    TONES = enum.nonmember({"waiting": "info empty", "sent": "ok", "failed": "bad"})


class OutboxMessage(models.Model):
    """A mail written in the transaction that caused it, and sent by a job."""

    account = models.ForeignKey("customers.Account", models.PROTECT, null=True, blank=True, related_name="+")
    recipient = models.EmailField(_("to"))
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("text"), blank=True)
    is_secret = models.BooleanField(
        _("personal link"), default=False, help_text=_("Only the recipient reads it, and it is forgotten once sent.")
    )
    state = EnumField(_("state"), max_length=8, choices=OutboxState, default=OutboxState.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    last_error = models.TextField(_("last error"), blank=True)
    created_at = models.DateTimeField(_("written at"), auto_now_add=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        indexes = [models.Index(fields=["id"], condition=Q(state="waiting"), name="outboxmessage_waiting")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=OutboxState.values), name="outboxmessage_state_known"),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at__isnull=True)),
                name="outboxmessage_sent_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} → {self.recipient}"


class JobState(models.TextChoices):
    """Where a job is."""

    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")

    TONES = enum.nonmember({"waiting": "neutral empty", "running": "info half", "done": "ok", "failed": "bad"})


class JobRun(models.Model):
    """A long piece of work as the person who asked for it sees it: state, progress, result."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey("customers.User", models.PROTECT, null=True, related_name="+")
    account = models.ForeignKey("customers.Account", models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(_("kind"), max_length=40)
    title = models.CharField(_("title"), max_length=160)
    arguments = models.JSONField(default=dict, blank=True)
    state = EnumField(_("state"), max_length=8, choices=JobState, default=JobState.WAITING)
    done = models.PositiveBigIntegerField(_("done"), default=0)
    total = models.PositiveBigIntegerField(_("of"), default=0)
    message = models.TextField(_("message"), blank=True)
    result = models.ForeignKey("customers.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(_("asked at"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    objects = JobRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        indexes = [models.Index(fields=["user", "-created_at"], name="jobrun_by_user")]
        constraints = [models.CheckConstraint(condition=Q(state__in=JobState.values), name="jobrun_state_known")]

    def __str__(self) -> str:
        return self.title

    @property
    def language(self) -> str:
        """What the result is written in: the language of the page on which it was asked for, else the person's."""
        return self.arguments.get("language") or (self.user.language if self.user else settings.LANGUAGE_CODE)
