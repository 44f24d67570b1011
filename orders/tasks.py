"""What the job worker does for this app."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override
from procrastinate.contrib.django import app

from config import integrity
from config.database.retry import run_transaction
from customers.models import FileKind, JobRun, StoredFile
from customers.services.files import path_of, store_file
from customers.services.jobs import JobError, Progress, run_job
from orders.services.backorders import LINES_AT_ONCE, serve_backorders, withdraw_overdue
from orders.services.closing import ORDERS_AT_ONCE, close_finished
from orders.services.history import FileProblem, MappingError, import_history, load_mapping, recognise


@app.task(queue="jobs")
def import_orders(job_id: str) -> None:
    """Import the history file of a job; its arguments are ``file``, ``mapping`` ("" to go by the headings) and ``dry_run``."""
    run_job(job_id, _import_orders)


@app.task(queue="jobs")
def prove_integrity(job_id: str) -> None:
    """Run all proofs over the whole database; the job's result holds what ``integrity.read_results`` reads."""
    run_job(job_id, _prove_integrity, in_parts=True)


@app.task(queue="stock", lock="backorders")
def fill_backorders(product_ids: list[int] | None = None) -> None:
    """Serve who waits for these products (None: for any) from stock and supply that became free."""
    looked_at = 0
    while True:
        served, count = run_transaction(
            lambda: serve_backorders(product_ids=product_ids, at=timezone.now(), skip=looked_at)  # noqa: B023
        )
        if served is None:  # nothing for these lines: the next ones
            looked_at += count
        if count < LINES_AT_ONCE:
            return


@app.periodic(cron="*/5 * * * *")
@app.task(queue="stock", lock="backorders", queueing_lock="serve_all_backorders")
def serve_all_backorders(timestamp: int) -> None:
    """Look at every line that waits: for supply that was entered, incidents that were solved."""
    fill_backorders()


@app.periodic(cron="5 5-18 * * *")  # UTC: in the morning, and through the day for who starts late
@app.task(queue="stock", lock="backorders", queueing_lock="withdraw_overdue_promises")
def withdraw_overdue_promises(timestamp: int) -> None:
    """Take back what was promised on deliveries whose day has passed."""
    while run_transaction(lambda: withdraw_overdue(at=timezone.now())):
        pass


@app.periodic(cron="25 * * * *")
@app.task(queue="stock", queueing_lock="close_finished_orders")
def close_finished_orders(timestamp: int) -> None:
    """Close orders of which nothing more is expected."""
    while close_finished(at=timezone.now()) == ORDERS_AT_ONCE:
        pass


def _import_orders(run: JobRun, progress: Progress) -> StoredFile:
    upload = StoredFile.objects.get(pk=run.arguments["file"])
    dry_run = bool(run.arguments["dry_run"])
    with tempfile.TemporaryDirectory() as folder, override(run.language):
        report = Path(folder) / "report.csv"
        path, named = path_of(upload.sha256), run.arguments["mapping"]
        try:
            result = import_history(
                path=path,
                mapping=load_mapping(named) if named else recognise(path),
                at=timezone.now(),
                report=report,
                dry_run=dry_run,
                progress=_stages(progress),
            )
        except (FileProblem, MappingError) as error:
            raise JobError(str(error)) from error
        summary = result.summary()
        if dry_run:
            summary = _("Dry run, nothing was kept: %(summary)s") % {"summary": summary}
        progress.write("message = %s", [summary])
        with report.open("rb") as content:
            return store_file(
                content=content,
                name=_("set-aside-%(name)s.csv") % {"name": Path(upload.name).name.split(".")[0]},
                kind=FileKind.REPORT,
                content_type="text/csv",
                owner=run.user,
            )


def _prove_integrity(run: JobRun, progress: Progress) -> StoredFile:
    results = []
    progress(0, len(integrity.proofs()))
    for result in integrity.check():
        results.append(result)
        progress(len(results))
    broken = sum(not result.holds for result in results)
    text = ngettext("%(bad)s proof does not hold.", "%(bad)s proofs do not hold.", broken)
    progress.write("message = %s", [text % {"bad": broken} if broken else _("All proofs hold.")])
    return store_file(
        content=integrity.write_results(results).encode(),
        name="integrity.json",
        kind=FileKind.REPORT,
        content_type="application/json",
        owner=run.user,
    )


def _stages(progress: Progress) -> Callable[[int, int, str], None]:
    """Pass progress on: a new stage is written at once, the rest as often as people can read."""
    current = ""

    def show(done: int, total: int, stage: str) -> None:
        nonlocal current
        if stage == current:
            progress(done)
        else:
            current = stage
            progress(done, total, stage)

    return show
