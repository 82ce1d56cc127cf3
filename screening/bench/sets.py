# SPDX-License-Identifier: Apache-2.0
"""The labelled sets and the query sets made from real lists, all with fixed random seeds."""

import csv
import io
import lzma
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from screening.compare import compare
from screening.countries import alpha2
from screening.models import Entry, EntryType, ListFile
from screening.results import Query

Wanted = list[tuple[Query, str]]
_PERSONS: Final = 300
_OCR: Final = {"o": "0", "i": "1", "l": "1", "s": "5", "m": "rn", "d": "cl", "b": "8", "e": "c"}


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled pair with the engine's answer."""

    label: bool
    strong: bool
    score: float
    alert: bool
    text: str


def _read(path: Path) -> list[dict[str, str]]:
    raw = lzma.decompress(path.read_bytes()) if path.suffix == ".xz" else path.read_bytes()
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def people(path: Path) -> list[Query]:
    """Return the persons of a CSV as queries with birth date and nationality."""
    return [
        Query(
            str(number),
            "person",
            (row["full_name"],),
            birth_date=(row["date_of_birth"],) if row["date_of_birth"] else (),
            nationality=tuple(filter(None, [alpha2(row["nationality"])])),
        )
        for number, row in enumerate(_read(path))
    ]


def name_only(query: Query) -> Query:
    """Return the query without its facts."""
    return replace(query, birth_date=(), nationality=(), country=None, identifiers=())


def _kind(schema: str) -> str:
    return "person" if schema == "Person" else "organisation"


def _judge(label: bool, strong: bool, query: Query, candidate: Query) -> Judged:  # noqa: FBT001 - a label is what it is
    found = compare(query, candidate)
    text = f"{query.names[:1]} ~ {candidate.names[:1]}"
    return Judged(label, strong, found.score, found.alert, text)


def name_pairs(data: Path) -> list[Judged]:
    """Return the labelled name pairs, judged."""
    rows = []
    for row in _read(data / "screening/name_pairs.csv"):
        kind = _kind(row["schema"])
        sides = (Query("", kind, (row["name1"],)), Query("", kind, (row["name2"],)))
        rows.append(_judge(row["is_match"] == "true", row["quality"] == "STRONG", *sides))
    return rows


def judged(rows: Sequence[Judged]) -> dict[str, Any]:
    """Return F1 at the shipped threshold, the best F1 of any, AUC, and the STRONG misses."""
    good = [row.score for row in rows if row.label]
    bad = [row.score for row in rows if not row.label]
    wins = sum((a > b) + 0.5 * (a == b) for a in good for b in bad)
    marks = sorted({row.score for row in rows})
    best = max((_f1(rows, mark), mark) for mark in marks)
    shipped = [replace(row, score=float(row.alert)) for row in rows]
    return {
        "f1": round(_f1(shipped, 0.5), 4),
        "best_f1": [round(best[0], 4), best[1]],
        "auc": round(wins / (len(good) * len(bad)), 4),
        "strong_wrong": [r.text for r in rows if r.strong and r.alert != r.label],
        "missed": [f"{r.text} {r.score:.2f}" for r in rows if r.label and not r.alert],
        "false": [f"{r.text} {r.score:.2f}" for r in rows if not r.label and r.alert],
    }


def _f1(rows: Iterable[Judged], mark: float) -> float:
    true = false = missed = 0
    for row in rows:
        if row.score >= mark:
            true, false = true + row.label, false + (not row.label)
        else:
            missed += row.label
    return 2 * true / (2 * true + false + missed) if true else 0.0


def entity_checks(data: Path) -> list[Judged]:
    """Return the labelled parties with facts, judged."""
    rows = []
    for check in _yaml_checks((data / "screening/entity_checks.yml").read_text("utf-8")):
        kind = _kind(check["schema"])
        sides = [_party(check[side], kind) for side in ("query", "candidate")]
        rows.append(_judge(check["match"] == "true", False, *sides))
    return rows


def _party(row: dict[str, str], kind: str) -> Query:
    name = row.get("name") or f"{row.get('firstName', '')} {row.get('lastName', '')}".strip()
    return Query(
        "",
        kind,
        (name,),
        birth_date=(row["birthDate"],) if "birthDate" in row else (),
        nationality=(row["nationality"].upper(),) if "nationality" in row else (),
        country=(row.get("country") or row.get("jurisdiction") or "").upper() or None,
        identifiers=tuple(row[key] for key in ("registrationNumber", "idNumber", "imoNumber") if key in row),
    )


def _yaml_checks(text: str) -> list[dict[str, Any]]:
    """Read the one shape of YAML the checks are written in: two levels of plain texts."""
    checks: list[dict[str, Any]] = []
    inner: dict[str, str] = {}
    for line in text.splitlines()[1:]:
        key, _, value = line.strip().removeprefix("- ").partition(":")
        value = value.strip()
        if value[:1] in {"'", '"'}:
            value = value[1:-1].replace("''", "'")
        if line.startswith("- "):
            checks.append({})
        if line.startswith("    "):
            inner[key] = value
        elif value:
            checks[-1][key] = value
        elif key:
            inner = checks[-1].setdefault(key, {})
    return checks


def crosslist(data: Path) -> list[Judged]:
    """Return the pairs of records of two lists with all names and dates, judged."""
    rows = []
    for row in _read(data / "screening/crosslist_pairs.csv"):
        sides = [
            Query(
                "",
                "person" if row["type"] == "person" else "organisation",
                (row[f"name_{side}"], *filter(None, row[f"aliases_{side}"].split("|"))),
                birth_date=tuple(filter(None, row[f"dobs_{side}"].split("|"))),
            )
            for side in ("a", "b")
        ]
        rows.append(_judge(row["label"] == "1", False, *sides))
    return rows


