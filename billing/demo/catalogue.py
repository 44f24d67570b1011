"""What the demo company sells: 600 products in twelve lines, with units, packs, barcodes, taxes and suppliers."""

import random
import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from stdnum import ean

from billing.demo.rows import copy_rows, keys, money4
from billing.demo.words import LINES
from inventory.models import (
    Product,
    ProductBarcode,
    ProductFamily,
    ProductLine,
    ProductPack,
    Supplier,
    TaxClass,
    TaxRate,
    Unit,
)

PREFIX = "8437099"  # of our barcodes: Spain and an invented company
PER_FAMILY = 5
_FORMAT = re.compile(r"(.+?):([\d.]+):(\d+)(?:,|$)")
_UNITS = (
    ("C62", "Unidad", "ud", 0),
    ("KGM", "Kilogramo", "kg", 3),
    ("LTR", "Litro", "l", 3),
    ("XBX", "Caja", "caja", 0),
    ("XPX", "Palé", "palé", 0),
    ("E49", "Jornada", "jornada", 0),
)
_TAXES = (
    ("r4", "Superreducido", "4.00", "0.50"),
    ("r10", "Reducido", "10.00", "1.40"),
    ("r21", "General", "21.00", "5.20"),
)


@dataclass(slots=True)
class Item:
    """A product as the generator needs it; prices are in ten-thousandths of a euro, quantities in thousandths."""

    id: int
    code: str
    name: str
    family: int
    line: str
    tax_class: int
    rate: int  # VAT in hundredths of a per cent
    surcharge: int
    unit: int
    unit_symbol: str
    box: int | None  # stock units in a box
    price: int
    price_quantity: int
    cost: int
    weight: Decimal
    supplier: int
    popularity: float
    status: str = "active"


@dataclass
class Catalogue:
    """All products, and the units lines are ordered in."""

    items: list[Item]
    units: dict[str, int]
    by_line: dict[str, list[Item]]


def make_catalogue(dice: random.Random, *, start: date, at: datetime) -> Catalogue:
    """Write units, taxes, lines, families, products, packs, barcodes and suppliers; ``start`` is when it all began."""
    units = {
        code: Unit.objects.create(code=code, name=name, symbol=symbol, decimals=decimals).pk
        for code, name, symbol, decimals in _UNITS
    }
    taxes = {}
    for code, name, rate, surcharge in _TAXES:
        tax_class = TaxClass.objects.create(code=code.upper(), name=name)
        TaxRate.objects.create(
            tax_class=tax_class, valid_from=date(2012, 9, 1), rate=Decimal(rate), surcharge=Decimal(surcharge)
        )
        taxes[code] = (tax_class.pk, round(float(rate) * 100), round(float(surcharge) * 100))
    items = _items(dice, units, taxes)
    _write_products(items, at)
    by_line: dict[str, list[Item]] = {}
    for item in items:
        by_line.setdefault(item.line, []).append(item)
    return Catalogue(items=items, units=units, by_line=by_line)


def _items(dice: random.Random, units: dict[str, int], taxes: dict[str, tuple[int, int, int]]) -> list[Item]:
    numbers = keys(Product)
    items: list[Item] = []
    for line_code, line_name, supplier_name, table in LINES:
        line = ProductLine.objects.create(code=line_code, name=line_name)
        suppliers = _suppliers(dice, line_code, line_name, supplier_name)
        for place, row in enumerate(table.strip().splitlines()):
            name, tax, per_kilo, variants, formats = row.strip().split("|")
            family = ProductFamily.objects.create(line=line, code=f"{line_code}-{place + 1:02d}", name=name)
            pairs = [(v, f) for f in _FORMAT.findall(formats) for v in variants.split(",")]
            for step, (variant, (size, kilos, box)) in enumerate(pairs[:PER_FAMILY]):
                items.append(
                    _item(
                        dice,
                        pk=next(numbers),
                        code=f"{line_code}-{1000 + place * 50 + step * 10}",
                        name=f"{name} {variant}" + ("" if size == "kg" else f", {size}"),
                        family=family.pk,
                        line=line_code,
                        tax=taxes[tax],
                        units=units,
                        per_kilo=float(per_kilo),
                        size=size,
                        kilos=Decimal(kilos),
                        box=int(box),
                        supplier=dice.choice(suppliers),
                    )
                )
    for item in dice.sample(items, 9):
        item.status = "phased_out"
    return items


