"""How django-allauth and django-axes fit this house: mail through the outbox, no sign-up, e-mail as the name."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal.httpkit import get_client_ip
from django.http import HttpRequest

from customers.models import User
from customers.services.mail import write_mail


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up by himself: staff are made in the administration, buyers are invited."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        message = self.render_mail(template_prefix, email, context)
        write_mail(recipient=email, subject=message.subject, body=message.body, is_secret=True)

    def format_email_subject(self, subject: str) -> str:
        return subject

    def reauthenticate(self, user: User, password: str) -> bool:
        found = self.authenticate(self.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk


def login_name(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """The name under which django-axes counts failures: the e-mail address, without case."""
    typed = (credentials or {}).get("email") or request.POST.get("login") or ""
    return str(typed).strip().lower()[:254]


def client_ip(request: HttpRequest) -> str:
    """The address of the browser, the proxy's last word behind a proxy (``ALLAUTH_TRUSTED_PROXY_COUNT``)."""
    return get_client_ip(request) or ""
