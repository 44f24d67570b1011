"""A list as a file."""

from django.http import HttpResponse

from config.web.pages import go_to
from customers.requests import PersonRequest
from customers.services.exports import start_export
from customers.tasks import export_list


def export(request: PersonRequest, name: str) -> HttpResponse:
    """Start the job that writes a list of ``LIST_EXPORTS`` as this address describes it, and go to the job."""
    run = start_export(name=name, query=request.GET, by=request.user, task=export_list)
    return go_to(request, "customers:job_page", run.pk)
