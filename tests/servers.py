# SPDX-License-Identifier: Apache-2.0
"""Real PostgreSQL and Redis for the tests: free loopback ports, a temporary folder, then gone.

The programs are Debian's. They keep their durable settings (fsync, synchronous_commit), because the
promises tested against them are about durability. Each is told to end when the test process dies
(PR_SET_PDEATHSIG through setpriv(1)), so a killed test run leaves no server behind.
"""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import psycopg
import pytest
import redis

READY_SECONDS = 30.0
STOP_SECONDS = 20.0
USER = "vestibule"
POSTGRES_PROGRAMS = "/usr/lib/postgresql/*/bin"  # Debian keeps them off PATH, a folder a version


class ServerFailedError(RuntimeError):
    """A server did not come up; the message ends with its own log."""


def missing(program: str) -> NoReturn:
    """Skip the test for want of `program`; fail it where CI=true, a skip would hide a promise."""
    message = f"{program} is not installed: run scripts/system-packages.sh runtime test"
    if os.environ.get("CI") == "true":
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


def require(program: str) -> Path:
    """Return the path of `program` on PATH or among PostgreSQL's, else see missing()."""
    places = [Path(found).parent for found in filter(None, [shutil.which(program)])]
    places += sorted(Path("/").glob(POSTGRES_PROGRAMS.lstrip("/")), reverse=True)
    for place in places:
        if (place / program).is_file():
            return place / program
    missing(program)


def free_port() -> int:
    """Return a loopback TCP port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def unprivileged() -> pwd.struct_passwd:
    """Return the user a server runs as: ourselves, or if that is root, postgres or nobody."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


@contextmanager
def private_folder(owner: pwd.struct_passwd) -> Iterator[Path]:
    """Yield a folder that only `owner` reads; it is removed at the end.

    pytest's own temporary folders are closed to other users: PostgreSQL could not enter them.
    """
    folder = Path(tempfile.mkdtemp(prefix="vestibule-server-"))
    try:
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def as_user(owner: pwd.struct_passwd, stop: signal.Signals) -> list[str]:
    """Return the words before a command that make it run as `owner` and get `stop` when we die."""
    words = [str(require("setpriv")), "--pdeathsig", stop.name.removeprefix("SIG")]
    if os.geteuid() == 0:
        words += [f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups"]
    return [*words, "--"]


@contextmanager
def serving(command: Sequence[str], folder: Path, ready: Callable[[], None], stop: signal.Signals) -> Iterator[None]:
    """Run `command` until the block ends; enter once `ready` returns without a connection error.

    Raises ServerFailedError with the end of the server's log when it is not ready in READY_SECONDS.
    """
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=output)
    try:
        wait_until(ready, process, log)
        yield
    finally:
        process.send_signal(stop)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until(ready: Callable[[], None], process: subprocess.Popen[bytes], log: Path) -> None:
    """Call `ready` until it succeeds; ServerFailedError when the process ends or time runs out."""
    deadline = time.monotonic() + READY_SECONDS
    while True:
        try:
            ready()
        except (OSError, psycopg.OperationalError, redis.RedisError) as error:
            if process.poll() is not None or time.monotonic() > deadline:
                tail = log.read_text(encoding="utf-8", errors="replace")[-2000:]
                raise ServerFailedError(f"{process.args!r}: {error}\n{tail}") from error
            time.sleep(0.05)
        else:
            return


def initialise_cluster(owner: pwd.struct_passwd, folder: Path, password: str) -> None:
    """Make an empty cluster in `folder`/data whose superuser signs in by `password`."""
    secret = folder / "password"
    secret.write_text(password, encoding="utf-8")
    os.chown(secret, owner.pw_uid, owner.pw_gid)
    options = ["--username", USER, "--pwfile", secret, "--auth=scram-sha-256", "--encoding=UTF8"]
    subprocess.run(
        [
            *as_user(owner, signal.SIGKILL),
            *(str(require("initdb")), "--pgdata", str(folder / "data")),
            *map(str, options),
            *("--locale=C.UTF-8", "--no-sync", "--no-instructions"),
        ],
        cwd=folder,
        check=True,
        stdout=subprocess.DEVNULL,
    )


@contextmanager
def postgres() -> Iterator[str]:
    """Yield the SQLAlchemy URL of the maintenance database of a fresh PostgreSQL."""
    owner, port, password = unprivileged(), free_port(), secrets.token_urlsafe(16)
    with private_folder(owner) as folder:
        initialise_cluster(owner, folder, password)
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": port,
            "unix_socket_directories": "",
            "fsync": "on",
            "synchronous_commit": "on",
            "max_connections": 100,
            "shared_buffers": "64MB",
        }
        command = [
            *as_user(owner, signal.SIGINT),
            *(str(require("postgres")), "-D", str(folder / "data")),
            *(word for name, value in settings.items() for word in ("-c", f"{name}={value}")),
        ]
        address = f"{USER}:{password}@127.0.0.1:{port}/postgres"

        def ready() -> None:
            psycopg.connect(f"postgresql://{address}", connect_timeout=5).close()

        with serving(command, folder, ready, signal.SIGINT):  # SIGINT: the "fast" shutdown
            yield f"postgresql+psycopg://{address}"


@contextmanager
def redis_server() -> Iterator[str]:
    """Yield the URL of a fresh Redis that keeps nothing on disk: the broker is disposable."""
    owner, port = unprivileged(), free_port()
    with private_folder(owner) as folder:
        command = [
            *as_user(owner, signal.SIGTERM),
            *(str(require("redis-server")), "--bind", "127.0.0.1", "--port", str(port)),
            *("--save", "", "--appendonly", "no", "--dir", str(folder)),
        ]

        def ready() -> None:
            client = redis.Redis(port=port, socket_timeout=5)
            try:
                client.ping()
            finally:
                client.close()

        with serving(command, folder, ready, signal.SIGTERM):
            yield f"redis://127.0.0.1:{port}/0"


def execute(url: str, statement: str) -> None:
    """Run one statement that cannot stand in a transaction (CREATE DATABASE) at `url`."""
    plain = url.replace("postgresql+psycopg://", "postgresql://", 1)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(statement.encode())


def sibling(url: str, database: str) -> str:
    """Return `url` with its database replaced."""
    return f"{url.rpartition('/')[0]}/{database}"


@contextmanager
def database_of(url: str, template: str) -> Iterator[str]:
    """Yield the URL of a new database copied from `template` at the server of `url`."""
    name = f"test_{secrets.token_hex(6)}"
    execute(url, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield sibling(url, name)
    finally:
        execute(url, f'DROP DATABASE "{name}" WITH (FORCE)')
