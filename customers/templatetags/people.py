"""Tags of pages about people."""

from django import template
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from customers.models import CompanyRole, Desk

register = template.Library()


@register.simple_tag
def demo_logins() -> list[tuple[str, list[tuple[str, str]]]]:
    """``{% demo_logins as logins %}``: the demo company's people by group as (e-mail, label); nothing outside the demo."""
    if not settings.DEMO:
        return []
    return [
        (_("The wholesaler's desks"), [(f"{desk.value}@example.com", str(desk.label)) for desk in Desk]),
        (
            _("A customer with two branches"),
            [(f"{role.value}@example.com", str(role.label)) for role in CompanyRole if role is not CompanyRole.VIEWER],
        ),
        (pgettext("demo logins", "Another customer"), [("buyer@other.example.com", str(CompanyRole.BUYER.label))]),
    ]