def _item(
    dice: random.Random,
    *,
    pk: int,
    code: str,
    name: str,
    family: int,
    line: str,
    tax: tuple[int, int, int],
    units: dict[str, int],
    per_kilo: float,
    size: str,
    kilos: Decimal,
    box: int,
    supplier: int,
) -> Item:
    thousand = box == 1000  # sachets: priced per thousand
    by_weight = size == "kg"
    bulk = float(kilos) ** -0.06 if not by_weight else 1.0
    amount = per_kilo * float(kilos) * bulk * dice.uniform(0.88, 1.16) * (1000 if thousand else 1)
    price = max(25, round(amount * 100)) * 100  # whole cents
    return Item(
        id=pk,
        code=code,
        name=name,
        family=family,
        line=line,
        tax_class=tax[0],
        rate=tax[1],
        surcharge=tax[2],
        unit=units["KGM" if by_weight else "C62"],
        unit_symbol="kg" if by_weight else "ud",
        box=box if box > 1 else None,
        price=price,
        price_quantity=1000 if thousand else 1,
        cost=round(price * dice.uniform(0.61, 0.78) / (1000 if thousand else 1)),
        weight=kilos,
        supplier=supplier,
        popularity=dice.paretovariate(1.1),
    )


def _suppliers(dice: random.Random, code: str, line_name: str, name: str) -> list[int]:
    second = (
        f"Selección {line_name.split()[0]} {dice.choice(('del Duero', 'de Poniente', 'del Mediterráneo', 'Altamar'))}"
    )
    return [
        Supplier.objects.create(
            code=f"S-{code}{number}",
            name=f"{trade}, {dice.choice(('S.L.', 'S.A.', 'S.Coop.'))}",
            email=f"pedidos@{code.lower()}{number}.example.com",
            phone=f"+34 9{dice.randint(10, 88)} {dice.randint(100, 999)} {dice.randint(100, 999)}",
            lead_days=dice.choice((4, 5, 7, 10)),
        ).pk
        for number, trade in enumerate((name, second), start=1)
    ]


def _write_products(items: list[Item], at: datetime) -> None:
    lines = dict(ProductLine.objects.values_list("code", "pk"))
    boxes = Unit.objects.get(code="XBX").pk
    copy_rows(
        Product,
        [
            "id",
            "code",
            "name",
            "family_id",
            "line_id",
            "tax_class_id",
            "unit_id",
            "format",
            "price_quantity",
            "cost",
            "minimum_quantity",
            "multiple",
            "weight_kg",
            "status",
        ],
        (
            (
                item.id,
                item.code,
                item.name,
                item.family,
                lines[item.line],
                item.tax_class,
                item.unit,
                _format(item),
                item.price_quantity,
                money4(item.cost),
                item.price_quantity,
                item.price_quantity,
                item.weight,
                item.status,
            )
            for item in items
        ),
        created_at=at,
    )
    packs = keys(ProductPack)
    boxed = [(next(packs), item) for item in items if item.box]
    copy_rows(
        ProductPack, ["id", "product_id", "factor"], ((pk, item.id, item.box) for pk, item in boxed), unit_id=boxes
    )
    pack_of = {item.id: pk for pk, item in boxed}
    copy_rows(ProductBarcode, ["product_id", "pack_id", "code"], _barcodes(items, pack_of))


def _format(item: Item) -> str:
    size = item.name.rsplit(", ", 1)[-1] if ", " in item.name else ""
    if item.unit_symbol == "kg":
        return f"caja de {item.box} kg"
    return f"{item.box} × {size}" if item.box else size


def _barcodes(items: list[Item], packs: dict[int, int]) -> list[tuple[int, int | None, str]]:
    codes: list[tuple[int, int | None, str]] = []
    for number, item in enumerate(items, start=1):
        body = f"{PREFIX}{number:05d}"
        codes.append((item.id, None, body + ean.calc_check_digit(body)))
        if item.id in packs:
            codes.append((item.id, packs[item.id], "1" + body + ean.calc_check_digit("1" + body)))
    return codes
