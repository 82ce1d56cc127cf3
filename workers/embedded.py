# SPDX-License-Identifier: Apache-2.0
"""Web, Celery worker and sweeper in one process, over the in-memory broker: the default on a desk.

The messages die with the process; the job table makes that harmless (ADR 0002). Celery's time limits do not
work in a thread pool, so the limits that matter live in the reader's sandbox.
"""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from threading import Event, Thread
from typing import Any

from celery import Celery
from fastapi import FastAPI

from kyc.app import Application, build, create_web, log_to_stderr
from kyc.services.duties import run_duties
from kyc.services.jobs import sweep
from kyc.settings import Settings
from workers.schedule import SWEEP_SECONDS
from workers.tasks import register

_LOG = logging.getLogger("workers.embedded")
_DUTY_SWEEPS = 12  # duties are looked at once a minute


def web() -> FastAPI:
    """The web application with its own worker; uvicorn calls this (`--factory`)."""
    settings = Settings()
    log_to_stderr(settings.log_level)
    return with_worker(build(settings))


def with_worker(application: Application, *, threads: int = 2) -> FastAPI:
    """A web application that starts and stops a worker thread and a sweeper with itself."""
    register(application.celery, application)
    served = create_web(application)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        stop, worker = Event(), start_worker(application.celery, threads)
        sweeper = Thread(target=_sweep_until, args=(application, stop), name="sweeper", daemon=True)
        sweeper.start()
        yield
        stop.set()
        application.lists.stop()  # the pool waits for its jobs: one that hangs on an authority must let go first
        worker.stop()

    served.router.lifespan_context = lifespan
    return served


def start_worker(celery: Celery, threads: int) -> Any:
    """Start a Celery worker in a daemon thread and return it once it consumes; stop it with `.stop()`."""
    ready = Event()

    class Embedded(celery.WorkController):  # type: ignore[name-defined,misc]  # celery has no types
        """A worker that says when it is ready; the worker_ready signal is not sent outside the command line."""

        def on_consumer_ready(self, consumer: object) -> None:  # noqa: ARG002 - Celery's signature
            ready.set()

    worker = Embedded(
        app=celery,
        pool="threads",
        concurrency=threads,
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
        hostname="embedded@localhost",
    )
    celery.set_default()  # the pool's threads look their tasks up in the process's default application
    Thread(target=worker.start, name="worker", daemon=True).start()
    if not ready.wait(30):
        raise RuntimeError("the embedded worker did not start")
    return worker


def _sweep_until(application: Application, stop: Event) -> None:
    sweeps = 0
    while True:
        try:
            sweep(application.deps)  # first: a duty that fails must not keep lost jobs waiting
            if sweeps % _DUTY_SWEEPS == 0:
                run_duties(application.deps, application.list_intervals())
        except Exception:  # noqa: BLE001 - the edge of a thread: one bad round must not end all others
            _LOG.exception("sweep_failed")
        sweeps += 1
        if stop.wait(SWEEP_SECONDS):
            return
