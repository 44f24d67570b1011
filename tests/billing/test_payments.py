"""Credit notes, payments, allocations: what they move, and what they refuse."""

import datetime
from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser

from billing import facts
from billing.exceptions import AllocationRefused, CreditRefused, PaymentRefused
from billing.models import Allocation, Instalment, Invoice, InvoiceLine, InvoiceTax, Payment
from billing.services import ageing
from billing.services.crediting import Credit, issue_credit_note, reversal_of
from billing.services.payments import (
    allocate,
    propose,
    record_payment,
    refund,
    reverse_allocation,
    reverse_payment,
)
from customers.models import Account, Customer, Desk
from orders.facts import describe
from orders.models import OrderEvent, OrderLine
from tests.billing.factories import NOW, TODAY, make_invoice, make_order, make_payment, make_shipment, make_terms
from tests.factories import make_customer, make_member, make_user

pytestmark = pytest.mark.django_db


def exposure(account: Account) -> tuple[Decimal, Decimal]:
    account.refresh_from_db()
    return account.receivable, account.unallocated


def test_payment_settles_instalments_and_leaves_the_rest_on_account() -> None:
    customer = make_customer(terms=make_terms((30, "50"), (60, "50")))
    invoice = make_invoice(customer=customer)
    first, second = invoice.instalments.all()
    assert exposure(customer.account) == (Decimal("121.00"), 0)
    payment = make_payment(payer=customer, amount="100.00")
    assert exposure(customer.account) == (Decimal("121.00"), Decimal("100.00"))

    allocate(payment=payment, parts=[(first.pk, Decimal("60.50")), (second.pk, Decimal("9.50"))], by=None, at=NOW)
    assert (payment.allocated, payment.unallocated) == (Decimal("70.00"), Decimal("30.00"))
    assert exposure(customer.account) == (Decimal("51.00"), Decimal("30.00"))
    assert facts.payment_state(Invoice.objects.get(), TODAY) == "part_paid"
    assert not OrderEvent.objects.filter(kind="paid").exists()

    record_payment(
        payer=customer, amount=Decimal("51.00"), method="cash", value_on=TODAY, by=None, at=NOW,
        parts=[(second.pk, Decimal("51.00"))],
    )  # fmt: skip
    assert facts.payment_state(Invoice.objects.get(), TODAY) == "paid"
    assert exposure(customer.account) == (0, Decimal("30.00"))
    assert OrderEvent.objects.filter(kind="paid", order=invoice.order).count() == 1


def test_allocation_is_undone_whole_and_once() -> None:
    invoice = make_invoice()
    one = invoice.instalments.get()
    payment = make_payment(payer=invoice.payer, amount="121.00")
    made = allocate(payment=payment, parts=[(one.pk, Decimal("121.00"))], by=None, at=NOW)[0]
    undone = reverse_allocation(allocation=made, by=None, at=NOW)
    assert (undone.amount, undone.reverses) == (Decimal("-121.00"), made)
    assert exposure(invoice.account) == (Decimal("121.00"), Decimal("121.00"))
    said = OrderEvent.objects.filter(order=invoice.order, kind="paid").order_by("pk")
    assert [(describe(event).title, event.is_public) for event in said] == [("Paid", True), ("Payment undone", True)]
    for again in (made, undone):
        with pytest.raises(AllocationRefused):
            reverse_allocation(allocation=again, by=None, at=NOW)
    assert Allocation.objects.count() == 2
    allocate(payment=payment, parts=[(one.pk, Decimal("121.00"))], by=None, at=NOW)
    assert exposure(invoice.account) == (0, 0)


def test_part_that_is_undone_is_for_colleagues_to_read() -> None:
    invoice = make_invoice()
    payment = make_payment(payer=invoice.payer, amount="50.00")
    made = allocate(payment=payment, parts=[(invoice.instalments.get().pk, Decimal("50.00"))], by=None, at=NOW)[0]
    reverse_allocation(allocation=made, by=None, at=NOW)
    event = OrderEvent.objects.get(order=invoice.order, kind="paid")
    assert (event.data["amount"], event.data["state"], event.is_public) == ("50.00", "undone", False)


