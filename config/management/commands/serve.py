"""``manage.py serve``: the site and its worker in one supervised group, as ``make run`` starts them."""

import os
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from config.database.embedded import EmbeddedServerError
from config.supervisor import StartError, Supervisor, only_one


class Command(BaseCommand):
    help = (
        "Build files, apply migrations, then run the web server and the job worker until Ctrl-C. "
        "A PostgreSQL of your own has to be prepared once by setup_database."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"))
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))

    def handle(self, *args: Any, **options: Any) -> None:
        supervisor = Supervisor(
            state=settings.STATE_DIR,
            host=options["host"],
            port=options["port"],
            health_host=settings.ALLOWED_HOSTS[0].lstrip("."),
        )
        try:
            with only_one(settings.STATE_DIR, about={"process": os.getpid(), "at": supervisor.address}):
                try:
                    supervisor.end_orphans()
                    self.prepare(**options)
                    connection.close()
                    supervisor.run(lambda: self.announce(supervisor))
                finally:
                    self.clean_up()
        except (StartError, EmbeddedServerError) as error:
            raise CommandError(str(error)) from error

    def prepare(self, **options: Any) -> None:
        call_command("prepare_files", stdout=self.stdout)
        call_command("migrate", interactive=False, verbosity=0)

    def clean_up(self) -> None:
        """Production leaves its database running."""

    def announce(self, supervisor: Supervisor) -> None:
        self.stdout.write(f"Lonja serves on {supervisor.address}/")
