"""What the screen for taking an order shows: rows as typed beside what they mean, totals, credit."""

import datetime
import zlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any, Self

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from config.money import Totals
from config.web import formats
from config.web.numbers import write_number
from customers.models import Account, PoPolicy
from customers.requests import PersonRequest
from inventory.models import PriceList, Product, Unit
from inventory.services.availability import Availability
from inventory.services.promises import promise_sentence
from orders import facts
from orders.exceptions import Problem
from orders.forms import EntryHeaderForm, TypedRow
from orders.models import Order, OrderLine
from orders.services.drafts import DraftResult, preview_lines
from orders.services.lines import DraftRow, LineInput, good_rows
from orders.services.writing import promised_on

ZERO = Decimal(0)
SESSION_KEY = "entry"
DRAFTS_REMEMBERED = 20
NOT_LIVE = ("draft", "quoted", "cancelled", "rejected", "expired")


@dataclass(frozen=True)
class Place:
    """What a warehouse has free for a row, in stock units, after the rows above it took theirs."""

    name: str
    free: Decimal
    arriving: Decimal
    arriving_on: datetime.date | None
    used: bool


@dataclass
class GridRow:
    """A row of the grid: what was typed, and the facts about it."""

    position: int
    typed: TypedRow
    draft: DraftRow
    places: list[Place]
    currency: str

    @property
    def uid(self) -> str:
        return self.typed.uid

    @property
    def product(self) -> Any:
        return self.draft.product

    @property
    def problems(self) -> list[Problem]:
        return self.draft.problems

    @property
    def is_manual(self) -> bool:
        return self.draft.is_manual_price

    @cached_property
    def price_reason(self) -> str:
        """Where the price comes from."""
        return price_reason(self.draft) if self.draft.unit_price is not None else ""

    @cached_property
    def next_break(self) -> tuple[Decimal, Decimal] | None:
        """How many stock units more give which better price."""
        price = self.draft.price
        if self.is_manual or price is None or price.next_break is None or self.draft.ordered is None:
            return None
        quantity, amount = price.next_break
        return quantity - self.draft.ordered, amount

    @cached_property
    def promise_text(self) -> str:
        return promise_sentence(self.draft.promise) if self.draft.promise else ""

    @cached_property
    def tone(self) -> str:
        """ "late" without a date, "due" when part of it waits for supply, "ok" from stock."""
        promise = self.draft.promise
        if promise is None or (self.product and not self.product.is_stocked):
            return ""
        return "ok" if not promise.short else "late" if promise.promised_on is None else "due"

    @cached_property
    def seen(self) -> str:
        """A short sum of everything shown, to leave out of an answer what the page shows already."""
        shown = (
            self.position,
            self.product.id if self.product else 0,
            self.draft.unit_price,
            self.price_reason,
            self.next_break,
            self.draft.net,
            self.draft.unit,
            self.promise_text,
            [problem.message for problem in (*self.problems, *self.draft.warnings)],
            self.places,
        )
        return f"{zlib.crc32(repr(shown).encode()):x}"

    @property
    def is_news(self) -> bool:
        """True when the page shows something else."""
        return self.seen != self.typed.seen


@dataclass
class Credit:
    """The group's credit with this order in it, in ``currency``."""

    currency: str
    limit: Decimal | None
    used: Decimal
    this: Decimal
    is_blocked: bool

    @property
    def with_this(self) -> Decimal:
        """What will be used once this order is placed."""
        return self.used + self.this

    @property
    def left(self) -> Decimal | None:
        """What may still be ordered after this order; negative when it will be held."""
        return None if self.limit is None else self.limit - self.with_this

    @property
    def will_hold(self) -> bool:
        return self.is_blocked or (self.left is not None and self.left < 0)


