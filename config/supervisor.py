"""The web server and the job worker as child processes: started, watched, started again, stopped together."""

import contextlib
import dataclasses
import fcntl
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import FrameType

from config import environment

logger = logging.getLogger(__name__)

HEALTHY_WITHIN = 120  # seconds
STOPPED_WITHIN = 30
RESTART_PAUSE = 2
DATABASE_LOGINS = {"web": "web", "worker": "worker"}
COMMANDS = {
    "web": [sys.executable, "-m", "gunicorn", "--config", "python:config.gunicorn"],
    "worker": [sys.executable, "manage.py", "procrastinate", "worker"],
}


class StartError(Exception):
    """The processes can't be started; the message says why."""


@dataclasses.dataclass
class Supervisor:
    """Runs the processes of one site on one machine.

    ``state`` is the folder where it writes down which they are, ``health_host`` a host name that the site answers to,
    ``variables`` what their environment holds besides ours.
    """

    state: Path
    host: str
    port: int
    health_host: str
    variables: Mapping[str, str] = dataclasses.field(default_factory=dict)
    running: dict[str, "subprocess.Popen[bytes]"] = dataclasses.field(default_factory=dict)
    is_stopping: bool = False

    @property
    def address(self) -> str:
        return f"http://{'127.0.0.1' if self.host == '0.0.0.0' else self.host}:{self.port}"  # noqa: S104 - compared

    @property
    def record(self) -> Path:
        return self.state / "processes.json"

    def run(self, when_ready: Callable[[], None]) -> None:
        """Start everything, call ``when_ready`` once all is healthy, and stay until Ctrl-C or SIGTERM stops it all.

        A process that ends by itself is started again. Raises StartError when the port is taken or
        the site does not become healthy within two minutes.
        """
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask_to_stop)
        try:
            self.start()
            if not self.is_stopping:
                when_ready()
            while not self.is_stopping:
                self._restart_dead()
                time.sleep(0.5)
        finally:
            self.stop()

    def start(self) -> None:
        """Start every process and wait until the site is healthy. Raises StartError."""
        self._check_port()
        for name in COMMANDS:
            self._start(name)
        self._await_health()

    def stop(self) -> None:
        """Let every process finish what it does, at most half a minute, then end it."""
        for process in self.running.values():
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
        deadline = time.monotonic() + STOPPED_WITHIN
        for process in self.running.values():
            try:
                process.wait(timeout=max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self.record.unlink(missing_ok=True)

    def end_orphans(self) -> None:
        """End what a killed supervisor left running: processes by number, if they still are the ones written down."""
        try:
            left = json.loads(self.record.read_text())
        except (OSError, ValueError):
            return
        orphans = [process for process, born in left.items() if born and birth(int(process)) == born]
        for process in orphans:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(int(process), signal.SIGTERM)
        deadline = time.monotonic() + STOPPED_WITHIN
        while any(birth(int(process)) == left[process] for process in orphans):
            if time.monotonic() > deadline:
                for process in orphans:
                    with contextlib.suppress(ProcessLookupError):
                        os.killpg(int(process), signal.SIGKILL)
            time.sleep(0.1)
        self.record.unlink(missing_ok=True)

    def _start(self, name: str) -> None:
        """Start one process in a group of its own: Ctrl-C in the terminal reaches us alone, and we end it in order."""
        self.running[name] = subprocess.Popen(
            COMMANDS[name],
            cwd=environment.ROOT,
            env={
                **os.environ,
                **self.variables,
                "LONJA_DB_LOGIN": DATABASE_LOGINS[name],
                "HOST": self.host,
                "PORT": str(self.port),
            },
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        born = {str(process.pid): birth(process.pid) for process in self.running.values()}
        self.record.write_text(json.dumps(born))

    def _restart_dead(self) -> None:
        for name, process in self.running.items():
            if process.poll() is not None and not self.is_stopping:
                logger.error("The %s process ended with status %s; starting it again.", name, process.returncode)
                time.sleep(RESTART_PAUSE)
                self._start(name)

    def _await_health(self) -> None:
        deadline = time.monotonic() + HEALTHY_WITHIN
        reason = ""
        while not self.is_stopping and (reason := self._fault()):
            if time.monotonic() > deadline:
                raise StartError(f"The site did not become healthy within {HEALTHY_WITHIN} s: {reason}")
            if self.running["web"].poll() is not None:
                raise StartError("The web server ended before it answered; its reason stands above.")
            time.sleep(0.2)

    def _fault(self) -> str:
        """What /health/ complains about, "" when all is well."""
        request = urllib.request.Request(f"{self.address}/health/", headers={"Host": self.health_host})  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=10):  # noqa: S310 - our own address
                return ""
        except urllib.error.HTTPError as error:
            return error.read(2_000).decode(errors="replace")
        except OSError as error:
            return str(error)

    def _check_port(self) -> None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.host, self.port))
            except OSError as error:
                raise StartError(
                    f"Port {self.port} can't be used ({error.strerror}). Choose another one: PORT={self.port + 1}"
                ) from error

    def _ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self.is_stopping = True


def birth(process: int) -> str:
    """When a process began, in ticks since the machine's start: with its number it names one process for good.

    "" when there is no such process any more, or it is a zombie.
    """
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] == "Z" else fields[19]


@contextlib.contextmanager
def only_one(state: Path, *, about: Mapping[str, object]) -> Iterator[None]:
    """Hold the site's lock, telling a second starter who has it. The kernel drops it with its holder."""
    state.mkdir(parents=True, exist_ok=True)
    with (state / "site.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise StartError(f"It already runs from this folder: {lock.read().strip()}. Stop that one first.") from None
        lock.truncate(0)
        lock.write(", ".join(f"{name} {value}" for name, value in about.items()))
        lock.flush()
        yield
