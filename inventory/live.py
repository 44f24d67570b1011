"""What open pages ask about stock."""

from config.web.live import latest
from customers.requests import PersonRequest
from inventory.models import StockMovement


def version(request: PersonRequest) -> str | None:
    """Something that changes with every movement of stock; for staff alone. One index read."""
    return latest(StockMovement.objects.all()) if request.user.is_authenticated and request.user.is_desk else None
