"""``manage.py demo``: the demo company, from nothing to a site that answers, as ``make demo`` starts it."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from config.database import embedded
from config.management.commands import serve
from config.supervisor import Supervisor

LOGINS = """
  Sales manager   manager@example.com      Call-centre agent  agent@example.com
  Sales rep       rep@example.com          Warehouse          warehouse@example.com
  Finance         finance@example.com      Administrator      admin@example.com

  One customer    owner@, buyer@, approver@, accounts@example.com
  Another one     buyer@other.example.com
"""


class Command(serve.Command):
    help = "Start the demo company: database, data, files, web server and worker; Ctrl-C stops them all."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--data", type=Path, help="an order history to import as well")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demo's passwords are public: it only runs with LONJA_MODE=demo (make demo).")
        if options["data"] and not options["data"].is_file():
            raise CommandError(f"There is no file {options['data']}.")
        super().handle(*args, **options)

    def prepare(self, **options: Any) -> None:
        call_command("setup_database", stdout=self.stdout)
        super().prepare(**options)
        if not get_user_model().objects.filter(email="manager@example.com").exists():
            self.stdout.write("Loading the demo company (once) …")
            call_command("load_demo", stdout=self.stdout)
        if options["data"]:
            call_command("import_orders", options["data"], stdout=self.stdout)

    def clean_up(self) -> None:
        connection.close()
        embedded.stop(settings.STATE_DIR, only_when_unused=True)

    def announce(self, supervisor: Supervisor) -> None:
        self.stdout.write(
            f"\nLonja is ready: {supervisor.address}/\n{LOGINS}\n  The password is demo. Ctrl-C stops it all.\n"
        )