@dataclass
class Grid:
    """Everything below the band."""

    order: Order
    rows: list[GridRow]
    totals: Totals
    weight: Decimal
    weight_is_known: bool
    margin: Decimal | None
    credit: Credit | None
    same_po: Any = None
    may_price: bool = False
    may_override: bool = False
    policy: str = PoPolicy.ALLOW

    @classmethod
    def build(cls, request: PersonRequest, result: DraftResult, typed: Sequence[TypedRow]) -> Self:
        """Put facts beside what was typed; three queries."""
        order, user = result.order, request.user
        rows = _with_places(result.rows, typed, order.currency)
        weight, known = _weight(result.rows)
        return cls(
            order=order,
            rows=rows,
            totals=result.totals,
            weight=weight,
            weight_is_known=known,
            margin=_margin(result) if user.has_perm("inventory.view_cost") else None,
            credit=_credit(order, result.totals.gross) if user.has_perm("customers.view_credit") else None,
            same_po=same_po(order),
            may_price=user.has_perm("orders.set_price"),
            may_override=user.has_perm("orders.override_po"),
            policy=order.customer.po_policy,
        )

    @property
    def wrong(self) -> int:
        """How many rows have to be corrected before the order can be placed."""
        return sum(1 for row in self.rows if row.problems)

    @property
    def short(self) -> int:
        """How many rows are short for a customer who takes no backorders."""
        return sum(1 for row in self.rows if row.draft.warnings)

    @property
    def waiting(self) -> int:
        """How many rows wait for supply."""
        return sum(1 for row in self.rows if row.draft.promise and row.draft.promise.short)

    @property
    def undated(self) -> int:
        """How many rows have no date yet."""
        return sum(1 for row in self.rows if row.tone == "late")

    @property
    def po_blocks(self) -> bool:
        """True when the PO number came before and the customer's policy refuses that."""
        return bool(self.same_po) and self.policy == PoPolicy.REFUSE

    @property
    def po_missing(self) -> bool:
        return self.order.customer.po_required and not self.order.customer_po

    @property
    def can_place(self) -> bool:
        """True when nothing stands in the way that the screen knows of."""
        po_ok = not self.po_missing and (not self.po_blocks or self.may_override)
        return bool(self.rows) and not self.wrong and not self.short and po_ok

    @property
    def is_blocked(self) -> bool:
        """True when there are lines that can't be placed as they are."""
        return bool(self.rows) and not self.can_place

    @property
    def promised_on(self) -> datetime.date | None:
        """The day of the last line; None while one has none."""
        return promised_on(row.draft.promise for row in self.rows if row.tone and row.draft.promise)


def rows_of(request: PersonRequest, order: Order) -> list[TypedRow]:
    """The rows of a draft as this person left them: its lines, and the rows remembered that are none yet."""
    rows = {
        line["position"]: TypedRow(
            uid=f"l{line['position']}",
            code=line["code"],
            quantity=write_number(line["entered"]),
            unit=line["unit__code"] if line["factor"] != 1 else "",
            price="" if line["price_list_id"] else write_number(line["price"]),
        )
        for line in order.lines.order_by("position").values(
            "position", "code", "entered", "factor", "unit__code", "price", "price_list_id"
        )
    }
    for position, kept in _memory(request, order).get("rows", {}).items():
        rows.setdefault(int(position), TypedRow(f"l{position}", *kept))
    return [rows[position] for position in sorted(rows)]


def grid_of(request: PersonRequest, order: Order, rows: Sequence[TypedRow], *, at: datetime.datetime) -> Grid:
    """The grid for rows as typed; nothing is written."""
    lines = line_inputs(request, order, rows)
    return Grid.build(request, preview_lines(order=order, rows=lines, at=at), rows)


def line_inputs(request: PersonRequest, order: Order, rows: Sequence[TypedRow]) -> list[LineInput]:
    """The rows as lines. Who may not set prices sets none, and leaves those that a colleague has agreed."""
    prices = request.user.has_perm("orders.set_price")
    lines = [row.line(position, prices=prices) for position, row in enumerate(rows, 1)]
    if prices:
        return lines
    agreed: dict[str, list[tuple[Decimal, int | None]]] = defaultdict(list)
    by_hand = order.lines.filter(price_list=None).order_by("-position")
    for code, price, priced_by in by_hand.values_list("code", "price", "priced_by_id"):
        agreed[code].append((price, priced_by))
    return [_with_agreed_price(line, agreed[line.text.upper()]) for line in lines]


def _with_agreed_price(line: LineInput, agreed: list[tuple[Decimal, int | None]]) -> LineInput:
    """The row with the next price that a colleague has agreed for its product, if there is one; it is used up."""
    if not agreed:
        return line
    price, priced_by = agreed.pop()
    return replace(line, price=price, priced_by_id=priced_by)


