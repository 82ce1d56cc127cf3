# SPDX-License-Identifier: Apache-2.0
"""Register extracts: lines of words with boxes to fields, for text layers and for OCR alike.

Labels are those that the registries print (greffes, INPI, INSEE). A line is a label with its value,
the continuation of a value, the heading of a section or the role of an officer; which one it is
follows from its words and from where it starts.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from ocr import announcement, observations
from ocr.layout import Line, Word, squeezed
from ocr.models import Field, Kind, Source
from ocr.register_head import PRINTED_CODE, head_fields
from ocr.register_kinds import imitator, is_furniture, kind_of
from ocr.register_labels import BY_LENGTH, Label, Section, is_role
from ocr.register_lines import Labelled, columns, heading, labelled, with_whole_labels, without_running_print
from ocr.register_tables import without_pairs, without_tables
from ocr.register_values import Printed, interpreted

_CLOSE = 1.6  # line heights; what stands farther below is no continuation
_BESIDE = 4.0  # the same in the column of values, where nothing else can stand
_TOLERANCE = 0.7  # line heights that a value may stand left of its column
_TELLING = 8  # letters; shorter labels are words that values begin with too
_LINKS = ("-", ",", " et", " ou", " de", " du", " à")
_TOP_OF_PAGE = 14  # line heights from the top within which a value of the page before may go on
_UNTOLD = frozenset({Kind.UNKNOWN, Kind.STATUTS})  # told by their kind alone

# A label that comes again opens the next numbered block of its group; so does another one of who somebody is.
_OPENERS = {
    "officers": frozenset({"role", "name", "surname", "company_name"}),
    "establishments": frozenset({"kind", "siret", "address", "status"}),
    "observations": frozenset({"number", "date", ""}),
}
_WHO = frozenset({"name", "surname", "company_name"})
_GROUP_OF = {
    Section.ESTABLISHMENTS: "establishments",
    Section.OBSERVATIONS: "observations",
}
_OF_HOST = {"siren": "host_siren", "registered_address": "host_address", "address": "host_address"}
_HOSTING = frozenset({"domiciliation", "host_name"})


@dataclass(frozen=True, slots=True)
class Extract:
    """What a register document says: its kind and its fields by name.

    printed_code is a verification code read by OCR, which is no value: it is only compared with the QR code.
    imitator names who printed a paper that only looks like an extract.
    """

    kind: Kind
    fields: dict[str, Field]
    printed_code: Field | None = None
    imitator: str | None = None


@dataclass(slots=True)
class _Entry:
    """A label met on the page and the words of its value so far, each with its page."""

    name: str
    page: int
    words: list[tuple[int, Word]]
    label: tuple[Word, ...] = ()


@dataclass(slots=True)
class _Scan:
    """State while going down the lines."""

    edges: Mapping[int, float]
    section: Section = Section.COMPANY
    numbers: dict[str, int] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    hosted: bool = False
    pending: list[Line] = field(default_factory=list)
    last: Line | None = None  # the line above, of those that are no furniture
    goes_on: bool = False  # whether the value of the last entry may go on
    entries: list[_Entry] = field(default_factory=list)
    around: list[Line] = field(default_factory=list)


def extract(lines: Sequence[Line], source: Source, scanned: Collection[int] = ()) -> Extract:
    """Return kind and fields of a register document from its lines of all pages, top down.

    Pages in scanned were read by OCR, whatever the source of the others is.
    """
    kind = kind_of(lines)
    if kind in _UNTOLD:
        return Extract(kind, {})
    sources = {line.page: Source.OCR if line.page in scanned else source for line in lines}
    if kind is Kind.JOAFE:
        return Extract(kind, announcement.fields(lines, sources))
    scan = _scanned(lines)
    fields = head_fields(kind, lines, sources)
    for entry in scan.entries:
        for name, found in interpreted(_printed(entry), sources[entry.page]):
            fields.setdefault(name, found)
    fields |= observations.categories(fields)
    around = squeezed(" ".join(line.text for line in scan.around))
    return Extract(kind, fields, fields.pop(PRINTED_CODE, None), imitator(around))


def _scanned(lines: Sequence[Line]) -> _Scan:
    body = list(without_running_print(lines))
    scan = _Scan(columns(body))
    whole = list(with_whole_labels(body, scan.edges))
    for line in without_pairs(without_tables(whole)):
        if is_furniture(squeezed(line.text)):
            scan.around.append(line)
        else:
            _take(scan, line)
            scan.last = line
    return scan


def _printed(entry: _Entry) -> Printed:
    """Return the text of an entry; its box is drawn around what stands on its first page."""
    words = [word for _, word in entry.words]
    here = [word for page, word in entry.words if page == entry.page]
    return Printed(entry.name, words, here, entry.page, entry.label)


def _take(scan: _Scan, line: Line) -> None:
    section = heading(line)
    if section is not None:
        _open(scan, line, section)
        return
    found = _labelled(scan, line)
    if found is not None:
        _add_value(scan, line, *found)
    elif scan.section is Section.OBSERVATIONS:
        _add_observation(scan, line)
    elif scan.section is Section.ELSEWHERE:
        _add_entry(scan, f"elsewhere.{_next_block(scan, 'elsewhere')}.registration", line.page, [line])
    elif _continues(scan, line):
        scan.entries[-1].words += [(line.page, word) for word in line.words]
    elif scan.section is Section.OFFICERS:
        _await_officer(scan, line)
    else:
        scan.around.append(line)
        scan.goes_on = False


def _open(scan: _Scan, line: Line, section: Section) -> None:
    _add_pending_role(scan)
    if scan.section is Section.ESTABLISHMENT:
        scan.numbers["establishments"] = 1  # the principal one is the first and stands without a number
    scan.section, scan.hosted, scan.seen, scan.goes_on = section, False, set(), False
    if section is Section.PERSON:
        left, top, _, bottom = line.words[0].box
        trader = Word("Entrepreneur individuel", (left, top, line.words[-1].box[2], bottom), 1.0)
        _add_entry(scan, f"officers.{_next_block(scan, 'officers')}.role", line.page, [Line(line.page, (trader,))])
        scan.seen, scan.goes_on = {"trader"}, False


def _stands_in_values(scan: _Scan, line: Line) -> bool:
    edge = scan.edges.get(line.page)
    return edge is not None and line.left > edge - _TOLERANCE * line.height


def _labelled(scan: _Scan, line: Line) -> tuple[Label, Labelled] | None:
    """Return the label that a line starts with; a short one only where its value is set off."""
    if _stands_in_values(scan, line):
        return None
    found = labelled(line)
    if found is None:
        return None
    label = _label(scan, found.key)
    set_off = found.marked or not found.value or _at_edge(scan, line.page, found)
    in_place = scan.section in label.sections
    if scan.section is Section.OBSERVATIONS and not (in_place and set_off and found.value):
        return None
    trusted = len(found.key) >= _TELLING or (in_place and set_off)
    return (label, found) if trusted else None


def _at_edge(scan: _Scan, page: int, found: Labelled) -> bool:
    edge, first = scan.edges.get(page), found.value[0].box
    return edge is not None and first[0] > edge - _TOLERANCE * (first[3] - first[1])


def _label(scan: _Scan, key: str) -> Label:
    """Return the label of a key: that of the present section, else the first that there is."""
    here = [label for label in BY_LENGTH if label.key == key]
    return next((label for label in here if scan.section in label.sections), here[0])


def _add_value(scan: _Scan, line: Line, label: Label, found: Labelled) -> None:
    if label.opens is not None:
        scan.section, scan.seen = label.opens, set()
    if label.name == "permanent_representative" and not found.value:
        _await_officer(scan, line)  # it heads a person of its own
        return
    head = line.words[: len(line.words) - len(found.value)]
    words = [(line.page, word) for word in found.value]
    scan.entries.append(_Entry(_name(scan, label), line.page, words, tuple(head)))
    scan.goes_on = True


def _name(scan: _Scan, label: Label) -> str:
    """Return the full field name: blocks are numbered, a second RCS number is the host's."""
    if label.name in _HOSTING:
        scan.hosted = True
        return label.name
    if scan.hosted and label.name in _OF_HOST and not label.personal:
        return _OF_HOST[label.name]
    scan.hosted = False
    group = "officers" if label.personal else _GROUP_OF.get(scan.section)
    if group is None or not (label.personal or scan.section in label.sections):
        return label.name
    number = _block(scan, group, label.name)
    return f"{group}.{number}.{label.name}" if label.name else f"{group}.{number}"


