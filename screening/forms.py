# SPDX-License-Identifier: Apache-2.0
"""The separate names a French identity stands for, each to be compared on its own.

A Kbis or an identity card prints birth name, usage name and all given names in one line, while a
list knows a person under one name and one given name. Scored as one text the line matches nobody.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from screening.names import PERSON, PreparedName, prepare
from screening.normalise import MARKERS, person_tokens, visible
from screening.results import Query
from screening.syllables import syllabic

MAX_FORMS: Final = 16
MAX_NAMES: Final = 256  # no entry of any list has more than 60 names
# Readings that leave out words of the name, and those that are nothing if one word is left ("Maj Hassan").
_PARTS: Final = frozenset({"first_given", "double_name_part"})
_DROPPING: Final = _PARTS | {"without_brackets"}
_SHORTEST_NAME: Final = 5
AS_WRITTEN: Final = "as_written"
_BRACKETS = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_TRADE = re.compile(
    r"\b(?:exploitant(?:e)? sous l'enseigne|enseigne|nom commercial|sigle|trading as|t/a|d/?b/?a)\b"
    r"\s*:?",
    re.IGNORECASE,
)
_LATIN = re.compile(r"[A-Za-z]")
# A word boundary that was lost: NatalyaSPECIMOVA, SPECIMOVANatalya, but neither McFictif nor DeSpecimen.
_LOST = re.compile(
    r"(?<=[a-zß-öø-ÿ]{2})(?=[A-ZÀ-ÖØ-Þ]{2}|[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ])|(?<=[A-ZÀ-ÖØ-Þ]{2})(?=[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]{2})"
)
_MARKER_OF: Final = {word: marker for marker, words in MARKERS.items() for word in words}
_UNIT = re.compile(r"[\s]+")


@dataclass(frozen=True, slots=True)
class Form:
    """One legal form of the query's name.

    `penalty` is what its reading costs, `dropped` the weight of the words it leaves out of `whole`,
    the name as written.
    """

    code: str
    name: PreparedName
    penalty: float
    text: str
    dropped: float = 0.0
    whole: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Reading:
    """A name read as family names and given names, each a list of words as written."""

    families: tuple[str, ...]
    given: tuple[str, ...]
    sure: bool


def expand(query: Query) -> tuple[Form, ...]:
    """Return the forms of a query: every name as written, then at most MAX_FORMS readings."""
    query = _cleaned(query)
    found: dict[tuple[str, ...], Form] = {}
    as_written = prepare(_without_markers(" ".join(query.names[:1])), query.type)
    source = _person(query) if query.type == PERSON else _organisation(query)
    readings = 0
    for code, text, penalty in source:
        name = prepare(text, query.type)
        key = tuple(sorted(name.tokens)) if query.type == PERSON else name.tokens
        if not name.tokens or key in found or (code in _PARTS and len(name.tokens) < 2):
            continue
        readings += code != AS_WRITTEN
        if readings > MAX_FORMS or len(found) >= MAX_NAMES:
            break
        found[key] = Form(code, name, penalty, text, _dropped(code, name, as_written), as_written.tokens)
    return tuple(found.values())


def _cleaned(query: Query) -> Query:
    return replace(
        query,
        names=tuple(visible(text) for text in query.names),
        birth_name=visible(query.birth_name or ""),
        usage_name=visible(query.usage_name or ""),
        given_names=visible(query.given_names or ""),
    )


def _dropped(code: str, name: PreparedName, as_written: PreparedName) -> float:
    """Return the weight of given names that a reading of one line leaves out."""
    if code not in _DROPPING:
        return 0.0
    kept = set(name.tokens)
    words = zip(as_written.tokens, as_written.words.weights, strict=True)
    return sum(weight for word, weight in words if word not in kept)


def alternatives(query: Query) -> Iterator[str]:
    """Yield the names an organisation's name joins with a slash ("Isfahan/Esfahan", never "J/V")."""
    if query.type == PERSON:
        return
    for text in query.names:
        parts = text.split("/")
        if len(parts) > 1 and min(len(part.strip()) for part in parts) >= _SHORTEST_NAME:
            yield from parts


def _organisation(query: Query) -> Iterator[tuple[str, str, float]]:
    for text in query.names:
        yield AS_WRITTEN, text, 0.0
    for text in alternatives(query):
        yield "trade_name", text, 0.02
    for text in query.names:
        if (bare := _BRACKETS.sub(" ", text)).strip() and bare != text:
            yield "without_brackets", bare, 0.03
        parts = [part for part in _TRADE.split(text) if part.strip()]
        if len(parts) > 1:
            for part in parts:
                yield "trade_name", part, 0.02


def _person(query: Query) -> Iterator[tuple[str, str, float]]:
    for text in query.names:
        yield AS_WRITTEN, _without_markers(text), 0.0
        before, comma, after = text.partition(",")
        if comma:  # "AL-FICTIF Igoruk, Abd" is Abd al-Fictif: joined words must stand in order
            yield AS_WRITTEN, f"{after} {before}", 0.0
        if (parted := _LOST.sub(" ", text)) != text:
            yield "parted", _without_markers(parted), 0.01
    yield from _structured(query)
    for text in query.names:
        if _LATIN.search(text):  # French papers print Latin letters
            yield from _written(text)


