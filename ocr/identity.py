# SPDX-License-Identifier: Apache-2.0
"""Identity documents: fields from the machine-readable zone and the printed labels, and what else was read beside."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from ocr import french, mrz
from ocr.layout import Line, squeezed, union
from ocr.models import Box, Field, Kind, Mrz, Source
from ocr.parameters import PARAMETERS

# Identity cards of these states serve as proof of identity in France (Directive 2004/38/EC, art. 5,
# the EEA agreement and the agreement with Switzerland).
_EUROPEAN_CODES = """
AUT BEL BGR CHE CYP CZE D DEU DNK ESP EST FIN FRA GRC HRV HUN IRL ISL ITA LIE LTU LUX LVA MLT
NLD NOR POL PRT ROU SVK SVN SWE MCO AND SMR
"""
_EUROPEAN = frozenset(_EUROPEAN_CODES.split())
_LONGEST_VALIDITY = 15  # years, adults' CNI issued from 2014, or 2004-2013 by decree 2013-1188
_CEILINGS: Mapping[str, float] = PARAMETERS["confidence"]

_COMPARED = frozenset({"surname", "given_names", "birth_date", "document_number", "expiry_date", "sex"})

Locate = Callable[[str], Box | None]
Sureness = Callable[[str], float]


def kind_of_zone(zone: Mrz) -> Kind:
    """Return what document a zone belongs to by its format, document code and issuer."""
    code, issuer = zone.lines[0][:2], zone.lines[0][2:5].rstrip("<")
    if zone.format in {"MRVA", "MRVB"}:
        return Kind.VISA
    if zone.format == "CNI":
        return Kind.CNI
    if zone.format == "TD3":
        return Kind.PASSPORT
    if code in {"IR", "AR"} or code[0] in "AC":
        return Kind.RESIDENCE_PERMIT
    if issuer == "FRA" and code == "ID":
        return Kind.CNIE
    return Kind.EU_IDENTITY_CARD if issuer in _EUROPEAN else Kind.UNKNOWN


def is_sure_of(zone: Mrz) -> bool:
    """Tell whether number, birth and expiry all have their digit: three do not hold by chance on a misread zone."""
    return all(zone.checks[name] for name in _OWN_DIGIT if name in zone.checks)


def from_zone(zone: Mrz, sureness: Sureness, page: int, locate: Locate) -> dict[str, Field]:
    """Return the fields of a zone; sureness is the engines' of a field, locate gives its box."""
    printed = mrz.texts(zone)
    spans = mrz.SPANS[zone.format]
    values = _values(zone, printed)
    found: dict[str, Field] = {}
    for name, value in values.items():
        place = next(place for place in (name, *_PLACES.get(name, ())) if place in spans)
        sure = _confidence(zone, place, sureness(place))
        if value is None:
            value_text, sure = printed[place].strip(mrz.FILLER), min(sure, _CEILINGS["failed"])
        else:
            value_text = value
        if value_text:
            box = locate(place)
            found[name] = Field(value_text, printed[place], sure, page, box, Source.MRZ)
    if zone.format == "CNI":
        found |= _cni_expiry(zone, found, page)
    return found


def merged(zone: Mapping[str, Field], other: Mapping[str, Field]) -> dict[str, Field]:
    """Return zone fields completed by others; a differing other value is kept as an alternative."""
    found = dict(zone)
    for name, field in other.items():
        mine = found.get(name)
        if mine is None:
            found[name] = field
        elif squeezed(mine.value) == squeezed(field.value) and field.source is Source.BARCODE:
            # The code keeps diacritics, hyphens and apostrophes that the zone drops.
            other_form = () if mine.value == field.value else (mine.value,)
            found[name] = replace(mine, value=field.value, alternatives=(*other_form, *mine.alternatives))
        elif mine.value != field.value and field.value not in mine.alternatives:
            found[name] = replace(mine, alternatives=(*mine.alternatives, field.value))
    return found


def differing(one: Mapping[str, Field], other: Mapping[str, Field]) -> tuple[str, ...]:
    """Return the names of fields that two places of a document say differently, as far as both say them.

    A zone drops diacritics and hyphens and cuts long names; its country code is of three letters. Places of birth are
    printed and coded in too many ways.
    """
    return tuple(name for name in one if name in _COMPARED and name in other and not _agree(name, one, other))


def _agree(name: str, one: Mapping[str, Field], other: Mapping[str, Field]) -> bool:
    a, b = (squeezed(fields[name].value) for fields in (one, other))
    if name in {"surname", "given_names"}:
        short, long = sorted((_as_in_a_zone(a), _as_in_a_zone(b)), key=len)
        return long.startswith(short)
    return a == b


def _as_in_a_zone(name: str) -> str:
    return name.replace("œ", "oe").replace("æ", "ae")  # Doc 9303-3, section 6


