"""Charts as places in per cent: the server computes, a template draws SVG, a stylesheet colours it.

Text keeps its size at any width, nothing needs a script or an inline style, and every chart carries the same figures
as a table for those who don't see it. A view builds one and the template says ``{% chart sales %}``::

    sales = charts.bars(_("Sales"), labels, values, before=last_year, label=_("this year"),
                        before_label=_("same month last year"), write=money_round, axis=money_short)
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from math import floor, log10

from config.web import formats

Number = Decimal | float | int
Writer = Callable[[Number], str]
TOP = 8.0  # per cent of the height kept free above the highest mark
FLOOR = 88.0  # the base line
STEPS = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)


def round_up(value: float) -> float:
    """Return the next value that reads well at the top of an axis: 1.2, 1.5, 2, 2.5, 3, 4, 5, 6 or 8 × 10ⁿ."""
    if value <= 0:
        return 1.0
    power = 10.0 ** floor(log10(value))
    return next(step * power for step in STEPS if step * power >= value * 0.9999)


@dataclass(frozen=True)
class Mark:
    """One value: its column (``x``, ``width``, ``middle``) and height (``y`` down to the base line), all per cent."""

    label: str
    value: str
    x: float
    width: float
    y: float
    height: float
    slot: float
    slot_width: float
    short: str = ""
    before: str = ""
    before_y: float | None = None
    now: bool = False
    late: bool = False
    odd: bool = False

    @property
    def middle(self) -> float:
        return self.slot + self.slot_width / 2

    @property
    def before_x2(self) -> float:
        return self.slot + self.slot_width * 0.88

    @property
    def before_x1(self) -> float:
        return self.slot + self.slot_width * 0.12


@dataclass(frozen=True)
class Chart:
    """What ``components/chart_<kind>.html`` draws; ``rows`` is the table under it."""

    kind: str
    title: str
    summary: str
    heads: list[str]
    rows: list[list[str]]
    marks: list[Mark] = field(default_factory=list)
    lines: list[tuple[float, str]] = field(default_factory=list)
    goal_y: float | None = None
    parts: list[tuple[int, str, str, float, float]] = field(default_factory=list)
    paths: list[tuple[int, list[tuple[float, float, float, float]], tuple[float, float]]] = field(default_factory=list)
    table: bool = True

    @property
    def template(self) -> str:
        return f"components/chart_{self.kind}.html"


def _number(value: Number) -> str:
    return formats.quantity(value if isinstance(value, Decimal | int) else Decimal(str(round(value, 3))))


def _height(value: Number, top: float) -> float:
    return max(0.0, (FLOOR - TOP) * float(value) / top)


def _axis(top: float, axis: Writer) -> list[tuple[float, str]]:
    return [(TOP, axis(top)), ((TOP + FLOOR) / 2, axis(top / 2)), (FLOOR, "")]


def bars(
    title: str,
    labels: Sequence[str],
    values: Sequence[Number],
    *,
    before: Sequence[Number] | None = None,
    label: str = "",
    before_label: str = "",
    write: Writer = _number,
    axis: Writer | None = None,
    current: int | None = None,
    summary: str = "",
) -> Chart:
    """Return columns, with the same period before as a line across each; ``current`` is the index to stress."""
    top = round_up(max((float(value) for value in [*values, *(before or [])]), default=0))
    slot = 100 / max(1, len(values))
    marks = []
    for index, value in enumerate(values):
        height = max(_height(value, top), 0.6)
        old = before[index] if before else None
        marks.append(
            Mark(
                label=labels[index],
                value=write(value),
                short=(axis or write)(value),
                x=index * slot + slot * 0.22,
                width=slot * 0.56,
                y=FLOOR - height,
                height=height,
                slot=index * slot,
                slot_width=slot,
                before="" if old is None else write(old),
                before_y=None if old is None else FLOOR - _height(old, top),
                now=index == current,
                odd=index % 2 == 1,
            )
        )
    heads = [title, label or title, *([before_label] if before else [])]
    rows = [[mark.label, mark.value, *([mark.before] if before else [])] for mark in marks]
    return Chart("bars", title, summary, heads, rows, marks, _axis(top, axis or write))


def lollipop(
    title: str,
    labels: Sequence[str],
    values: Sequence[Number],
    *,
    goal: Number,
    write: Writer = _number,
    current: int | None = None,
    summary: str = "",
) -> Chart:
    """Return one stem per value over a dashed goal; values above the goal stand out."""
    top = round_up(max([float(value) for value in values] + [float(goal)])) * 1.1
    slot = 100 / max(1, len(values))
    marks = [
        Mark(
            label=labels[index],
            value=write(value),
            x=0,
            width=0,
            y=FLOOR - _height(value, top),
            height=_height(value, top),
            slot=index * slot,
            slot_width=slot,
            now=index == current,
            late=value > goal,
            odd=(len(values) - 1 - index) % 2 == 1,
        )
        for index, value in enumerate(values)
    ]
    rows = [[mark.label, mark.value] for mark in marks]
    return Chart("lollipop", title, summary, [title, ""], rows, marks, goal_y=FLOOR - _height(goal, top))


def stack(title: str, parts: Sequence[tuple[str, Number]], *, write: Writer = _number, summary: str = "") -> Chart:
    """Return one bar of 100 %: (index of the colour, label, value, x, width) per part, zero parts without width."""
    total = sum(float(value) for _label, value in parts) or 1.0
    found, x = [], 0.0
    for index, (label, value) in enumerate(parts):
        width = 100 * float(value) / total
        found.append((index, label, write(value), x, max(width, 0.8) if value else 0.0))
        x += width
    return Chart("stack", title, summary, [], [], parts=found, table=False)


def _point(at: int, value: Number | None, *, slot: float, top: float) -> tuple[float, float] | None:
    return None if value is None else (slot * (at + 0.5), FLOOR - _height(value, top))


def line(
    title: str,
    labels: Sequence[str],
    series: Sequence[tuple[str, Sequence[Number | None]]],
    *,
    write: Writer = _number,
    axis: Writer | None = None,
    summary: str = "",
) -> Chart:
    """Return up to two lines (actual, forecast) over the same labels; None leaves a gap."""
    known = [float(value) for _label, values in series for value in values if value is not None]
    top = round_up(max(known, default=0))
    slot = 100 / max(1, len(labels))
    paths = []
    for index, (_label, values) in enumerate(series):
        points = [_point(at, value, slot=slot, top=top) for at, value in enumerate(values)]
        segments = [(*a, *b) for a, b in pairwise(points) if a and b]
        last = next((point for point in reversed(points) if point), (0.0, FLOOR))
        paths.append((index, segments, last))
    marks = [Mark(label, "", 0, 0, FLOOR, 0, at * slot, slot, odd=at % 2 == 1) for at, label in enumerate(labels)]
    heads = [title, *[label for label, _values in series]]
    rows = [
        [label, *["—" if value is None else write(value) for value in (values[at] for _label, values in series)]]
        for at, label in enumerate(labels)
    ]
    return Chart("line", title, summary, heads, rows, marks, _axis(top, axis or write), paths=paths)


def spark(title: str, values: Sequence[Number]) -> Chart:
    """Return a line as small as a word."""
    low, high = float(min(values)), float(max(values))
    span = (high - low) or 1.0
    step = 100 / max(1, len(values) - 1)
    points = [(at * step, 88 - 76 * (float(value) - low) / span) for at, value in enumerate(values)]
    segments = [(*a, *b) for a, b in pairwise(points)]
    return Chart("spark", title, "", [], [], paths=[(0, segments, points[-1])], table=False)
