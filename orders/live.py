"""What open pages ask about orders."""

from django.db import connection
from django.db.models import Max
from django.http import HttpRequest

from config.database.prepared import prepared
from config.web import lists
from orders.models import Order, OrderEvent

LATEST = 200


def version(request: HttpRequest) -> str | None:
    """Something that changes with every event a reader may see.

    The sum over the latest events, not the greatest id: a transaction that began earlier may commit later.
    """
    if not request.user.is_authenticated:
        return None
    if not request.user.is_desk:
        return str(OrderEvent.objects.visible_to(request.user).aggregate(last=Max("id"))["last"] or 0)
    with prepared(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(max(id), 0), coalesce(sum(id), 0)"
            " FROM (SELECT id FROM orders_orderevent ORDER BY id DESC LIMIT %s) AS latest",
            [LATEST],
        )
        last, total = cursor.fetchone()
    return f"{last}.{total % 1_000_003}"


def counts(request: HttpRequest) -> dict[str, lists.Count]:
    """The figure beside "Orders" in the desk's navigation: orders that wait for a decision."""
    if not (request.user.is_desk and request.user.has_perm("orders.view_order")):
        return {}
    return {"orders:order_list": lists.count(Order.objects.visible_to(request.user).to_release())}