def with_rivals(fields: Mapping[str, Field], rivals: Iterable[Mrz]) -> dict[str, Field]:
    """Return fields with what other valid readings of the same zone said, their confidence halved."""
    found = dict(fields)
    for rival in rivals:
        for name, value in _values(rival, mrz.texts(rival)).items():
            mine = found.get(name)
            if mine is not None and value and value != mine.value:
                others = tuple(dict.fromkeys((*mine.alternatives, value)))
                found[name] = replace(
                    mine, confidence=min(mine.confidence, _CEILINGS["differing"]), alternatives=others
                )
    return found


def _values(zone: Mrz, printed: Mapping[str, str]) -> dict[str, str | None]:
    """Return field values of a zone; None where the text cannot be one (an impossible date)."""
    if "names" in printed:
        surname, given = mrz.names(printed["names"])
    else:  # CNI: double fillers part given names, single ones stand inside a compound name
        surname = " ".join(printed["surname"].replace("<", " ").split())
        given = " ".join(printed["given_names"].replace("<", " ").split())
    values: dict[str, str | None] = {
        "surname": surname,
        "given_names": given,
        "document_number": printed["document_number"].rstrip("<"),
        "issuing_country": printed["issuing_country"].rstrip("<"),
        "nationality": printed.get("nationality", "FRA").rstrip("<"),
        "sex": printed["sex"].replace("<", "X"),
    }
    if zone.format == "CNI":
        issued = _cni_issue_year(printed["issue_month"])
        values["birth_date"] = _birth_date(printed["birth_date"], issued)
        values["issue_date"] = _month(printed["issue_month"], issued)
        return values
    expiry = _date(printed["expiry_date"], 2000)
    values["expiry_date"] = expiry
    # A passport or card lasts five years at least; who looks born later was born in the 1900s.
    latest = int(expiry[:4]) - (0 if zone.format.startswith("MRV") else 5) if expiry else 2026
    values["birth_date"] = _birth_date(printed["birth_date"], latest)
    return values


def _birth_date(text: str, latest_year: int) -> str | None:
    year = text[:2]
    century = 2000 if year.isdecimal() and 2000 + int(year) <= latest_year else 1900
    return _date(text, century)


def _date(text: str, century: int) -> str | None:
    """Return YYMMDD as an ISO date, shortened where month or day are unknown (fillers)."""
    if not text[:2].isdecimal():
        return None
    year = century + int(text[:2])
    if text[2:] == "<<<<":
        return f"{year:04}"
    if text[2:4].isdecimal() and text[4:] == "<<":
        return f"{year:04}-{text[2:4]}" if 1 <= int(text[2:4]) <= 12 else None
    if not text.isdecimal():
        return None
    try:
        return date(year, int(text[2:4]), int(text[4:])).isoformat()
    except ValueError:
        return None


def _cni_issue_year(text: str) -> int:
    year = int(text[:2]) if text[:2].isdecimal() else 0
    return 1900 + year if year >= 88 else 2000 + year  # this card was first issued in 1988


def _month(text: str, year: int) -> str | None:
    month = text[2:4]
    return f"{year:04}-{month}" if month.isdecimal() and 1 <= int(month) <= 12 else None


def _cni_expiry(zone: Mrz, fields: Mapping[str, Field], page: int) -> dict[str, Field]:
    """Return the end of validity of a CNI, which its zone does not print.

    Adults: 15 years from 2 January 2004 on (decree 2013-1188 extends cards issued to 31 December
    2013, later ones print it); minors and older cards: 10. The day is unknown: the first of the
    month is the earliest it can be, and whoever turns 18 in the month of issue counts as a minor.
    """
    issue, birth = fields.get("issue_date"), fields.get("birth_date")
    if issue is None or birth is None or len(birth.value) < 7 or len(issue.value) != 7:
        return {}
    year, month = (int(part) for part in issue.value.split("-"))
    coming_of_age = (int(birth.value[:4]) + 18, int(birth.value[5:7]))
    adult = coming_of_age < (year, month)
    years = _LONGEST_VALIDITY if adult and (year, month) >= (2004, 1) else 10
    earliest = f"{year + years:04}-{month:02}-01"
    sure = 0.6 if zone.valid else _CEILINGS["failed"]
    return {"expiry_date": Field(earliest, issue.raw, sure, page, issue.box, Source.MRZ)}


def with_printed_expiry(fields: Mapping[str, Field]) -> dict[str, Field]:
    """Return CNI fields with the expiry printed on the back in place of the computed earliest day.

    A printed date that ends the ten years of an adult's card of 2004 to 2013 is moved on by five
    (decree 2013-1188); what is printed otherwise already holds.
    """
    computed = fields.get("expiry_date")
    printed = next(iter(computed.alternatives), "") if computed and computed.source is Source.MRZ else ""
    day = _day(printed)
    if computed is None or day is None:
        return dict(fields)
    for extension in (0, 5):
        moved = _years_later(day, extension)
        if moved.isoformat()[:7] == computed.value[:7] or _day_before(moved, computed.value):
            sure = replace(computed, value=moved.isoformat(), raw=printed, confidence=0.95, alternatives=())
            return {**fields, "expiry_date": sure}
    return dict(fields)


