"""Real processes on one database: nothing is billed twice, numbers have no gaps, money is used once."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import F, Sum

from billing.integrity import proofs
from billing.models import Allocation, Invoice, InvoiceLine, InvoiceSeries, Payment
from config.integrity import check
from orders.models import OrderLine, ShipmentLine
from tests.billing.factories import make_invoice, make_order, make_payment
from tests.factories import make_customer

pytestmark = pytest.mark.django_db(transaction=True)

PROCESSES = 8


def test_eight_processes_bill_every_unit_once_with_numbers_without_gaps(
    run_processes: Callable[..., list[Any]],
) -> None:
    shared = make_customer()
    orders = [make_order(lines=3, customer=shared if n % 2 else None) for n in range(20)]
    results = run_processes(PROCESSES, "tests.billing.racing.invoice_all", [order.pk for order in orders])
    assert sum(issued for issued, _undone in results) == 20
    assert sum(undone for _issued, undone in results) > 0
    assert not ShipmentLine.objects.exclude(invoiced=F("quantity")).exists()
    assert not OrderLine.objects.exclude(invoiced=F("shipped")).exists()
    assert InvoiceLine.objects.aggregate(billed=Sum("quantity"))["billed"] == 20 * 3 * 10
    series = InvoiceSeries.objects.get()
    assert list(Invoice.objects.order_by("sequence").values_list("sequence", flat=True)) == list(range(1, 21))
    assert series.last_number == 20
    assert [found for found in check([proof.name for proof in proofs()]) if not found.holds] == []


def test_eight_processes_use_a_payment_once(run_processes: Callable[..., list[Any]]) -> None:
    customer = make_customer()
    invoices = [make_invoice(customer=customer) for _number in range(6)]
    payment = make_payment(payer=customer, amount="363.00")  # enough for three of six
    results = run_processes(
        PROCESSES, "tests.billing.racing.allocate_all", payment.pk, [one.instalments.get().pk for one in invoices]
    )
    assert sum(results) == 3
    assert Payment.objects.get().unallocated == 0
    assert Allocation.objects.aggregate(used=Sum("amount"))["used"] == 363
    assert [found for found in check([proof.name for proof in proofs()]) if not found.holds] == []
