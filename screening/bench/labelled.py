# SPDX-License-Identifier: Apache-2.0
"""The labelled sets as they lie in the data folder: pairs, persons, people on no list."""

import csv
import io
import lzma
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from screening.countries import alpha2
from screening.results import Query

SAMPLE_STEP = 20  # every 20th of 20,000 people in each of the two files


@dataclass(frozen=True, slots=True)
class Pair:
    """Two parties and whether they are one; `schema` is the set's own word for their kind."""

    label: bool
    strong: bool
    schema: str
    query: Query
    candidate: Query

    @property
    def text(self) -> str:
        """Return both names on one line."""
        return f"{self.query.names[0]} ~ {self.candidate.names[0]}"


def read_table(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV, packed with xz or not."""
    return list(csv.DictReader(io.StringIO(_text(path), newline="")))


def read_words(path: Path) -> list[str]:
    """Return the words of a text, packed with xz or not."""
    return _text(path).split()


def _text(path: Path) -> str:
    raw = lzma.decompress(path.read_bytes()) if path.suffix == ".xz" else path.read_bytes()
    return raw.decode("utf-8-sig")


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
        for number, row in enumerate(read_table(path))
    ]


def ordinary(data: Path, step: int = SAMPLE_STEP) -> list[Query]:
    """Return every `step`th person on no list, from the world and from the United States."""
    return [
        query
        for name in ("global", "us")
        for query in people(data / f"screening/ordinary_people_{name}.csv.xz")[::step]
    ]


def name_only(query: Query) -> Query:
    """Return the query without its facts."""
    return replace(query, birth_date=(), nationality=(), country=None, identifiers=())


def name_pairs(data: Path) -> list[Pair]:
    """Return the labelled name pairs."""
    return [
        Pair(
            row["is_match"] == "true",
            row["quality"] == "STRONG",
            row["schema"],
            Query("", _kind(row["schema"]), (row["name1"],)),
            Query("", _kind(row["schema"]), (row["name2"],)),
        )
        for row in read_table(data / "screening/name_pairs.csv")
    ]


def entity_checks(data: Path) -> list[Pair]:
    """Return the labelled parties."""
    return [
        Pair(
            check["match"] == "true",
            False,
            check["schema"],
            _party(check["query"], _kind(check["schema"])),
            _party(check["candidate"], _kind(check["schema"])),
        )
        for check in _checks((data / "screening/entity_checks.yml").read_text("utf-8"))
    ]


def crosslist(data: Path) -> list[Pair]:
    """Return the pairs of records of two lists with all names and birth dates."""
    return [
        Pair(
            row["label"] == "1",
            False,
            "Person" if row["type"] == "person" else "Organization",
            _record(row, "a"),
            _record(row, "b"),
        )
        for row in read_table(data / "screening/crosslist_pairs.csv")
    ]


def _kind(schema: str) -> str:
    return "person" if schema == "Person" else "organisation"


def _record(row: dict[str, str], side: str) -> Query:
    return Query(
        "",
        "person" if row["type"] == "person" else "organisation",
        (row[f"name_{side}"], *filter(None, row[f"aliases_{side}"].split("|"))),
        birth_date=tuple(filter(None, row[f"dobs_{side}"].split("|"))),
    )


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


def _checks(text: str) -> Iterator[dict[str, Any]]:
    """Read the one shape of YAML the checks are written in: two levels of plain texts."""
    check: dict[str, Any] = {}
    inner: dict[str, str] = {}
    for line in text.splitlines()[1:]:
        key, _, value = line.strip().removeprefix("- ").partition(":")
        value = value.strip()
        if value[:1] in {"'", '"'}:
            value = value[1:-1].replace("''", "'")
        if line.startswith("- ") and check:
            yield check
            check = {}
        if line.startswith("    "):
            inner[key] = value
        elif value:
            check[key] = value
        elif key:
            inner = check.setdefault(key, {})
    if check:
        yield check
