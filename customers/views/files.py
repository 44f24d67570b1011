"""Private files to the people who may read them."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from customers.access import may, person_required
from customers.models import FileKind, StoredFile
from customers.requests import PersonRequest
from customers.services import files

# Opened in the browser instead of being saved; anything else, HTML above all, is only ever a download.
SHOWN = {"application/pdf"}

# What a desk must hold to read a file that is nobody's own. Documents reach buyers by the page of the document,
# which checks whose it is; here they get what they asked for themselves.
DESK_RIGHTS = {
    FileKind.INVOICE: "billing.view_invoice",
    FileKind.DELIVERY_NOTE: "orders.view_shipment",
}


@require_GET
@person_required
def file_download(request: PersonRequest, file_id: str) -> HttpResponse:
    """One's own export or report; for staff also a document of a kind that the desk may see."""
    readable = StoredFile.objects.visible_to(request.user)
    own = readable.filter(owner_id=request.user.pk)
    if request.user.is_desk:
        kinds = [kind for kind, permission in DESK_RIGHTS.items() if may(request, permission)]
        own = own | readable.filter(owner__isnull=True, kind__in=kinds)
    return file_response(get_object_or_404(own, pk=file_id))


def file_response(stored: StoredFile) -> HttpResponse:
    """The bytes of a file whose reader has been checked; never a stream, never anything a browser would run."""
    response = HttpResponse(files.read_file(stored), content_type=stored.content_type)
    as_attachment = stored.content_type not in SHOWN
    response["Content-Disposition"] = content_disposition_header(as_attachment, stored.name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
