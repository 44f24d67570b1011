"""The page that proves that everything stored adds up."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from config import integrity
from config.web.pages import render_page
from customers.access import desk_required
from customers.requests import PersonRequest


@require_GET
@desk_required("orders.view_integrity")
def integrity_page(request: PersonRequest) -> HttpResponse:
    """List what is proved; ``?run=1`` proves it now and names what does not hold."""
    results = list(integrity.check()) if request.GET.get("run") else []
    context = {
        "title": _("Integrity"),
        "proofs": integrity.proofs(),
        "results": results,
        "broken": [result for result in results if not result.holds],
        "seconds": sum(result.seconds for result in results),
    }
    return render_page(request, "orders/integrity.html", context, fragments=["orders/_integrity_report.html"])