def _block(scan: _Scan, group: str, name: str) -> int:
    """Return the number of the block that a label belongs to; one that comes again opens the next."""
    opens = name in _OPENERS[group]
    if group == "officers" and scan.pending:
        _add_pending_role(scan, named=opens)
    another = name in _WHO and not scan.seen.isdisjoint(_WHO)
    if not scan.seen or (opens and (name in scan.seen or (group == "officers" and another))):
        _next_block(scan, group)
    scan.seen.add(name)
    return scan.numbers.setdefault(group, 1)


def _next_block(scan: _Scan, group: str) -> int:
    scan.seen = set()
    scan.numbers[group] = scan.numbers.get(group, 0) + 1
    return scan.numbers[group]


def _add_entry(scan: _Scan, name: str, page: int, lines: Sequence[Line]) -> None:
    words = [(line.page, word) for line in lines for word in line.words]
    scan.entries.append(_Entry(name, page, words))
    scan.goes_on = True


def _continues(scan: _Scan, line: Line) -> bool:
    """Tell whether a line goes on with the value above: below it and in the column of values, or close to it."""
    if not scan.goes_on or scan.last is None:
        return False
    if line.page != scan.last.page:
        return _stands_in_values(scan, line) and line.words[0].box[1] < _TOP_OF_PAGE * line.height
    gap = (line.words[0].box[1] - max(word.box[3] for word in scan.last.words)) / line.height
    if not scan.entries[-1].words and scan.section is not Section.OFFICERS:
        return gap < _CLOSE  # the value stands below its label
    if scan.edges.get(line.page) is not None:
        return _stands_in_values(scan, line) and gap < _BESIDE
    return gap < _CLOSE and not (scan.section is Section.OFFICERS and is_role(squeezed(line.text)))


