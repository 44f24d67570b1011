"""The embedded server: private, safe from races, recovering from anything."""

import contextlib
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from config.database import embedded
from config.environment import ROOT

STARTER = """
import sys
from pathlib import Path
from config.database import embedded
embedded.ensure_running(Path(sys.argv[1]))
"""


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The state folder of a server of its own, under a path too long for a socket."""
    folder = tmp_path_factory.mktemp("state") / ("a-folder-with-quite-a-long-name " * 4).strip() / "it's here"
    folder.mkdir(parents=True)
    yield folder
    server = embedded.server_for(folder)
    embedded.stop(folder)
    shutil.rmtree(server.home, ignore_errors=True)
    shutil.rmtree(server.sockets, ignore_errors=True)


@pytest.fixture
def server(state: Path) -> embedded.Server:
    return embedded.ensure_running(state)


def ask(server: embedded.Server, query: str, login: str = "lonja_owner") -> object:
    with psycopg.connect(**server.parameters(login=login)) as connection:
        return connection.execute(query).fetchone()[0]


def kill_everything(server: embedded.Server) -> None:
    while processes := embedded._processes_in(server.data):
        for process in processes:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        time.sleep(0.01)


def test_several_starters_at_once_make_one_server(state: Path) -> None:
    starters = [
        subprocess.Popen([sys.executable, "-c", STARTER, state], cwd=ROOT, stderr=subprocess.DEVNULL) for _ in range(4)
    ]

    assert [starter.wait(60) for starter in starters] == [0, 0, 0, 0]
    server = embedded.server_for(state)
    assert ask(server, "SELECT current_user::text") == "lonja_owner"
    assert ask(server, "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'lonja%'") == 5


def test_logins_of_the_application_are_no_superusers(server: embedded.Server) -> None:
    query = "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'lonja%' AND (rolsuper OR rolcreaterole OR rolbypassrls)"
    assert ask(server, query) == 0


def test_commits_are_durable(server: embedded.Server) -> None:
    settings = {name: ask(server, f"SHOW {name}") for name in ("fsync", "synchronous_commit", "full_page_writes")}
    assert settings == {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


def test_nobody_gets_in_without_the_password(server: embedded.Server) -> None:
    for login in ("postgres", "lonja_owner", "lonja_web"):
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(**{**server.parameters(login=login), "password": "guess"})


def test_nothing_listens_on_the_network(server: embedded.Server) -> None:
    assert ask(server, "SHOW listen_addresses") == ""


def test_files_are_closed_to_others(server: embedded.Server) -> None:
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (server.data, server.sockets, server.passwords)}
    assert modes == {"data": 0o700, server.sockets.name: 0o700, "passwords.json": 0o600}


def test_socket_path_stays_short_under_a_long_path(server: embedded.Server) -> None:
    assert len(str(server.sockets)) < embedded.LONGEST_SOCKET_PATH


def test_second_call_takes_no_time(state: Path, server: embedded.Server) -> None:
    started = time.process_time()
    embedded.ensure_running(state)
    assert time.process_time() - started < 0.1


def test_start_after_stop_is_quick(state: Path, server: embedded.Server) -> None:
    assert embedded.stop(state) is True
    assert embedded.stop(state) is False
    started = time.perf_counter()
    embedded.ensure_running(state)
    assert time.perf_counter() - started < 30  # no recovery, no waiting for somebody's end


def test_recovers_after_everything_was_killed(state: Path, server: embedded.Server) -> None:
    with psycopg.connect(**server.parameters(login="lonja_owner"), autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (number int)")
        connection.execute("INSERT INTO kept VALUES (7)")
    kill_everything(server)

    embedded.ensure_running(state)

    assert ask(server, "SELECT max(number) FROM kept") == 7


def test_starts_although_another_process_got_the_dead_servers_number(state: Path, server: embedded.Server) -> None:
    kill_everything(server)
    pid_file = server.data / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    identity = {"user": server.account.uid} if server.is_foreign else {}
    with subprocess.Popen(["/bin/sleep", "60"], **identity) as stranger:
        pid_file.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
        try:
            embedded.ensure_running(state)
            assert ask(server, "SELECT 1") == 1
        finally:
            stranger.kill()


def test_waits_for_a_server_whose_starter_was_killed(state: Path, server: embedded.Server) -> None:
    embedded.stop(state)
    pg_ctl = [embedded.binaries(server) / "pg_ctl", "start", "-W", "-D", server.data, "-l", server.log]
    identity = {"user": server.account.uid, "group": server.account.gid} if server.is_foreign else {}
    subprocess.run(pg_ctl, check=True, cwd="/", stdout=subprocess.DEVNULL, **identity)

    embedded.ensure_running(state)

    assert ask(server, "SELECT 1") == 1


def test_comes_back_when_its_socket_was_swept_away(state: Path, server: embedded.Server) -> None:
    for file in server.sockets.iterdir():
        file.unlink()

    embedded.ensure_running(state)

    assert ask(server, "SELECT 1") == 1


def test_throws_away_a_half_made_cluster(tmp_path: Path) -> None:
    server = embedded.server_for(tmp_path / "half")
    try:
        unfinished = server.home / "data.unfinished"
        unfinished.mkdir(parents=True)
        (unfinished / "PG_VERSION").write_text("18")
        embedded.ensure_running(tmp_path / "half")
        assert ask(server, "SELECT 1") == 1
        assert not unfinished.exists()
    finally:
        embedded.stop(tmp_path / "half")
        shutil.rmtree(server.home, ignore_errors=True)


def test_refuses_a_cluster_of_another_version(tmp_path: Path) -> None:
    server = embedded.server_for(tmp_path / "old")
    try:
        server.data.mkdir(parents=True)
        (server.data / "PG_VERSION").write_text("15\n")
        with pytest.raises(embedded.EmbeddedServerError, match="was made by PostgreSQL 15"):
            embedded.ensure_running(tmp_path / "old")
    finally:
        shutil.rmtree(server.home, ignore_errors=True)


def test_refuses_a_socket_directory_of_somebody_else(tmp_path: Path) -> None:
    server = embedded.server_for(tmp_path)
    trap = tmp_path / "trap"
    trap.symlink_to("/etc")
    with pytest.raises(embedded.EmbeddedServerError, match="has to be a directory of"):
        embedded._private_directory(server, trap)
