"""What the job worker does for this app."""

from functools import partial

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from customers.services import mail
from customers.services.exports import write_export
from customers.services.jobs import run_job


class MailNotSent(Exception):
    """The mail server did not take a mail; the job is tried again later."""


# Again after 8 seconds, 1 minute, 9 minutes, 1 hour, 9 hours: a mail server that is down for a day loses nothing.
@app.task(queue="mail", retry=RetryStrategy(max_attempts=mail.MAX_ATTEMPTS, exponential_wait=8))
def send_mail(message_id: int) -> None:
    """Send one mail of the outbox."""
    if mail.send(message_id=message_id, at=timezone.now()):
        raise MailNotSent


@app.task(queue="jobs")
def export_list(job_id: str) -> None:
    """Write a list as a file; see ``customers.services.exports``."""
    run_job(job_id, partial(write_export, today=timezone.localdate()))
