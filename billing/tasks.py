"""What the job worker does for this app."""

from functools import partial

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from billing.exceptions import InvoiceRefused
from billing.queues import orders_to_invoice
from billing.services.documents import store_invoice_pdf
from billing.services.invoicing import issue_invoices
from config.database import retry
from customers.models import JobRun
from customers.services.jobs import Progress, run_job
from orders.models import Order

CHUNK = 50
SAID = 20  # refusals that the message of a job names


@app.task(queue="documents", retry=RetryStrategy(max_attempts=5, exponential_wait=5))
def render_invoice(invoice_id: int) -> None:
    """Make the PDF of an issued document; done again, it changes nothing."""
    store_invoice_pdf(invoice_id=invoice_id)


@app.task(queue="jobs")
def invoice_everything(job_id: str) -> None:
    """Invoice every order with something to invoice that the person sees, fifty at a time, each fifty for itself.

    A worker killed in the middle leaves what it had invoiced; the job, begun again, goes on with the rest.
    """
    run_job(job_id, _invoice_waiting, in_parts=True)


def _invoice_waiting(run: JobRun, progress: Progress) -> None:
    if run.user is None:  # whom shall it be visible to
        return
    mine = Order.objects.visible_to(run.user).values("pk")
    waiting = list(orders_to_invoice().filter(pk__in=mine).order_by("pk").values_list("pk", flat=True))
    issued, refused = 0, list[str]()
    progress(0, len(waiting))
    for start in range(0, len(waiting), CHUNK):
        made, problems = _invoice_chunk(waiting[start : start + CHUNK], run)
        issued += made
        refused += problems
        progress(min(start + CHUNK, len(waiting)))
    message = ngettext("%(n)s invoice issued.", "%(n)s invoices issued.", issued) % {"n": issued}
    if refused:
        message += " " + _("Not invoiced:") + " " + " ".join(refused[:SAID])
    JobRun.objects.filter(pk=run.pk).update(message=message)


def _invoice_chunk(order_ids: list[int], run: JobRun) -> tuple[int, list[str]]:
    """Invoice some orders at once; if one of them is refused, one by one, so that it keeps nobody else waiting."""
    issue = partial(issue_invoices, order_ids=order_ids, by=run.user, today=timezone.localdate(), at=timezone.now())
    try:
        return len(retry.run_transaction(issue)), []
    except InvoiceRefused as error:
        if len(order_ids) == 1:
            return 0, list(error.problems)
    made, problems = 0, []
    for pk in order_ids:
        one, wrong = _invoice_chunk([pk], run)
        made += one
        problems += wrong
    return made, problems
