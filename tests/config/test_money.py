"""Amounts lose decimals once, half up: in Python and in the columns that PostgreSQL generates."""

import random
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import connection

from config.money import Tax, Totals, line_gross, line_net, round_half_up, share, tax_amount, total
from inventory.services.taxes import rates_for

# Quantity, price, price quantity, discount %, VAT %, surcharge %.
Line = tuple[Decimal, Decimal, Decimal, Decimal, Decimal, Decimal]

# What each column counts of a line; the rest of what it needs is zero.
ORDER_COLUMNS = {"net": "ordered", "open_gross": "ordered", "unbilled_gross": "shipped"}


def exactly(amount: Fraction) -> Decimal:
    """An exact amount in cents, half a cent away from zero."""
    cents = (abs(amount) * 100 + Fraction(1, 2)) // 1
    return Decimal(int(cents) * (1 if amount >= 0 else -1)).scaleb(-2)


def exact_net(line: Line) -> Fraction:
    """What a line comes to, with all its decimals."""
    quantity, price, price_quantity, discount, _rate, _surcharge = map(Fraction, line)
    return quantity * price * (100 - discount) / (price_quantity * 100)


def exact_gross(line: Line) -> Fraction:
    """The same with its taxes."""
    return exact_net(line) * (100 + Fraction(line[4]) + Fraction(line[5])) / 100


def line_of(*numbers: str) -> Line:
    """A line, without discount and taxes unless given."""
    quantity, price, price_quantity, discount, rate, surcharge = (Decimal(n) for n in [*numbers, *"0000"][:6])
    return quantity, price, price_quantity, discount, rate, surcharge


def some_lines(count: int) -> list[Line]:
    """Lines that might be ordered: mostly small, some large, many at odd price quantities."""
    dice = random.Random(20_500)  # noqa: S311
    return [
        (
            Decimal(dice.randint(1, 10 ** dice.randint(3, 9))).scaleb(-3),
            Decimal(dice.randint(1, 10 ** dice.randint(4, 8))).scaleb(-4),
            Decimal(dice.choice((1, 1, 3, 6, 7, 9, 12, 13, 100, 144, 1000, "0.001", "0.7", "365.25"))),
            Decimal(dice.choice((0, 0, 5, "12.5", "33.33", dice.randint(0, 10_000) / Decimal(100)))),
            Decimal(dice.choice((0, 4, 10, 21))),
            Decimal(dice.choice((0, 0, "0.5", "1.4", "5.2"))),
        )
        for _line in range(count)
    ]


def lines_at_half_a_cent(count: int) -> list[Line]:
    """Lines whose net is exactly half a cent, and those a last digit of the price below and above."""
    dice = random.Random(98_558)  # noqa: S311
    lines = []
    for _line in range(count):
        price_quantity = Decimal(dice.choice((1, 2, 3, 4, 6, 7, 8, 9, 11, 12, 64, 365)))
        halves = Decimal(2 * dice.randint(0, 10**7) + 1).scaleb(-3) * 5  # …,xx5
        price = halves * price_quantity
        lines += [
            (Decimal(1), price + step, price_quantity, Decimal(0), Decimal(0), Decimal(0))
            for step in (Decimal("-0.0001"), Decimal(0), Decimal("0.0001"))
        ]
    return lines


# A discount at an odd price quantity, and large amounts.
ODD = line_of("20500", "98.558", "7", "12.5")
LARGE = [
    line_of("463523.269", "100000.0003", "1", "12.49"),
    line_of("98765.431", "99999.9999", "7", "0.01", "21", "5.2"),
    line_of("99999999.999", "9999.9999", "0.001", "99.99", "21"),
]
LINES = [ODD, *LARGE, *lines_at_half_a_cent(1000), *some_lines(3000)]


def just_below_half_a_cent() -> Line:
    """A line of seven thousand million whose net misses half a cent by 10⁻¹¹, the least that its columns can say."""
    price, discount = 1_000_000_003, 1249  # ten-thousandths, hundredths of a per cent
    modulus = 10**9
    quantity = 499_999_999 * pow(price * (10_000 - discount), -1, modulus) % modulus
    return (
        Decimal(quantity).scaleb(-3), Decimal(price).scaleb(-4), Decimal(1), Decimal(discount).scaleb(-2),
        Decimal(0), Decimal(0),
    )  # fmt: skip


