"""What a person types about money."""

import uuid
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from billing.models import CreditLineKind, Instalment, InvoiceLine
from billing.services.crediting import Credit
from billing.services.payments import Part
from config.web.numbers import parse_number
from customers.models import PaymentMethod


def amount_of(text: str) -> Decimal | None:
    """An amount as typed, with or without the sign of the euro; None for anything else, see ``parse_number``."""
    value = parse_number(text.replace("€", ""))
    return value if value is not None and abs(value) < Decimal(10) ** 11 else None


class AmountField(forms.CharField):
    """An amount with at most two decimals."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(**options)

    def clean(self, value: Any) -> Decimal | None:
        text = super().clean(value)
        if not text:
            return None
        amount = amount_of(text)
        if amount is None or amount != round(amount, 2):
            raise forms.ValidationError(_("Enter an amount such as 125.50."))
        return round(amount, 2)


class PaymentForm(forms.Form):
    """Money received; ``key`` lets a repeated request have its effect once."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64, initial=lambda: uuid.uuid4().hex)
    amount = AmountField(label=_("Amount received"))
    method = forms.ChoiceField(label=_("By"), choices=PaymentMethod.choices, initial=PaymentMethod.TRANSFER)
    value_on = forms.DateField(label=_("Value date"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    bank_reference = forms.CharField(
        label=_("Bank reference"),
        max_length=80,
        required=False,
        help_text=_("As on the bank statement; it is accepted once."),
    )
    note = forms.CharField(label=_("Note"), max_length=200, required=False)


class RefundForm(forms.Form):
    """Money paid back."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64, initial=lambda: uuid.uuid4().hex)
    amount = AmountField(label=_("Amount to pay back"))
    method = forms.ChoiceField(label=_("By"), choices=PaymentMethod.choices, initial=PaymentMethod.TRANSFER)
    value_on = forms.DateField(label=_("Value date"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    note = forms.CharField(label=_("Why"), max_length=200)


def parts_typed(data: QueryDict, instalments: Iterable[Instalment]) -> tuple[list[Part], dict[int, str], list[str]]:
    """The amounts typed beside instalments (``part_<id>``): (parts, texts as typed, what is wrong)."""
    parts, texts, problems = [], {}, []
    for one in instalments:
        text = data.get(f"part_{one.pk}", "").strip()
        texts[one.pk] = text
        if not text:
            continue
        amount = amount_of(text)
        if amount is None or amount != round(amount, 2) or amount < 0:
            problems.append(_("“%(text)s” is no amount (%(number)s).") % {"text": text, "number": one.invoice.number})
        elif amount:
            parts.append(Part(one.pk, round(amount, 2)))
    return parts, texts, [str(problem) for problem in problems]


def credits_typed(data: QueryDict, lines: Iterable[InvoiceLine]) -> tuple[list[Credit], list[str]]:
    """Quantities, kinds and prices typed beside lines (``quantity_<id>``, ``kind_<id>``, ``price_<id>``)."""
    found, problems = [], []
    for line in lines:
        text = data.get(f"quantity_{line.pk}", "").strip()
        if not text:
            continue
        quantity = amount_of(text)
        kind = data.get(f"kind_{line.pk}", CreditLineKind.REVERSAL)
        price = amount_of(data.get(f"price_{line.pk}", "")) if kind == CreditLineKind.PRICE else None
        if quantity is None or quantity != round(quantity, 3):
            problems.append(_("“%(text)s” is no quantity (line %(line)s).") % {"text": text, "line": line.position})
        elif quantity:
            found.append(Credit(line.pk, quantity, kind, price))
    return found, [str(problem) for problem in problems]
