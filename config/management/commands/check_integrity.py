"""``manage.py check_integrity``: prove all sums over the whole database."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config import integrity


class Command(BaseCommand):
    help = "Prove that everything stored adds up. Names the rows that do not, and exits with 1 then."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("proofs", nargs="*", help="names of proofs; all without any")

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = options["proofs"] or None
        unknown = set(wanted or []) - {proof.name for proof in integrity.proofs()}
        if unknown:
            raise CommandError(f"no such proof: {', '.join(sorted(unknown))}")
        broken = total = 0
        for result in integrity.check(wanted):
            total += 1
            broken += not result.holds
            self.show(result)
        if broken:
            raise CommandError(f"{broken} of {total} proofs do not hold.", returncode=1)
        self.stdout.write(self.style.SUCCESS(f"{total} proofs hold."))

    def show(self, result: integrity.Result) -> None:
        """Write one line per proof, and the rows that contradict it below."""
        name = f"{result.proof.name} ({result.seconds:.2f} s)"
        if result.holds:
            self.stdout.write(f"ok      {name}")
            return
        if result.is_unfinished:
            self.stderr.write(f"UNKNOWN {name}: the database's time limit ended it")
            return
        self.stderr.write(f"BROKEN  {name}: {result.count} rows. {result.proof.title}")
        for finding in result.findings:
            self.stderr.write(f"        {finding.row}: should be {finding.expected}, is {finding.found}")
        if result.count > len(result.findings):
            self.stderr.write(f"        … and {result.count - len(result.findings)} more")