def generated(table: str, column: str, quantity: str, lines: list[Line]) -> list[Decimal]:
    """What the database generates in a column of a table for lines, by the expression that it keeps."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef d JOIN pg_attribute a"
            " ON a.attrelid = d.adrelid AND a.attnum = d.adnum WHERE d.adrelid = %s::regclass AND a.attname = %s",
            [table, column],
        )
        (expression,) = cursor.fetchone()
        zeros = {"ordered", "cancelled", "shipped", "refused", "invoiced", "reversed", "quantity"} - {quantity}
        cursor.execute(
            f"SELECT {expression} FROM unnest(%s::numeric[], %s::numeric[], %s::numeric[], %s::numeric[], %s::numeric[],"
            f" %s::numeric[]) WITH ORDINALITY AS l ({quantity}, price, price_quantity, discount_percent, tax_rate,"
            f" surcharge_rate, place) CROSS JOIN (SELECT {', '.join(f'0::numeric AS {zero}' for zero in sorted(zeros))}) z"
            " ORDER BY place",
            [list(column) for column in zip(*lines, strict=True)],
        )
        return [amount for (amount,) in cursor.fetchall()]


@pytest.mark.parametrize(
    ("amount", "expected"),
    [("5.005", "5.01"), ("-5.005", "-5.01"), ("2.675", "2.68"), ("2.674999", "2.67"), ("0", "0.00")],
)
def test_round_half_up_sends_half_a_cent_away_from_zero(amount: str, expected: str) -> None:
    assert round_half_up(Decimal(amount)) == Decimal(expected)


def test_round_half_up_takes_other_units() -> None:
    assert round_half_up(Decimal("12.3"), Decimal("0.05")) == Decimal("12.30")
    assert round_half_up(Decimal("17.5"), Decimal(5)) == Decimal(20)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (line_of("5", "10.00", "12"), "4.17"),
        (line_of("12", "10.00", "12"), "10.00"),
        (line_of("3", "0.335", "1"), "1.01"),
        (ODD, "252554.88"),
    ],
)
def test_line_is_rounded_once(line: Line, expected: str) -> None:
    assert line_net(*line[:4]) == Decimal(expected)
    assert line_net(-line[0], *line[1:4]) == -Decimal(expected)


def test_lines_are_what_exact_arithmetic_says() -> None:
    for line in [*LINES, just_below_half_a_cent()]:
        for sign in (1, -1):
            signed = (sign * line[0], *line[1:])
            assert line_net(*signed[:4]) == exactly(exact_net(signed)), signed
            assert line_gross(*signed[:4], signed[4] + signed[5]) == exactly(exact_gross(signed)), signed


def test_half_a_cent_is_met_and_missed() -> None:
    """The lines above are what they are said to be."""
    nets = [exact_net(line) * 100 for line in lines_at_half_a_cent(1000)]
    assert sum(net % 1 == Fraction(1, 2) for net in nets) == 1000
    missed = exact_net(just_below_half_a_cent())
    assert (missed * 100) % 1 == Fraction(1, 2) - Fraction(1, 10**9)
    assert missed > 7 * 10**9


@pytest.mark.django_db
@pytest.mark.parametrize("column", ORDER_COLUMNS)
def test_order_line_of_the_database_is_what_exact_arithmetic_says(column: str) -> None:
    exact = exact_net if column == "net" else exact_gross
    lines = [*LINES, just_below_half_a_cent()]
    expected = [exactly(exact(line)) for line in lines]
    assert generated("orders_orderline", column, ORDER_COLUMNS[column], lines) == expected


@pytest.mark.django_db
def test_billed_line_of_the_database_is_what_exact_arithmetic_says() -> None:
    lines = [*LINES, just_below_half_a_cent()]
    expected = [exactly(exact_net(line)) for line in lines]
    assert generated("billing_invoiceline", "net", "quantity", lines) == expected


def test_parts_of_an_amount_are_rounded_once() -> None:
    assert [share(Decimal("10.00"), Decimal(part), Decimal(3)) for part in (1, 2, 3)] == [
        Decimal("3.33"),
        Decimal("6.67"),
        Decimal("10.00"),
    ]


def test_tax_is_rounded_on_the_sum_of_each_rate() -> None:
    ten, full, none = Decimal(10), Decimal(21), Decimal(0)
    assert total([(ten, none, Decimal("0.04"))] * 3 + [(full, Decimal("5.2"), Decimal("100.10"))]) == Totals(
        net=Decimal("100.22"),
        tax=Decimal("26.24"),
        gross=Decimal("126.46"),
        taxes=[
            Tax(full, Decimal("5.2"), Decimal("100.10"), Decimal("21.02"), Decimal("5.21")),
            Tax(ten, none, Decimal("0.12"), Decimal("0.01"), none),
        ],
    )
    assert tax_amount(Decimal("0.04"), ten) * 3 == 0


@pytest.mark.parametrize(
    ("treatment", "expected"),
    [
        ("domestic", (Decimal(21), Decimal(0))),
        ("surcharge", (Decimal(21), Decimal("5.2"))),
        ("intra_community", (Decimal(0), Decimal(0))),
        ("export", (Decimal(0), Decimal(0))),
        ("exempt", (Decimal(0), Decimal(0))),
    ],
)
def test_customer_is_charged_the_rates_of_its_treatment(treatment: str, expected: tuple[Decimal, Decimal]) -> None:
    assert rates_for(treatment, Decimal(21), Decimal("5.2")) == expected
    assert rates_for(treatment, None, None) == (None if expected[0] else expected)
