"""What open pages ask about orders."""

from config.web import lists
from config.web.live import latest, latest_of_all
from customers.requests import PersonRequest
from orders.models import Order, OrderEvent


def version(request: PersonRequest) -> str | None:
    """Something that changes with every event that a reader may see."""
    if not request.user.is_authenticated:
        return None
    return latest_of_all(OrderEvent) if request.user.is_desk else latest(OrderEvent.objects.visible_to(request.user))


def counts(request: PersonRequest) -> dict[str, lists.Count]:
    """The figure beside "Orders" in the desk's navigation: orders that wait for a decision."""
    if not (request.user.is_desk and request.user.has_perm("orders.view_order")):
        return {}
    return {"orders:order_list": lists.count(Order.objects.visible_to(request.user).to_release())}
