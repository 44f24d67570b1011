"""Charts: places in per cent and the same figures as a table."""

from decimal import Decimal

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from config.web import charts


@pytest.mark.parametrize(
    ("value", "expected"), [(0, 1), (1, 1), (7.3, 8), (65_200, 80_000), (0.012, 0.012), (101, 120)]
)
def test_the_axis_ends_on_a_value_that_reads_well(value: float, expected: float) -> None:
    assert charts.round_up(value) == pytest.approx(expected)


def test_bars_reach_from_the_base_line_to_their_value() -> None:
    chart = charts.bars("Sales", ["Oct", "Nov"], [Decimal(40), Decimal(80)], before=[20, 0], current=1)
    assert [(round(mark.y), round(mark.height)) for mark in chart.marks] == [(48, 40), (8, 80)]
    assert [mark.now for mark in chart.marks] == [False, True]
    assert chart.rows == [["Oct", "40", "20"], ["Nov", "80", "0"]]


def test_a_chart_of_nothing_is_drawn() -> None:
    for chart in (
        charts.bars("Sales", [], []),
        charts.bars("Sales", ["Nov"], [0]),
        charts.stack("Ageing", [("Not due", 0)]),
        charts.lollipop("Days", ["Nov"], [0], goal=0),
        charts.line("Forecast", ["Nov"], [("Sold", [None])]),
        charts.spark("Orders", [3]),
    ):
        assert "<svg" in render_to_string("components/chart.html", {"chart": chart})


def test_a_stack_fills_the_bar_and_hides_zero() -> None:
    chart = charts.stack("Ageing", [("Not due", 75), ("1–30", 25), ("Over 60", 0)])
    assert [(round(x), round(width)) for _index, _label, _value, x, width in chart.parts] == [
        (0, 75),
        (75, 25),
        (100, 0),
    ]


def test_coordinates_keep_their_point_in_every_language_and_no_style_is_inline() -> None:
    chart = charts.bars("Ventas <2026>", ["Oct", "Nov", "Dic"], [1, 2, 3])
    with translation.override("es"):
        html = render_to_string("components/chart.html", {"chart": chart})
    assert 'x="33.33%"' in html
    assert "style=" not in html
    assert "<2026>" not in html


def test_a_line_leaves_a_gap_where_nothing_is_known() -> None:
    chart = charts.line("Forecast", ["a", "b", "c", "d"], [("Sold", [1, 2, None, None]), ("Forecast", [None, 2, 3, 4])])
    assert [len(segments) for _index, segments, _last in chart.paths] == [1, 2]
    assert chart.rows[2] == ["c", "—", "3"]
