"""``python -m tests.bench``: measure against the goals of docs/performance.md.

Every module ``bench_*.py`` beside this one names what it measures in ``FIGURES`` and yields Figure and Table from
``run()``. BENCH=name,… runs only the modules with one of those figures and reports only these. A figure that can't
be measured here says why and counts as missed; the exit code is 1 when a goal is missed.
"""

import importlib
import os
import pkgutil
import platform
import sys
import traceback
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("LONJA_LOG_LEVEL", "WARNING")


def main() -> int:
    """Run what is asked for; print a line per figure as it is known, then the tables. Return the exit code."""
    import django  # noqa: PLC0415 - the environment is set first

    django.setup()
    from tests.bench import data  # noqa: PLC0415

    with data.administrator("postgres", autocommit=True) as server:
        name = os.environ.get("LONJA_TEST_DATABASE", "test_lonja")
        # A lock of the session: it ends with this process, however that ends.
        if not server.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [f"bench {name}"]).fetchone()[0]:
            sys.stderr.write(
                f"Another run measures on the databases {name}_… at this moment: wait for its end, or have databases "
                "of your own with LONJA_TEST_DATABASE=test_<your name>.\n"
            )
            return 2
        return measure()


def measure() -> int:
    """Run the modules that are asked for and report; 1 when a goal is missed."""
    from tests.bench.report import Figure, Table  # noqa: PLC0415

    wanted = {name for name in os.environ.get("BENCH", "").replace(",", " ").split() if name}
    found: list[Figure] = []
    tables: list[Table] = []
    failed = known = 0
    for name in sorted(module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)])):
        if not name.startswith("bench_"):
            continue
        module = importlib.import_module(f"tests.bench.{name}")
        known += bool(wanted & set(module.FIGURES))
        if wanted and not wanted & set(module.FIGURES):
            continue
        try:
            for result in module.run():
                if isinstance(result, Table):
                    tables.append(result)
                elif not wanted or result.name in wanted:
                    found.append(result)
                    print(result.line(), flush=True)  # noqa: T201 - this is what it is for
        except Exception:  # noqa: BLE001 - one that fails must not hide the others
            failed += 1
            traceback.print_exc()
    if wanted and not known:
        sys.stderr.write(f"No such figure: {', '.join(sorted(wanted))}\n")
        return 2
    rows = [[one.name, one.value, one.unit, one.goal_text, "yes" if one.met else "no"] for one in found]
    summary = Table(f"Measured on {machine()}", ["figure", "value", "unit", "goal", "met"], rows)
    print("\n" + "\n\n".join(table.markdown() for table in [summary, *tables]))  # noqa: T201
    return 1 if failed or any(not one.met for one in found) else 0


def machine() -> str:
    """What it was measured on, in a few words."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    load = os.getloadavg()[0]
    python = platform.python_version()
    return f"{os.cpu_count()} cores, {memory:.0f} GB, Python {python}, load {load:.1f} at the end"


if __name__ == "__main__":
    sys.exit(main())
