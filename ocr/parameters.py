# SPDX-License-Identifier: Apache-2.0
"""The thresholds of the reader as dated data (data/parameters.toml)."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

_FILE = Path(__file__).resolve().parent / "data" / "parameters.toml"


def _frozen(value: Any) -> Any:
    if isinstance(value, dict):
        return MappingProxyType({key: _frozen(entry) for key, entry in value.items()})
    return tuple(value) if isinstance(value, list) else value


PARAMETERS: Final[Mapping[str, Any]] = _frozen(tomllib.loads(_FILE.read_text(encoding="utf-8")))
