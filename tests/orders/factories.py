"""Plain functions that make products, prices, stock and orders for tests, each with the least that is valid."""

import datetime
import itertools
from decimal import Decimal
from typing import Any

from customers.models import Account, Customer, Issuer, Region, User
from inventory.models import (
    Holiday,
    PriceList,
    PriceRule,
    Product,
    ProductLine,
    ProductPack,
    PurchaseOrder,
    PurchaseOrderLine,
    Supplier,
    TaxClass,
    TaxRate,
    Unit,
    Warehouse,
    WarehouseRegion,
)
from inventory.services.levels import LevelChange, move_levels
from orders.models import Incident, Order, Return, Shipment
from orders.services.aftersales import report_incident, request_return
from orders.services.drafts import LineInput, set_lines, start_draft
from orders.services.picking import start_picking
from orders.services.placing import place_order
from orders.services.shipping import ship
from orders.services.tracking import deliver
from tests.factories import make_customer, make_user

LONG_AGO = datetime.date(2020, 1, 1)
# A Monday morning, before every cut-off.
MONDAY = datetime.datetime(2026, 3, 2, 9, 0, tzinfo=datetime.UTC)
_numbers = itertools.count(1)


def make_issuer(**fields: Any) -> Issuer:
    """The house; the one that is there already unless anything is given."""
    if not fields and (issuer := Issuer.objects.order_by("pk").first()):
        return issuer
    number = next(_numbers)
    defaults = {
        "code": f"I{number}",
        "name": "Mercado Norte",
        "legal_name": "Mercado Norte S.L.",
        "tax_number": "B12345674",
        "street": "Calle del Puerto 4",
        "postcode": "28001",
        "city": "Madrid",
    }
    return Issuer.objects.create(**defaults | fields)


def make_warehouse(*, regions: list[tuple[Region, int, int]] = (), **fields: Any) -> Warehouse:
    """A warehouse that closes its day at 14:00; ``regions`` are (region, rank, working days to the door)."""
    number = next(_numbers)
    defaults = {"code": f"W{number}", "name": f"Warehouse {number}", "cut_off": datetime.time(14)}
    fields.setdefault("issuer", make_issuer())
    warehouse = Warehouse.objects.create(**defaults | fields)
    for region, rank, transit_days in regions:
        WarehouseRegion.objects.create(warehouse=warehouse, region=region, rank=rank, transit_days=transit_days)
    return warehouse


def make_region(**fields: Any) -> Region:
    """A region that no warehouse serves yet."""
    number = next(_numbers)
    return Region.objects.create(**{"code": f"R{number}", "name": f"Region {number}"} | fields)


def make_unit(code: str = "C62", symbol: str = "pc", decimals: int = 0) -> Unit:
    """A unit of measure; pieces unless given."""
    return Unit.objects.get_or_create(code=code, defaults={"name": symbol, "symbol": symbol, "decimals": decimals})[0]


def make_tax_class(*, rate: str = "10", surcharge: str = "1.4", code: str = "") -> TaxClass:
    """A tax class with one rate that holds since long ago."""
    code = code or f"T{rate}"
    tax_class, created = TaxClass.objects.get_or_create(code=code, defaults={"name": code})
    if created:
        TaxRate.objects.create(
            tax_class=tax_class, valid_from=LONG_AGO, rate=Decimal(rate), surcharge=Decimal(surcharge)
        )
    return tax_class


def make_product(*, price: str | None = "10", packs: dict[str, str] = (), **fields: Any) -> Product:
    """A product by the piece with a base price of 10.00; ``price=None`` for none, ``packs`` symbol → pieces."""
    number = next(_numbers)
    line = ProductLine.objects.get_or_create(code="FOOD", defaults={"name": "Food"})[0]
    defaults = {"code": f"P{number:05d}", "name": f"Product {number}", "line": line}
    fields.setdefault("tax_class", make_tax_class())
    fields.setdefault("unit", make_unit())
    product = Product.objects.create(**defaults | fields)
    for symbol, factor in dict(packs).items():
        unit = make_unit(code=symbol[:3].upper(), symbol=symbol)
        ProductPack.objects.create(product=product, unit=unit, factor=Decimal(factor))
    if price is not None:
        make_price(product=product, price=price)
    return product


def make_price_list(*, level: str = "base", **fields: Any) -> PriceList:
    """A list since long ago; the one base list when nothing is given."""
    if level == "base" and not fields:
        return PriceList.objects.get_or_create(
            code="BASE", defaults={"name": "Base", "level": "base", "valid_from": LONG_AGO}
        )[0]
    number = next(_numbers)
    defaults = {"code": f"L{number}", "name": f"{level.title()} {number}", "valid_from": LONG_AGO}
    return PriceList.objects.create(level=level, **defaults | fields)


