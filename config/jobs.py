"""What the job worker does on its own account."""

from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app

from config.database.idempotency import forget_old_keys


@app.periodic(cron="*/1 * * * *")
@app.task(queueing_lock="retry_stalled_jobs", pass_context=True)
async def retry_stalled_jobs(context: JobContext, timestamp: int) -> None:
    """Give back to the queue what killed workers had begun: jobs whose worker's heart has stopped."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        await manager.retry_job(job)


@app.periodic(cron="17 4 * * *")
@app.task(queueing_lock="forget_old_idempotency_keys")
def forget_old_idempotency_keys(timestamp: int) -> None:
    """Delete the answers of requests that nobody repeats any more."""
    forget_old_keys(at=timezone.now())
