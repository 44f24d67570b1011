"""From what a person typed to lines of an order: product, unit, price with its reason, taxes, and what is wrong.

Every row is resolved, and all rows together by two statements (three when products were given by name), whatever
their number.
"""

import datetime
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, cast

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.database.prepared import prepared_cursor
from config.money import ZERO, line_net
from customers.models import Customer, User
from inventory.services.availability import Availability
from inventory.services.prices import Price, PriceQuery, resolve_prices
from inventory.services.promises import Promise, PromiseQuery
from inventory.services.taxes import RATES_ON, rates_for
from orders.exceptions import Problem
from orders.models import LineType

MOST = Decimal(999_999_999)  # stock units on a line; far beyond any order, far within numeric(14,3)
DEAREST = Decimal(9_999_999)
LONGEST_TEXT = 200
THOUSANDTH = Decimal("0.001")


@dataclass(frozen=True)
class LineInput:
    """A row as it was typed: a product by code, barcode or name, how much of it, and in which unit (code or symbol).

    ``price`` (net, per the product's price quantity) replaces the resolver's; who may give one is the view's to
    check. ``priced_by_id`` is who agreed it, when that is not the person who writes. ``quantity`` None stands for what could not be read as a number.
    """

    position: int
    text: str = ""
    quantity: Decimal | None = None
    unit: str | None = None
    price: Decimal | None = None
    discount: Decimal = Decimal(0)
    product_id: int | None = None
    priced_by_id: int | None = None


@dataclass(frozen=True)
class UnitChoice:
    """A unit a product can be ordered in; ``factor`` stock units each."""

    unit_id: int
    code: str
    symbol: str
    factor: Decimal
    decimals: int


@dataclass(frozen=True)
class FoundProduct:
    """What an order line takes from a product."""

    id: int
    code: str
    name: str
    format: str
    kind: str
    status: str
    price_quantity: Decimal
    minimum_quantity: Decimal
    multiple: Decimal
    cost: Decimal | None
    tax_class_id: int
    tax_rate: Decimal | None
    surcharge_rate: Decimal | None
    successor: str | None
    units: list[UnitChoice]

    @property
    def is_stocked(self) -> bool:
        """True for goods, which take stock."""
        return self.kind == LineType.GOODS


@dataclass
class DraftRow:
    """A row with everything that is known about it; ``problems`` keep it off the order, ``warnings`` don't.

    ``ordered`` is in stock units; ``net`` in the order's currency. ``promise`` and ``available`` (one per
    warehouse) are figures of the moment.
    """

    position: int
    text: str
    entered: Decimal | None
    discount: Decimal = Decimal(0)
    priced_by_id: int | None = None
    product: FoundProduct | None = None
    unit: UnitChoice | None = None
    ordered: Decimal | None = None
    price: Price | None = None
    unit_price: Decimal | None = None
    is_manual_price: bool = False
    tax_rate: Decimal = ZERO
    surcharge_rate: Decimal = ZERO
    net: Decimal | None = None
    promise: Promise | None = None
    available: list[Availability] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        """True when the row can be on an order."""
        return not self.problems

    def refuse(self, code: str, message: str) -> None:
        """Note what is wrong with the row."""
        self.problems.append(Problem(self.position, code, message))


class GoodRow(DraftRow):
    """A row that can be on an order, as ``good_rows`` hands it on: what is looked for elsewhere is there."""

    product: FoundProduct
    unit: UnitChoice
    entered: Decimal
    ordered: Decimal
    unit_price: Decimal
    net: Decimal


def good_rows(rows: Iterable[DraftRow]) -> list[GoodRow]:
    """Those rows that can be on an order."""
    return [cast(GoodRow, row) for row in rows if row.is_good]


def promise_query(row: GoodRow, requested_on: datetime.date | None) -> PromiseQuery:
    """The question for the date of a row."""
    return PromiseQuery(row.position, row.product.id, row.ordered, requested_on, row.product.is_stocked)


