"""Price lists of every level, with breaks and dates; and the price that was right on a day of the past."""

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from billing.demo.catalogue import Catalogue, Item
from billing.demo.companies import Companies
from billing.demo.people import Buyer
from billing.demo.rows import copy_rows, money4
from inventory.models import PriceLevel, PriceList, PriceRule


@dataclass(slots=True)
class Rule:
    """A price (ten-thousandths of a euro) from a quantity (thousandths) on, between two days."""

    minimum: int
    valid_from: date
    valid_to: date | None
    price: int


@dataclass(slots=True)
class Tariff:
    """A price list in memory."""

    id: int
    level: str
    valid_from: date
    valid_to: date | None
    rules: dict[int, list[Rule]] = field(default_factory=dict)


@dataclass(slots=True)
class Found:
    """A price and where it came from."""

    price: int
    level: str
    price_list: int
    minimum: int
    valid_from: date


class Tariffs:
    """All lists; finds prices as the resolver does: by level, then by the greatest quantity reached."""

    def __init__(self) -> None:
        self.base: list[Tariff] = []
        self.of_customer: dict[int, list[Tariff]] = {}
        self.of_group: dict[int, list[Tariff]] = {}
        self.of_segment: dict[str, list[Tariff]] = {}
        self.promotions: list[tuple[Tariff, str | None]] = []
        self._known: dict[int, list[Tariff]] = {}

    def find(self, buyer: Buyer, item: Item, quantity: int, day: date) -> Found:
        """The price of ``quantity`` thousandths of a stock unit for a customer on a day."""
        for tariff in self._lists(buyer):
            if tariff.valid_from > day or (tariff.valid_to and tariff.valid_to < day):
                continue
            for rule in tariff.rules.get(item.id, ()):
                if (
                    rule.minimum <= quantity
                    and rule.valid_from <= day
                    and (rule.valid_to is None or day <= rule.valid_to)
                ):
                    return Found(rule.price, tariff.level, tariff.id, rule.minimum, rule.valid_from)
        raise LookupError(f"{item.code} has no price on {day}")

    def _lists(self, buyer: Buyer) -> list[Tariff]:
        if buyer.id not in self._known:
            lists = [
                *self.of_customer.get(buyer.id, ()),
                *(tariff for tariff, segment in self.promotions if segment in (None, buyer.segment)),
                *self.of_group.get(buyer.account, ()),
                *self.of_segment.get(buyer.segment, ()),
                *self.base,
            ]
            ranks = {level: rank for rank, level in enumerate(PriceLevel.values)}
            self._known[buyer.id] = sorted(lists, key=lambda tariff: ranks[tariff.level])
        return self._known[buyer.id]


def make_prices(
    dice: random.Random, catalogue: Catalogue, companies: Companies, *, start: date, today: date
) -> Tariffs:
    """Write the lists: base with breaks and a rise at New Year, segments, groups, customers, contracts, promotions."""
    maker = _Maker(dice, catalogue, start=start, today=today)
    popular = sorted(catalogue.items, key=lambda item: -item.popularity)
    maker.base()
    for code, share, off in (("HOT", 150, 0.04), ("CAT", 200, 0.06), ("DIS", 420, 0.10)):
        maker.segment(code, companies, popular[:share], off)
    groups = [companies.branches[0], *_few(dice, [buyer for buyer in companies.buyers if buyer.payer != buyer.id], 4)]
    for buyer in {buyer.account: buyer for buyer in groups}.values():
        maker.group(buyer, dice.sample(popular[:250], 40))
    singles = [buyer for buyer in companies.buyers if buyer.payer == buyer.id and not buyer.logs_in]
    large = [buyer for buyer in singles if buyer.segment in ("DIS", "CAT")]
    for buyer in _few(dice, singles, 8):
        maker.customer(PriceLevel.CUSTOMER, buyer, dice.sample(popular[:250], 15), 0.08)
    for buyer in [companies.branches[1], companies.other, *_few(dice, large, 4)]:
        maker.customer(PriceLevel.CONTRACT, buyer, dice.sample(popular[:200], 12), 0.14)
    maker.promotions(popular, companies)
    maker.write()
    return maker.tariffs


