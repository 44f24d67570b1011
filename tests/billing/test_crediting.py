"""Credit notes: nothing is given back twice, neither units nor money."""

from decimal import Decimal

import pytest

from billing.exceptions import CreditRefused
from billing.integrity import proofs
from billing.models import Invoice, InvoiceLine
from billing.services.crediting import Credit, issue_credit_note, reversal_of
from config.integrity import check
from tests.billing.factories import TODAY, make_invoice, make_order

pytestmark = pytest.mark.django_db


def credit(invoice: Invoice, *credits: Credit, reason: str = "Too dear") -> Invoice:
    """Issue a credit note for an invoice."""
    return issue_credit_note(invoice=invoice, lines=credits, reason=reason, by=None, today=TODAY)


def one_line(ordered: str, price: str, **fields: str) -> tuple[Invoice, InvoiceLine]:
    """An invoice with one line, and that line."""
    invoice = make_invoice(order=make_order(lines=[{"ordered": ordered, "price": price, **fields}]))
    return invoice, invoice.lines.get()


def credited(line: InvoiceLine) -> list[Decimal]:
    """The nets that were given back of a line, in the order of their documents."""
    return list(line.corrections.order_by("pk").values_list("net", flat=True))


def test_price_is_given_back_once() -> None:
    invoice, line = one_line("3", "11.00")
    credit(invoice, Credit(line.pk, Decimal(3), "price", Decimal("10.00")))
    for beyond in ("10.00", "1.0100"):
        with pytest.raises(CreditRefused, match=r"€3\.00 are left to credit"):
            credit(invoice, Credit(line.pk, Decimal(3), "price", Decimal(beyond)))
    assert credited(line) == [Decimal("30.00")]
    rest = credit(invoice, *reversal_of(invoice))
    assert credited(line) == [Decimal("30.00"), Decimal("3.00")]
    assert (rest.net, rest.gross) == (Decimal("3.00"), Decimal("3.63"))
    invoice.refresh_from_db()
    invoice.account.refresh_from_db()
    assert (invoice.open_amount, invoice.account.unallocated) == (0, 0)
    assert all(result.holds for result in check([proof.name for proof in proofs()]))


def test_price_is_given_back_once_in_one_note() -> None:
    invoice, line = one_line("3", "11.00")
    twice = [Credit(line.pk, Decimal(3), "price", Decimal("10.00"))] * 2
    with pytest.raises(CreditRefused) as refusal:
        credit(invoice, *twice, Credit(line.pk, Decimal(4), "goods"))
    assert len(refusal.value.problems) == 2
    assert credited(line) == []


def test_reversal_and_price_of_one_note_stay_within_what_was_billed() -> None:
    invoice, line = one_line("3", "11.00")
    credit(invoice, Credit(line.pk, Decimal(3), "price", Decimal("1.00")), Credit(line.pk, Decimal(3), "reversal"))
    assert credited(line) == [Decimal("3.00"), Decimal("30.00")]


def test_price_is_given_back_only_of_units_that_are_still_billed() -> None:
    invoice, line = one_line("10", "5.00")
    credit(invoice, Credit(line.pk, Decimal(8), "goods"))
    with pytest.raises(CreditRefused, match="2 are left"):
        credit(invoice, Credit(line.pk, Decimal(3), "price", Decimal("1.00")))
    assert credited(line) == [Decimal("40.00")]


def test_units_of_a_corrected_price_are_credited_at_what_was_left_of_it() -> None:
    invoice, line = one_line("10", "5.00")
    credit(invoice, Credit(line.pk, Decimal(10), "price", Decimal("1.00")))
    note = credit(invoice, Credit(line.pk, Decimal(4), "goods"))
    assert [(one.price, one.net) for one in note.lines.all()] == [(Decimal("4.0000"), Decimal("16.00"))]
    credit(invoice, *reversal_of(invoice))
    assert credited(line) == [Decimal("10.00"), Decimal("16.00"), Decimal("24.00")]


@pytest.mark.parametrize(
    ("ordered", "price", "discount", "parts"),
    [
        ("3", "0.335", "0", ("0.34", "0.34", "0.33")),  # 1.01 billed, three times 0.34 would be 1.02
        ("3", "1.00", "33.33", ("0.67", "0.67", "0.66")),
        ("3", "11.00", "0", ("11.00", "11.00", "11.00")),
    ],
)
def test_parts_of_a_line_are_credited_to_the_cent(
    ordered: str, price: str, discount: str, parts: tuple[str, ...]
) -> None:
    invoice, line = one_line(ordered, price, discount_percent=discount)
    for _part in parts:
        credit(invoice, Credit(line.pk, Decimal(1), "reversal"))
    assert credited(line) == [Decimal(part) for part in parts]
    assert sum(credited(line)) == line.net


def test_nothing_is_left_in_money_but_units_are_reversed_to_be_billed_again() -> None:
    invoice, line = one_line("3", "11.00")
    credit(invoice, Credit(line.pk, Decimal(3), "price", Decimal("11.00")))
    note = credit(invoice, *reversal_of(invoice))
    assert (note.gross, credited(line)) == (0, [Decimal("33.00"), Decimal("0.00")])
    assert make_invoice(order=invoice.order).net == Decimal("33.00")
