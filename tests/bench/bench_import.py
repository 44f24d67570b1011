"""Importing an order history: 320,705 rows of another system's, or the file that BENCH_DATA names."""

import csv
import datetime
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench import data
from tests.bench.report import Figure, Table

FIGURES = ("import_rows_per_s", "import_peak_mb")
ROWS = 320_705
ROWS_PER_ORDER = 22
GOAL_SECONDS = 60
HEADER = ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"]
SEED = 20_110_909
FIRST_DAY = datetime.datetime(2010, 12, 1, 8, 26)  # noqa: DTZ001 - as such files have it


def run() -> Iterator[Figure | Table]:
    """Import the file into an empty database by a process of its own; yield rows a second and the peak of memory."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(os.environ.get("BENCH_DATA") or _generated(Path(folder) / "orders.csv"))
        name = data.empty_database("import")
        try:
            found = _import(path, name)
        finally:
            data.drop(name)
    speed = found["read"] / found["seconds"]
    yield Figure("import_rows_per_s", speed, "rows/s", ROWS / GOAL_SECONDS, at_least=True)
    yield Figure("import_peak_mb", found["peak_mb"], "MB", 500)
    yield Table(
        f"Import of {path.name}",
        ["rows read", "imported", "set aside", "seconds", "CPU s of Python", "peak MB"],
        [[found["read"], found["imported"], found["set_aside"], found["seconds"], found["cpu"], found["peak_mb"]]],
    )


def _import(path: Path, name: str) -> dict[str, float]:
    answer = subprocess.run(
        [sys.executable, "-m", "tests.bench.bench_import", str(path)],
        cwd=data.ROOT,
        env=data.environment(name, login="owner"),
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(answer.stdout.splitlines()[-1])


def _generated(path: Path) -> Path:
    """A file of the shape of a year of a wholesaler: orders of some 22 lines, 2 % cancellations, a little dirt."""
    chance = random.Random(SEED)  # noqa: S311 - not a secret
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        document = 536_365
        left = 0
        for row in range(ROWS):
            if not left:
                document += 1
                left = max(1, round(chance.expovariate(1 / ROWS_PER_ORDER)))
                is_credit = chance.random() < 0.16
                left = min(left, 3) if is_credit else left
                customer = "" if chance.random() < 0.1 else str(12_346 + int(chance.paretovariate(1.1)) % 4_000)
                at = FIRST_DAY + datetime.timedelta(minutes=row * 525_600 // ROWS)
            left -= 1
            product = int(chance.paretovariate(0.9)) % 3_900
            quantity = chance.choice((1, 1, 2, 3, 4, 6, 6, 12, 12, 24, 48))
            writer.writerow(
                [
                    f"C{document}" if is_credit else document,
                    "POST" if chance.random() < 0.003 else f"{20_000 + product}",
                    f"ARTICLE NUMBER {product}",
                    -quantity if is_credit else quantity,
                    at,
                    "0" if chance.random() < 0.004 else f"{0.29 + product % 97 / 7:.2f}",
                    customer,
                    "United Kingdom" if product % 11 else "France",
                ]
            )
    return path


def _work(path: Path) -> dict[str, float]:
    """What the process does: the basics of a house, then the import, measured."""
    import django  # noqa: PLC0415 - the environment names the database

    django.setup()
    from django.utils import timezone  # noqa: PLC0415

    from customers.models import Issuer  # noqa: PLC0415
    from inventory.models import TaxClass  # noqa: PLC0415
    from orders.services.history import import_history, load_mapping  # noqa: PLC0415

    Issuer.objects.create(
        code="LON", name="Lonja", legal_name="Lonja SL", tax_number="B12345674", street="Calle", postcode="28001",
        city="Madrid",
    )  # fmt: skip
    TaxClass.objects.create(code="GENERAL", name="General")
    began, cpu = time.perf_counter(), time.process_time()
    result = import_history(path=path, mapping=load_mapping("online-retail"), at=timezone.now())
    return {
        "seconds": time.perf_counter() - began,
        "cpu": time.process_time() - cpu,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "read": result.read,
        "imported": result.imported,
        "set_aside": result.set_aside,
    }


if __name__ == "__main__":
    print(json.dumps(_work(Path(sys.argv[1]))))  # noqa: T201 - read by the process that started this one
