# SPDX-License-Identifier: Apache-2.0
"""How many printed values of an extract became fields, or stand in a plain text of the page."""

from collections.abc import Iterable

from ocr.bench.truth import ExtractCase, RegisterCase
from ocr.models import Reading


def unread(case: ExtractCase, reading: Reading, *, with_code: bool) -> list[str]:
    """Return the printed values that no field holds, as printed (raw) or as understood (value)."""
    texts = {_squeezed(text) for field in reading.fields.values() for text in (field.raw, field.value)}
    return [value for value in wanted(case, with_code=with_code) if _squeezed(value) not in texts]


def wrong(case: RegisterCase, reading: Reading, *, with_code: bool) -> list[str]:
    """Return the names of the fields that are not read, or not as they should be."""
    names = fields(case, with_code=with_code)
    return [name for name in names if name not in reading.fields or reading.fields[name].value != case.fields[name]]


def fields(case: RegisterCase, *, with_code: bool) -> list[str]:
    """Return the names of the fields to be read, the verification code only where it is asked for."""
    return [name for name in case.fields if with_code or name != "verification_code"]


def missing(case: ExtractCase, text: str, *, with_code: bool) -> list[str]:
    """Return the printed values that do not stand in a text; a value may go on in the next line."""
    page = _squeezed(text)
    return [value for value in wanted(case, with_code=with_code) if _squeezed(value) not in page]


def wanted(case: ExtractCase, *, with_code: bool) -> tuple[str, ...]:
    """Return the values to be read; the verification code is read from the text layer or a QR code only."""
    return (*case.values, case.code) if with_code and case.code else case.values


def share(cases: Iterable[tuple[ExtractCase, list[str]]], *, with_code: bool) -> float | None:
    """Return the share of values read over several extracts, None where there are none."""
    read = total = 0
    for case, left in cases:
        count = len(wanted(case, with_code=with_code))
        read, total = read + count - len(left), total + count
    return round(read / total, 4) if total else None


def _squeezed(text: str) -> str:
    return " ".join(text.split())