def _two_word_persons(register: ListFile) -> list[tuple[Entry, str, str]]:
    found = []
    for entry in register.entries:
        name = entry.names[0]
        plain = name.given and name.family and name.script == "Latn"
        if entry.type is EntryType.PERSON and plain:
            given, family = str(name.given), str(name.family)
            if given.isalpha() and family.isalpha() and min(len(given), len(family)) > 2:
                found.append((entry, given, family))
    return random.Random(20261122).sample(found, min(_PERSONS, len(found)))  # noqa: S311 - a fixed sample


def _french_names(data: Path) -> tuple[list[str], list[str]]:
    rows = _read(data / "names/insee_prenoms_1900_2021.csv.xz")[:200]
    raw = lzma.decompress((data / "names/insee_noms_2008_list.txt.xz").read_bytes())
    return [row["prenom"] for row in rows], raw.decode("utf-8").split()[::90]


def french_forms(register: ListFile, data: Path) -> dict[str, Wanted]:
    """Return queries of each civil-status form for 300 listed persons of two words."""
    chance = random.Random(7)  # noqa: S311 - a fixed sample
    given_names, families = _french_names(data)
    made: dict[str, Wanted] = {}
    for entry, first, last in _two_word_persons(register):
        other = chance.choice(families)
        more = [chance.choice(given_names).capitalize() for _ in range(3)]
        upper = last.upper()
        for form, text in {
            "LAST First +1": f"{upper} {first} {more[0]}",
            "LAST First +2": f"{upper} {first} {' '.join(more[:2])}",
            "LAST First +3": f"{upper} {first} {' '.join(more)}",
            "LAST FIRST +3 capitals": f"{upper} {first} {' '.join(more)}".upper(),
            "LAST First née X": f"{upper} {first} née {other}",
            "X First née LAST": f"{other} {first} née {upper}",
            "X First épouse LAST": f"{other} {first} épouse {upper}",
            "LAST-X First": f"{upper}-{other} {first}",
            "X-LAST First": f"{other}-{upper} {first}",
        }.items():
            query = Query(entry.ref, "person", (text,))
            made.setdefault(form, []).append((query, entry.ref))
    return made


def french_look(queries: Sequence[Query], data: Path) -> list[Query]:
    """Return people of two words as a card prints them: capitals, two more given names."""
    chance = random.Random(11)  # noqa: S311 - a fixed sample
    given_names, _ = _french_names(data)
    made = []
    for query in queries:
        words = query.names[0].split()
        more = [chance.choice(given_names).capitalize() for _ in range(2)]
        text = " ".join([words[-1].upper(), *words[:-1], *more])
        made.append(replace(query, names=(text,)))
    return made


def hard(register: ListFile) -> dict[str, Wanted]:
    """Return query sets that damage the names of listed persons in one way each."""
    chance = random.Random(13)  # noqa: S311 - a fixed sample
    persons = [
        (entry, entry.names[0].text)
        for entry in register.entries
        if entry.type is EntryType.PERSON and entry.names[0].text.isascii()
        and 2 <= len(entry.names[0].text.split()) <= 5
    ]  # fmt: skip
    made: dict[str, Wanted] = {}
    for entry, text in chance.sample(persons, _PERSONS):
        for name, query in _damaged(text, chance).items():
            made.setdefault(name, []).append((Query(entry.ref, "person", (query,)), entry.ref))
    foreign = [
        (entry, name.text)
        for entry in register.entries
        if entry.type is EntryType.PERSON
        for name in entry.names
        if name.script in {"Arab", "Cyrl"}
    ]
    made["original script"] = [
        (Query(entry.ref, "person", (text,)), entry.ref) for entry, text in chance.sample(foreign, _PERSONS)
    ]
    return made


def _damaged(text: str, chance: random.Random) -> dict[str, str]:
    words = text.split()
    made = {
        "exact": text,
        "edit x1": _edit(text, chance),
        "edit x2": _edit(_edit(text, chance), chance),
        "ocr x2": _ocr(_ocr(text, chance), chance),
        "first+last": f"{words[0]} {words[-1]}",
        "LAST First": " ".join([words[-1].upper(), *words[:-1]]),
        "initial": " ".join([f"{words[0][0]}.", *words[1:]]),
        "joined": "".join(words[:2]) + " " + " ".join(words[2:]),
    }
    if len(words) > 2:
        made["middle dropped"] = " ".join([words[0], *words[2:]])
    return made


def _edit(text: str, chance: random.Random) -> str:
    places = [i for i, ch in enumerate(text) if ch.isalpha()]
    at = chance.choice(places)
    letter = chance.choice("abcdefghijklmnopqrstuvwxyz")
    kind = chance.randrange(4)
    if kind == 0:
        return text[:at] + text[at + 1 :]
    if kind == 1:
        return text[:at] + letter + text[at:]
    if kind == 2 or at + 1 >= len(text):
        return text[:at] + letter + text[at + 1 :]
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def _ocr(text: str, chance: random.Random) -> str:
    places = [i for i, ch in enumerate(text) if ch.lower() in _OCR]
    if not places:
        return text
    at = chance.choice(places)
    return text[:at] + _OCR[text[at].lower()] + text[at + 1 :]
