"""What measurements hand back: figures with goals, and tables for people."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured value; ``goal`` is the most it may be, or with ``at_least`` the least; None without a goal."""

    name: str
    value: float
    unit: str
    goal: float | None = None
    at_least: bool = False

    @property
    def met(self) -> bool:
        """True when there is no goal or the value reaches it."""
        if self.goal is None:
            return True
        return self.value >= self.goal if self.at_least else self.value <= self.goal

    @property
    def goal_text(self) -> str:
        """The goal as written: "<=10", ">=100", "none"."""
        return "none" if self.goal is None else f"{'>=' if self.at_least else '<='}{self.goal:g}"

    def line(self) -> str:
        """The line that programs read."""
        value = f"{self.value:.0f}" if abs(self.value) >= 1000 else f"{self.value:.3g}"
        return (
            f"BENCH name={self.name} value={value} unit={self.unit} goal={self.goal_text} "
            f"met={'yes' if self.met else 'no'}"
        )


@dataclass(frozen=True)
class Table:
    """Details behind the figures: a title, the heads, the rows."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[object]]

    def markdown(self) -> str:
        """The table in Markdown, columns as wide as their widest cell; numbers with two decimals."""
        cells = [[_written(cell) for cell in row] for row in self.rows]
        widths = [max(len(row[n]) for row in [list(self.heads), *cells]) for n in range(len(self.heads))]
        lines = [
            f"| {' | '.join(head.ljust(width) for head, width in zip(self.heads, widths, strict=True))} |",
            f"| {' | '.join(('-' * width if n == 0 else '-' * (width - 1) + ':') for n, width in enumerate(widths))} |",
        ]
        for row in cells:
            placed = [
                cell.ljust(width) if n == 0 else cell.rjust(width)
                for n, (cell, width) in enumerate(zip(row, widths, strict=True))
            ]
            lines.append(f"| {' | '.join(placed)} |")
        return f"{self.title}\n\n" + "\n".join(lines)


def _written(cell: object) -> str:
    return f"{cell:,.2f}" if isinstance(cell, float) else str(cell)
