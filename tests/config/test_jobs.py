"""Jobs survive the worker that had begun them."""

from types import SimpleNamespace

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from config import jobs
from config.database.roles import DESK, PORTAL
from customers.tasks import send_mail
from tests.conftest import acting_as


@pytest.mark.django_db(transaction=True)
def test_job_of_a_killed_worker_is_given_back() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH workers AS (
                INSERT INTO procrastinate_workers (last_heartbeat)
                VALUES (now() - interval '5 minutes'), (now()) RETURNING id, last_heartbeat
            )
            INSERT INTO procrastinate_jobs (queue_name, task_name, status, worker_id)
            SELECT CASE WHEN last_heartbeat < now() - interval '1 minute' THEN 'dead' ELSE 'alive' END,
                   'config.jobs.nothing', 'doing', id FROM workers
            """
        )

    async_to_sync(jobs.retry_stalled_jobs.func)(SimpleNamespace(app=app), timestamp=0)

    jobs_of_workers = ProcrastinateJob.objects.filter(queue_name__in=["dead", "alive"])
    assert dict(jobs_of_workers.values_list("queue_name", "status")) == {"dead": "todo", "alive": "doing"}


@pytest.mark.django_db
@pytest.mark.parametrize("role", [DESK, PORTAL])
def test_requests_may_enqueue_within_their_transaction(role: str) -> None:
    with acting_as(role, account=7):
        send_mail.defer(message_id=7)
    assert ProcrastinateJob.objects.count() == 1


def test_periodic_jobs_are_known_to_the_worker() -> None:
    assert {"config.jobs.retry_stalled_jobs", "config.jobs.forget_old_idempotency_keys"} <= set(app.tasks)
