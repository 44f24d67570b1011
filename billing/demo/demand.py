"""What the customers of the demo company ordered, and when: seasons, weekdays, baskets, habits."""

import math
import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from billing.demo.calendar import Calendar, between
from billing.demo.catalogue import Catalogue, Item
from billing.demo.companies import Companies
from billing.demo.people import Buyer
from billing.demo.prices import Found, Tariffs

LIKES = {
    "RES": {"OIL": 3, "FIS": 2, "HAM": 3, "CHE": 2, "VEG": 2, "BEV": 3, "SPI": 2, "FLR": 1, "LEG": 1, "OLV": 2},
    "SHO": {"FIS": 2, "CHE": 3, "HAM": 3, "SWT": 3, "NUT": 3, "BEV": 2, "LEG": 2, "OIL": 2, "VEG": 2, "OLV": 1},
    "HOT": {"BEV": 4, "CHE": 2, "HAM": 2, "SWT": 3, "OIL": 2, "VEG": 1, "NUT": 1, "FLR": 1, "SPI": 1},
    "CAT": {"LEG": 4, "FLR": 4, "VEG": 4, "OIL": 3, "SPI": 2, "SWT": 1, "FIS": 1, "CHE": 1},
    "DIS": dict.fromkeys(("OIL", "OLV", "FIS", "VEG", "LEG", "FLR", "CHE", "HAM", "SPI", "SWT", "BEV", "NUT"), 2),
}
_LINES = {"RES": (3, 6, 11), "SHO": (3, 6, 12), "HOT": (4, 7, 13), "CAT": (4, 7, 13), "DIS": (6, 10, 18)}
_COAST = ("SUR", "LEV", "CAT")


@dataclass(slots=True)
class Line:
    """A line of an order; quantities in thousandths, money in cents."""

    id: int
    item: Item
    entered: int
    factor: int
    ordered: int
    found: Found
    rate: int
    surcharge: int
    cancelled: int = 0
    returned: int = 0
    late: bool = False  # goes with the second shipment


@dataclass(slots=True)
class Sale:
    """An order of the past as it went."""

    id: int
    buyer: Buyer
    placed_at: datetime
    placed_on: date
    channel: str
    lines: list[Line]
    number: str = ""
    po: str = ""
    status: str = "closed"
    warehouse: int = 0
    promised_on: date | None = None
    shipments: list["Parcel"] = field(default_factory=list)
    trouble: "Trouble | None" = None
    back: "Back | None" = None
    released_by: int | None = None
    net: int = 0
    tax: int = 0


@dataclass(slots=True)
class Parcel:
    """A shipment of a sale; its lines are (key of the shipment line, line, thousandths)."""

    id: int
    shipped_at: datetime
    shipped_on: date
    delivered_at: datetime | None
    expected_on: date
    lines: list[tuple[int, Line, int]]
    carrier: int
    status: str = "delivered"
    number: str = ""
    tracking: str = ""
    is_billed: bool = True


@dataclass(slots=True)
class Trouble:
    """What went wrong with a sale."""

    kind: str
    text: str
    opened_at: datetime
    solved_at: datetime | None
    outcome: str
    id: int = 0


@dataclass(slots=True)
class Back:
    """Goods of a sale that came back: (line, thousandths)."""

    number: str
    reason: str
    requested_at: datetime
    received_on: date
    lines: list[tuple[Line, int]]
    is_restocked: bool
    id: int = 0


def fill_baskets(dice: random.Random, catalogue: Catalogue, companies: Companies) -> None:
    """Give every buyer the products it usually takes: (place in the catalogue, weight, boxes)."""
    positions = {item.id: place for place, item in enumerate(catalogue.items)}
    for buyer in companies.buyers:
        likes = LIKES[buyer.segment]
        size = {"DIS": 60, "CAT": 34}.get(buyer.segment, dice.randint(14, 34))
        chosen: dict[int, tuple[int, float, int]] = {}
        while len(chosen) < size:
            items = catalogue.by_line[dice.choices(list(likes), list(likes.values()))[0]]
            item = dice.choices(items, [other.popularity for other in items])[0]
            boxes = max(1, round(buyer.size * dice.choice((1, 1, 1, 2, 2, 3)) * (0.5 if item.price > 600_000 else 1)))
            chosen.setdefault(item.id, (positions[item.id], dice.uniform(0.3, 1) * min(item.popularity, 6), boxes))
        buyer.basket = list(chosen.values())


