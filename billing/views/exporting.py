"""A list as a file."""

from django.http import HttpRequest, HttpResponse

from billing.tasks import export_list
from config.web.pages import go_to
from customers.services.jobs import start_job


def export(request: HttpRequest, name: str, title: str) -> HttpResponse:
    """Start the job that writes a list of ``billing.exports`` as this address describes it, and go to the job."""
    query = request.GET.copy()
    for parameter in ("export", "after", "before"):
        query.pop(parameter, None)
    run = start_job(
        user=request.user, kind=f"export_{name}", title=title, task=export_list,
        arguments={"list": name, "query": query.urlencode()},
    )  # fmt: skip
    return go_to(request, "customers:job_page", run.pk)
