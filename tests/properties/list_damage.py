# SPDX-License-Identifier: Apache-2.0
"""The mini list files as structures that can be damaged, and how many records each tells after that."""

import copy
import csv
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol
from xml.etree.ElementTree import Element, fromstring, tostring

from hypothesis import strategies as st

from screening.lists.source import text_of
from screening.lists.text import clean
from tests.unit.screening.lists_support import FIXTURES

Draw = Callable[[st.SearchStrategy[Any]], Any]
_LONG: Final = ("x" * 10_000, "Specimen " * 1_200, "(" * 10_000, ";" * 10_000, "A-" * 5_000, "9" * 10_000, "é " * 5_000)
_ODD: Final = (
    *(
        "",
        " ",
        "\0",
        "\x1a",
        "\x1b[31m",
        "\r\n",
        "\r",
        '"',
        ",",
        ";",
        "/",
        "-0-",
        "n/a",
        "²",
        "٣٤",
        "-1",
        "1e9",
        "<html>",
    ),
    *("31/02/1965", "0000-00-00", "9999-99-99", "32 Foo 1965", "1965 to 1884", "24 Mar 99999", "00/00/0000"),
    *("\u202eVOMICEPS\u202c", "\u200f", "\ufeff", "Ιgоr Ѕресіmоv", "SpÃ©cimen", "&#x202e;&#0;&bogus;"),
)
TEXTS: Final = st.one_of(st.sampled_from([*_ODD, *_LONG]), st.text(max_size=20))
VALUES: Final[st.SearchStrategy[Any]] = st.one_of(
    TEXTS,
    # Copied, for what is drawn is put into the file and may be changed there.
    st.sampled_from(["\ud800", None, True, False, [], {}, [[]], ["Specimen"]]).map(copy.deepcopy),
    st.integers(),
    st.floats(),
)


class Form(Protocol):
    """One official file: how to take it apart and put it together, and where its records stand."""

    @property
    def file(self) -> str:
        """Return its name among the fixtures."""

    def whole(self) -> Any:
        """Return the undamaged file with one more record, the first under another number."""

    def dump(self, structure: Any) -> bytes:
        """Return the file's bytes."""

    def records(self, structure: Any) -> list[Any]:
        """Return the records, each of which can be damaged in place."""

    def count(self, structure: Any) -> int:
        """Return how many records have to be accounted for; several rows may be one."""

    def damage(self, draw: Draw, within: Any) -> None:
        """Damage one place of the structure or of one record."""


@dataclass(frozen=True, slots=True)
class XmlForm:
    """An XML list: records are the elements at a depth that are no heads."""

    file: str
    number: str
    depth: int = 2
    heads: frozenset[str] = frozenset()

    def whole(self) -> Element:
        """Return the root."""
        root = fromstring((FIXTURES / self.file).read_bytes())
        parent = root if self.depth == 2 else root[0]
        parent.append(fromstring(tostring(self.records(root)[0]).replace(self.number.encode(), b"Z999")))
        return root

    def dump(self, structure: Element) -> bytes:
        """Return the XML text."""
        text: bytes = tostring(structure, "utf-8")
        return text

    def records(self, structure: Element) -> list[Element]:
        """Return the elements that stand where records do."""
        level = [structure]
        for _ in range(self.depth - 1):
            level = [child for element in level for child in element]
        return [element for element in level if element.tag.rpartition("}")[2] not in self.heads]

    def count(self, structure: Element) -> int:
        """Return their number."""
        return len(self.records(structure))

    def damage(self, draw: Draw, within: Element) -> None:
        """Change a text, an attribute or a tag; drop, double or move an element."""
        elements = list(within.iter())
        parents = {child: parent for parent in elements for child in parent}
        element = draw(st.sampled_from(elements))
        action = draw(st.sampled_from(["text", "attribute", "rename", "drop", "double", "move"]))
        if action == "text":
            element.text = draw(TEXTS)
        elif action == "attribute" and element.attrib:
            element.set(draw(st.sampled_from(sorted(element.attrib))), draw(TEXTS))
        elif action == "rename":
            element.tag = draw(st.sampled_from([*(each.tag for each in elements), "unheard-of"]))
        elif element in parents:
            if action != "double":
                parents[element].remove(element)
            if action != "drop":
                draw(st.sampled_from(list(within.iter()))).append(copy.deepcopy(element))


@dataclass(frozen=True, slots=True)
class JsonForm:
    """A JSON list: records stand in an array below some keys."""

    file: str
    number: str
    path: tuple[str, ...]

    def whole(self) -> Any:
        """Return the document."""
        document = json.loads((FIXTURES / self.file).read_bytes())
        found = self.records(document)
        found.append(json.loads(json.dumps(found[0]).replace(self.number, "9" * len(self.number))))
        return document

    def dump(self, structure: Any) -> bytes:
        """Return the JSON text."""
        return json.dumps(structure).encode()

    def records(self, structure: Any) -> list[Any]:
        """Return the array; an empty one where it is no longer in its place."""
        for key in self.path:
            structure = structure.get(key) if isinstance(structure, dict) else None
        return structure if isinstance(structure, list) else []

    def count(self, structure: Any) -> int:
        """Return its length."""
        return len(self.records(structure))

    def damage(self, draw: Draw, within: Any) -> None:
        """Put something else in a place, or drop, double or move what is there."""
        places = _places(within)
        if not places:
            return
        holder, key = draw(st.sampled_from(places))
        action = draw(st.sampled_from(["value", "drop", "double", "move"]))
        if action == "value":
            holder[key] = draw(VALUES)
        elif action == "drop":
            del holder[key]
        elif action == "double" and isinstance(holder, list):
            holder.append(copy.deepcopy(holder[key]))
        else:
            other, place = draw(st.sampled_from(places))
            holder[key] = copy.deepcopy(other[place])


