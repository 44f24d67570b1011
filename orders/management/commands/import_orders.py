"""``manage.py import_orders FILE``: bring another system's order history in."""

import sys
import tempfile
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from orders.services.history import FileProblem, MappingError, import_history, load_mapping, named_mappings, recognise

WIDTH = 32


class Command(BaseCommand):
    help = "Import order history from a CSV or gzipped CSV file; running it twice adds nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--mapping",
            help=f"layout of the file: {', '.join(named_mappings())}, or the path of a TOML file like those; "
            "left out, the headings of the file decide",
        )
        parser.add_argument("--dry-run", action="store_true", help="do everything, report it, keep nothing")
        parser.add_argument("--report", type=Path, help="where to write the rows set aside (CSV)")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(_("There is no file %(path)s.") % {"path": path})
        report = options["report"] or Path(tempfile.gettempdir()) / f"{path.name.split('.')[0]}-set-aside.csv"
        try:
            result = import_history(
                path=path,
                mapping=load_mapping(options["mapping"]) if options["mapping"] else recognise(path),
                at=timezone.now(),
                report=report,
                dry_run=options["dry_run"],
                progress=self.show,
            )
        except (FileProblem, MappingError) as error:
            self.end_bar()
            raise CommandError(str(error)) from error
        self.end_bar()
        for what, number in result.counts.items():
            self.stdout.write(f"{number:>10,}  {what}")
        for reason, number in result.breakdown():
            self.stdout.write(_("%(number)10s  set aside: %(reason)s") % {"number": f"{number:,}", "reason": reason})
        if result.flagged:
            self.stdout.write(_("%(number)10s  imported, flagged as repeated") % {"number": f"{result.flagged:,}"})
        self.stdout.write(result.summary())
        self.stdout.write(_("Rows set aside, each with its reason: %(path)s") % {"path": report})
        if options["dry_run"]:
            self.stdout.write(_("This was a dry run: nothing was kept."))

    def show(self, done: int, total: int, stage: str) -> None:
        """Draw the bar on a terminal; elsewhere a line per stage."""
        if sys.stderr.isatty():
            filled = WIDTH * done // max(total, 1)
            sys.stderr.write(f"\r[{'#' * filled}{'.' * (WIDTH - filled)}] {stage:<40}")
            sys.stderr.flush()
        elif stage != getattr(self, "stage", None):
            sys.stderr.write(f"{stage}\n")
        self.stage = stage

    def end_bar(self) -> None:
        """Leave the line of the bar."""
        if sys.stderr.isatty():
            sys.stderr.write("\n")