def make_price(
    *, product: Product, price: str, price_list: PriceList | None = None, minimum: str = "0", **fields: Any
) -> PriceRule:
    """A price of a product from a quantity on, on the base list unless given."""
    fields.setdefault("valid_from", LONG_AGO)
    return PriceRule.objects.create(
        product=product,
        price_list=price_list or make_price_list(),
        price=Decimal(price),
        minimum_quantity=Decimal(minimum),
        **fields,
    )


def make_stock(*, product: Product, quantity: str | int, warehouse: Warehouse | None = None) -> Warehouse:
    """Stock on hand, with its movement; returns the warehouse, the first one there is unless given."""
    warehouse = warehouse or Warehouse.objects.order_by("pk").first() or make_warehouse()
    opening = [LevelChange(product.pk, warehouse.pk, on_hand=Decimal(quantity))]
    move_levels(changes=opening, kind="opening", document="opening", by=None, at=MONDAY)
    return warehouse


def make_supply(
    *,
    product: Product,
    quantity: str | int,
    expected_on: datetime.date | None = None,
    warehouse: Warehouse | None = None,
    status: str = "confirmed",
    **fields: Any,
) -> PurchaseOrderLine:
    """Units on order with a supplier, without a date unless given."""
    number = next(_numbers)
    warehouse = warehouse or Warehouse.objects.order_by("pk").first() or make_warehouse()
    supplier = Supplier.objects.get_or_create(code="SUP", defaults={"name": "Supplier"})[0]
    order = PurchaseOrder.objects.create(
        supplier=supplier, warehouse=warehouse, number=f"PO{number}", status=status, ordered_on=LONG_AGO
    )
    return PurchaseOrderLine.objects.create(
        order=order, warehouse=warehouse, product=product, expected=Decimal(quantity), expected_on=expected_on, **fields
    )


def make_holiday(day: datetime.date, region: Region | None = None) -> Holiday:
    """A day without work."""
    return Holiday.objects.create(day=day, region=region, name="Holiday")


def make_limited_customer(*, limit: str | None, **fields: Any) -> Customer:
    """A customer whose group has a credit limit."""
    number = next(_numbers)
    account = Account.objects.create(name=f"Group L{number}", credit_limit=None if limit is None else Decimal(limit))
    return make_customer(account=account, **fields)


def make_draft(
    *,
    customer: Customer | None = None,
    lines: int | list[tuple[Product, str | int]] = 2,
    by: User | None = None,
    at: datetime.datetime = MONDAY,
    channel: str = "desk",
    **header: Any,
) -> Order:
    """A draft; ``lines`` is a number of new products (3 of each at 10.00, 100 in stock) or (product, quantity)."""
    make_issuer()
    if isinstance(lines, int):
        products = [make_product() for _line in range(lines)]
        for product in products:
            make_stock(product=product, quantity=100)
        lines = [(product, 3) for product in products]
    customer = customer or make_customer()
    order = start_draft(customer=customer, by=by, channel=channel, at=at)
    if header:
        for name, value in header.items():
            setattr(order, name, value)
        order.save(update_fields=list(header))
    rows = [
        LineInput(position=position, text=product.code, quantity=Decimal(quantity))
        for position, (product, quantity) in enumerate(lines, 1)
    ]
    result = set_lines(order=order, rows=rows, by=by, at=at, version=0)
    assert not result.problems, result.problems
    return Order.objects.get(pk=order.pk)


def make_order(*, placed: bool = True, by: User | None = None, at: datetime.datetime = MONDAY, **fields: Any) -> Order:
    """An order, placed unless told otherwise; the rest is ``make_draft``'s."""
    by = by or make_user()
    draft = make_draft(by=by, at=at, **fields)
    return place_order(order=draft, by=by, at=at, version=draft.version) if placed else draft


def make_begun(*, at: datetime.datetime = MONDAY, **fields: Any) -> Shipment:
    """A shipment that is being picked: all of an order, of one line unless given."""
    fields.setdefault("lines", 1)
    order = make_order(at=at, **fields)
    return start_picking(order=order, warehouse=Warehouse.objects.order_by("pk").first(), by=None, at=at)


def make_left(*, at: datetime.datetime = MONDAY, **fields: Any) -> Shipment:
    """A shipment that has left: all of an order, of one line unless given."""
    return ship(shipment=make_begun(at=at, **fields), by=None, at=at)


def make_incident(*, at: datetime.datetime = MONDAY, **fields: Any) -> Incident:
    """Something that went wrong with an order."""
    order = make_order(lines=1, at=at, **fields)
    return report_incident(order=order, kind="delay", description="Van broke down", by=make_user(), at=at)


def make_return(*, at: datetime.datetime = MONDAY, **fields: Any) -> Return:
    """A return that a customer asks for: one unit of a delivered order."""
    shipment = deliver(shipment=make_left(at=at, **fields), at=at, by=None)
    quantities = {shipment.lines.first().line_id: Decimal(1)}
    return request_return(order=shipment.order, quantities=quantities, reason="Too many", by=make_user(), at=at)
