"""Where a person begins, for whom one acts, and one's own account."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from config.web.navigation import address_of
from config.web.pages import go_to, render_page
from customers.access import person_required, portal_required
from customers.forms import AccountForm
from customers.middleware import SESSION_KEY
from customers.models import Desk
from customers.requests import PersonRequest

FIRST_PAGES: dict[str, str] = {Desk.WAREHOUSE: "orders:pick_queue", Desk.FINANCE: "customers:today_page"}


@require_GET
@person_required
def start(request: PersonRequest) -> HttpResponse:
    """Send a person to the first page of the desk or the portal."""
    if request.user.is_desk:
        first = FIRST_PAGES.get(request.user.desk, "customers:today_page")
    elif request.membership is not None:
        first = "orders:portal_home"
    else:
        first = "customers:account_page"
    return redirect(address_of(first) or address_of("customers:account_page"))


@person_required
def account_page(request: PersonRequest) -> HttpResponse:
    """A person's own name, language, password, second factor and companies."""
    form = AccountForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save(commit=False).save(update_fields=form.Meta.fields)
        messages.success(request, _("Saved."))
        return go_to(request, "customers:account_page")
    shell = "desk.html" if request.user.is_desk else "portal.html"
    context = {"form": form, "shell": shell, "title": _("Your account")}
    return render_page(
        request,
        "customers/account_page.html",
        context,
        fragments=["customers/_account_form.html"],
        status=422 if form.errors else 200,
    )


@require_POST
@portal_required()
def company_switch(request: PersonRequest, customer_id: int) -> HttpResponse:
    """Act for another of one's companies from now on."""
    chosen = next((m for m in request.memberships if m.customer_id == customer_id), None)
    if chosen is None:
        raise Http404
    request.session[SESSION_KEY] = chosen.customer_id
    messages.success(request, _("You now act for %(company)s.") % {"company": chosen.company})
    return go_to(request, "customers:start")
