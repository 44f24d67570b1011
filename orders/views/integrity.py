"""The page that proves that everything stored adds up."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from config import integrity
from config.web.once import once_per_form
from config.web.pages import go_to, render_page
from customers.access import desk_required
from customers.models import JobRun, JobState
from customers.requests import PersonRequest
from customers.services.files import read_file
from customers.services.jobs import start_job
from orders.tasks import prove_integrity

KIND = "prove_integrity"


@require_http_methods(["GET", "POST"])
@desk_required("orders.view_integrity")
@once_per_form
def integrity_page(request: PersonRequest) -> HttpResponse:
    """What was proved last, by whomever, and when; POST proves it all anew, as a job that the page follows."""
    runs = JobRun.objects.filter(kind=KIND).order_by("-created_at")
    running = runs.filter(state__in=[JobState.WAITING, JobState.RUNNING]).first()
    if request.method == "POST":
        if running is None:
            start_job(user=request.user, kind=KIND, title=_("Proofs of integrity"), task=prove_integrity)
        return go_to(request, "orders:integrity_page")
    context = {"title": _("Integrity"), "proofs": integrity.proofs(), "running": running, **_last(runs.first())}
    return render_page(request, "orders/integrity.html", context, fragments=["orders/_integrity_report.html"])


def _last(latest: JobRun | None) -> dict[str, Any]:
    """The last proof that came to its end: ``last``, its ``results``, the ``broken`` ones, ``seconds`` in all."""
    done = JobRun.objects.filter(kind=KIND, state=JobState.DONE).select_related("result").order_by("-created_at")
    last = done.first()
    results = _results(last)
    return {
        "last": last if results else None,
        "failed": latest if latest and latest.state == JobState.FAILED else None,
        "results": results,
        "broken": [result for result in results if not result.holds],
        "seconds": sum(result.seconds for result in results),
    }


def _results(run: JobRun | None) -> list[integrity.Result]:
    """What a proof found; nothing where there is none, or the store lost its report: then it is to be proved anew."""
    if run is None or run.result is None:
        return []
    try:
        return integrity.read_results(read_file(run.result).decode())
    except FileNotFoundError:
        return []