def _places(value: Any) -> list[tuple[Any, Any]]:
    keys = range(len(value)) if isinstance(value, list) else list(value) if isinstance(value, dict) else []
    return [place for key in keys for place in ((value, key), *_places(value[key]))]


class LinesForm(JsonForm):
    """JSON lines: each is a record."""

    def whole(self) -> Any:
        """Return the values of the lines."""
        return [json.loads(line) for line in (FIXTURES / self.file).read_bytes().splitlines()]

    def dump(self, structure: Any) -> bytes:
        """Return the lines."""
        return "\n".join(json.dumps(value) for value in structure).encode()


@dataclass(frozen=True, slots=True)
class TableForm:
    """A CSV list under `head` lines; rows with one key are one record where `keys` names columns."""

    file: str
    number: str
    head: int = 1
    delimiter: str = ","
    key: Callable[[Mapping[str, str]], str] | None = None
    end: str = ""

    def whole(self) -> list[list[str]]:
        """Return the rows, heads included."""
        text = text_of((FIXTURES / self.file).read_bytes()).rstrip("\x1a")
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=self.delimiter))
        return [*rows, [cell.replace(self.number, "99999") for cell in rows[self.head]]]

    def dump(self, structure: list[list[str]]) -> bytes:
        """Return the CSV text."""
        out = io.StringIO()
        csv.writer(out, delimiter=self.delimiter).writerows(structure)
        return (out.getvalue() + self.end).encode("utf-8", "surrogatepass")

    def records(self, structure: list[list[str]]) -> list[list[str]]:
        """Return the rows that say something."""
        return [row for row in structure[self.head :] if any(cell.replace("\0", "") for cell in row)]

    def count(self, structure: list[list[str]]) -> int:
        """Return the number of keys, and of rows without one."""
        if self.key is None:
            return len(self.records(structure))
        header = [cell.replace("\0", "").strip() for cell in (structure[self.head - 1 : self.head] or [[]])[0]]
        try:
            keys = [clean(self.key(dict(zip(header, row, strict=False)))) for row in self.records(structure)]
        except KeyError:
            return 0  # without that column it is another file
        return len(set(filter(None, keys))) + keys.count("")

    def damage(self, draw: Draw, within: list[Any]) -> None:
        """Change a cell; drop, double or swap cells or rows. `within` is the table or one row."""
        target = draw(st.sampled_from([within, *(row for row in within if isinstance(row, list))]))
        if not target:
            return
        place, other = (draw(st.integers(0, len(target) - 1)) for _ in range(2))
        action = draw(st.sampled_from(["cell", "cell", "cell", "drop", "double", "swap"]))
        if action == "drop":
            del target[place]
        elif action == "double":
            target.insert(other, copy.copy(target[place]))
        elif action == "swap":
            target[place], target[other] = target[other], target[place]
        elif isinstance(target[place], str):
            target[place] = draw(TEXTS)


FORMS: Final[tuple[Form, ...]] = (
    JsonForm("fr.json", "1001", ("Publications", "PublicationDetail")),
    XmlForm("eu.xml", "EU.7001.75"),
    XmlForm("un.xml", "QDi.901", depth=3),
    XmlForm("ofac_sdn.xml", "90001", heads=frozenset({"publshInformation"})),
    XmlForm("ofac_nonsdn.xml", "91001", heads=frozenset({"publshInformation"})),
    TableForm("ofac_csv/sdn.csv", "90001", head=0, end="\x1a"),
    TableForm("uk.csv", "AQD0901", head=2, key=lambda row: row["Unique ID"]),
    XmlForm("uk.xml", "AQD0901", heads=frozenset({"DateGenerated"})),
    TableForm("uk_conlist_2018.csv", "90009", head=2, key=lambda row: row["Group ID"]),
    TableForm("uk_conlist_2022.csv", "90001", head=2, key=lambda row: row["Group ID"]),
    XmlForm("ch.xml", "9001", heads=frozenset({"sanctions-program", "place"})),
    TableForm(
        "hatvp.csv",
        "specimen-fictive",
        delimiter=";",
        key=lambda row: row["url_dossier"].rstrip("/").rpartition("/")[2],
    ),
    TableForm("ep.csv", "900001"),
    XmlForm("ep.xml", "900001"),
    TableForm("us.csv", "S900001"),
    TableForm("everypolitician.csv", "900-1"),
    JsonForm("popolo.json", "900-1", ("persons",)),
    TableForm("plain.csv", "1"),
    TableForm("demo.csv", "1"),
    LinesForm("ftm.jsonl", "", ()),
    LinesForm("senzing.jsonl", "", ()),
)
