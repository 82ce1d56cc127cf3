# SPDX-License-Identifier: Apache-2.0
"""Announcements of associations in the Journal officiel (JOAFE): markers in a running text and what follows them."""

import re
from collections.abc import Iterator, Mapping, Sequence

from ocr import french
from ocr.layout import Line
from ocr.models import Field, Source
from ocr.running import Running

_FLAGS = re.IGNORECASE
# Each marker ends the text of the one before; names of fields as for companies where they mean the same.
_MARKERS: tuple[tuple[str, str], ...] = (
    ("announcement_number", r"Annonce\s+n[°ºo*]{1,2}\s*:?"),
    ("publication_number", r"N[°ºo*]{1,2}\s*de\s+parution\s*:?"),
    ("publication_date", r"(?:Date\s+de\s+(?:parution|publication)|Parution\s+du|Paru\s+le|Publi[ée]e?\s+le)\s*:?"),
    ("rna", r"(?:N[°ºo*]{1,2}\s*(?:d.)?)?(?:Identification\s+)?R\.?\s?N\.?\s?A\.?\s*:"),
    ("department", r"D[ée]partement(?:\s*\(R[ée]gion\))?\s*:"),
    ("publication_place", r"Lieu\s+(?:de\s+)?parution\s*:"),
    ("announcement_kind", r"Type\s+d.annonce\s*:"),
    ("company_name", r"(?:Association|Titre|Nom|D[ée]nomination)\s*:"),
    ("activity", r"Objet\s*:"),
    ("registered_address", r"(?:Si[èe]ge\s+social|Nouveau\s+si[èe]ge)\s*:"),
    ("former_address", r"Ancien\s+si[èe]ge\s*:"),
    ("website", r"Site\s+internet\s*:"),
    ("declaration_date", r"Date\s+de\s+la\s+d[ée]claration\s*:"),
)
_MARKER = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _MARKERS), _FLAGS)
_AUTHORITY = re.compile(r"^D[ée]claration\s+[àa]\s+la\s+((?:sous-)?pr[ée]fecture[^\n.]*)\.?$", _FLAGS | re.MULTILINE)
_TITLE = re.compile(r"D[ée]claration\s+[àa]\s+la\s+(?:sous-)?pr[ée]fecture[^\n]*\n+(.+?)\s*$", _FLAGS | re.DOTALL)
_DAY = re.compile(r"\d{1,2}(?:er)?[\s/.-]+(?:\d{1,2}|[^\W\d_]{3,9})[\s/.-]+\d{4}")
_DATES = frozenset({"publication_date", "declaration_date"})
_ONE_LINE = frozenset({"announcement_number", "publication_number", "department", "publication_place",
                       "announcement_kind", "rna", "website"})  # fmt: skip


def fields(lines: Sequence[Line], sources: Mapping[int, Source]) -> dict[str, Field]:
    """Return the fields of an announcement from its lines."""
    text = Running(lines, sources)
    found: dict[str, Field] = {}
    for name, start, end in _passages(text.text):
        value = _value(name, text.text[start:end])
        if value is not None and name not in found:
            found[name] = text.field(value[0], start + value[1], start + value[2])
    if match := text.search(_AUTHORITY):
        found["authority"] = text.field(match[1], *match.span(1))
    return found


def _passages(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield name, start and end of what stands behind each marker; the title stands before the object."""
    marks = list(_MARKER.finditer(text))
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        yield str(mark.lastgroup), mark.end(), following.start() if following else len(text)
    before = next((mark.start() for mark in marks if mark.lastgroup == "activity"), None)
    title = _TITLE.search(text, 0, before) if before is not None else None
    if title is not None:
        yield "company_name", *title.span(1)


def _value(name: str, passage: str) -> tuple[str, int, int] | None:
    """Return the value of a passage with its first and last place, None for an empty one."""
    if name in _DATES:
        match = _DAY.search(passage)
        day = french.iso_date(match[0]) if match else None
        return (day, *match.span()) if match and day else None
    start = len(passage) - len(passage.lstrip(" \n:"))
    end = len(passage)
    if name in _ONE_LINE and "\n" in passage[start:]:
        end = passage.index("\n", start)
    printed = passage[start:end].rstrip(" \n.;")
    return (" ".join(printed.split()), start, start + len(printed)) if printed else None
