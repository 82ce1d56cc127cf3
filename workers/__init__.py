# SPDX-License-Identifier: Apache-2.0
"""Thin Celery workers: one task that runs a job, one that sweeps; the business is in `kyc.services`."""
