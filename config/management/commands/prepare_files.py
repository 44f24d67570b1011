"""``manage.py prepare_files``: everything that is built from sources and not kept in the repository."""

import fcntl
import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand

MARK = ".built-from"
SOURCES = ["css/*.css", "js/*.js"]  # of what is built from them


class Command(BaseCommand):
    help = (
        "Build translations, styles, scripts, the typeface and, outside development, the collected static files; "
        "each only when its sources have changed."
    )
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        with Path(__file__).open() as lock:  # one process at a time; the others find everything built
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.prepare()

    def prepare(self) -> None:
        if any(path.exists() for path in settings.LOCALE_PATHS):
            call_command("compilemessages", ignore=[".venv", ".state"], verbosity=0)
        self.build(settings.BASE_DIR / "static" / "build", asset_sources(), "build_assets")
        if settings.COLLECTED:
            self.build(
                settings.STATIC_ROOT,
                collected_sources(),
                "collectstatic",
                interactive=False,
                clear=True,
                ignore_patterns=SOURCES,
            )

    def build(self, target: Path, sources: Iterable[Path], command: str, **options: Any) -> None:
        mark = target / MARK
        fingerprint = digest(sources)
        if not mark.exists() or mark.read_text() != fingerprint:
            self.stdout.write(f"Building {target.name}/ …")
            call_command(command, verbosity=0, **options)
            mark.write_text(fingerprint)


def asset_sources() -> list[Path]:
    """Our styles and scripts, their builder, and the versions of the packages that bring the typeface."""
    builder = Path(__file__).with_name("build_assets.py")
    parts = [path for folder in ("css", "js") for path in sorted((settings.BASE_DIR / "static" / folder).rglob("*"))]
    return [*parts, builder, settings.BASE_DIR / "requirements.txt"]


def collected_sources() -> list[Path]:
    """Every static file of ours and of the packages."""
    return [Path(storage.path(name)) for finder in get_finders() for name, storage in finder.list(SOURCES)]


def digest(files: Iterable[Path]) -> str:
    """A hash that changes with the name or the content of any of the files."""
    state = hashlib.sha256()
    for file in files:
        if file.is_file() and file.name != MARK:
            state.update(f"{file.name} {hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return state.hexdigest()