def line_columns(row: GoodRow, by: User | None) -> dict[str, Any]:
    """The columns of a row's order line, numbers as texts, ready for JSON."""
    product, price = row.product, None if row.is_manual_price else row.price
    is_free = price is None and not row.unit_price and product.is_stocked
    agreed_by = row.priced_by_id or (by.pk if by else None)
    return {
        "position": row.position,
        "type": LineType.FREE if is_free else product.kind,
        "product_id": product.id,
        "code": product.code,
        "description": product.name,
        "unit_id": row.unit.unit_id,
        "entered": str(row.entered),
        "factor": str(row.unit.factor),
        "ordered": str(row.ordered),
        "price": str(row.unit_price),
        "price_quantity": str(product.price_quantity),
        "discount_percent": str(row.discount),
        "price_level": price.level if price else "",
        "price_list_id": price.price_list_id if price else None,
        "price_break": str(price.minimum_quantity) if price else None,
        "price_valid_from": price.valid_from.isoformat() if price else None,
        "priced_by_id": agreed_by if price is None or row.discount else None,
        "unit_cost": None if product.cost is None else str(product.cost),
        "tax_class_id": product.tax_class_id,
        "tax_rate": str(row.tax_rate),
        "surcharge_rate": str(row.surcharge_rate),
    }


_PRODUCTS = f"""
    SELECT w.position, pack.unit_id, p.id, p.code, p.name, p.format, p.kind, p.status, p.price_quantity,
           p.minimum_quantity, p.multiple, p.cost, p.tax_class_id, t.rate, t.surcharge, s.code,
           u.id, u.code, u.symbol, u.decimals, packs.list
    FROM unnest(%(positions)s::int[], %(texts)s::text[], %(ids)s::bigint[]) AS w(position, text, product_id)
    CROSS JOIN LATERAL (
        SELECT w.product_id AS id, NULL::bigint AS pack_id, 0 AS tier WHERE w.product_id IS NOT NULL
        UNION ALL
        SELECT c.id, NULL, CASE WHEN c.code = w.text THEN 1 ELSE 2 END FROM inventory_product c
        WHERE w.product_id IS NULL AND c.code IN (w.text, upper(w.text))
        UNION ALL
        SELECT b.product_id, b.pack_id, 3 FROM inventory_productbarcode b
        WHERE w.product_id IS NULL AND b.code = w.text
        ORDER BY tier LIMIT 1
    ) f
    JOIN inventory_product p ON p.id = f.id
    JOIN inventory_unit u ON u.id = p.unit_id
    LEFT JOIN inventory_product s ON s.id = p.successor_id
    LEFT JOIN inventory_productpack pack ON pack.id = f.pack_id
    LEFT JOIN LATERAL ({RATES_ON.format(tax_class="p.tax_class_id", day="%(on)s")}) t ON true
    LEFT JOIN LATERAL (
        SELECT json_agg(json_build_array(pu.id, pu.code, pu.symbol, k.factor::text, pu.decimals) ORDER BY k.factor) AS list
        FROM inventory_productpack k JOIN inventory_unit pu ON pu.id = k.unit_id WHERE k.product_id = p.id
    ) packs ON true
"""  # noqa: S608 - made of constants

_BY_NAME = """
    SELECT w.position, array_agg(p.id ORDER BY p.status = 'active' DESC, p.code)
    FROM unnest(%s::int[], %s::text[]) AS w(position, text)
    JOIN inventory_product p ON p.search_key = lonja_key(w.text)
    GROUP BY w.position
"""


