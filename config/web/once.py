"""A form that is sent twice, by a double click or after a lost answer, acts once."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from config.database.idempotency import KeyReused, Slot, once
from config.web.pages import toast

FIELD = "form_key"
NOT_ASKED = ("csrfmiddlewaretoken", FIELD)
MOVES = ("Location", "HX-Location", "HX-Redirect")

View = Callable[..., HttpResponse]


class _Failed(Exception):
    """Undoes the slot of a view that answered an error, and carries that answer."""

    def __init__(self, response: HttpResponse):
        self.response = response


def once_per_form(view: View) -> View:
    """Let one rendering of a form act once; its template has ``{% form_key %}`` beside ``{% csrf_token %}``.

    A repetition is sent where the first one was sent, or sees the page anew. Answers of 400 and more count as not
    done. The same key with other contents answers 422. Two statements a form.
    """

    @wraps(view)
    def sent(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST" or not request.POST.get(FIELD):
            return view(request, *args, **kwargs)
        name = request.resolver_match.view_name if request.resolver_match else view.__name__
        asked = {key: values for key, values in request.POST.lists() if key not in NOT_ASKED} | {"": request.path}
        try:
            with once(scope=f"{name} {request.user.pk}", key=request.POST[FIELD], body=asked) as slot:
                if slot.is_answered:
                    return _again(request, slot)
                response = view(request, *args, **kwargs)
                if response.status_code >= 400:
                    raise _Failed(response)
                header = next((header for header in MOVES if header in response), "")
                slot.answer(status=response.status_code, location=response.get(header, ""), content=header)
                return response
        except _Failed as failed:
            return failed.response
        except KeyReused:
            toast(
                request,
                _("This form was sent before with other contents. Look at the page again first."),
                level=messages.ERROR,
            )
            return HttpResponse(status=422, headers={"HX-Refresh": "true"})

    return sent


def _again(request: HttpRequest, slot: Slot) -> HttpResponse:
    """The answer that the first request got, without what it rendered."""
    if slot.location and slot.content != "Location":
        return HttpResponse(status=slot.status or 200, headers={slot.content: slot.location})
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return HttpResponseRedirect(slot.location or request.get_full_path())
