# SPDX-License-Identifier: Apache-2.0
"""From a file to a publication: the format is found in the bytes, never in the name."""

from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Final

from screening.lists import ch, eu, fr, ftm, ofac_csv, ofac_xml, pep, plain, uk, uk_conlist, un
from screening.lists.json import load
from screening.lists.source import read_source, text_of
from screening.lists.table import dictionaries, rows
from screening.lists.xml import root
from screening.models import ListFile, ListSource, UnlicensedList, UnrecognisedList

_XML: Final[Mapping[str, Callable[[bytes], ListFile]]] = {
    eu.ROOT: eu.read,
    un.ROOT: un.read,
    ofac_xml.ROOT: ofac_xml.read,
    uk.ROOT: uk.read_xml,
    ch.ROOT: ch.read,
    pep.EP_ROOT: pep.read_ep_xml,
}
LICENSED: Final = frozenset({ListSource.OPENSANCTIONS})
_Table = Iterable[Mapping[str, str]]
_CSV: Final[tuple[tuple[frozenset[str], str, Callable[[bytes, _Table], ListFile]], ...]] = (
    (plain.COLUMNS, ",", plain.read),
    (pep.HATVP_COLUMNS, ";", pep.read_hatvp),
    (pep.EP_COLUMNS, ",", pep.read_ep_csv),
    (pep.US_COLUMNS, ",", pep.read_us),
    (pep.EVERYPOLITICIAN_COLUMNS, ",", pep.read_everypolitician_csv),
)


def parse(path: Path, *, licensed: Collection[ListSource] = ()) -> ListFile:
    """Read one publication of a sanctions or PEP list; `.xz` and `.gz` are unpacked.

    Of OFAC's CSV set, `path` is the primary file; its companions are read beside it. Sources that
    need a paid licence (`LICENSED`) are read only where named in `licensed`, else UnlicensedList is
    raised. Raises UnrecognisedList for web pages, empty, cut-off or unknown files, OSError when unreadable.
    """
    raw = read_source(path)
    head = raw[:64].removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith(b"<"):
        found = _read_xml(raw)
    elif head.startswith((b"{", b"[")):
        found = _read_json(raw)
    else:
        found = _read_csv(raw, path)
    if not found.entries:
        raise UnrecognisedList("a list without a single entry")
    if found.source in LICENSED and found.source not in licensed:
        raise UnlicensedList(found.source)
    return found


def _read_xml(raw: bytes) -> ListFile:
    tag = root(raw).tag
    reader = _XML.get(tag)
    if reader is None:
        raise UnrecognisedList(f"XML with the unknown root {tag[:40]!r}")
    return reader(raw)


def _read_json(raw: bytes) -> ListFile:
    try:
        document = load(raw)
    except ValueError as error:
        if _begins_with_record(raw):
            return ftm.read(raw)
        raise UnrecognisedList(f"broken or cut-off JSON: {error}") from error
    if ftm.is_record(document):
        return ftm.read(raw)
    if fr.is_register(document):
        return fr.read(raw, document)
    if isinstance(document, dict) and isinstance(document.get("persons"), list):
        return pep.read_popolo(raw, document)
    raise UnrecognisedList("JSON of unknown shape")


def _begins_with_record(raw: bytes) -> bool:
    """Return whether the first line alone is a record: JSON lines are no JSON document."""
    try:
        return ftm.is_record(load(raw.split(b"\n", 1)[0]))
    except ValueError:
        return False


def _read_csv(raw: bytes, path: Path) -> ListFile:
    text = text_of(raw)
    first = text.split("\n", 1)[0]
    if first.startswith(uk.FIRST_CELL):
        return uk.read_csv(raw, text)
    if first.startswith(uk_conlist.FIRST_CELL + ","):
        return uk_conlist.read(raw, text)
    for columns, delimiter, reader in _CSV:
        header = next(rows(first, delimiter), [])
        if columns <= {name.strip() for name in header}:
            # Members' party names carry stray quotation marks.
            strict = reader is not pep.read_ep_csv
            table = rows(text, delimiter, strict=strict)
            next(table)
            return reader(raw, dictionaries(table, header, strict=strict))
    if ofac_csv.is_primary(text):
        return ofac_csv.read(raw, path)
    raise UnrecognisedList("CSV of unknown shape")
