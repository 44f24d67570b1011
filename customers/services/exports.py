"""Every list as a file: one job writes what the list's address describes, for the person who asked.

``LIST_EXPORTS`` in the settings maps the name of a list to the dotted name of a function
``source(request) -> ListSource`` (``config.web.exports``), which the list's page uses, too.
"""

import datetime
import tempfile
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.utils.module_loading import import_string
from django.utils.text import slugify
from django.utils.translation import gettext as _
from procrastinate.tasks import Task

from config.web import exports
from customers.models import FileKind, JobRun, StoredFile, User
from customers.services.files import store_file
from customers.services.jobs import JobError, Progress, start_job

PAGING = ("export", "after", "before", "_panel")


def start_export(*, name: str, query: QueryDict, by: User, task: Task) -> JobRun:
    """Start the job that writes the list ``name`` as a query string describes it; ``task`` calls ``write_export``."""
    wanted = query.copy()
    for parameter in PAGING:
        wanted.pop(parameter, None)
    source: exports.ListSource = import_string(settings.LIST_EXPORTS[name])(_request(by, wanted))
    return start_job(
        user=by,
        kind=f"export_{name}",
        title=_("%(list)s as CSV") % {"list": source.title},
        task=task,
        arguments={"list": name, "query": wanted.urlencode()},
    )


def write_export(run: JobRun, progress: Progress, *, today: datetime.date) -> StoredFile:
    """Write a list as CSV in the order of the list: UTF-8 with a mark, ISO dates.

    In Spanish semicolons and decimal commas, in English commas and decimal points, as Excel expects them there. Text that a spreadsheet would run as a formula is disarmed. Memory does not grow with the number of rows.
    Raises JobError when the person has been locked out meanwhile.
    """
    if run.user is None or not run.user.is_active:
        raise JobError(_("This person has no access any more."))
    request = _request(run.user, QueryDict(run.arguments["query"]))
    source: exports.ListSource = import_string(settings.LIST_EXPORTS[run.arguments["list"]])(request)
    progress(0, source.matching(request).order_by().count())
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "list.csv"
        with target.open("w", encoding="utf-8-sig", newline="") as file:
            writer = exports.line_writer(file)
            writer.writerow(exports.headings(source, request))
            for number, cells in enumerate(exports.lines(source, request), 1):
                writer.writerow(cells)
                if number % exports.ROWS_AT_ONCE == 0:
                    progress(number)
        with target.open("rb") as content:
            return store_file(
                content=content,
                name=f"{slugify(source.title)}-{today.isoformat()}.csv",
                kind=FileKind.EXPORT,
                content_type="text/csv",
                owner=run.user,
            )


def _request(user: User, query: QueryDict) -> HttpRequest:
    """The request of a list's page, as far as its rows and filters look at it."""
    request = HttpRequest()
    request.user = user
    request.GET = query  # type: ignore[assignment]  # the stubs want the immutable kind
    return request
