# SPDX-License-Identifier: Apache-2.0
"""The officers' console: one router under /console."""

from fastapi import APIRouter

from kyc.web import console_actions, console_case, console_lists, console_login, console_queue

PARTS = (console_login, console_queue, console_case, console_actions, console_lists)
router = APIRouter(include_in_schema=False)
for _part in PARTS:
    router.include_router(_part.router)