def resolve_rows(*, customer: Customer, rows: Sequence[LineInput], on: datetime.date) -> list[DraftRow]:
    """Resolve typed rows to products, units, prices and taxes for a customer on a day, in their order.

    Nothing is raised: what is wrong stands in each row's ``problems``.
    """
    found = _products(rows, on)
    drafts = [_row(line, found.get(line.position), customer) for line in rows]
    priced = [
        (row, row.product, PriceQuery(row.position, row.product.id, row.ordered))
        for row in drafts
        if row.product and row.ordered and not row.is_manual_price
    ]
    prices = resolve_prices(customer=customer, on=on, lines=[query for _row, _product, query in priced])
    for row, product, _query in priced:
        row.price = prices.get(row.position)
        if row.price is None:
            row.refuse("no_price", _("%(code)s has no price for this customer.") % {"code": product.code})
        else:
            row.unit_price = row.price.price
    for row in drafts:
        if row.product is not None and row.ordered is not None and row.unit_price is not None:
            row.net = line_net(row.ordered, row.unit_price, row.product.price_quantity, row.discount)
    return drafts


def clean_text(text: str) -> str:
    """The code in what was typed or pasted: "ACE-001 · Olive oil" stands for ACE-001."""
    return text.replace("\0", "").strip()[:LONGEST_TEXT].split(" · ", 1)[0].strip()


def _products(rows: Sequence[LineInput], on: datetime.date) -> dict[int, Any]:
    """Position → (unit of the scanned pack or None, product), or the number of products of that name."""
    wanted = [(row.position, clean_text(row.text), row.product_id) for row in rows if row.text or row.product_id]
    found = _fetch(wanted, on)
    missing = [(position, text) for position, text, product_id in wanted if position not in found and not product_id]
    if missing:
        with prepared_cursor() as cursor:
            cursor.execute(_BY_NAME, [[position for position, _text in missing], [text for _position, text in missing]])
            named = dict(cursor.fetchall())
        found |= _fetch([(position, "", ids[0]) for position, ids in named.items() if len(ids) == 1], on)
        found |= {position: len(ids) for position, ids in named.items() if len(ids) > 1}
    return found


def _fetch(wanted: Sequence[tuple[int, str, int | None]], on: datetime.date) -> dict[int, Any]:
    if not wanted:
        return {}
    positions, texts, ids = (list(column) for column in zip(*wanted, strict=True))
    with prepared_cursor() as cursor:
        cursor.execute(_PRODUCTS, {"positions": positions, "texts": texts, "ids": ids, "on": on})
        return {row[0]: (row[1], _product(row)) for row in cursor.fetchall()}


def _product(row: tuple) -> FoundProduct:
    packs = json.loads(row[20]) if isinstance(row[20], str) else row[20] or []
    units = [UnitChoice(row[16], row[17], row[18], Decimal(1), row[19])]
    units += [UnitChoice(pk, code, symbol, Decimal(factor), decimals) for pk, code, symbol, factor, decimals in packs]
    return FoundProduct(*(*row[2:16], units))


def _row(line: LineInput, found: Any, customer: Customer) -> DraftRow:
    row = DraftRow(
        position=line.position,
        text=line.text,
        entered=line.quantity,
        discount=line.discount,
        priced_by_id=line.priced_by_id,
    )
    if found is None:
        row.refuse("unknown_product", _("No product has the code, barcode or name “%(text)s”.") % {"text": line.text})
    elif isinstance(found, int):
        row.refuse(
            "ambiguous_product",
            ngettext(
                "%(count)s product is called “%(text)s”; type its code.",
                "%(count)s products are called “%(text)s”; type a code.",
                found,
            )
            % {"count": found, "text": line.text},
        )
    else:
        pack_unit_id, product = found
        row.product = product
        _check_product(row, product)
        row.unit = _choose_unit(row, product, line.unit, pack_unit_id)
        _check_tax(row, product, customer)
    _check_quantity(row)
    _check_price(row, line)
    return row


def _check_product(row: DraftRow, product: FoundProduct) -> None:
    if product.status == "discontinued" and product.successor:
        message = _("%(code)s is no longer sold; %(successor)s takes its place.")
        row.refuse("not_sold", message % {"code": product.code, "successor": product.successor})
    elif product.status in ("discontinued", "draft"):
        row.refuse("not_sold", _("%(code)s is not sold.") % {"code": product.code})


