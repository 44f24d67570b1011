"""What open pages ask about money."""

from billing.models import Allocation, Invoice, Payment
from config.web.live import latest
from customers.requests import PersonRequest


def version(request: PersonRequest) -> str | None:
    """Something that changes with every document, payment and allocation that a reader may see. Three index reads."""
    if not request.user.is_authenticated:
        return None
    return ".".join(latest(model.objects.visible_to(request.user)) for model in (Invoice, Payment, Allocation))