# -- What is remembered of a draft between two requests -----------------------------------------------------------


def remember(
    request: PersonRequest, order: Order, rows: Sequence[TypedRow], grid: Grid, *, problems: Sequence[Problem] = ()
) -> None:
    """Keep the rows that are no lines yet, and what was refused, in the person's session: nothing typed is lost."""
    bad = {str(row.position): row.typed.kept() for row in grid.rows if row.problems}
    refused = [[problem.position, problem.code, problem.message] for problem in problems]
    memory = dict(request.session.get(SESSION_KEY, {}))
    before = memory.pop(str(order.pk), None)
    if bad or refused:
        memory[str(order.pk)] = {"rows": bad, "refused": refused}
    if before is not None or bad or refused:
        request.session[SESSION_KEY] = dict(list(memory.items())[-DRAFTS_REMEMBERED:])


def remembered_problems(request: PersonRequest, order: Order) -> list[Problem]:
    """What was refused when this person last tried to place the draft; told once."""
    memory = _memory(request, order)
    refused = memory.get("refused", [])
    if refused:
        memory["refused"] = []
        request.session.modified = True
    return [Problem(*row) for row in refused]


def forget(request: PersonRequest, order: Order) -> None:
    """Forget a draft that is placed or thrown away."""
    if str(order.pk) in request.session.get(SESSION_KEY, {}):
        del request.session[SESSION_KEY][str(order.pk)]
        request.session.modified = True


def _memory(request: PersonRequest, order: Order) -> dict[str, Any]:
    return request.session.get(SESSION_KEY, {}).get(str(order.pk), {})


# -- Facts --------------------------------------------------------------------------------------------------------


def price_reason(draft: DraftRow) -> str:
    """Where the price of a row comes from, in the words that will stand on the order's line."""
    price = None if draft.is_manual_price else draft.price
    if price is None:
        return facts.price_reason(OrderLine(discount_percent=draft.discount))
    said = (price.price_list_id, price.price_list_name, price.level, price.minimum_quantity, draft.discount)
    return _frozen_reason(get_language() or "", *said)


@lru_cache(maxsize=1024)
def _frozen_reason(language: str, list_id: int, list_name: str, level: str, minimum: Decimal, discount: Decimal) -> str:
    """The sentence for a line with these fields; many lines of a long order share it."""
    line = OrderLine(
        price_list=PriceList(pk=list_id, name=list_name),
        price_level=level,
        price_break=minimum,
        discount_percent=discount,
    )
    return facts.price_reason(line)


def same_po(order: Order) -> Mapping[str, object] | None:
    """The live order of this customer that has the same PO number already, if any."""
    if not order.customer_po or order.customer.po_policy == PoPolicy.ALLOW:
        return None
    return (
        Order.objects.filter(customer_id=order.customer_id, customer_po__iexact=order.customer_po, is_history=False)
        .exclude(pk=order.pk)
        .exclude(status__in=NOT_LIVE)
        .values("pk", "number", "placed_at")
        .first()
    )


def _with_places(drafts: Sequence[DraftRow], typed: Sequence[TypedRow], currency: str) -> list[GridRow]:
    """Rows with free stock per warehouse, less what the rows above take."""
    taken: dict[tuple[int, str], Decimal] = defaultdict(Decimal)
    rows = []
    for draft, row in zip(drafts, typed, strict=True):
        places = []
        if draft.product and draft.product.is_stocked:
            used = {part.warehouse_name: part.quantity for part in draft.promise.allocations} if draft.promise else {}
            places = [_place(one, taken[draft.product.id, one.warehouse_name], used) for one in draft.available]
            for name, quantity in used.items():
                taken[draft.product.id, name] += quantity
        rows.append(GridRow(draft.position, row, draft, places, currency))
    return rows


def _place(one: Availability, taken: Decimal, used: dict[str, Decimal]) -> Place:
    free = max(one.available - taken, ZERO)
    return Place(one.warehouse_name, free, one.arriving, one.arriving_on, one.warehouse_name in used)


