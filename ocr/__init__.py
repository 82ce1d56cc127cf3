# SPDX-License-Identifier: Apache-2.0
"""Reading of identity documents and register extracts: bytes in, a Reading out.

Importing this package loads no decoder; a document is opened only in a confined child process.
"""

from ocr.models import (
    DEFAULT_LIMITS,
    Field,
    Kind,
    Limits,
    Media,
    Mrz,
    Page,
    Reading,
    Refusal,
    Remark,
    Source,
)
from ocr.sandbox import doctor, prepare, read
from ocr.sniff import sniff

__all__ = [
    "DEFAULT_LIMITS",
    "Field",
    "Kind",
    "Limits",
    "Media",
    "Mrz",
    "Page",
    "Reading",
    "Refusal",
    "Remark",
    "Source",
    "doctor",
    "prepare",
    "read",
    "sniff",
]
