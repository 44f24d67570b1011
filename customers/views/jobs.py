"""Jobs as the person who asked for them sees them, and the outbox of mails."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from config.web.pages import go_to, render_page, toast
from customers.access import desk_required, person_required
from customers.models import JobRun, JobState, OutboxMessage
from customers.requests import PersonRequest
from customers.services import mail

JOBS_SHOWN = 50
MAILS_SHOWN = 100


@require_GET
@person_required
def job_list(request: PersonRequest) -> HttpResponse:
    """One's latest jobs; an administrator sees everybody's."""
    mine = JobRun.objects.visible_to(request.user).select_related("user", "result").defer("user__password")
    jobs = list(mine.order_by("-created_at")[:JOBS_SHOWN])
    context = {
        "title": _("Jobs"),
        "jobs": jobs,
        "running": any(job.state in (JobState.WAITING, JobState.RUNNING) for job in jobs),
        "everybody": request.user.is_superuser or request.user.desk == "admin",
        "shell": _shell(request),
    }
    return render_page(request, "customers/job_list.html", context, fragments=["customers/_job_table.html"])


@require_GET
@person_required
def job_page(request: PersonRequest, job_id: str) -> HttpResponse:
    """One job: how far it is, how it ended, its file. The page asks again while it runs."""
    job = get_object_or_404(JobRun.objects.visible_to(request.user).select_related("result"), pk=job_id)
    context = {
        "title": job.title,
        "job": job,
        "running": job.state in (JobState.WAITING, JobState.RUNNING),
        "shell": _shell(request),
    }
    return render_page(request, "customers/job_page.html", context, fragments=["customers/_job_state.html"])


@require_GET
@desk_required("customers.view_outboxmessage")
def outbox_list(request: PersonRequest) -> HttpResponse:
    """The latest mails: waiting, sent, and failed with their last error."""
    context = {
        "title": _("Outbox"),
        "mails": OutboxMessage.objects.visible_to(request.user).order_by("-pk")[:MAILS_SHOWN],
    }
    return render_page(request, "customers/outbox_list.html", context, fragments=["customers/_outbox_table.html"])


@require_GET
@desk_required("customers.view_outboxmessage")
def outbox_message(request: PersonRequest, message_id: int) -> HttpResponse:
    """One mail as it was written; one that lets its reader in as somebody is shown in the demo alone."""
    message = get_object_or_404(OutboxMessage.objects.visible_to(request.user), pk=message_id)
    context = {"mail": message, "is_hidden": message.is_secret and not settings.DEMO}
    return render_page(request, "customers/outbox_message.html", context)


@require_POST
@desk_required("customers.change_outboxmessage")
def outbox_send_again(request: PersonRequest, message_id: int) -> HttpResponse:
    """Try a failed mail again."""
    mail.send_again(message=get_object_or_404(OutboxMessage.objects.visible_to(request.user), pk=message_id))
    toast(request, _("The mail is waiting to be sent again."))
    return go_to(request, "customers:outbox_message", message_id)


def _shell(request: PersonRequest) -> str:
    return "desk.html" if request.user.is_desk else "portal.html"
