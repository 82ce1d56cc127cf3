# SPDX-License-Identifier: Apache-2.0
"""OFAC's CSV set: the primary file with its aliases, addresses and continued remarks beside it."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from screening.countries import alpha2
from screening.dates import read_date
from screening.lists.build import Collector, NameBag, make_identifier, unique
from screening.lists.ofac import ENTRY_TYPES, identifier_kind, settle
from screening.lists.source import read_source, text_of
from screening.lists.table import rows
from screening.lists.text import clean, whole_number
from screening.models import (
    Category,
    Entry,
    EntryType,
    Function,
    Identifier,
    ListFile,
    ListSource,
    UnrecognisedList,
)

_NULL: Final = "-0-"
_END: Final = b"\x1a"
_COLUMNS: Final = {"primary": 12, "alt": 5, "add": 6, "comments": 2}
_URL: Final = "https://sanctionssearch.ofac.treas.gov/Details.aspx?id="
# The primary file's name tells its companions': sdn.csv, alt.csv, add.csv, sdn_comments.csv.
_COMPANIONS: Final = {
    "sdn": {"alt": "alt", "add": "add", "comments": "sdn_comments"},
    "cons_prim": {"alt": "cons_alt", "add": "cons_add", "comments": "cons_comments"},
}
_COMPANION_NAMES: Final = ("alt", "add", "sdn_comments", "cons_alt", "cons_add", "cons_comments")
_PACKINGS: Final = ("", ".xz", ".gz")
_WEAK = re.compile(r"\b(?P<kind>[afn]\.k\.a\.) '(?P<name>[^']+)'")
_FIELD = re.compile(r"^(?:alt\. )?(?P<label>DOB|POB|nationality|citizen) (?P<value>.+)$")
_NUMBER = re.compile(
    r"^(?:alt\. )?(?P<label>[A-Za-z][A-Za-z0-9 .#/'()-]*?)\s+"
    r"(?:IMO )?(?P<value>[^\s\d]*\d\S*)(?: \((?P<country>[^)]+)\))?$"
)


def is_primary(text: str) -> bool:
    """Return whether the text is a primary OFAC file: no header, a number and twelve columns."""
    first = next(rows(text), [])
    return (
        len(first) == _COLUMNS["primary"] and whole_number(first[0]) is not None and _NULL in {c.strip() for c in first}
    )


def is_companion(path: Path) -> bool:
    """Return whether the name is one of the files that stand beside a primary file."""
    return _stem(path) in _COMPANION_NAMES


def _stem(path: Path) -> str:
    name = path.name.casefold()
    for packing in (".xz", ".gz"):
        name = name.removesuffix(packing)
    return name.removesuffix(".csv")


def read(raw: bytes, path: Path) -> ListFile:
    """Return the list told by the primary file at `path` and the companions found beside it.

    Without companions there are fewer aliases and countries; counts["companions"] tells how many
    were read, so that the gates see a missing one by the loss of aliases.
    """
    parts = _companions(path)
    beside = {role: _by_number(role, content) for role, content in parts.items()}
    collector = Collector(ListSource.OFAC, raw + b"".join(parts.values()))
    collector.counts["companions"] = len(parts)
    seen = set()
    for row in _rows(raw):
        seen.add(row[0])
        number = row[0] if whole_number(row[0]) is not None else None
        if number is None or len(row) != _COLUMNS["primary"]:
            collector.reject(f"OFAC:{number}" if number else None, "row of another shape")
            continue
        more, aliases, addresses = (beside.get(role, {}).get(number, ()) for role in ("comments", "alt", "add"))
        # Remarks are cut at 1,000 characters and go on in the comments file.
        remarks = row[11] + " ".join(comment[1] for comment in more)
        collector.take(f"OFAC:{number}", _entry, row, remarks, aliases, addresses)
    if any(rows.keys() - seen for rows in beside.values()):
        raise UnrecognisedList("a file of the CSV set tells of parties that the primary file does not list")
    settle(collector)
    return collector.finish()


def _companions(path: Path) -> dict[str, bytes]:
    stem = _stem(path)
    base = next((key for key in ("cons_prim", "sdn") if stem.startswith(key)), None)
    if base is None:
        return {}
    suffix = stem.removeprefix(base)  # a date that the whole set carries
    beside = {item.name.casefold(): item for item in path.parent.iterdir() if item.is_file()}
    found: dict[str, bytes] = {}
    for role, name in _COMPANIONS[base].items():
        for packing in _PACKINGS:
            item = beside.get(f"{name}{suffix}.csv{packing}")
            if item is not None:
                found[role] = read_source(item)
                break
    return found


def _rows(raw: bytes) -> Iterator[list[str]]:
    # ASCII that ends with 0x1A, the end-of-file mark of MS-DOS; "-0- " is null.
    if not raw.endswith(_END):
        raise UnrecognisedList("OFAC CSV without its end mark: the file is cut off")
    for row in rows(text_of(raw).rstrip("\x1a\r\n ")):
        if row:
            yield ["" if cell.strip() == _NULL else cell.strip() for cell in row]


def _by_number(role: str, raw: bytes) -> Mapping[str, Sequence[list[str]]]:
    grouped: defaultdict[str, list[list[str]]] = defaultdict(list)
    for row in _rows(raw):
        if len(row) != _COLUMNS[role]:
            raise UnrecognisedList(f"a row of another shape in the {role} file of the CSV set")
        grouped[row[0]].append(row)
    return grouped


def _entry(
    row: list[str],
    remarks: str,
    aliases: Sequence[list[str]],
    addresses: Sequence[list[str]],
) -> Entry:
    kind = ENTRY_TYPES[row[2].casefold() or "entity"]  # null for organisations
    facts = [clean(part).rstrip(".") for part in remarks.split(";")]
    fields = [match for fact in facts if (match := _FIELD.match(fact))]
    countries = [address[4] for address in addresses]
    identifiers = [_identifier(fact) for fact in facts]
    if row[5]:
        identifiers.append(make_identifier("call_sign", row[5]))
    title = clean(row[4])
    return Entry(
        ref=f"OFAC:{row[0]}",
        source=ListSource.OFAC,
        type=kind,
        category=Category.SANCTION,
        names=_names(row[1], kind, aliases, remarks).sorted(),
        birth_dates=unique(read_date(m["value"]) for m in fields if m["label"] == "DOB"),
        birth_places=unique(m["value"] for m in fields if m["label"] == "POB"),
        nationalities=unique(alpha2(m["value"]) for m in fields if m["label"] in {"nationality", "citizen"}),
        countries=unique(alpha2(text) for text in [*countries, row[9]]),
        identifiers=unique(identifiers),
        programmes=unique(clean(part.strip(" []")) for part in row[3].split("] [")),
        functions=(Function(title),) if title else (),
        url=f"{_URL}{row[0]}",
    )


def _names(primary: str, kind: EntryType, aliases: Sequence[list[str]], remarks: str) -> NameBag:
    bag = NameBag()
    _add(bag, primary, kind, "primary", "unknown")
    for row in aliases:
        _add(bag, row[3], kind, "former" if row[2].startswith("f") else "alias", "good")
    # Weak aliases are in no alias file, only in the remarks.
    for match in _WEAK.finditer(remarks):
        former = match["kind"].startswith("f")
        _add(bag, match["name"], kind, "former" if former else "alias", "low")
    return bag


def _add(bag: NameBag, text: str, kind: EntryType, label: str, quality: str) -> None:
    family, comma, given = text.partition(",")
    if kind is EntryType.PERSON and comma:
        bag.add_parts(given, family, label, quality)
    else:
        bag.add(text, label, quality)


def _identifier(fact: str) -> Identifier | None:
    match = _NUMBER.match(fact)
    kind = identifier_kind(match["label"]) if match else None
    if match is None or kind is None:
        return None
    return make_identifier(kind, match["value"], alpha2(match["country"]))
