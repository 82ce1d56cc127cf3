# SPDX-License-Identifier: Apache-2.0
"""Wake-ups over Celery: the message carries a job id and nothing else, and may be lost without harm."""

import logging
import os
import time
from concurrent.futures import Future, ThreadPoolExecutor
from threading import BoundedSemaphore, Lock
from typing import Any

from celery import Celery
from kombu.exceptions import OperationalError

TASK = "kyc.run_job"
_PENDING = 100
_REST_SECONDS = 5.0  # as often as the sweeper comes by
_LOG = logging.getLogger("kyc.hints")


class CeleryHints:
    """`Hints` by task name, so that nothing here needs to know the workers' code.

    A thread sends them: a broker that hangs holds up neither a merchant's upload nor a worker's next job.
    """

    def __init__(self, app: Celery) -> None:
        self._app = app
        self._room = BoundedSemaphore(_PENDING)
        self._lock = Lock()
        self._sender: ThreadPoolExecutor | None = None
        self._process = 0
        self._rest_until = 0.0

    def wake(self, job_id: str) -> None:
        """Have the hint sent once, without retry: the sweeper comes by in seconds where the broker is away."""
        room = self._room
        if not room.acquire(blocking=False):
            _LOG.warning("hint_lost", extra={"job": job_id})
            return
        try:
            sent = self._sender_here().submit(self._send, job_id)
        except RuntimeError:  # the interpreter is ending
            room.release()
            return
        sent.add_done_callback(lambda _: room.release())
        sent.add_done_callback(_complain)

    def _send(self, job_id: str) -> None:
        """Send unless the broker failed a moment ago: then what is pending is let go at once."""
        if time.monotonic() >= self._rest_until:
            try:
                self._app.send_task(TASK, (job_id,), ignore_result=True, retry=False)
            except (OperationalError, OSError):
                self._rest_until = time.monotonic() + _REST_SECONDS
            else:
                return
        _LOG.warning("hint_lost", extra={"job": job_id})

    def _sender_here(self) -> ThreadPoolExecutor:
        """The thread of this process; a forked child makes its own, for threads do not survive a fork."""
        with self._lock:
            if self._sender is None or self._process != os.getpid():
                self._sender, self._process = ThreadPoolExecutor(1, thread_name_prefix="hints"), os.getpid()
            return self._sender


def _complain(sent: "Future[None]") -> None:
    """What nobody foresaw must not stay unseen in a thread."""
    if (error := sent.exception()) is not None:
        _LOG.error("hint_failed", extra={"problem": type(error).__name__})


def celery_app(broker_url: str, **options: Any) -> Celery:
    """Celery for a house whose job table is the truth (ADR 0001): early acknowledgement, JSON, no results."""
    app = Celery("vestibule", broker=broker_url, set_as_current=False)
    app.conf.update(
        task_serializer="json",
        accept_content=["json"],
        task_ignore_result=True,
        task_acks_late=False,
        task_reject_on_worker_lost=False,
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        broker_connection_retry_on_startup=True,
        broker_transport_options=_transport_options(broker_url),
        task_default_queue="vestibule",
        timezone="UTC",
        **options,
    )
    return app


def _transport_options(broker_url: str) -> dict[str, object]:
    if broker_url.startswith("memory:"):
        return {"polling_interval": 0.05}
    if broker_url.startswith(("amqp:", "pyamqp:")):
        return {"confirm_publish": True}
    return {
        # kombu would keep delivered messages to restore them: needless where they are hints, and a worker that
        # loses its connection twice in a row dies of the restoring (seen with kombu 5.7.0).
        "ack_emulation": False,
        "socket_connect_timeout": 1,
        "socket_timeout": 5,
        "max_retries": 1,
        "interval_start": 0,
        "interval_max": 0.2,
    }
