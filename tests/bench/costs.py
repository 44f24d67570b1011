"""What a piece of work costs: wall time, and CPU time of this process and of its PostgreSQL backend apart."""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.db import connection

NANOSECONDS = 1_000_000  # in a millisecond


@dataclass
class Cost:
    """Milliseconds of one kind of work, one entry per repetition."""

    wall: list[float] = field(default_factory=list)
    python: list[float] = field(default_factory=list)
    database: list[float] = field(default_factory=list)

    @property
    def cpu(self) -> list[float]:
        """This process and its backend together."""
        return [mine + its for mine, its in zip(self.python, self.database, strict=True)]

    @property
    def cpu_p50(self) -> float:
        return statistics.median(self.cpu)

    @property
    def cpu_p95(self) -> float:
        return percentile(self.cpu, 95)

    @property
    def database_p50(self) -> float:
        return statistics.median(self.database)


def percentile(values: Sequence[float], percent: int) -> float:
    """The value that so many per cent of the values do not exceed."""
    return sorted(values)[max(0, -(-len(values) * percent // 100) - 1)]


def backend() -> int:
    """The process of Django's current database connection; only a server on this machine can be measured."""
    connection.ensure_connection()
    return connection.connection.info.backend_pid


def cpu_of(process: int) -> float:
    """Milliseconds of CPU that a process has used, to the nanosecond."""
    return int(Path(f"/proc/{process}/schedstat").read_text().split()[0]) / NANOSECONDS


def measure(work: Callable[[], object], into: Cost) -> None:
    """Do a piece of work once and note what it cost."""
    process = backend()
    before = cpu_of(process)
    python, wall = time.process_time_ns(), time.perf_counter_ns()
    work()
    into.wall.append((time.perf_counter_ns() - wall) / NANOSECONDS)
    into.python.append((time.process_time_ns() - python) / NANOSECONDS)
    into.database.append(cpu_of(process) - before)


def interleaved(
    variants: Mapping[str, Callable[[], object]],
    *,
    rounds: int,
    warm: int = 2,
    before: Callable[[str], None] = lambda name: None,
) -> dict[str, Cost]:
    """Measure variants in turns, so that a noisy machine disturbs all of them alike; ``before`` prepares one."""
    costs = {name: Cost() for name in variants}
    for number in range(-warm, rounds):
        for name, work in variants.items():
            before(name)
            measure(work, costs[name] if number >= 0 else Cost())
    return costs
