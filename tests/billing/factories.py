"""Plain functions that make what is billed: orders and shipments as rows, without the services of orders."""

import datetime
import itertools
from decimal import Decimal
from typing import Any

from billing.models import Invoice, Payment
from billing.services.invoicing import issue_invoice
from billing.services.payments import record_payment
from customers.models import Customer, Issuer, IssuerBankAccount, PaymentTerms, PaymentTermsInstalment
from inventory.models import Product, ProductLine, TaxClass, TaxRate, Unit, Warehouse
from orders.models import Order, OrderLine, Shipment, ShipmentLine
from tests.factories import make_address, make_customer

TODAY = datetime.date(2026, 11, 20)
NOW = datetime.datetime(2026, 11, 20, 9, 30, tzinfo=datetime.UTC)
_numbers = itertools.count(1)


def make_issuer(**fields: Any) -> Issuer:
    """The one issuer of a test, with a bank account."""
    issuer, created = Issuer.objects.get_or_create(
        code="MAIN",
        defaults={
            "name": "Mercado del Sur", "legal_name": "Mercado del Sur, S.L.", "tax_number": "B12345674",
            "street": "Calle del Puerto 4", "postcode": "41001", "city": "Sevilla", "phone": "+34 955 000 100",
            "register_entry": "Registro Mercantil de Sevilla, tomo 4321, folio 12, hoja SE-12345", **fields,
        },
    )  # fmt: skip
    if created:
        IssuerBankAccount.objects.create(
            issuer=issuer, bank="Banco del Sur", iban="ES9121000418450200051332", bic="CAIXESBBXXX", is_default=True
        )
    return issuer


def make_tax_class(rate: str = "21", surcharge: str = "5.2") -> TaxClass:
    """A tax class with one rate, in force for long."""
    tax_class, created = TaxClass.objects.get_or_create(code=f"T{rate}", defaults={"name": f"{rate} %"})
    if created:
        TaxRate.objects.create(
            tax_class=tax_class, valid_from=datetime.date(2012, 9, 1), rate=Decimal(rate), surcharge=Decimal(surcharge)
        )
    return tax_class


def make_product(*, rate: str = "21", surcharge: str = "5.2", **fields: Any) -> Product:
    """A product of goods."""
    number = next(_numbers)
    line, _created = ProductLine.objects.get_or_create(code="OIL", defaults={"name": "Oils"})
    unit, _created = Unit.objects.get_or_create(code="C62", defaults={"name": "piece", "symbol": "pc"})
    fields = {"code": f"OIL-{number:04d}", "name": f"Olive oil {number}"} | fields
    return Product.objects.create(line=line, unit=unit, tax_class=make_tax_class(rate, surcharge), **fields)


def make_terms(*parts: tuple[int, str], method: str = "transfer") -> PaymentTerms:
    """Payment terms of (days, per cent) parts."""
    number = next(_numbers)
    terms = PaymentTerms.objects.create(code=f"P{number}", name=f"Terms {number}", method=method)
    for days, percent in parts:
        PaymentTermsInstalment.objects.create(terms=terms, days=days, percent=Decimal(percent))
    return terms


def make_order(
    *,
    customer: Customer | None = None,
    lines: int | list[dict[str, Any]] = 2,
    shipped: bool = True,
    **fields: Any,
) -> Order:
    """An order in fulfilment whose lines (10 pieces at 5.00 unless given) have shipped, with their delivery note.

    ``lines`` is a number, or a list of fields of lines: ``{"ordered": 3, "price": "0.3333", "rate": "10"}``.
    """
    customer = customer or make_customer(
        name="Bar Los Arcos", legal_name="Los Arcos Hostelería, S.L.", tax_number="B87654321", city="Cádiz"
    )
    issuer = make_issuer()
    number = next(_numbers)
    policy = fields.pop("billing_policy", customer.billing_policy)
    at = fields.pop("at", NOW)
    order = Order.objects.create(
        **{
            "issuer": issuer, "customer": customer, "payer": customer.payer or customer, "account": customer.account,
            "number": f"P-{number:06d}", "status": "released", "billing_policy": policy, "channel": "desk",
            "currency": "EUR", "customer_name": customer.name, "placed_at": at, "credit_decision": "no_limit",
        } | fields
    )  # fmt: skip
    specs = lines if isinstance(lines, list) else [{} for _number in range(lines)]
    for position, spec in enumerate(specs, start=1):
        make_line(order, position=position, **spec)
    if shipped:
        make_shipment(order, at=at)
    return order


def make_line(order: Order, *, position: int = 1, **fields: Any) -> OrderLine:
    """A line of an order, reserved nowhere; see ``make_order``."""
    rate = fields.pop("rate", "21")
    surcharge = fields.pop("surcharge", "5.2")
    product = fields.pop("product", None) or make_product(rate=rate, surcharge=surcharge)
    ordered = Decimal(fields.pop("ordered", 10))
    values = {
        "type": "goods", "code": product.code, "description": product.name, "price": Decimal(fields.pop("price", "5.00")),
        "tax_rate": Decimal(rate),
    } | fields  # fmt: skip
    return OrderLine.objects.create(
        order=order, account=order.account, order_status=order.status, billing_policy=order.billing_policy,
        position=position, product=product, unit=product.unit, entered=ordered, ordered=ordered,
        tax_class=product.tax_class, **values,
    )  # fmt: skip


def make_warehouse() -> Warehouse:
    """The one warehouse."""
    return Warehouse.objects.get_or_create(
        code="SEV", defaults={"issuer": make_issuer(), "name": "Sevilla", "cut_off": datetime.time(14)}
    )[0]


def make_shipment(order: Order, *, at: datetime.datetime = NOW, quantities: dict[int, Any] | None = None) -> Shipment:
    """A delivery note that left with everything not yet shipped, or with {line id: quantity}."""
    ship_to = order.customer.addresses.order_by("-is_default").first() or make_address(
        customer=order.customer, is_default=True
    )
    shipment = Shipment.objects.create(
        order=order, customer=order.customer, account=order.account, warehouse=make_warehouse(),
        number=f"A-{next(_numbers):06d}", ship_to=ship_to, created_at=at,
    )  # fmt: skip
    for line in order.lines.all():
        quantity = line.ordered - line.shipped if quantities is None else Decimal(quantities.get(line.pk, 0))
        if quantity > 0:
            ShipmentLine.objects.create(shipment=shipment, line=line, account=order.account, quantity=quantity)
            OrderLine.objects.filter(pk=line.pk).update(shipped=line.shipped + quantity)
    shipment.status, shipment.shipped_at = "shipped", at
    shipment.save(update_fields=["status", "shipped_at"])
    return shipment


def make_invoice(*, today: datetime.date = TODAY, order: Order | None = None, **fields: Any) -> Invoice:
    """An issued invoice; fields are those of ``make_order``."""
    return issue_invoice(order=order or make_order(**fields), by=None, today=today)


def make_payment(*, payer: Customer | None = None, amount: str = "100.00", **fields: Any) -> Payment:
    """Money received by transfer, on account."""
    make_issuer()
    values = {"method": "transfer", "value_on": TODAY, "by": None, "at": NOW} | fields
    return record_payment(payer=payer or make_customer(), amount=Decimal(amount), **values)
