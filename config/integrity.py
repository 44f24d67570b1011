"""Proofs that what is stored adds up: set-based statements over the whole database that must come back empty.

Each app names its proofs in a function that ``INTEGRITY_PROOFS`` in the settings points to. A proof is a SELECT with
three columns, all text: which row is wrong, what it should say, what it says.
"""

import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.utils.functional import Promise
from django.utils.module_loading import import_string

ROWS_SHOWN = 20


@dataclass(frozen=True)
class Proof:
    """A statement that must find nothing; ``title`` says in words what it proves."""

    name: str
    title: str | Promise
    sql: str


@dataclass(frozen=True)
class Finding:
    """A row that contradicts a proof."""

    row: str
    expected: str
    found: str


@dataclass(frozen=True)
class Result:
    """What a proof found: how many rows in all, the first of them, and how long it took.

    ``is_unfinished`` when the database's time limit ended it, which proves nothing.
    """

    proof: Proof
    count: int
    findings: list[Finding] = field(default_factory=list)
    seconds: float = 0.0
    is_unfinished: bool = False

    @property
    def holds(self) -> bool:
        """True when the proof ran to its end and found nothing."""
        return not self.count and not self.is_unfinished


def proofs() -> list[Proof]:
    """All proofs of all apps."""
    return [proof for dotted in settings.INTEGRITY_PROOFS for proof in import_string(dotted)()]


def check(names: list[str] | None = None) -> Iterator[Result]:
    """Run the proofs (all, or some by name) one after the other, each in a transaction of its own; writes nothing."""
    for proof in proofs():
        if names is None or proof.name in names:
            yield _run(proof)


def write_results(results: Iterable[Result]) -> str:
    """Results as JSON; see ``read_results``."""
    return json.dumps([{**asdict(result), "proof": result.proof.name} for result in results])


def read_results(text: str) -> list[Result]:
    """Results as ``write_results`` wrote them, without those of proofs that are gone."""
    known = {proof.name: proof for proof in proofs()}
    return [
        Result(**{**row, "proof": known[row["proof"]], "findings": [Finding(**found) for found in row["findings"]]})
        for row in json.loads(text)
        if row["proof"] in known
    ]


def _run(proof: Proof) -> Result:
    started = time.perf_counter()
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"WITH wrong AS MATERIALIZED ({proof.sql})"  # noqa: S608 - our own statements
                f" SELECT (SELECT count(*) FROM wrong), wrong.* FROM wrong LIMIT {ROWS_SHOWN}"
            )
            rows: list[tuple[Any, ...]] = cursor.fetchall()
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) != "57014":  # canceled by a timeout
            raise
        return Result(proof, 0, seconds=time.perf_counter() - started, is_unfinished=True)
    findings = [Finding(*(str(value) for value in row[1:])) for row in rows]
    return Result(proof, rows[0][0] if rows else 0, findings, time.perf_counter() - started)