def test_allocation_says_everything_that_is_wrong_and_changes_nothing() -> None:
    invoice, foreign = make_invoice(), make_invoice(today=TODAY, customer=make_customer())
    payment = make_payment(payer=invoice.payer, amount="100.00")
    parts = [(invoice.instalments.get().pk, Decimal("121.01")), (foreign.instalments.get().pk, Decimal("5.00"))]
    with pytest.raises(AllocationRefused) as refusal:
        allocate(payment=payment, parts=parts, by=None, at=NOW)
    assert refusal.value.problems == (
        f"Only €121.00 are open of {invoice.number}.",
        f"{foreign.number} is owed by another payer or in another currency.",
        "€126.01 are allocated, but only €100.00 are left.",
    )
    assert not Allocation.objects.exists()


def test_oldest_due_date_is_proposed_first() -> None:
    customer = make_customer(terms=make_terms((30, "50"), (60, "50")))
    later = make_invoice(customer=customer, today=TODAY)
    one, two = later.instalments.all()
    assert propose(instalments=[two, one], amount=Decimal("70.00")) == {
        one.pk: Decimal("60.50"),
        two.pk: Decimal("9.50"),
    }
    assert propose(instalments=[two, one], amount=Decimal(0)) == {}


def test_bank_reference_comes_once_and_the_refusal_names_the_first() -> None:
    payer = make_customer(name="Bar Los Arcos")
    make_payment(payer=payer, amount="50.00", bank_reference="N43-0001")
    with pytest.raises(PaymentRefused) as refusal:
        make_payment(payer=make_customer(), amount="50.00", bank_reference="N43-0001")
    assert refusal.value.problems == (
        "The bank reference N43-0001 was recorded before: €50.00 of 20 November 2026 from Bar Los Arcos.",
    )
    assert Payment.objects.count() == 1


def test_payment_taken_back_opens_what_it_settled() -> None:
    invoice = make_invoice()
    payment = make_payment(
        payer=invoice.payer, amount="150.00", parts=[(invoice.instalments.get().pk, Decimal("121.00"))]
    )
    assert exposure(invoice.account) == (0, Decimal("29.00"))
    back = reverse_payment(payment=payment, reason="Returned by the bank", by=None, at=NOW)
    assert (back.direction, back.amount, back.allocated) == ("out", Decimal("150.00"), Decimal("150.00"))
    assert exposure(invoice.account) == (Decimal("121.00"), 0)
    assert payment.unallocated == 0
    with pytest.raises(PaymentRefused):
        reverse_payment(payment=payment, reason="Again", by=None, at=NOW)


def test_refund_takes_the_oldest_money_and_no_more_than_there_is() -> None:
    payer = make_customer()
    make_payment(payer=payer, amount="30.00", value_on=TODAY - datetime.timedelta(days=3))
    make_payment(payer=payer, amount="20.00")
    options = {"payer": payer, "method": "transfer", "value_on": TODAY, "by": None, "at": NOW}
    with pytest.raises(PaymentRefused, match=r"€50\.00"):
        refund(amount=Decimal("50.01"), **options)
    out = refund(amount=Decimal("35.00"), **options)
    assert [(one.payment.amount, one.amount) for one in out.refunded_from.order_by("pk")] == [
        (Decimal("30.00"), Decimal("30.00")),
        (Decimal("20.00"), Decimal("5.00")),
    ]
    assert exposure(payer.account) == (0, Decimal("15.00"))


