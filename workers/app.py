# SPDX-License-Identifier: Apache-2.0
"""The Celery application of production: `celery -A workers.app worker` and `celery -A workers.app beat`."""

from threading import Thread

from celery.signals import worker_process_init

from kyc.app import build, log_to_stderr
from kyc.settings import Settings
from workers.schedule import BEAT
from workers.tasks import register

_settings = Settings()
log_to_stderr(_settings.log_level)
_application = build(_settings)
app = _application.celery
app.conf.update(
    beat_schedule=BEAT,
    # What is due stands in the database: beat has nothing to remember, and a file of its own could only be in the way.
    beat_scheduler="celery.beat:Scheduler",
    # A belt beside the sandbox's own limits, above the longest fetch of a list; works in prefork pools only.
    task_time_limit=3600,
    worker_max_tasks_per_child=500,
)
register(app, _application)


@worker_process_init.connect(weak=False)
def _prepare_reader(**_: object) -> None:
    """Let no merchant wait for a worker's first reading; beside it, for Celery ends a process that is slow to start."""
    Thread(target=_application.prepare_reader, name="reader", daemon=True).start()