def _weight(drafts: Sequence[DraftRow]) -> tuple[Decimal, bool]:
    """The weight in kilograms as far as it is known, and whether it is known for all goods."""
    ordered: dict[int, Decimal] = defaultdict(Decimal)
    for row in good_rows(drafts):
        if row.product.is_stocked:
            ordered[row.product.id] += row.ordered
    weights = dict(Product.objects.filter(pk__in=ordered).values_list("pk", "weight_kg")) if ordered else {}
    total = sum((weight * ordered[pk] for pk, weight in weights.items() if weight), ZERO)
    return total, bool(ordered) and all(weights.get(pk) for pk in ordered)


def _margin(result: DraftResult) -> Decimal | None:
    """Margin in per cent of the net total; None while a cost is unknown."""
    good = good_rows(result.rows)
    costs = [row.product.cost * row.ordered for row in good if row.product.cost is not None]
    if not result.totals.net or len(costs) < len(good):
        return None
    cost = sum(costs, ZERO)
    return 100 * (result.totals.net - cost) / result.totals.net


def _credit(order: Order, gross: Decimal) -> Credit:
    account = Account.objects.only("currency", "credit_limit", "exposure", "is_blocked").get(pk=order.account_id)
    return Credit(account.currency, account.credit_limit, account.exposure, gross, account.is_blocked)


# -- Two editors --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Conflict:
    """What somebody else saved meanwhile, compared with what stands on this page; ``version`` is theirs."""

    version: int
    differences: list[str]


# Quantities by the symbol of their unit ("" for the stock unit) and the price by hand, if any.
Amounts = dict[tuple[str, Decimal | None], Decimal]


def conflict_of(order: Order, lines: Sequence[LineInput], header: EntryHeaderForm, *, version: int) -> Conflict:
    """Compare a draft as it is stored with the lines typed here; two queries."""
    theirs: dict[str, Amounts] = defaultdict(dict)
    mine: dict[str, Amounts] = defaultdict(dict)
    stock_units: dict[str, str] = {}
    columns = ("code", "entered", "factor", "unit__symbol", "product__unit__symbol", "price", "price_list_id")
    stored = order.lines.order_by("position").values_list(*columns)
    for code, entered, factor, unit, stock_unit, price, price_list in stored:
        stock_units[code] = stock_unit or ""
        _add(theirs[code], "" if factor == 1 else unit, None if price_list else price, entered)
    symbols = dict(Unit.objects.values_list("code", "symbol"))
    for line in lines:
        code, unit = line.text.upper(), symbols.get(line.unit or "", line.unit or "")
        price = line.price if line.price is not None and line.price.is_finite() else None
        _add(mine[code], "" if unit == stock_units.get(code) else unit, price, line.quantity or ZERO)
    words = {"mine": _("on this page"), "theirs": _("saved by somebody else")}
    found = []
    for code in dict.fromkeys([*theirs, *mine]):
        there, here = theirs.get(code, {}), mine.get(code, {})
        if there != here:
            values = {
                "code": code,
                "theirs": _amounts(there, stock_units.get(code, ""), order.currency),
                "mine": _amounts(here, stock_units.get(code, ""), order.currency),
            }
            found.append(_("%(code)s: %(theirs)s saved by somebody else, %(mine)s on this page") % values)
    for name, value in header.changes().items():
        label = header.fields[name].label
        saved = getattr(order, name)
        found.append(
            f"{label}: {saved or formats.NOTHING} {words['theirs']}, {value or formats.NOTHING} {words['mine']}"
        )
    return Conflict(version, found)


def _add(amounts: Amounts, unit: str, price: Decimal | None, quantity: Decimal) -> None:
    amounts[unit, price] = amounts.get((unit, price), ZERO) + quantity


def _amounts(amounts: Amounts, stock_unit: str, currency: str) -> str:
    """The quantities of one product in words: "2 box + 3 pc at €7.50"."""
    parts = []
    for (unit, price), quantity in amounts.items():
        part = f"{formats.quantity(quantity)} {unit or stock_unit}".strip()
        if price is not None:
            part = _("%(quantity)s at %(price)s") % {"quantity": part, "price": formats.price(price, currency)}
        parts.append(part)
    return " + ".join(parts) or _("nothing")
