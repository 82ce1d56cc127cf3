# SPDX-License-Identifier: Apache-2.0
"""JSON that says everything once."""

import json
from typing import Any


def load(raw: bytes) -> Any:
    """Return the JSON value; raises ValueError for broken or too deeply nested JSON and for a key told twice.

    Of two equal keys in one object Python keeps the last; the records below the first would be lost unseen.
    """
    try:
        return json.loads(raw, object_pairs_hook=_once)
    except RecursionError as error:
        raise ValueError("JSON nested too deeply") from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key twice in one object")
    return found
