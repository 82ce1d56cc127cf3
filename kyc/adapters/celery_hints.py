# SPDX-License-Identifier: Apache-2.0
"""Wake-ups over Celery: the message carries a job id and nothing else, and may be lost without harm."""

import logging
from typing import Any

from celery import Celery
from kombu.exceptions import OperationalError

TASK = "kyc.run_job"
_LOG = logging.getLogger("kyc.hints")


class CeleryHints:
    """`Hints` by task name, so that nothing here needs to know the workers' code."""

    def __init__(self, app: Celery) -> None:
        self._app = app

    def wake(self, job_id: str) -> None:
        """Send the hint once, without retry: the sweeper comes by in seconds where the broker is away."""
        try:
            self._app.send_task(TASK, (job_id,), ignore_result=True, retry=False)
        except (OperationalError, OSError):
            _LOG.warning("hint_lost", extra={"job": job_id})


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
