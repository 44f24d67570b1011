"""What the processes of the races do; each function runs in a process of its own and returns what it saw."""

import random
import time
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db import Error, transaction

from config.database.retry import RETRIES, pause
from customers.models import Customer, User
from orders.exceptions import OrderRefused, StaleOrder
from orders.models import Order
from orders.services.drafts import LineInput, set_lines
from orders.services.holds import release_credit_holds
from orders.services.placing import place_order, submit_and_place
from tests.orders.factories import MONDAY

Seen = Counter[str]


def attempt(work: Callable[[], Any], seen: Seen) -> Any:
    """Do a transaction as a request does it, and count why it was done again."""
    for turn in range(RETRIES + 1):
        try:
            with transaction.atomic():
                return work()
        except OrderRefused as error:
            seen.update(["refused:" + ",".join(sorted(error.codes))])
            return None
        except StaleOrder:
            seen.update(["stale"])
            return None
        except Error as error:
            seen.update([f"again:{getattr(error.__cause__, 'sqlstate', error)}"])
            pause(turn + 1)
    seen.update(["given up"])
    return None


def buy_one(number: int, attempts: int, code: str, customer_ids: list[int]) -> dict[str, int]:
    """Order one piece, again and again."""
    seen: Seen = Counter()
    customer = Customer.objects.get(pk=customer_ids[number % len(customer_ids)])
    for turn in range(attempts):
        line = LineInput(1, code, Decimal(1))
        asked = {"customer": customer, "lines": [line], "by": None, "at": MONDAY, "channel": "api"}
        key = f"{number}.{turn}"
        if attempt(lambda asked=asked, key=key: submit_and_place(**asked, key=key), seen):
            seen["sold"] += 1
    return dict(seen)


def buy_many(number: int, attempts: int, codes: list[str], customer_ids: list[int]) -> dict[str, int]:
    """Order ten products at once, in an order of lines of one's own."""
    seen: Seen = Counter()
    chance = random.Random(number)  # noqa: S311 - not a secret
    customer = Customer.objects.get(pk=customer_ids[number % len(customer_ids)])
    for turn in range(attempts):
        lines = [LineInput(i, code, Decimal(2)) for i, code in enumerate(chance.sample(codes, 10))]
        asked = {"customer": customer, "lines": lines, "by": None, "at": MONDAY, "channel": "api"}
        key = f"{number}.{turn}"
        if attempt(lambda asked=asked, key=key: submit_and_place(**asked, key=key), seen):
            seen["placed"] += 1
    return dict(seen)


def submit_same(_number: int, code: str, customer_id: int) -> int:
    """Send the request that all others send too; the order that was answered."""
    seen: Seen = Counter()
    customer = Customer.objects.get(pk=customer_id)
    asked = {"customer": customer, "lines": [LineInput(1, code, Decimal(1))], "by": None, "at": MONDAY}
    order = attempt(lambda: submit_and_place(**asked, channel="portal", key="the same"), seen)
    assert not seen, seen
    return order.pk


def release_or_place(number: int, held_ids: list[int], draft_ids: list[list[int]], by_id: int) -> dict[str, int]:
    """Release held orders together, or place drafts of their groups one by one."""
    seen: Seen = Counter()
    by = User.objects.get(pk=by_id)
    if number == 0:
        orders = list(Order.objects.filter(pk__in=held_ids).order_by("pk"))
        asked = {"orders": orders, "by": by, "at": MONDAY, "reason": "paid"}
        outcomes = attempt(lambda: release_credit_holds(**asked), seen)
        seen["released"] += sum(refusal is None for refusal in (outcomes or {}).values())
        return dict(seen)
    for draft in Order.objects.filter(pk__in=draft_ids[number - 1]).order_by("-pk"):
        if attempt(lambda one=draft: place_order(order=one, by=by, at=MONDAY, version=one.version), seen):
            seen["placed"] += 1
    return dict(seen)


def place_same(_number: int, order_id: int) -> dict[str, int]:
    """Place the draft that all others place too."""
    seen: Seen = Counter()
    order = Order.objects.get(pk=order_id)
    if attempt(lambda: place_order(order=order, by=None, at=MONDAY, version=order.version), seen):
        seen["placed"] += 1
    return dict(seen)


def edit_same(number: int, order_id: int, code: str, by_id: int) -> dict[str, int]:
    """Change the lines of an order that somebody else has open too; each types an amount of its own."""
    seen: Seen = Counter()
    order = Order.objects.get(pk=order_id)
    rows = [LineInput(1, code, Decimal(10 + number))]
    by = User.objects.get(pk=by_id)
    time.sleep(0.2)  # both have read
    if attempt(lambda: set_lines(order=order, rows=rows, by=by, at=MONDAY, version=order.version), seen):
        seen["saved"] += 1
    return dict(seen)