def order_days(dice: random.Random, buyer: Buyer, calendar: Calendar, start: date, end: date) -> list[date]:
    """The days from ``start`` to ``end`` on which a buyer orders."""
    days: list[date] = []
    gap = 365 / buyer.orders_a_year
    day = float(dice.uniform(0, gap))
    first = max(start, buyer.since or start)
    while True:
        on = first + timedelta(days=int(day))
        if on > end:
            return days
        if dice.random() < 0.55:
            on += timedelta(days=(buyer.weekday - on.isoweekday()) % 7 if gap > 5 else 0)
        if dice.random() > 0.04:  # the others write on a weekend
            on = calendar.on_or_after(on)
        if on <= end and (not days or on > days[-1]):
            days.append(on)
        day += gap * dice.uniform(0.55, 1.45) / season(buyer, on)


def season(buyer: Buyer, day: date) -> float:
    """How busy a customer's business is on a day of the year; 1 is an ordinary day."""
    summer = math.exp(-(((day.timetuple().tm_yday - 210) / 45) ** 2))
    christmas = math.exp(-(((day.timetuple().tm_yday - 345) / 18) ** 2))
    if buyer.segment == "CAT":  # canteens close in August
        return 1.05 - 0.6 * summer + 0.1 * christmas
    swing = 0.7 if buyer.region in _COAST else 0.15
    return 0.9 + swing * summer * (1 if buyer.segment in ("HOT", "RES") else 0.3) + 0.55 * christmas


def make_lines(
    dice: random.Random, buyer: Buyer, catalogue: Catalogue, tariffs: Tariffs, day: date, ids: "Counter"
) -> list[Line]:
    """The lines of one order, priced for that day."""
    low, mode, high = _LINES[buyer.segment]
    wanted = min(round(dice.triangular(low, high, mode)), len(buyer.basket))
    chosen: dict[int, tuple[int, float, int]] = {}
    weights = [weight for _place, weight, _boxes in buyer.basket]
    for entry in dice.choices(buyer.basket, weights, k=wanted * 2):
        chosen.setdefault(entry[0], entry)
        if len(chosen) == wanted:
            break
    busy = season(buyer, day)
    return [
        make_line(dice, buyer, catalogue.items[place], boxes, tariffs, day, ids, busy)
        for place, _weight, boxes in chosen.values()
    ]


def make_line(
    dice: random.Random,
    buyer: Buyer,
    item: Item,
    boxes: int,
    tariffs: Tariffs,
    day: date,
    ids: "Counter",
    busy: float = 1.0,
) -> Line:
    """One line: in boxes where the product has them, in pieces or kilograms where a small customer asks for few."""
    boxes = max(1, round(boxes * busy * dice.uniform(0.7, 1.4)))
    if item.price_quantity > 1:
        entered, factor = boxes * 1000, item.price_quantity * 1000
    elif item.box and item.unit_symbol == "kg":
        entered, factor = boxes * dice.choice((2500, 4000, 5000, 7500)), 1000
    elif item.box and (buyer.segment not in ("RES", "SHO") or dice.random() < 0.6):
        entered, factor = boxes * 1000, item.box * 1000
    else:
        entered, factor = boxes * dice.choice((1, 2, 3, 4, 6)) * 1000, 1000
    ordered = entered * factor // 1000
    taxed = buyer.treatment in ("domestic", "surcharge")
    return Line(
        id=ids(),
        item=item,
        entered=entered,
        factor=factor,
        ordered=ordered,
        found=tariffs.find(buyer, item, ordered, day),
        rate=item.rate if taxed else 0,
        surcharge=item.surcharge if buyer.treatment == "surcharge" else 0,
    )


class Counter:
    """Hands out keys: ``ids()`` is the next one."""

    def __init__(self, first: int) -> None:
        self.next = first

    def __call__(self) -> int:
        self.next += 1
        return self.next - 1


def amount(quantity: int, line: Line) -> int:
    """Cents of ``quantity`` thousandths of a line, rounded half up once."""
    divisor = line.item.price_quantity * 100_000
    return (2 * quantity * line.found.price + divisor) // (2 * divisor)


def tax_of(nets: dict[tuple[int, int], int]) -> dict[tuple[int, int], tuple[int, int]]:
    """(VAT, surcharge) in cents for each pair of rates, each rounded half up once on the net sum of that pair."""
    return {
        (rate, surcharge): ((net * rate + 5_000) // 10_000, (net * surcharge + 5_000) // 10_000)
        for (rate, surcharge), net in nets.items()
    }


def sums(parts: list[tuple[Line, int]]) -> tuple[dict[tuple[int, int], int], int, int]:
    """Net sums by pair of rates, and net and tax in cents, of quantities of lines."""
    nets: dict[tuple[int, int], int] = {}
    for line, quantity in parts:
        key = (line.rate, line.surcharge)
        nets[key] = nets.get(key, 0) + amount(quantity, line)
    return nets, sum(nets.values()), sum(vat + extra for vat, extra in tax_of(nets).values())


def placed_time(dice: random.Random, day: date, channel: str) -> datetime:
    """When an order came in on a day."""
    return between(dice, day, *((7, 22) if channel == "portal" else (8, 18)))