def test_credit_note_by_line_kind_and_quantity() -> None:
    order = make_order(lines=[{"ordered": 10, "price": "5.00"}, {"ordered": 4, "price": "2.00", "rate": "10"}])
    invoice = make_invoice(order=order)
    oil, salt = invoice.lines.all()
    note = issue_credit_note(
        invoice=invoice, reason="Two broken, one too dear", by=None, today=TODAY,
        lines=[Credit(oil.pk, Decimal(2), "goods"), Credit(salt.pk, Decimal(4), "price", Decimal("0.50"))],
    )  # fmt: skip
    assert (note.net, note.tax) == (Decimal("12.00"), Decimal("2.30"))
    assert [(line.credit_kind, line.net) for line in note.lines.all()] == [("goods", 10), ("price", 2)]
    assert [one.invoice for one in note.references.all()] == [invoice]
    assert OrderLine.objects.filter(order=order).values_list("invoiced", "reversed", "credited")[0] == (10, 0, 2)
    note.refresh_from_db()
    invoice.refresh_from_db()
    assert (note.open_amount, invoice.settled) == (0, Decimal("14.30"))
    assert facts.payment_state(note, TODAY) == "used"
    assert OrderEvent.objects.filter(order=order, kind="credited").count() == 1

    with pytest.raises(CreditRefused, match="8 are left"):
        issue_credit_note(
            invoice=invoice, lines=[Credit(oil.pk, Decimal(9), "reversal")], reason="x", by=None, today=TODAY
        )
    with pytest.raises(CreditRefused) as refusal:
        issue_credit_note(invoice=invoice, lines=[], reason=" ", by=None, today=TODAY)
    assert len(refusal.value.problems) == 2


def test_credit_note_of_a_paid_invoice_stays_to_the_credit_and_corrects_several() -> None:
    customer = make_customer()
    invoices = [make_invoice(customer=customer) for _number in range(2)]
    make_payment(
        payer=customer, amount="242.00", parts=[(one.instalments.get().pk, Decimal("121.00")) for one in invoices]
    )
    lines = [credit for invoice in invoices for credit in reversal_of(invoice)]
    note = issue_credit_note(lines=lines, reason="Sent to the wrong shop", by=None, today=TODAY)
    assert {one.invoice for one in note.references.all()} == set(invoices)
    assert exposure(customer.account) == (0, Decimal("242.00"))
    assert facts.payment_state(note, TODAY) == "credit"
    after = make_invoice(customer=customer)
    allocate(credit_note=note, parts=[(after.instalments.get().pk, Decimal("121.00"))], by=None, at=NOW)
    assert exposure(customer.account) == (0, Decimal("121.00"))


def test_payment_state_follows_the_oldest_open_instalment() -> None:
    customer = make_customer(terms=make_terms((30, "50"), (60, "50")))
    invoice = make_invoice(customer=customer)
    day = datetime.date(2026, 12, 20)
    assert facts.payment_state(invoice, day) == "open"
    assert facts.payment_sentence(invoice, TODAY) == "To pay by 20 Dec"
    assert facts.payment_state(invoice, day + datetime.timedelta(days=1)) == "overdue"
    assert facts.payment_sentence(invoice, day + datetime.timedelta(days=5)) == "Overdue 5 days"
    first = invoice.instalments.first()
    make_payment(payer=customer, amount="60.50", parts=[(first.pk, Decimal("60.50"))])
    invoice = Invoice.objects.get()
    assert facts.payment_sentence(invoice, day + datetime.timedelta(days=5)) == "€60.50 to pay by 19 Jan 2027"
    with_due = Invoice.objects.with_next_due().get()
    assert facts.payment_state(with_due, day + datetime.timedelta(days=5)) == "part_paid"


def test_order_payment_state_and_the_list_variant_agree(django_assert_num_queries) -> None:
    nothing, open_, paid, part = (make_order(lines=1) for _number in range(4))
    make_invoice(order=open_)
    done = make_invoice(order=paid)
    make_payment(payer=done.payer, amount="60.50", parts=[(done.instalments.get().pk, Decimal("60.50"))])
    split = make_order(lines=[{"ordered": 10}], shipped=False)
    make_shipment(split, quantities={split.lines.get().pk: 5})
    half = make_invoice(order=split)
    make_payment(payer=half.payer, amount="30.25", parts=[(half.instalments.get().pk, Decimal("30.25"))])
    make_shipment(split)
    reversed_ = make_invoice(order=part)
    issue_credit_note(invoice=reversed_, lines=reversal_of(reversed_), reason="x", by=None, today=TODAY)
    orders = [nothing, open_, paid, split, part]
    with django_assert_num_queries(1):
        money = facts.order_money([order.pk for order in orders], TODAY)
    assert [money[order.pk].state for order in orders] == ["not_invoiced", "open", "paid", "part_paid", "not_invoiced"]
    assert facts.order_payment_state(open_, TODAY + datetime.timedelta(days=1)) == "overdue"


