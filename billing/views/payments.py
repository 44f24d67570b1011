"""Money received, allocated and paid back."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from billing import lists as rows_of
from billing.exceptions import Refused
from billing.forms import PaymentForm, RefundForm, amount_of, parts_typed
from billing.models import Allocation, Instalment, Invoice, Payment, PaymentDirection
from billing.services import payments
from billing.services.ageing import balance, open_instalments
from billing.tables import payment_badge
from config.database.idempotency import KeyReused, once
from config.money import ZERO
from config.web import formats, lists
from config.web.numbers import parse_id
from config.web.once import once_per_form
from config.web.pages import go_to, render_page, swap_target, toast
from customers.access import desk_required
from customers.models import Customer
from customers.requests import PersonRequest
from customers.views.exporting import export

SENT_BEFORE = "This form was sent before with other values. Open it again."


@require_GET
@desk_required("billing.view_payment")
def payment_list(request: PersonRequest) -> HttpResponse:
    """Money in and out: search, filter, sort, export."""
    if request.GET.get("export") == "csv":
        return export(request, "payments")
    tabs = []
    if swap_target(request) in ("", "main"):
        mine = Payment.objects.visible_to(request.user)
        counts = lists.counts(on_account=mine.in_view("on_account"))
        tabs = [
            lists.Tab("all", _("All")),
            lists.Tab("on_account", _("On account"), counts["on_account"]),
            lists.Tab("refunds", _("Paid back")),
        ]
    listing = rows_of.payments(request).page(request, tabs=tabs, sums=("amount", "currency"), live="billing-changed")
    return render_page(
        request,
        "billing/payment_list.html",
        {"list": listing, "title": _("Payments")},
        fragments=["billing/_payment_table.html"],
    )


@require_http_methods(["GET", "POST"])
@desk_required("billing.add_payment")
def payment_create(request: PersonRequest) -> HttpResponse:
    """Who paid → how much → for what: the oldest due first is proposed, everything can be changed."""
    payer = _payer(request)
    if payer is None:
        return _choose_payer(request)
    instalments = _open_of(payer)
    form = PaymentForm(request.POST or None, initial={"value_on": timezone.localdate()})
    problems: list[str] = []
    if request.method == "POST":
        parts, texts, problems = parts_typed(request.POST, instalments)
        if form.is_valid() and not problems:
            try:
                return go_to(request, _record(request, payer, form.cleaned_data, parts))
            except Refused as error:
                problems = list(error.problems)
            except KeyReused:
                problems = [_(SENT_BEFORE)]
    else:
        amount = amount_of(request.GET.get("amount", "")) or ZERO
        texts = {
            pk: formats.number(part, 2) for pk, part in payments.propose(instalments=instalments, amount=amount).items()
        }
    context = {
        "title": _("New payment"),
        "payer": payer,
        "form": form,
        "amount_typed": request.POST.get("amount", request.GET.get("amount", "")),
        "problems": problems,
        "balance": balance(account=payer.account, today=timezone.localdate()),
        **_parts(instalments, texts),
    }
    failed = request.method == "POST"
    return render_page(
        request,
        "billing/payment_form.html",
        context,
        fragments=["billing/_payment_form.html", "billing/_payment_parts.html"],
        status=422 if failed else 200,
    )


def _payer(request: PersonRequest) -> Customer | None:
    key = parse_id(request.GET.get("payer"))
    if key is None:
        return None
    payer = get_object_or_404(Customer.objects.visible_to(request.user).select_related("account", "payer"), pk=key)
    return payer.payer or payer


def _choose_payer(request: PersonRequest) -> HttpResponse:
    text = request.GET.get("q", "").strip()
    found: list[Customer] = []
    if text:
        mine = Customer.objects.visible_to(request.user)
        found = list(mine.matching(text).select_related("account").order_by("search_key")[:20])
        if not found:
            invoiced = Invoice.objects.visible_to(request.user).matching(text).values("payer_id")[:20]
            found = list(mine.filter(pk__in=invoiced).select_related("account"))
    else:
        owing = Invoice.objects.visible_to(request.user).overdue(timezone.localdate()).order_by("due_on")
        ids = list(dict.fromkeys(owing.values_list("payer_id", flat=True)[:60]))[:12]
        found = list(Customer.objects.filter(pk__in=ids).select_related("account").order_by("search_key"))
    context = {"title": _("New payment"), "payers": found, "text": text}
    return render_page(request, "billing/payer_choice.html", context, fragments=["billing/_payer_results.html"])


def _open_of(payer: Customer) -> list[Instalment]:
    found = open_instalments().filter(invoice__payer=payer, invoice__currency=payer.account.currency)
    return list(found.select_related("invoice").order_by("due_on", "pk")[:200])


def _parts(instalments: Sequence[Instalment], texts: dict[int, str]) -> dict[str, Any]:
    today = timezone.localdate()
    rows = [
        {
            "instalment": one,
            "open": one.open,
            "text": texts.get(one.pk, ""),
            "late": max((today - one.due_on).days, 0),
        }
        for one in instalments
    ]
    total = sum((amount_of(texts.get(one.pk, "")) or ZERO for one in instalments), ZERO)
    return {"parts": rows, "parts_total": total, "parts_open": sum((one.open for one in instalments), ZERO)}


def _record(request: PersonRequest, payer: Customer, data: dict[str, Any], parts: list[payments.Part]) -> str:
    """Record the payment once for this form and return its address."""
    with once(scope=f"payment {request.user.pk}", key=data["key"], body=request.POST.urlencode()) as slot:
        if not slot.is_answered:
            payment = payments.record_payment(
                payer=payer,
                amount=data["amount"],
                method=data["method"],
                value_on=data["value_on"],
                bank_reference=data["bank_reference"],
                note=data["note"],
                parts=parts,
                by=request.user,
                at=timezone.now(),
            )
            toast(request, _("Payment recorded."))
            slot.answer(location=reverse("billing:payment_page", args=[payment.pk]))
    return slot.location


@require_GET
@desk_required("billing.view_payment")
def payment_page(request: PersonRequest, pk: int) -> HttpResponse:
    """One payment: what it settled, what is left, and what it could settle."""
    return _page(request, _find(request, pk), {}, [])


@require_POST
@desk_required("billing.allocate_payment")
@once_per_form
def payment_allocate(request: PersonRequest, pk: int) -> HttpResponse:
    """Allocate what is left of a payment."""
    payment = _find(request, pk)
    parts, texts, problems = parts_typed(request.POST, _open_of(payment.payer))
    if not problems:
        try:
            payments.allocate(payment=payment, parts=parts, by=request.user, at=timezone.now())
        except Refused as error:
            problems = list(error.problems)
        else:
            toast(request, _("Allocated."))
            return go_to(request, "billing:payment_page", payment.pk)
    return _page(request, payment, texts, problems)


@require_POST
@desk_required("billing.allocate_payment")
def allocation_reverse(request: PersonRequest, pk: int) -> HttpResponse:
    """Undo one allocation."""
    mine = Allocation.objects.visible_to(request.user)
    allocation = get_object_or_404(mine, pk=pk, invoice__isnull=False)
    try:
        payments.reverse_allocation(allocation=allocation, by=request.user, at=timezone.now())
    except Refused as error:
        toast(request, " ".join(error.problems), level=messages.ERROR)
    else:
        toast(request, _("The allocation was undone; the money is on account."))
    if allocation.payment_id:
        return go_to(request, "billing:payment_page", allocation.payment_id)
    return go_to(request, "billing:invoice_page", allocation.credit_note_id)


@require_POST
@desk_required("billing.add_payment")
def payment_reverse(request: PersonRequest, pk: int) -> HttpResponse:
    """Take a payment back: returned by the bank, or recorded in error."""
    payment = _find(request, pk)
    try:
        back = payments.reverse_payment(
            payment=payment, reason=request.POST.get("reason", ""), by=request.user, at=timezone.now()
        )
    except Refused as error:
        return _page(request, payment, {}, list(error.problems))
    toast(request, _("The payment was taken back; what it settled is open again."))
    return go_to(request, "billing:payment_page", back.pk)


@require_http_methods(["GET", "POST"])
@desk_required("billing.add_payment")
def refund_create(request: PersonRequest, customer_id: int) -> HttpResponse:
    """Pay back what a payer has on account."""
    payer = get_object_or_404(Customer.objects.visible_to(request.user).select_related("account"), pk=customer_id)
    form = RefundForm(request.POST or None, initial={"value_on": timezone.localdate()})
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            with once(scope=f"refund {request.user.pk}", key=data["key"], body=request.POST.urlencode()) as slot:
                if not slot.is_answered:
                    out = payments.refund(
                        payer=payer,
                        amount=data["amount"],
                        method=data["method"],
                        value_on=data["value_on"],
                        note=data["note"],
                        by=request.user,
                        at=timezone.now(),
                    )
                    toast(request, _("Paid back."))
                    slot.answer(location=reverse("billing:payment_page", args=[out.pk]))
            return go_to(request, slot.location)
        except Refused as error:
            problems = list(error.problems)
        except KeyReused:
            problems = [_(SENT_BEFORE)]
    context = {
        "title": _("Pay back"),
        "payer": payer,
        "form": form,
        "problems": problems,
        "balance": balance(account=payer.account, today=timezone.localdate()),
    }
    failed = request.method == "POST"
    return render_page(
        request,
        "billing/refund_form.html",
        context,
        fragments=["billing/_refund_form.html"],
        status=422 if failed else 200,
    )


def _find(request: PersonRequest, pk: int) -> Payment:
    mine: QuerySet[Payment] = Payment.objects.visible_to(request.user)
    return get_object_or_404(mine.select_related("payer__account", "recorded_by", "issuer"), pk=pk)


def _page(request: PersonRequest, payment: Payment, texts: dict[int, str], problems: list[str]) -> HttpResponse:
    left = payment.unallocated if payment.direction == PaymentDirection.IN else Decimal(0)
    may_allocate = left > 0 and request.user.has_perm("billing.allocate_payment")
    instalments = _open_of(payment.payer) if may_allocate else []
    if not texts:
        texts = {
            pk: formats.number(part, 2) for pk, part in payments.propose(instalments=instalments, amount=left).items()
        }
    uses = Allocation.objects.filter(payment=payment) | Allocation.objects.filter(refund=payment)
    allocations = list(
        uses.select_related("invoice", "credit_note", "payment", "refund", "by", "reversed_by").order_by("-pk")
    )
    context = {
        "title": _("Payment of %(payer)s") % {"payer": payment.payer.name},
        "payment": payment,
        "badge": payment_badge(payment),
        "allocations": allocations,
        "left": left,
        "may_allocate": may_allocate,
        "may_reverse": payment.direction == PaymentDirection.IN
        and request.user.has_perm("billing.add_payment")
        and not any(one.refund_id and not hasattr(one, "reversed_by") and not one.reverses_id for one in allocations),
        "problems": problems,
        "share": int(100 * payment.allocated / payment.amount),
        **_parts(instalments, texts),
    }
    return render_page(
        request,
        "billing/payment_page.html",
        context,
        fragments=["billing/_payment_parts.html", "billing/_payment_uses.html"],
        status=422 if problems else 200,
    )
