# SPDX-License-Identifier: Apache-2.0
"""What stands outside the table of a register document: court, codes, dates of issue and of printing."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ocr import french
from ocr.layout import Line, squeezed
from ocr.models import Field, Kind, Source
from ocr.register_lines import heading
from ocr.running import Running

PRINTED_CODE = "printed_code"  # a verification code from OCR, which cannot tell its capitals and digits
_GAP = 3.0  # line heights between the left and the right part of the head
_ADDRESS_LINES = 6
_DAY = r"(\d{1,2}(?:er)?[\s/.-]+[^\W\d_]{3,9}[\s.]+\d{4}|\d{1,2}\s?[/.-]\s?\d{1,2}\s?[/.-]\s?\d{4})"
_FLAGS = re.IGNORECASE
_COURT = re.compile(
    r"(Tribunal\s+(?:de\s+commerce|judiciaire|mixte\s+de\s+commerce|des\s+activit[ée]s\s+[ée]conomiques"
    r"|de\s+grande\s+instance|d.instance|de\s+premi[èe]re\s+instance))\s*(de\s+|du\s+|des\s+|d['’]\s?)(?P<city>.+)$",
    _FLAGS,
)
_ARTICLES = {"du": "Le ", "des": "Les "}  # "Tribunal de commerce du Havre" sits in Le Havre
_VERIFICATION = re.compile(r"Code\s+de\s+v[ée]rification\s*:?\s*([A-Za-z0-9]{6,16})(?!\w)", _FLAGS)
_VERIFICATION_PAGE = re.compile(r"https?:/{1,2}controle\.infogreffe\.fr[^\s\"<>]*", _FLAGS)
_MANAGEMENT = re.compile(r"N\s?[°ºo*'’]{0,2}\s*de\s+gestion\s*:?\s*(\d{4}\s?[A-Z84]\s?\d{5})(?!\d)", _FLAGS)
_AS_OF = re.compile(r"\bjour\s+au\s+" + _DAY, _FLAGS)
_ON_THE_DAY = re.compile(r"\bla\s+date\s+du\s+" + _DAY, _FLAGS)
_FOOT = re.compile(
    r"R\.?\s?C\.?\s?S\.?\s?[^\n]{2,40}?-\s*(\d{2}/\d{2}/\d{4})\s*-\s*(\d{2})[:.hH](\d{2})[:.mM](\d{2})", _FLAGS
)
_CONCERNED = re.compile(r"concernant\s+l.entreprise\s+(.+?)\s+[àa]\s+la\s+date\s+du", _FLAGS | re.DOTALL)
_LETTERS = str.maketrans("84", "BA")  # the fifth place of a management number (A trader, B company, D civil company)
_GREFFES = frozenset({Kind.KBIS, Kind.EXTRAIT_K})


def head_fields(kind: Kind, lines: Sequence[Line], sources: Mapping[int, Source]) -> dict[str, Field]:
    """Return the fields that stand outside the table; a verification code from OCR as PRINTED_CODE."""
    text = Running(lines, sources)
    return dict(_of_greffe(lines, text, sources)) if kind in _GREFFES else dict(_of_other(text))


def _of_greffe(lines: Sequence[Line], text: Running, sources: Mapping[int, Source]) -> Iterator[tuple[str, Field]]:
    yield from _court(lines, sources)
    if match := text.search(_VERIFICATION):
        code = text.field(match[1], *match.span(1))
        yield ("verification_code" if code.source is Source.TEXT_LAYER else PRINTED_CODE), code
    if match := text.search(_VERIFICATION_PAGE):
        page = text.field(match[0], *match.span())
        if page.source is Source.OCR:  # which takes two strokes that touch for one
            page = replace(page, value=re.sub(r":/+", "://", page.value))
        yield "verification_page", page
    if match := text.search(_MANAGEMENT):
        number = re.sub(r"\s", "", match[1]).upper()
        value = number[:4] + number[4].translate(_LETTERS) + number[5:]
        yield "management_number", text.field(value, *match.span(1))
    yield from _dated("issue_date", text, _AS_OF)
    if match := text.search(_FOOT):
        day = french.iso_date(match[1])
        if day is not None:
            yield "printed_at", text.field(f"{day}T{match[2]}:{match[3]}:{match[4]}", *match.span())


def _of_other(text: Running) -> Iterator[tuple[str, Field]]:
    for pattern in (_AS_OF, _ON_THE_DAY):  # the later one wins: an attestation may say both
        yield from _dated("issue_date", text, pattern)
    if match := text.search(_CONCERNED):
        yield "concerned", text.field(" ".join(match[1].split()), *match.span(1))


def _dated(name: str, text: Running, pattern: re.Pattern[str]) -> Iterator[tuple[str, Field]]:
    match = text.search(pattern)
    day = french.iso_date(match[1]) if match else None
    if match and day is not None:
        yield name, text.field(day, *match.span(1))


def _court(lines: Sequence[Line], sources: Mapping[int, Source]) -> Iterator[tuple[str, Field]]:
    """Yield court, city and address of the registry: the left part of the first lines."""
    for index, line in enumerate(lines):
        left = _left_part(line)
        match = _COURT.search(left.text)
        if match is None:
            continue
        text = Running([left], sources)
        city = _ARTICLES.get(match[2].strip().lower(), "") + match["city"].strip(" ,-")
        yield "registry_office", replace(text.field(city, *match.span("city")), raw=match["city"].strip())
        yield "registry_court", text.field(match[1], *match.span(1))
        address = list(_address(lines[index + 1 : index + 1 + _ADDRESS_LINES], line))
        if address:
            block = Running(address, sources)
            yield "registry_address", block.field(" ".join(block.text.split()), 0, len(block.text))
        return


def _address(lines: Sequence[Line], court: Line) -> Iterator[Line]:
    for line in lines:
        left, text = _left_part(line), squeezed(line.text)
        if "gestion" in text or text.startswith("extrait") or heading(line) is not None or line.page != court.page:
            return
        if abs(left.left - court.left) < 2 * court.height:
            yield left


def _left_part(line: Line) -> Line:
    """Return the words of a line up to its first wide gap, or to what stands right in the head."""
    for index in range(1, len(line.words)):
        beside = line.words[index].text.casefold()
        if (
            beside == "code"
            or beside.startswith("http")
            or line.words[index].box[0] - line.words[index - 1].box[2] > _GAP * line.height
        ):
            return Line(line.page, line.words[:index])
    return line
