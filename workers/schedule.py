# SPDX-License-Identifier: Apache-2.0
"""What beat sends: one sweep every five seconds; everything else falls due in the database."""

SWEEP_SECONDS = 5.0

BEAT = {"sweep": {"task": "kyc.sweep", "schedule": SWEEP_SECONDS, "options": {"expires": SWEEP_SECONDS}}}
