# SPDX-License-Identifier: Apache-2.0
"""Register extracts: lines of words with boxes to fields, for text layers and for OCR alike.

Labels are those that the registries print (greffes, INPI, INSEE). A line is a label with its value,
the continuation of a value, the heading of a section or the role of an officer; which one it is
follows from its words and from where it starts.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from rapidfuzz.distance import Levenshtein

from ocr import register_labels as labels
from ocr.layout import Line, Word, split_after, squeezed, union
from ocr.models import Field, Kind, Source
from ocr.register_labels import Section
from ocr.register_values import Printed, header_fields, interpreted

_LINE_GAP = 1.6  # line heights; what stands farther below is no continuation
_FOOT = 0.94  # of the lowest print of all pages; running feet stand below
_TOP_OF_PAGE = 14  # line heights from the top within which a value of the page before may go on


@dataclass(frozen=True, slots=True)
class Extract:
    """What a register document says: its kind and its fields by name."""

    kind: Kind
    fields: dict[str, Field]


@dataclass(slots=True)
class _Entry:
    """A label met on the page and the words of its value so far."""

    name: str
    page: int
    words: list[Word]
    label: str = ""


@dataclass(slots=True)
class _Scan:
    """State while going down the lines."""

    section: Section = Section.HEAD
    value_left: float | None = None
    officers: int = 0
    observations: int = 0
    hosted: bool = False
    pending: Line | None = None
    entries: list[_Entry] = field(default_factory=list)


def kind_of(lines: Sequence[Line]) -> Kind:
    """Return the kind of register document that a text is, UNKNOWN where no mark is found."""
    text = squeezed(" ".join(line.text for line in lines[:60]))
    for kind, marks in labels.MARKS:
        if all(mark in text for mark in marks):
            return kind
    return Kind.UNKNOWN


def extract(lines: Sequence[Line], source: Source) -> Extract:
    """Return kind and fields of a register document from its lines of all pages, top down."""
    kind = kind_of(lines)
    scan = _Scan()
    if kind in labels.WITHOUT_HEADINGS:
        scan.section = Section.COMPANY
    for line in _without_running_print(lines):
        if not labels.is_furniture(squeezed(line.text)):
            _take(scan, line)
    fields = header_fields(lines, source)
    for entry in scan.entries:
        for name, found in interpreted(_printed(entry), source):
            fields.setdefault(name, found)
    return Extract(kind, fields)


def _without_running_print(lines: Sequence[Line]) -> Iterator[Line]:
    """Yield lines without the head of page one on later pages, and without a foot on all of them."""
    if not lines:
        return
    first, bottom = lines[0].page, max(line.words[0].box[3] for line in lines)
    head = set[str]()
    for line in lines:
        text = squeezed(line.text)
        if line.page != first or _heading(text) is not None:
            break
        head.add(text)
    places = {(squeezed(line.text), line.page) for line in lines if line.words[0].box[1] > _FOOT * bottom}
    feet = Counter(text for text, _ in places)
    for line in lines:
        text = squeezed(line.text)
        at_foot = line.words[0].box[1] > _FOOT * bottom and feet[text] > 1
        if not at_foot and not (line.page != first and text in head):
            yield line


def _printed(entry: _Entry) -> Printed:
    return Printed(
        name=entry.name,
        text=" ".join(word.text for word in entry.words),
        page=entry.page,
        box=union(word.box for word in entry.words),
        confidence=min((word.confidence for word in entry.words), default=0.0),
    )


def _take(scan: _Scan, line: Line) -> None:
    text = squeezed(line.text)
    section = _heading(text)
    if section is not None:
        scan.section, scan.hosted, scan.pending = section, False, None
        if section is Section.PERSON:
            _add_officer(scan, line, "Entrepreneur individuel")
        return
    found = _label(scan, line, text)
    if found is not None:
        _add_value(scan, line, found)
    elif scan.section is Section.OBSERVATIONS and text.startswith("mention"):
        _add_observation(scan, line)
    elif _continues(scan, line):
        scan.entries[-1].words += line.words
    elif scan.section is Section.OFFICERS and labels.is_role(text):
        _add_officer(scan, line, None)
    else:
        scan.pending = line


def _heading(text: str) -> Section | None:
    for heading, section in labels.HEADINGS.items():
        if abs(len(text) - len(heading)) <= 6 and _distance(text, heading) <= len(heading) // 8:
            return section
    return None


def _label(scan: _Scan, line: Line, text: str) -> labels.Label | None:
    """Return the label that a line starts with: the longest of its section, by near equality."""
    if scan.value_left is not None and line.left > scan.value_left - 2 * line.height:
        return None
    for label in labels.BY_LENGTH:
        if scan.section in label.sections and _starts_with(text, label.key):
            return label
    return None


def _starts_with(text: str, key: str) -> bool:
    if text.startswith(key):
        return True
    allowed = len(key) // 9
    if allowed == 0:
        return False
    return any(_distance(text[: len(key) + shift], key) <= allowed for shift in (0, -1, 1) if text)


def _distance(one: str, other: str) -> int:
    return Levenshtein.distance(one, other, score_cutoff=12)


def _add_value(scan: _Scan, line: Line, label: labels.Label) -> None:
    if scan.section is Section.OFFICERS and scan.pending is not None and label.name in {"name", "company_name"}:
        _add_officer(scan, scan.pending, None)  # a role of a name that the list of roles lacks
    _, value = split_after(line, len(label.key))
    value = tuple(word for word in value if squeezed(word.text) or word.text == "€")
    if value and (scan.value_left is None or value[0].box[0] > line.left):
        scan.value_left = value[0].box[0] if scan.value_left is None else scan.value_left
    scan.hosted = scan.hosted or label.name in {"domiciliation", "host_name"}
    scan.entries.append(_Entry(_name(scan, label), line.page, list(value), label.key))


def _name(scan: _Scan, label: labels.Label) -> str:
    """Return the full field name: officers are numbered, a second RCS number is the host's."""
    if scan.section in {Section.OFFICERS, Section.PERSON} and label.personal:
        scan.officers = max(1, scan.officers)
        return f"officers.{scan.officers}.{label.name}"
    if scan.hosted and label.name == "siren":
        return "host_siren"
    return label.name


def _continues(scan: _Scan, line: Line) -> bool:
    """Tell whether a line goes on with the value above: right below it, in the column of values."""
    if not scan.entries or scan.value_left is None or line.left <= scan.value_left - 2 * line.height:
        return False
    last = scan.entries[-1]
    if not last.words or last.page != line.page:
        return last.page == line.page or line.words[0].box[1] < _TOP_OF_PAGE * line.height
    gap = line.words[0].box[1] - max(word.box[3] for word in last.words)
    return gap < _LINE_GAP * line.height


def _add_officer(scan: _Scan, line: Line, role: str | None) -> None:
    scan.officers += 1
    scan.pending = None
    entry = _Entry(f"officers.{scan.officers}.role", line.page, list(line.words))
    if role is not None:
        box = union(word.box for word in line.words)
        if box is not None:
            entry.words = [Word(role, box, 1.0)]
    scan.entries.append(entry)


def _add_observation(scan: _Scan, line: Line) -> None:
    scan.observations += 1
    name = f"observations.{scan.observations}"
    words = [word for word in line.words if word.text != "-"]
    scan.entries.append(_Entry(name, line.page, words))


def officers(fields: dict[str, Field]) -> Iterator[int]:
    """Yield the numbers of the officers that an extract names."""
    number = 1
    while f"officers.{number}.role" in fields:
        yield number
        number += 1
