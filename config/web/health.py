"""What supervisors and proxies ask: does the process answer, and is everything that it needs well?"""

import datetime
import threading
from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

MIGRATED = threading.Event()
WORKER_SILENCE = datetime.timedelta(seconds=40)  # its heart beats every ten


@never_cache
@require_safe
@login_not_required
def live(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
@login_not_required
def ready(request: HttpRequest) -> HttpResponse:
    """200 when database, migrations and worker are well; 503 with the reason of each that is not."""
    checks: dict[str, str] = {}
    for name, check in CHECKS.items():
        try:
            checks[name] = check() or "ok"
        except Error as error:
            checks[name] = f"database error: {type(error).__name__}"
    is_well = all(result == "ok" for result in checks.values())
    return JsonResponse({"status": "ok" if is_well else "failing", **checks}, status=200 if is_well else 503)


def database_fault() -> str:
    """Nothing to say of a database that answers; raises the error of one that does not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return ""


def migration_fault() -> str:
    """Names migrations of this release that the database has not seen. Once none is missing, none can be later."""
    if not MIGRATED.is_set():
        executor = MigrationExecutor(connection)
        missing = [step for step, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]
        if missing:
            return f"not applied: {', '.join(f'{step.app_label}.{step.name}' for step in missing)}"
        MIGRATED.set()
    return ""


def worker_fault() -> str:
    """Since when no worker was heard, "" while one is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT now() - max(last_heartbeat) FROM procrastinate_workers")
        (silence,) = cursor.fetchone()
    if silence is None:
        return "no worker runs"
    return f"last heard {silence.total_seconds():.0f} s ago" if silence > WORKER_SILENCE else ""


CHECKS: dict[str, Callable[[], str]] = {
    "database": database_fault,
    "migrations": migration_fault,
    "worker": worker_fault,
}
