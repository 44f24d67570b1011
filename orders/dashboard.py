"""What the desk's first page says about orders; each figure is the length of the list it opens."""

import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from config.web import lists
from config.web.today import Card
from orders.models import Order
from orders.querysets import orders_in_view

QUEUES = ("to_release", "late", "undated", "to_ship", "my_drafts")


def cards(request: HttpRequest, today: datetime.date) -> list[Card]:
    """Late promises, credit holds, backorders without a date, what ships today, my drafts; one statement."""
    if not (request.user.is_desk and request.user.has_perm("orders.view_order")):
        return []
    orders = Order.objects.visible_to(request.user)
    counts = lists.counts(**{view: orders_in_view(orders, view, user=request.user, today=today) for view in QUEUES})
    words = {
        "to_release": (_("Orders on credit hold"), _("somebody has to decide"), "shield-alert", "bad"),
        "late": (_("Promises past their day"), _("call the customer before they call"), "alarm-clock", "bad"),
        "undated": (_("Backorders without a date"), _("ask the supplier"), "calendar-x-2", "warn"),
        "to_ship": (_("Orders to ship today"), "", "truck", ""),
        "my_drafts": (_("My drafts"), _("begun and not placed"), "pencil", ""),
    }
    return [
        Card(
            key=view,
            label=label,
            url=f"{reverse('orders:order_list')}?view={view}",
            count=counts[view],
            note=note,
            icon=icon,
            tone=tone if counts[view] else "",
        )
        for view, (label, note, icon, tone) in words.items()
    ]
