# SPDX-License-Identifier: Apache-2.0
"""The two tasks. Celery brings the wake-up and the processes; what is true stands in the job table."""

from celery import Celery

from kyc.app import Application
from kyc.services.duties import run_duties
from kyc.services.jobs import run_job, sweep


def register(celery: Celery, application: Application) -> None:
    """Give this Celery application the tasks `kyc.run_job` and `kyc.sweep`.

    Not shared: Celery would hand them to every later application of the process, with this one's database.
    """

    @celery.task(name="kyc.run_job", ignore_result=True, shared=False)
    def _run_job(job_id: str) -> None:
        run_job(application.deps, job_id)

    @celery.task(name="kyc.sweep", ignore_result=True, shared=False)
    def _sweep() -> None:
        sweep(application.deps)  # first: a duty that fails must not keep lost jobs waiting
        run_duties(application.deps, application.list_intervals())
