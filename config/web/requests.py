"""A request as the pages get it: with what the middleware of the settings has put on it."""

from typing import Any

from django.contrib.messages.storage.base import BaseStorage, Message
from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails


class WebRequest(HttpRequest):
    """Any request behind the middleware, of a visitor as well."""

    htmx: HtmxDetails
    company_permissions: frozenset[str]  # of the role in a customer's company; none for staff and visitors
    found_for_page: dict[str, Any]  # what the panels drawn with a page share; see ``config.web.panels.once_for_page``
    _messages: BaseStorage | list[Message]  # where django.contrib.messages keeps what is to be said
