# SPDX-License-Identifier: Apache-2.0
"""The fixed point the engine works at: thresholds and weights as dated data, with their hash."""

import hashlib
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

ENGINE_VERSION: Final = "1.2.0"

_FILES: Final = (
    "parameters.toml",
    "countries.csv",
    "legal_forms.toml",
    "words.toml",
)


def data_text(name: str) -> str:
    """Return the text of a data file shipped with the engine."""
    return files("screening").joinpath("data", name).read_text(encoding="utf-8")


def _freeze(value: Any) -> Any:
    if isinstance(value, dict):
        return MappingProxyType({key: _freeze(item) for key, item in value.items()})
    if isinstance(value, list):
        return tuple(_freeze(item) for item in value)
    return value


PARAMETERS: Final[Mapping[str, Any]] = _freeze(tomllib.loads(data_text("parameters.toml")))


def parameters_sha256() -> str:
    """Return the SHA-256 (hex) over every data file that decides a score, in fixed order."""
    digest = hashlib.sha256()
    for name in _FILES:
        digest.update(name.encode() + b"\0" + data_text(name).encode() + b"\0")
    return digest.hexdigest()
