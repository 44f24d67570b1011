"""What a person set about the screen: theme, density, language, single-letter keys. Kept in one cookie each.

The server reads them, so that a page comes out right at once, without a flash.
"""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils.encoding import iri_to_uri
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

CHOICES = {
    "theme": ("auto", "light", "dark"),
    "density": ("compact", "comfortable"),
    "keys": ("on", "off"),
}
YEAR = 365 * 24 * 3600


def of(request: HttpRequest) -> dict[str, str]:
    """Return every preference of the reader; anything unknown is the default, the first choice."""
    found = {}
    for name, choices in CHOICES.items():
        asked = request.COOKIES.get(name, "")
        found[name] = asked if asked in choices else choices[0]
    return found


@require_POST
@login_not_required
def preferences_save(request: HttpRequest) -> HttpResponse:
    """Set the preferences posted (``theme``, ``density``, ``keys``, ``language``) and return to ``next``."""
    response = HttpResponse(status=303)
    back = request.POST.get("next") or request.headers.get("Referer", "/")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    response["Location"] = iri_to_uri(back) if safe else "/"
    chosen = {name: value for name, value in request.POST.items() if value in CHOICES.get(name, ())}
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        chosen[settings.LANGUAGE_COOKIE_NAME] = language
    for name, value in chosen.items():
        response.set_cookie(
            name, value, max_age=YEAR, samesite="Lax", secure=request.is_secure(), httponly=name != "keys"
        )
    return response