def _await_officer(scan: _Scan, line: Line) -> None:
    """Keep a line that may be a role until a name follows; a role may take two lines."""
    if _is_role_with_name(line):
        _add_named_role(scan, line)
        return
    above = scan.pending[-1] if scan.pending else None
    if above is not None and not (above is scan.last and _is_broken_off(above.text, line.text)):
        _add_pending_role(scan)
    scan.pending.append(line)
    scan.goes_on = False


def _is_role_with_name(line: Line) -> bool:
    """Tell whether a line says role and name at once: "Gérant : VALCOURT Jeanne"."""
    role, _, name = line.text.partition(" :")
    return is_role(squeezed(role)) and bool(squeezed(name))


def _add_named_role(scan: _Scan, line: Line) -> None:
    place = next(index for index, word in enumerate(line.words) if word.text.startswith(":"))
    _add_pending_role(scan)
    scan.pending = [Line(line.page, line.words[:place])]
    number = _block(scan, "officers", "name")
    words = [word for word in line.words[place:] if squeezed(word.text)]
    _add_entry(scan, f"officers.{number}.name", line.page, [Line(line.page, tuple(words))])


def _is_broken_off(upper: str, lower: str) -> bool:
    return lower[:1].islower() or upper.rstrip().endswith(_LINKS)


def _add_pending_role(scan: _Scan, *, named: bool = False) -> None:
    """Open an officer with the role that waited, where a name follows or the line can be nothing else."""
    lines, scan.pending = scan.pending, []
    if not lines or not (named or is_role(squeezed(lines[0].text))):
        scan.around += lines
        return
    _add_entry(scan, f"officers.{_next_block(scan, 'officers')}.role", lines[0].page, lines)
    scan.seen.add("role")
    scan.goes_on = False


def _add_observation(scan: _Scan, line: Line) -> None:
    """Open an observation at its number; every other line goes on with the one above."""
    if observations.begins(line.text) or not scan.goes_on:
        number = _next_block(scan, "observations")
        words = tuple(word for word in line.words if word.text not in observations.BULLETS) or line.words
        _add_entry(scan, f"observations.{number}.mention", line.page, [Line(line.page, words)])
    else:
        scan.entries[-1].words += [(line.page, word) for word in line.words]