def _structured(query: Query) -> Iterator[tuple[str, str, float]]:
    given = _given(query.given_names or "")
    families = (("birth_name", query.birth_name), ("usage_name", query.usage_name))
    if not given:
        guessed = next((_readings(_units(text)) for text in query.names if text), ())
        given = guessed[0].given if guessed and guessed[0].sure else ()
    for code, family in families:
        if not family:
            continue
        if not given:
            yield code, family, 0.0
            continue
        yield code, f"{family} {' '.join(given)}", 0.0
        yield f"{code}_first_given", f"{family} {given[0]}", 0.01
        for part in _halves(family):
            yield f"{code}_part", f"{part} {given[0]}", 0.03


def _written(text: str) -> Iterator[tuple[str, str, float]]:
    head, *tail = _segments(text)
    readings = _readings(head[1])
    for marker, units in tail:
        own = _readings(units)[0]
        sure = own.sure and bool(own.given)
        family = " ".join(own.families if sure else (unit for unit in units if unit != ","))
        firsts = own.given[:1] if sure else _first_given(readings)
        for given in firsts:
            yield f"{marker}_name", f"{family} {given}", 0.02
            for part in _halves(family):
                yield f"{marker}_name_part", f"{part} {given}", 0.03
        other = " ".join((*head[1], *(own.given if sure else ())))
        yield "without_other_name", other, 0.0
    for reading in readings:
        # Of a Chinese or Korean name no syllable is a further given name, unless the writing says so.
        if not reading.sure and syllabic(person_tokens(" ".join(head[1]))):
            continue
        family = " ".join(reading.families)
        if len(reading.given) > 1:
            yield "first_given", f"{family} {reading.given[0]}", 0.02 if reading.sure else 0.08
        if reading.given:
            for part in _halves(family):
                yield "double_name_part", f"{part} {reading.given[0]}", 0.03


def _first_given(readings: Sequence[_Reading]) -> tuple[str, ...]:
    """Return what may be the first given name; of a lone word nobody knows what it is."""
    firsts = [(reading.given or reading.families)[:1] for reading in readings]
    return tuple(dict.fromkeys(word for first in firsts for word in first))


def _without_markers(text: str) -> str:
    segments = _segments(text)
    return " ".join(unit for _, units in segments for unit in units) if segments[1:] else text


def _units(text: str) -> tuple[str, ...]:
    return tuple(unit for unit in _UNIT.split(text.replace(",", " , ")) if unit)


def _given(text: str) -> tuple[str, ...]:
    return tuple(unit for unit in _units(text.replace(";", ",")) if unit != ",")


def _halves(family: str) -> tuple[str, ...]:
    """Return the two halves of a double name; nothing for a simple one or mere particles."""
    parts = [part for part in re.split(r"[-\s/]+", family) if len(part) > 2]
    return tuple(parts) if len(parts) == 2 else ()


@lru_cache(maxsize=1024)
def _segments(text: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Cut a written name at "née", "épouse", "dit": the head, then (marker, words)."""
    segments: list[tuple[str, list[str]]] = [("", [])]
    for unit in _units(text):
        word = unit.strip("().:").casefold()
        if not word:
            continue
        marker = _MARKER_OF.get(word)
        if marker is not None and segments[0][1]:
            segments.append((marker, []))
        else:
            segments[-1][1].append(unit.strip("()"))
    kept = tuple((marker, tuple(units)) for marker, units in segments if units)
    return kept or (("", ()),)


def _readings(units: Sequence[str]) -> tuple[_Reading, ...]:
    """Return the ways to tell family from given names in one line."""
    words = tuple(unit for unit in units if unit != ",")
    if len(words) < 2:
        return (_Reading(words, (), sure=False),)
    if "," in units and units[0] != ",":
        return _with_comma(units)
    capitals = tuple(word for word in words if word.isupper() and len(word) > 1)
    if capitals and len(capitals) < len(words):
        others = tuple(word for word in words if word not in capitals)
        return (_Reading(capitals, others, sure=True),)
    return (
        _Reading(words[:1], words[1:], sure=False),
        _Reading(words[-1:], words[:-1], sure=False),
    )


def _with_comma(units: Sequence[str]) -> tuple[_Reading, ...]:
    """Read "LAST, First Middle" and, as French cards print it, "LAST First, Second, Third"."""
    cut = list(units).index(",")
    before = tuple(units[:cut])
    after = tuple(unit for unit in units[cut + 1 :] if unit != ",")
    capitals = tuple(word for word in before if word.isupper())
    if 0 < len(capitals) < len(before):
        others = tuple(word for word in before if word not in capitals)
        return (_Reading(capitals, (*others, *after), sure=True),)
    plain = _Reading(before, after, sure=True)
    if len(before) == 1 or units.count(",") == 1:
        return (plain,)
    return (plain, _Reading(before[:1], (*before[1:], *after), sure=False))
