# SPDX-License-Identifier: Apache-2.0
"""A Redis that keeps nothing on disk and can be killed and started again at the same address."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

from tests import servers
from tests.acceptance.processes import Program, wait_for


@contextmanager
def disposable_redis(log: Path) -> Iterator[tuple[Program, str]]:
    """A started Redis as a program to kill, and its URL."""
    owner, port = servers.unprivileged(), servers.free_port()
    with servers.private_folder(owner) as folder:
        command = [
            *servers.as_user(owner, signal.SIGTERM),
            *(str(servers.require("redis-server")), "--bind", "127.0.0.1", "--port", str(port)),
            *("--save", "", "--appendonly", "no", "--dir", str(folder)),
        ]
        program = Program("redis", command, os.environ, log)
        program.start()
        try:
            wait_for(lambda: answers(port), 10, "Redis answers")
            yield program, f"redis://127.0.0.1:{port}/0"
        finally:
            program.kill()


def answers(port: int) -> bool:
    """Whether a Redis answers at this port of the loopback."""
    with redis.Redis(port=port, socket_timeout=1) as client:
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
