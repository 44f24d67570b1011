"""One line says one amount: on the page where it is typed, on the order, on the invoice and on the credit note."""

from decimal import Decimal

import pytest

from billing.services.crediting import issue_credit_note, reversal_of
from billing.services.invoicing import issue_invoice
from inventory.models import Warehouse
from orders.models import Order
from orders.services.drafts import LineInput, set_lines, start_draft
from orders.services.picking import start_picking
from orders.services.placing import place_order
from orders.services.shipping import ship
from tests.billing.factories import TODAY, make_issuer
from tests.factories import make_customer, make_user
from tests.orders.factories import MONDAY, make_product, make_stock

pytestmark = pytest.mark.django_db


def test_line_is_the_same_amount_from_the_grid_to_the_credit_note() -> None:
    """20,500 at 98.558 per 7, less 12.5 %, is 252,554.875 exactly."""
    make_issuer()
    by = make_user()
    product = make_product(price="98.558", price_quantity=7)
    make_stock(product=product, quantity=20_500)
    draft = start_draft(customer=make_customer(), by=by, channel="desk", at=MONDAY)
    rows = [LineInput(1, product.code, Decimal(20_500), discount=Decimal("12.5"))]
    grid = set_lines(order=draft, rows=rows, by=by, at=MONDAY, version=draft.version)
    order = place_order(order=Order.objects.get(pk=draft.pk), by=by, at=MONDAY)
    line = order.lines.get()
    ship(shipment=start_picking(order=order, warehouse=Warehouse.objects.get(), by=by, at=MONDAY), by=by, at=MONDAY)
    invoice = issue_invoice(order=order, by=by, today=TODAY)
    note = issue_credit_note(invoice=invoice, lines=reversal_of(invoice), reason="All back", by=by, today=TODAY)

    nets = [grid.rows[0].net, grid.totals.net, line.net, order.net, invoice.lines.get().net, invoice.net, note.net]
    assert nets == [Decimal("252554.88")] * 7
    totals = [(one.tax, one.gross) for one in (grid.totals, order, invoice, note)]
    assert totals == [(Decimal("25255.49"), Decimal("277810.37"))] * 4
    assert line.open_gross == Decimal("277810.36")  # the line with its tax, rounded once
