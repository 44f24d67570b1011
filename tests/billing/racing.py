"""What several processes do at once; see ``test_racing.py``."""

import random

from django.db import transaction
from django.utils import timezone

from billing.exceptions import NothingToInvoice, Refused
from billing.models import Instalment, Payment
from billing.services.invoicing import issue_invoice, issue_invoices
from billing.services.payments import allocate
from orders.models import Order
from tests.billing.factories import TODAY


class Undone(Exception):
    """Rolls a finished transaction back."""


def invoice_all(number: int, order_ids: list[int]) -> tuple[int, int]:
    """Invoice the orders in an order of one's own, undoing every fourth; (issued, undone)."""
    dice = random.Random(number)  # noqa: S311 the same each time
    issued = undone = 0
    mine = dice.sample(order_ids, len(order_ids))
    for pk in mine:
        try:
            with transaction.atomic():
                issue_invoice(order=Order.objects.get(pk=pk), by=None, today=TODAY)
                if dice.random() < 0.25:
                    raise Undone
            issued += 1
        except Undone:
            undone += 1
        except NothingToInvoice:
            pass
    for start in range(0, len(mine), 5):
        issued += len(issue_invoices(order_ids=mine[start : start + 5], by=None, today=TODAY))
    return issued, undone


def allocate_all(number: int, payment_id: int, instalment_ids: list[int]) -> int:
    """Use one payment for every instalment, each process in an order of its own; the number that worked."""
    worked = 0
    for pk in random.Random(number).sample(instalment_ids, len(instalment_ids)):  # noqa: S311 the same each time
        payment = Payment.objects.get(pk=payment_id)
        amount = Instalment.objects.get(pk=pk).amount
        try:
            allocate(payment=payment, parts=[(pk, amount)], by=None, at=timezone.now())
            worked += 1
        except Refused:
            pass
    return worked
