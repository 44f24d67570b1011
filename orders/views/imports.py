"""Order history from another system, for administrators."""

from typing import Any, BinaryIO, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from config.web.once import once_per_form
from config.web.pages import go_to, render_page
from customers.access import desk_required
from customers.models import FileKind, JobRun
from customers.requests import PersonRequest
from customers.services.files import store_file
from customers.services.jobs import start_job
from orders.services.history import load_mapping, named_mappings
from orders.tasks import import_orders

MAX_UPLOAD = 100_000_000
SHOWN = 10


class ImportForm(forms.Form):
    """A file and how to understand it."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("CSV, or CSV packed with gzip, up to 100 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.gz,.txt,.tsv"}),
        error_messages={"empty": gettext_lazy("The file is empty.")},
    )
    mapping = forms.ChoiceField(label=gettext_lazy("Layout"), required=False)
    dry_run = forms.BooleanField(
        label=gettext_lazy("Dry run: report everything, keep nothing"), required=False, initial=True
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(name, load_mapping(name).label) for name in named_mappings()]
        cast(forms.ChoiceField, self.fields["mapping"]).choices = [("", _("By the headings of the file")), *named]

    def clean_file(self) -> UploadedFile:
        file = self.cleaned_data["file"]
        if file.size > MAX_UPLOAD:
            raise ValidationError(
                _("The file has %(size)s MB; at most %(limit)s MB can be uploaded. Pack it with gzip or split it.")
                % {"size": file.size // 1_000_000, "limit": MAX_UPLOAD // 1_000_000}
            )
        return file


@require_http_methods(["GET", "POST"])
@desk_required("orders.import_orders")
@once_per_form
def import_page(request: PersonRequest) -> HttpResponse:
    """Upload a history file; the work is a job whose page shows progress and, at the end, the rows set aside."""
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload: UploadedFile = form.cleaned_data["file"]
        stored = store_file(
            content=cast(BinaryIO, upload.file),
            name=upload.name or "orders.csv",
            kind=FileKind.UPLOAD,
            content_type="text/csv",
            owner=request.user,
        )
        run = start_job(
            user=request.user,
            kind="import_orders",
            title=_("Order history: %(name)s") % {"name": stored.name},
            task=import_orders,
            arguments={
                "file": str(stored.pk),
                "mapping": form.cleaned_data["mapping"],
                "dry_run": form.cleaned_data["dry_run"],
            },
        )
        return go_to(request, "customers:job_page", run.pk)
    context = {
        "title": _("Import order history"),
        "form": form,
        "jobs": JobRun.objects.visible_to(request.user)
        .filter(kind="import_orders")
        .select_related("user", "result")
        .order_by("-created_at")[:SHOWN],
    }
    return render_page(request, "orders/import_page.html", context, status=422 if form.is_bound else 200)
