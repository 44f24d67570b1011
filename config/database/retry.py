"""Doing a whole transaction again when PostgreSQL asks for it."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import Error, transaction

RETRIES = 4
FIRST_PAUSE = 0.02  # seconds; doubles with every try, plus as much again by chance

REPEATABLE = {
    "40001": "serialization failure",
    "40P01": "deadlock",
    "55P03": "lock timeout",
}

Result = TypeVar("Result")


def is_repeatable(error: BaseException) -> bool:
    """Did the database give up this transaction for a reason that may be gone by now?"""
    return getattr(error.__cause__, "sqlstate", None) in REPEATABLE


def pause(attempt: int) -> None:
    """Wait before the given repetition (1 is the first); chance keeps rivals from meeting again."""
    longest = FIRST_PAUSE * 2**attempt
    time.sleep(random.uniform(longest / 2, longest))  # noqa: S311 - not a secret


def run_transaction(work: Callable[[], Result]) -> Result:
    """Run ``work`` in a transaction, again up to four times when it deadlocked or waited too long for a lock.

    For jobs and commands; requests get the same from RoleMiddleware. ``work`` must keep its effects in the database.
    """
    for attempt in range(1, RETRIES + 1):
        try:
            with transaction.atomic():
                return work()
        except Error as error:
            if not is_repeatable(error):
                raise
        pause(attempt)
    with transaction.atomic():
        return work()
