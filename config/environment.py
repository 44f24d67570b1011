"""Make .venv/ and install what Debian has to provide: the step before everything else, run by ``make``.

    python3 config/environment.py [--development]

The system's Python runs it before any package is there, so it uses the standard library alone. It does nothing
when everything is in place already, and takes a tenth of a second for that.
"""

import argparse
import contextlib
import ctypes
import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

OLDEST_PYTHON = (3, 11)
ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
INSTALLED = ENVIRONMENT / "installed.txt"  # what was installed, as hashes of the requirement files


def library(name: str) -> bool:
    """Can this shared library be loaded?"""
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def packages(*, development: bool) -> dict[str, bool]:
    """Debian package → is what we need of it here?"""
    needed = {
        "python3-venv": bool(importlib.util.find_spec("ensurepip")) or PYTHON.exists(),
        "libpango-1.0-0": library("libpango-1.0.so.0"),
        "libpangoft2-1.0-0": library("libpangoft2-1.0.so.0"),
        "libharfbuzz-subset0": library("libharfbuzz-subset.so.0"),
        "fonts-liberation": any(Path("/usr/share/fonts").glob("**/LiberationSans-Regular.*")),
        "gettext": bool(shutil.which("msgfmt") and shutil.which("xgettext")),
    }
    if development:
        needed["chromium"] = bool(shutil.which("chromium"))
    return needed


def install_packages(*, development: bool) -> None:
    """Let apt install what is missing, or end with the command that does."""
    missing = [name for name, is_here in packages(development=development).items() if not is_here]
    if not missing:
        return
    command = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
    if not shutil.which("apt-get"):
        raise SystemExit(f"Lonja needs what Debian calls {' '.join(missing)}; install it with your system's tools.")
    if os.geteuid() != 0:
        raise SystemExit(f"Some system packages are missing. Install them with:\n\n    sudo {' '.join(command)}\n")
    say(f"Installing {' '.join(missing)} …")
    quietly(["apt-get", "update"])
    quietly(command)


def install_requirements(*, development: bool) -> None:
    """Make .venv/ and install the pinned requirements into it, unless this was done for these very files."""
    files = ["requirements-dev.txt"] if development else ["requirements.txt"]
    wanted = {name: hashlib.sha256((ROOT / name).read_bytes()).hexdigest() for name in files}
    if works() and wanted.items() <= installed().items():
        return
    if not works():
        say("Making .venv/ …")
        quietly([sys.executable, "-m", "venv", "--clear", str(ENVIRONMENT)])
    say(f"Installing {files[0]} into .venv/ …")
    quietly([str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--require-hashes", "-r", files[0]])
    wanted["requirements.txt"] = hashlib.sha256((ROOT / "requirements.txt").read_bytes()).hexdigest()
    INSTALLED.write_text("".join(f"{name} {digest}\n" for name, digest in sorted(wanted.items())))


def works() -> bool:
    """Is there an environment, and does its Python still run? It ceases to when the system's is replaced."""
    return PYTHON.exists() and subprocess.run([PYTHON, "-c", "import pip"], capture_output=True).returncode == 0


def installed() -> dict[str, str]:
    """What an earlier run has installed: file of requirements → hash of its contents."""
    return dict(line.split() for line in INSTALLED.read_text().splitlines()) if INSTALLED.exists() else {}


def quietly(command: list[str]) -> None:
    """Run a command and show what it said only when it fails."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        raise SystemExit(f"{done.stdout}\nThis failed: {' '.join(command)}")


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Wait for whoever is installing at this moment."""
    with (ROOT / "requirements.txt").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def say(text: str) -> None:
    """Tell at once, before a long step begins."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> None:
    """Bring the environment up to date. Raises SystemExit on a Python that is too old."""
    if sys.version_info < OLDEST_PYTHON:
        raise SystemExit(
            f"Lonja needs Python {'.'.join(map(str, OLDEST_PYTHON))} or newer, this is {sys.version.split()[0]}. "
            "Name another one with: make PYTHON=python3.12 …"
        )
    parser = argparse.ArgumentParser(description="Make .venv/ and install what Lonja needs.")
    parser.add_argument("--development", action="store_true", help="also what tests and checks need")
    development = parser.parse_args().development
    with one_at_a_time():
        install_packages(development=development)
        install_requirements(development=development)


if __name__ == "__main__":
    main()
