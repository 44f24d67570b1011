"""``manage.py prepare_files``: everything that is built from sources and not kept in the repository."""

import hashlib
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand

MARK = ".built-from"


class Command(BaseCommand):
    help = "Build translations, the stylesheet, the typeface and, outside development, the collected static files."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("compilemessages", ignore=[".venv", "node_modules", ".state"], verbosity=0)
        call_command("build_assets", stdout=self.stdout, verbosity=0)
        if settings.COLLECTED:
            self.collect()

    def collect(self) -> None:
        """Collect and compress static files, unless their sources are the same as the last time."""
        mark = settings.STATIC_ROOT / MARK
        fingerprint = source_fingerprint()
        if mark.exists() and mark.read_text() == fingerprint:
            return
        self.stdout.write("Collecting static files …")
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        mark.write_text(fingerprint)


def source_fingerprint() -> str:
    """A hash that changes with any static file of ours or of a package."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            digest.update(f"{path} {storage.size(path)} {storage.get_modified_time(path)}\n".encode())
    return digest.hexdigest()
