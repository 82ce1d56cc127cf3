# SPDX-License-Identifier: Apache-2.0
"""Schemathesis sends good requests with keys of their own: that a reused key is refused, is tested elsewhere."""

import uuid
from typing import Any

import schemathesis

_KEY = "idempotency-key"


@schemathesis.hook
def before_call(context: schemathesis.HookContext, case: Any, kwargs: dict[str, Any]) -> None:
    """Give a request that is meant to be accepted a fresh Idempotency-Key."""
    meant_to_fail = case.meta is not None and case.meta.generation.mode is schemathesis.GenerationMode.NEGATIVE
    if not meant_to_fail and case.headers and _KEY in case.headers:
        case.headers[_KEY] = str(uuid.uuid4())
