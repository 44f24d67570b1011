"""What needs a person now: each app offers counted queues and figures, the settings name the functions.

``TODAY_CARDS`` lists dotted names of ``cards(request, today) -> list[Card]``; a card's number is the number of rows
of the list that its address opens, computed by the same queryset.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string

from config.web.lists import Count


@dataclass(frozen=True)
class Card:
    """One queue: ``count`` rows wait behind ``url``; ``tone`` "bad" or "warn" when any row is a problem.

    ``group`` is "sales", "warehouse" or "money". With ``amount`` (in ``currency``) it is a figure on top of the page.
    """

    key: str
    label: str
    url: str
    count: Count | int | None = None
    amount: Decimal | None = None
    currency: str = "EUR"
    note: str = ""
    icon: str = "inbox"
    tone: str = ""
    group: str = "sales"


Source = Callable[[HttpRequest, datetime.date], list[Card]]


@cache
def _source(dotted: str) -> Source:
    return import_string(dotted)


def cards(request: HttpRequest, today: datetime.date) -> list[Card]:
    """Return every card that this person may see, in the order of the settings."""
    return [card for dotted in getattr(settings, "TODAY_CARDS", ()) for card in _source(dotted)(request, today)]
