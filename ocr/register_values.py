# SPDX-License-Identifier: Apache-2.0
"""From the printed text behind a label to the values of fields, normalised and raw."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ocr import french
from ocr.layout import Line, union
from ocr.models import Box, Field, Source

_REGISTRY = re.compile(r"R\.?\s?C\.?\s?S\.?\s+([^\W\d_][^\d]*?)\s*(?:-\s*\d|$|\()")
_BIRTH = re.compile(r"^(?:Le\s+)?(?P<date>[\d/ .-]{6,14}|\d{1,2}\s\S+\s\d{4})(?:\s+[àa]\s+(?P<place>.+))?$")
_EUID = re.compile(r"FR\s?(\d{4})\.?\s?(\d{9})")
_NAF = re.compile(r"\b(\d{2})\.?\s?(\d{2})\s?([A-Z])\b")
_HEADERS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("verification_code", re.compile(r"Code de v[ée]rification\s*:?\s*(\S{6,16})", re.IGNORECASE)),
    ("management_number", re.compile(r"N[°ºo*]\s*de gestion\s*:?\s*(\d{4}\s?[A-Z84]\s?\d{5})", re.IGNORECASE)),
    ("issue_date", re.compile(r"[àa] jour au\s+(.+)$", re.IGNORECASE)),
    ("issue_date", re.compile(r"[àa] la date du\s+(.+)$", re.IGNORECASE)),
    (
        "registry_office",
        re.compile(
            r"Tribunal (?:de Commerce|judiciaire|mixte de commerce) d[eu']\s*(.+?)(?:\s+Code\b.*)?$",
            re.IGNORECASE,
        ),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Printed:
    """The text printed behind a label, where it stands and how surely it was read."""

    name: str
    text: str
    page: int
    box: Box | None
    confidence: float


def interpreted(printed: Printed, source: Source) -> Iterator[tuple[str, Field]]:
    """Yield the fields that a printed value gives; an unreadable value keeps low confidence."""
    prefix, _, last = printed.name.rpartition(".")
    rule = _RULES.get(last)
    if not printed.text.strip():
        return
    values = rule(printed.text) if rule else {last: printed.text}
    for name, value in values.items():
        text = printed.text if value is None else value
        sure = min(printed.confidence, 0.3) if value is None else printed.confidence
        if text:
            full = f"{prefix}.{name}" if prefix else name
            yield full, Field(text, printed.text, sure, printed.page, printed.box, source)


def header_fields(lines: Sequence[Line], source: Source) -> dict[str, Field]:
    """Return the fields that stand outside the table: code, number, date of issue, office."""
    found: dict[str, Field] = {}
    for line in lines:
        for name, pattern in _HEADERS:
            match = pattern.search(line.text)
            if match is None or name in found:
                continue
            value = _header_value(name, match[1])
            if value is not None:
                found[name] = _header_field(line, match[1], value, source)
    return found


def _header_value(name: str, text: str) -> str | None:
    if name == "issue_date":
        return french.iso_date(text)
    if name == "management_number":
        number = text.replace(" ", "").upper()
        # The fifth place is a letter (A trader, B company, D civil company).
        return number[:4] + number[4].translate(str.maketrans("84", "BA")) + number[5:]
    return text.strip()


def _header_field(line: Line, raw: str, value: str, source: Source) -> Field:
    words = [word for word in line.words if word.text in raw] or list(line.words)
    confidence = min(word.confidence for word in words)
    return Field(value, raw, confidence, line.page, union(word.box for word in words), source)


def _siren(text: str) -> dict[str, str | None]:
    registry = _REGISTRY.search(text)
    found: dict[str, str | None] = {"siren": french.siren_in(text)}
    if registry:
        found["registry_city"] = registry[1].strip()
    return found


def _host_siren(text: str) -> dict[str, str | None]:
    return {"host_siren": french.siren_in(text)}


def _name(text: str) -> dict[str, str | None]:
    surname, given = french.person_name(text)
    return {"surname": surname or None, "given_names": given}


def _birth(text: str) -> dict[str, str | None]:
    match = _BIRTH.match(text.strip())
    if match is None:
        return {"birth_date": french.iso_date(text)}
    return {"birth_date": french.iso_date(match["date"]), "birth_place": match["place"] or ""}


def _euid(text: str) -> dict[str, str | None]:
    match = _EUID.search(text)
    return {"euid": f"FR{match[1]}.{match[2]}" if match else None}


def _naf(text: str) -> dict[str, str | None]:
    match = _NAF.search(text)
    return {"naf_code": f"{match[1]}.{match[2]}{match[3]}" if match else None}


def _date(name: str) -> Callable[[str], dict[str, str | None]]:
    return lambda text: {name: french.iso_date(text)}


_RULES: dict[str, Callable[[str], dict[str, str | None]]] = {
    "siren": _siren,
    "host_siren": _host_siren,
    "name": _name,
    "birth": _birth,
    "euid": _euid,
    "naf_code": _naf,
    "share_capital": lambda text: {"share_capital": french.amount(text)},
    "registration_date": _date("registration_date"),
    "struck_off_date": _date("struck_off_date"),
    "activity_start_date": _date("activity_start_date"),
    "duration_until": _date("duration_until"),
}