def _day(text: str) -> date | None:
    """Return a whole date, None for what is none: print may be misread as a month alone or as 29 February."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return date(day.year + years, 2, 28)


def _day_before(day: date, first_of_month: str) -> bool:
    """Tell whether a card issued on the first of the month would end on this, the day before."""
    return (date.fromisoformat(first_of_month) - day).days == 1


# Where a value stands that has no place of its own in a format.
_PLACES = {
    "surname": ("names",),
    "given_names": ("names",),
    "issue_date": ("issue_month",),
    "nationality": ("issuing_country",),  # the CNI went to French nationals only
}
_OWN_DIGIT = frozenset({"document_number", "birth_date", "expiry_date"})


def _confidence(zone: Mrz, place: str, engine: float) -> float:
    """Return how sure a field is: a failing check digit caps, and so does what a holding one cannot tell apart."""
    composite = zone.checks.get("composite", True)
    if place in _OWN_DIGIT and place in zone.checks:
        if not zone.checks[place]:
            return min(engine, _CEILINGS["failed"])
        return min(engine, _CEILINGS["own_digit"] if composite else _CEILINGS["single_digit"])
    covered = zone.format == "CNI" and composite and zone.valid
    ceiling = _CEILINGS["covered"] if covered else _CEILINGS["unchecked"]
    if place in {"issuing_country", "nationality"} and zone.valid:
        return max(engine, _CEILINGS["unchecked"])
    return min(max(engine, 0.5) if covered else engine, ceiling)


# Labels of the visual zone, French first; each one announces the value beside or under it.
_LABELS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("usage_name", re.compile(r"^nomdusage")),
    ("surname", re.compile(r"^(nomsurname|nom)(?!.*prenom)")),
    ("given_names", re.compile(r"^prenoms?(givennames?)?")),
    ("birth_place", re.compile(r"^lieudenaissance(placeofbirth)?")),
)
_UNTIL = re.compile(r"valable jusqu.{0,3}au\s*:?\s*(.{8,14})", re.IGNORECASE)
_ISSUED = re.compile(r"d[ée]livr[ée]e?\s+le\s*:?\s*(.{8,14})", re.IGNORECASE)
_BORN = re.compile(r"n[ée]e?\s*\(?e?\)?\s+le\s*:?\s*(.{8,14})", re.IGNORECASE)
_SENTENCES = (("expiry_date", _UNTIL), ("issue_date", _ISSUED), ("birth_date", _BORN))


# Titles of fronts, likeliest first; the card of 2021 is the one that has an English title too.
_TITLES: tuple[tuple[Kind, tuple[str, ...]], ...] = (
    (Kind.CNIE, ("cartenationaledidentite", "identitycard")),
    (Kind.CNI, ("cartenationaledidentite",)),
    (Kind.PASSPORT, ("passeportpassport",)),
    (Kind.RESIDENCE_PERMIT, ("titredesejour",)),
)


def kind_of_print(lines: Sequence[Line]) -> Kind:
    """Return the identity document whose title is printed, UNKNOWN where none is."""
    text = squeezed(" ".join(line.text for line in lines))
    return next((kind for kind, marks in _TITLES if all(mark in text for mark in marks)), Kind.UNKNOWN)


def from_print(lines: Sequence[Line]) -> dict[str, Field]:
    """Return fields of the visual zone found by their labels; confidence is the engine's."""
    found: dict[str, Field] = {}
    for index, line in enumerate(lines):
        for name, pattern in _SENTENCES:
            match = pattern.search(line.text)
            value = french.iso_date(match[1]) if match else None
            if match and value and name not in found:
                found[name] = _print_field(line, value, match[1])
        for name, pattern in _LABELS:
            match = pattern.match(squeezed(line.text))
            if match and name not in found:
                found |= _labelled(name, line, lines[index + 1 : index + 2])
                break
    return found


def _labelled(name: str, line: Line, following: Sequence[Line]) -> dict[str, Field]:
    _, _, beside = line.text.partition(":")
    if beside.strip():
        return {name: _print_field(line, beside.strip(), beside)}
    for below in following:
        if any(char.isalpha() for char in below.text):
            return {name: _print_field(below, below.text, below.text)}
    return {}


def _print_field(line: Line, value: str, raw: str) -> Field:
    confidence = min(word.confidence for word in line.words)
    box = union(word.box for word in line.words)
    return Field(value, raw, confidence, line.page, box, Source.VISUAL_ZONE)