class _Maker:
    def __init__(self, dice: random.Random, catalogue: Catalogue, *, start: date, today: date) -> None:
        self.dice, self.catalogue, self.today = dice, catalogue, today
        self.begin = start - timedelta(days=60)
        self.rise = date(today.year, 1, 1)
        self.tariffs = Tariffs()
        self.lists: list[Tariff] = []

    def base(self) -> None:
        tariff = self._list("BASE", "Tarifa general", PriceLevel.BASE)
        self.tariffs.base.append(tariff)
        for item in self.catalogue.items:
            steps = [(0, 1.0)]
            if item.box and item.price_quantity == 1:
                steps += [(item.box * 2, 0.97), (item.box * 10, 0.93)]
            periods: list[tuple[date, date | None, float]] = [(self.begin, None, 1.0)]
            if self.rise > self.begin:
                before = self.dice.choice((0.96, 0.97, 0.98))
                periods = [(self.begin, self.rise - timedelta(days=1), before), (self.rise, None, 1.0)]
            tariff.rules[item.id] = [
                Rule(minimum * 1000, first, last, cents(item.price * off * factor))
                for minimum, off in reversed(steps)
                for first, last, factor in periods
            ]

    def segment(self, code: str, companies: Companies, items: Iterable[Item], off: float) -> None:
        name = {"HOT": "Tarifa hoteles", "CAT": "Tarifa colectividades", "DIS": "Tarifa distribución"}[code]
        tariff = self._list(f"SEG-{code}", name, PriceLevel.SEGMENT, segment_id=companies.segments[code])
        self.tariffs.of_segment[code] = [tariff]
        self._fill(tariff, items, off)

    def group(self, buyer: Buyer, items: Iterable[Item]) -> None:
        tariff = self._list(f"GRP-{buyer.account}", f"Acuerdo {buyer.name}", PriceLevel.GROUP, group_id=buyer.account)
        self.tariffs.of_group[buyer.account] = [tariff]
        self._fill(tariff, items, 0.09)

    def customer(self, level: PriceLevel, buyer: Buyer, items: Iterable[Item], off: float) -> None:
        word, code = ("Contrato", "CON") if level == PriceLevel.CONTRACT else ("Precios", "CLI")
        tariff = self._list(f"{code}-{buyer.number}", f"{word} {buyer.name}", level, customer_id=buyer.id)
        self.tariffs.of_customer.setdefault(buyer.id, []).append(tariff)
        self._fill(tariff, items, off)

    def promotions(self, popular: list[Item], companies: Companies) -> None:
        months = [
            "enero",
            "febrero",
            "marzo",
            "abril",
            "mayo",
            "junio",
            "julio",
            "agosto",
            "septiembre",
            "octubre",
            "noviembre",
            "diciembre",
        ]
        for back, count, segment in ((240, 18, None), (120, 20, "SHO"), (10, 24, None)):
            first = self.today - timedelta(days=back)
            last = first + timedelta(days=30)
            tariff = self._list(
                f"PROMO-{first:%y%m}",
                f"Promoción de {months[first.month - 1]}",
                PriceLevel.PROMOTION,
                first=first,
                last=last,
                segment_id=companies.segments[segment] if segment else None,
            )
            self.tariffs.promotions.append((tariff, segment))
            self._fill(tariff, self.dice.sample(popular[:300], count), 0.12)

    def write(self) -> None:
        """Insert all rules."""
        copy_rows(
            PriceRule,
            ["price_list_id", "product_id", "minimum_quantity", "price", "valid_from", "valid_to"],
            (
                (tariff.id, product, rule.minimum // 1000, money4(rule.price), rule.valid_from, rule.valid_to)
                for tariff in self.lists
                for product, rules in tariff.rules.items()
                for rule in rules
            ),
        )

    def _fill(self, tariff: Tariff, items: Iterable[Item], off: float) -> None:
        for item in items:
            price = cents(item.price * (1 - off * self.dice.uniform(0.8, 1.1)))
            tariff.rules[item.id] = [Rule(0, tariff.valid_from, tariff.valid_to, price)]

    def _list(
        self,
        code: str,
        name: str,
        level: PriceLevel,
        *,
        first: date | None = None,
        last: date | None = None,
        customer_id: int | None = None,
        group_id: int | None = None,
        segment_id: int | None = None,
    ) -> Tariff:
        row = PriceList.objects.create(
            code=code,
            name=name[:80],
            level=level,
            valid_from=first or self.begin,
            valid_to=last,
            customer_id=customer_id,
            group_id=group_id,
            segment_id=segment_id,
        )
        tariff = Tariff(id=row.pk, level=level.value, valid_from=row.valid_from, valid_to=last)
        self.lists.append(tariff)
        return tariff


def cents(amount: float) -> int:
    """Ten-thousandths of a euro rounded to whole cents, at least one."""
    return max(1, round(amount / 100)) * 100


def _few(dice: random.Random, buyers: list[Buyer], count: int) -> list[Buyer]:
    return dice.sample(buyers, min(count, len(buyers)))
