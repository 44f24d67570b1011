"""What open pages ask about money."""

from django.http import HttpRequest

from billing.models import Allocation, Invoice, Payment


def version(request: HttpRequest) -> str | None:
    """Something that changes with every document, payment and allocation that a reader may see. Three index reads."""
    if not request.user.is_authenticated:
        return None
    latest = [
        rows.visible_to(request.user).order_by("-pk").values_list("pk", flat=True).first() or 0
        for rows in (Invoice.objects.all(), Payment.objects.all(), Allocation.objects.all())
    ]
    return ".".join(map(str, latest))
