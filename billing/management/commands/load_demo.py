"""``manage.py load_demo``: the demo company, once."""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from billing.demo.loading import DataExists, load_demo


class Command(BaseCommand):
    help = (
        "Load the demo company: a food wholesaler with a year of business up to today. Only in demo mode "
        "(LONJA_MODE=demo), for its logins have a known password, and only into an empty database."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing, and succeed, when there is data")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demo company is loaded in demo mode only: set LONJA_MODE=demo.")
        began = time.monotonic()

        def say(step: str) -> None:
            if not options["verbosity"]:
                return
            self.stdout.write(f"{time.monotonic() - began:5.1f} s  {step}")
            self.stdout.flush()

        try:
            load_demo(at=timezone.now(), say=say)
        except DataExists as error:
            if options["if_empty"]:
                self.stdout.write("There is data already; nothing was changed.")
                return
            raise CommandError("There is data already; the demo company goes into an empty database.") from error
        say("done")
