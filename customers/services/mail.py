"""Mail: written into the outbox in the transaction that causes it, sent by a job afterwards."""

import datetime
import smtplib
from collections.abc import Iterable

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.types import JSONValue

from customers.models import Account, OutboxMessage, OutboxState

SEND_MAIL = "customers.tasks.send_mail"
MAX_ATTEMPTS = 6


@transaction.atomic
def write_mail(
    *, recipient: str, subject: str, body: str, account: Account | None = None, is_secret: bool = False
) -> OutboxMessage:
    """Put a mail into the outbox and enqueue its sending; both happen, or neither, with the caller's transaction.

    ``body`` is plain text. ``account`` is the group whose business it is, if any. ``is_secret`` says that a link in
    it lets its reader in as somebody: no colleague reads it, and it is forgotten once sent (but in the demo).
    """
    message = OutboxMessage.objects.create(
        account=account, recipient=recipient, subject=" ".join(subject.split())[:200], body=body, is_secret=is_secret
    )
    enqueue(messages=[message])
    return message


def enqueue(*, messages: Iterable[OutboxMessage]) -> None:
    """Let the worker send some waiting mails once the caller's transaction is committed; one statement."""
    jobs: list[dict[str, JSONValue]] = [{"message_id": message.pk} for message in messages]
    app.configure_task(SEND_MAIL, allow_unknown=False).batch_defer(*jobs)


def send(*, message_id: int, at: datetime.datetime) -> bool:
    """Try to send one waiting mail and write down what came of it; tells whether to try again later.

    The message is locked while the mail server is asked, so that two workers never send it twice. After
    ``MAX_ATTEMPTS`` failures it stays in the outbox as failed, with the last error, until somebody sends it again.
    """
    with transaction.atomic():
        message = OutboxMessage.objects.select_for_update(skip_locked=True).filter(pk=message_id).first()
        if message is None or message.state == OutboxState.SENT:
            return False
        message.attempts += 1
        try:
            EmailMessage(message.subject, message.body, to=[message.recipient]).send()
        except (OSError, smtplib.SMTPException) as error:
            message.last_error = f"{type(error).__name__}: {error}"[:2000]
            message.state = OutboxState.FAILED if message.attempts >= MAX_ATTEMPTS else OutboxState.WAITING
        else:
            message.last_error = ""
            message.state, message.sent_at = OutboxState.SENT, at
            if message.is_secret and not settings.DEMO:
                message.body = ""
        message.save(update_fields=["attempts", "last_error", "state", "sent_at", "body"])
    return message.state == OutboxState.WAITING


@transaction.atomic
def send_again(*, message: OutboxMessage) -> None:
    """Put a failed mail back to the waiting ones and enqueue it; its attempts count anew."""
    found = OutboxMessage.objects.filter(pk=message.pk, state=OutboxState.FAILED)
    if found.update(state=OutboxState.WAITING, attempts=0):
        enqueue(messages=[message])
