"""Long work as a job that a person can watch.

A view calls ``start_job``; the task, which gets nothing but the job's id, calls ``run_job`` with the function that
does the work::

    @app.task(queue="jobs")
    def export_orders(job_id: str) -> None:
        run_job(job_id, write_orders)

    def write_orders(run: JobRun, progress: Progress) -> StoredFile: ...
"""

import logging
import time
from collections.abc import Callable, Sequence

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from procrastinate.tasks import Task

from config.database import retry
from customers.models import Account, JobRun, JobState, StoredFile, User

logger = logging.getLogger(__name__)

PROGRESS_SECONDS = 0.4


class JobError(Exception):
    """A job can't be done; the message is shown to the person who asked for it."""


class Progress:
    """Writes how far a job is over a connection of its own, so that it is seen before the work is committed."""

    def __init__(self, job_id: str) -> None:
        self._job_id = job_id
        self._connection = connection.copy()
        self._written_at = 0.0

    def __call__(self, done: int, total: int | None = None, message: str | None = None) -> None:
        """Note ``done`` of ``total`` units; written at most every 0.4 seconds, a new total or message at once."""
        now = time.monotonic()
        if total is None and message is None and now - self._written_at < PROGRESS_SECONDS:
            return
        self._written_at = now
        self.write(
            "done = %s, total = coalesce(%s, total), message = coalesce(%s, message)", [max(done, 0), total, message]
        )

    def write(self, assignments: str, values: Sequence[str | int | None]) -> None:
        """Change columns of the job at once; ``assignments`` is SQL of ours, never what somebody typed."""
        with self._connection.cursor() as cursor:
            cursor.execute(f"UPDATE customers_jobrun SET {assignments} WHERE id = %s", [*values, self._job_id])  # noqa: S608

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()


@transaction.atomic
def start_job(
    *,
    user: User,
    kind: str,
    title: str,
    task: Task,
    arguments: dict | None = None,
    account: Account | None = None,
) -> JobRun:
    """Write down a job and enqueue its task in the same transaction: no job without its row, no row without its job.

    ``kind`` is a word for the code, ``title`` what the person reads, ``arguments`` plain JSON for the work; the
    language the person reads in goes with them.
    """
    given = {**(arguments or {}), "language": get_language() or user.language}
    run = JobRun.objects.create(user=user, account=account, kind=kind, title=title[:160], arguments=given)
    task.defer(job_id=str(run.pk))
    return run


def run_job(job_id: str, work: Callable[[JobRun, Progress], StoredFile | None], *, in_parts: bool = False) -> None:
    """Do a job's work in one transaction and write down how it ended.

    A job already done is not done twice; one whose worker was killed begins again, for nothing of it was kept. With
    ``in_parts`` the work commits for itself, one part after the other: what it did before an error or a kill stays.
    A JobError is the person's to read; any other error is logged and raised, and the person reads that it failed.
    """
    run = JobRun.objects.filter(pk=job_id).exclude(state__in=[JobState.DONE, JobState.FAILED]).first()
    if run is None:
        return
    progress = Progress(job_id)
    progress.write("state = %s, done = 0", [JobState.RUNNING])
    try:
        with override(run.language):
            if in_parts:
                _work(run, progress, work)
            else:
                retry.run_transaction(lambda: _work(run, progress, work))
    except JobError as error:
        _finish(run, JobState.FAILED, message=str(error))
    except Exception:
        logger.exception("job %s (%s) failed", run.pk, run.kind)
        _finish(run, JobState.FAILED, message=_failure(run, in_parts=in_parts))
        raise
    finally:
        progress.close()


def _work(run: JobRun, progress: Progress, work: Callable[[JobRun, Progress], StoredFile | None]) -> None:
    result = work(run, progress)
    run.refresh_from_db(fields=["done", "total", "message"])
    _finish(run, JobState.DONE, message=run.message, result=result)


def _failure(run: JobRun, *, in_parts: bool) -> str:
    with override(run.language):
        if in_parts:
            text = _("It stopped on the way; what was done before is kept. The log tells why: job %(id)s.")
        else:
            text = _("It failed, and nothing was changed. The log tells the administrator why: job %(id)s.")
        return text % {"id": run.pk}


def _finish(run: JobRun, state: JobState, *, message: str, result: StoredFile | None = None) -> None:
    if state == JobState.DONE and run.total:
        run.done = run.total
    run.state, run.message, run.result, run.finished_at = state, message, result, timezone.now()
    run.save(update_fields=["state", "message", "result", "finished_at", "done"])