def _choose_unit(row: DraftRow, product: FoundProduct, typed: str | None, pack_unit_id: int | None) -> UnitChoice:
    """The unit typed, else that of the pack whose barcode was read, else the product's own."""
    units = product.units
    if typed:
        name = typed.strip().lower()
        match = [unit for unit in units if name in (unit.code.lower(), unit.symbol.lower())]
        if match:
            return match[0]
        message = _("%(code)s is not sold by “%(unit)s”, but by %(units)s.")
        symbols = ", ".join(unit.symbol for unit in units)
        row.refuse("unknown_unit", message % {"code": product.code, "unit": typed, "units": symbols})
    elif pack_unit_id:
        return next(unit for unit in units if unit.unit_id == pack_unit_id)
    return units[0]


def _check_tax(row: DraftRow, product: FoundProduct, customer: Customer) -> None:
    rates = rates_for(customer.tax_treatment, product.tax_rate, product.surcharge_rate)
    if rates is None:
        row.refuse("no_tax_rate", _("%(code)s has no tax rate for this day.") % {"code": product.code})
    else:
        row.tax_rate, row.surcharge_rate = rates


def _check_quantity(row: DraftRow) -> None:
    entered = row.entered
    if entered is None or not entered.is_finite() or entered <= 0:
        row.refuse("bad_quantity", _("The quantity has to be a number greater than zero."))
        return
    if entered > MOST:
        row.refuse("bad_quantity", _("The quantity is too large."))
        return
    if row.product is None or row.unit is None:
        return
    if entered != round(entered, row.unit.decimals):
        message = (
            _("%(unit)s is ordered in whole numbers.")
            if row.unit.decimals == 0
            else _("%(unit)s is ordered with at most %(decimals)s decimals.")
        )
        row.refuse("bad_quantity", message % {"unit": row.unit.symbol, "decimals": row.unit.decimals})
        return
    ordered = entered * row.unit.factor
    if ordered > MOST or ordered != ordered.quantize(THOUSANDTH):
        row.refuse("bad_quantity", _("The quantity can't be counted in stock units."))
        return
    row.ordered = ordered.quantize(THOUSANDTH)
    _check_pack(row, row.product, row.ordered)


def _check_pack(row: DraftRow, product: FoundProduct, ordered: Decimal) -> None:
    symbol = product.units[0].symbol
    if ordered < product.minimum_quantity:
        message = _("The least quantity of %(code)s is %(minimum)s %(unit)s.")
        values = {"code": product.code, "minimum": f"{product.minimum_quantity.normalize():f}", "unit": symbol}
        row.refuse("below_minimum", message % values)
    elif ordered % product.multiple:
        below = ordered - ordered % product.multiple
        message = _("%(code)s is sold in multiples of %(multiple)s %(unit)s: %(below)s or %(above)s.")
        values = {
            "code": product.code,
            "multiple": f"{product.multiple.normalize():f}",
            "unit": symbol,
            "below": f"{below.normalize():f}",
            "above": f"{(below + product.multiple).normalize():f}",
        }
        row.refuse("not_a_multiple", message % values)


def _check_price(row: DraftRow, line: LineInput) -> None:
    if not line.discount.is_finite() or not 0 <= line.discount <= 100:
        row.refuse("bad_discount", _("A discount is between 0 and 100 per cent."))
        row.discount = Decimal(0)
    row.discount = row.discount.quantize(Decimal("0.01"))
    if line.price is None:
        return
    row.is_manual_price = True
    if not line.price.is_finite() or not 0 <= line.price <= DEAREST:
        row.refuse("bad_price", _("The price has to be a number, zero or more."))
    else:
        row.unit_price = line.price.quantize(Decimal("0.0001"))