def test_ageing_by_group_and_total() -> None:
    customer = make_customer(terms=make_terms((0, "25"), (30, "25"), (60, "25"), (120, "25")))
    make_invoice(customer=customer, lines=[{"ordered": 100, "price": "1.00", "rate": "0", "surcharge": "0"}])
    make_payment(payer=customer, amount="10.00")
    other = make_invoice(
        customer=make_customer(), lines=[{"ordered": 1, "price": "7.00", "rate": "0", "surcharge": "0"}]
    )
    day = TODAY + datetime.timedelta(days=91)
    one = ageing.balance(account=customer.account, today=day)
    assert one.amounts == {"current": 25, "1-30": 0, "31-60": 25, "61-90": 25, "over-90": 25}
    assert (one.owed, one.overdue, one.credit, one.balance) == (100, 75, 10, 90)
    total = ageing.total_ageing(today=day)
    assert total.amounts == {"current": 25, "1-30": 0, "31-60": 25, "61-90": 25, "over-90": 32}
    assert ageing.ageing(accounts=None, today=day)[other.account_id].owed == 7


def test_statement_runs_from_opening_to_closing_balance() -> None:
    customer = make_customer()
    make_invoice(customer=customer, today=TODAY)
    make_payment(payer=customer, amount="100.00")
    invoice = make_invoice(customer=customer, today=TODAY + datetime.timedelta(days=1))
    note = issue_credit_note(
        invoice=invoice, lines=[Credit(invoice.lines.first().pk, Decimal(10), "goods")], reason="Back", by=None,
        today=TODAY + datetime.timedelta(days=1),
    )  # fmt: skip
    found = ageing.statement(
        account=customer.account, since=TODAY + datetime.timedelta(days=1), until=TODAY + datetime.timedelta(days=9)
    )
    assert (found.opening, found.closing) == (Decimal("21.00"), Decimal("81.50"))
    assert [(one.text, one.debit, one.credit, one.balance) for one in found.entries] == [
        (invoice.number, Decimal("121.00"), 0, Decimal("142.00")),
        (note.number, 0, Decimal("60.50"), Decimal("81.50")),
    ]
    total = ageing.balance(account=customer.account, today=TODAY)
    assert total.balance == found.closing


def test_statement_and_balance_of_payers_leave_out_who_pays_for_himself() -> None:
    group = make_customer()
    own, paid_for = make_customer(parent=group), make_customer(parent=group, payer=group)
    make_invoice(customer=own)
    make_invoice(customer=paid_for)
    make_payment(payer=own, amount="100.00")
    make_payment(payer=group, amount="7.00")

    def closing(*payers: Customer) -> tuple[Decimal, Decimal]:
        chosen = Customer.objects.filter(pk__in=[payer.pk for payer in payers])
        options = {"account": group.account, "payers": chosen}
        found = ageing.statement(**options, since=TODAY, until=TODAY)
        return found.closing, ageing.balance(**options, today=TODAY).balance

    assert closing(own) == (Decimal("21.00"), Decimal("21.00"))
    assert closing(paid_for) == (0, 0)
    assert closing(group) == (Decimal("114.00"), Decimal("114.00"))
    assert closing(group, own, paid_for) == (Decimal("135.00"), Decimal("135.00"))


def test_parts_of_an_invoice_are_seen_by_who_sees_the_invoice() -> None:
    rep = make_user(desk=Desk.REP, sees_all_customers=False)
    root = make_customer(rep=rep)
    branch, sister = make_customer(parent=root), make_customer(parent=root)
    of_root, of_branch, of_sister = (make_invoice(customer=one) for one in (root, branch, sister))
    seen = {
        make_user(desk=Desk.FINANCE): {of_root, of_branch, of_sister},
        rep: {of_root},
        make_member(customer=root).user: {of_root, of_branch, of_sister},
        make_member(customer=branch).user: {of_branch},
        make_member().user: set(),
        AnonymousUser(): set(),
    }
    for model in (InvoiceLine, InvoiceTax, Instalment):
        for user, invoices in seen.items():
            assert {part.invoice for part in model.objects.visible_to(user)} == invoices, (model, user)
