# SPDX-License-Identifier: Apache-2.0
"""From publications to the arrays of an index."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from screening.block import build_names
from screening.ceiling import facts_told
from screening.cluster import clusters
from screening.facts import number_key
from screening.layout import Array, content_name, stable_hash, write
from screening.models import Category, Entry, EntryType, ListFile, ListSource
from screening.names import ORGANISATION, PERSON, PreparedName, prepare
from screening.parameters import ENGINE_VERSION, parameters_sha256

KINDS: Final = (PERSON, ORGANISATION)


@dataclass(slots=True)
class _Spellings:
    """The distinct names of one kind and where each occurs."""

    prepared: list[PreparedName] = field(default_factory=list)
    places: list[list[tuple[int, int]]] = field(default_factory=list)
    known: dict[str, int] = field(default_factory=dict)

    def add(self, name: PreparedName, entry: int, position: int) -> None:
        key = name.spelling
        number = self.known.setdefault(key, len(self.known))
        if number == len(self.prepared):
            self.prepared.append(name)
            self.places.append([])
        self.places[number].append((entry, position))


def kind_of(entry: Entry) -> str:
    """Return against which kind of query an entry stands; ships answer as organisations."""
    return PERSON if entry.type is EntryType.PERSON else ORGANISATION


def write_index(lists: Sequence[ListFile], out: Path) -> Path:
    """Write the index of the publications into `out` and return its directory.

    Of two publications of one source both are searched; an entry both have is taken from the
    later one. Equal content gives an equal name.
    """
    ordered = sorted(
        lists,
        key=lambda item: (
            item.source,
            item.published_at is not None,
            str(item.published_at or ""),
            item.publication_id,
        ),
    )
    entries = list(_once(ordered).values())
    arrays: dict[str, Array] = {}
    blobs: dict[str, bytes] = {}
    _entry_arrays(entries, arrays, blobs)
    frequency: Counter[str] = Counter()
    for kind in KINDS:
        _name_arrays(kind, entries, arrays, blobs, frequency)
    _pairs("word", ((stable_hash(word), count) for word, count in frequency.items()), arrays)
    manifest = {
        "engine": ENGINE_VERSION,
        "parameters_sha256": parameters_sha256(),
        "sources": _sources(ordered),
        "entries": len(entries),
    }
    parts = [ENGINE_VERSION, parameters_sha256()]
    parts += [f"{item.source}:{item.publication_id}:{item.content_sha256}" for item in ordered]
    return write(out, content_name(parts), arrays, blobs, manifest)


def _once(ordered: Sequence[ListFile]) -> dict[str, Entry]:
    """Return one entry a reference, the later one.

    OFAC's two lists number the same parties: who is on both stays sanctioned.
    """
    kept: dict[str, Entry] = {}
    for item in ordered:
        for entry in item.entries:
            known = kept.get(entry.ref)
            if known is None or known.source is entry.source or known.category is not Category.SANCTION:
                kept[entry.ref] = entry
    return kept


def _sources(lists: Sequence[ListFile]) -> dict[str, dict[str, Any]]:
    found: dict[ListSource, list[ListFile]] = {}
    for item in lists:
        found.setdefault(item.source, []).append(item)
    return {
        source.value: {
            "publication_id": " + ".join(item.publication_id for item in items),
            "content_sha256": "+".join(item.content_sha256 for item in items),
            "raw_sha256": "+".join(item.raw_sha256 for item in items),
            "count": len({entry.ref for item in items for entry in item.entries}),
        }
        for source, items in found.items()
    }


def _entry_arrays(entries: Sequence[Entry], arrays: dict[str, Array], blobs: dict[str, bytes]) -> None:
    texts = [
        json.dumps(entry.to_json(), ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
        for entry in entries
    ]
    _texts("entries", texts, arrays, blobs)
    _texts("refs", [entry.ref.encode("utf-8", "surrogatepass") for entry in entries], arrays, blobs)
    cluster = np.asarray(clusters(entries), dtype=np.int32)
    order = np.argsort(cluster, kind="stable")
    arrays |= {"cluster": cluster, "members": order.astype(np.int32), "clustered": cluster[order]}
    told = [facts_told(entry.birth_dates, entry.nationalities) for entry in entries]
    arrays["told"] = np.asarray(told, dtype=np.int16).reshape(-1, 4)
    refs = ((stable_hash(entry.ref), number) for number, entry in enumerate(entries))
    _pairs("ref", refs, arrays)
    numbers = (
        (stable_hash(key), number)
        for number, entry in enumerate(entries)
        for key in {number_key(item.value) for item in entry.identifiers}
        if key
    )
    _pairs("number", numbers, arrays)


def _name_arrays(
    kind: str,
    entries: Sequence[Entry],
    arrays: dict[str, Array],
    blobs: dict[str, bytes],
    frequency: Counter[str],
) -> None:
    found = _Spellings()
    for number, entry in enumerate(entries):
        if kind_of(entry) != kind:
            continue
        for position, name in enumerate(entry.names):
            prepared = prepare(name.text, kind)
            if prepared.tokens:
                found.add(prepared, number, position)
    for prepared in found.prepared:
        frequency.update(set(prepared.tokens))
    texts = [name.spelling.encode() for name in found.prepared]
    _texts(f"{kind}_names", texts, arrays, blobs)
    lengths = [len(places) for places in found.places]
    starts = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=starts[1:])
    arrays[f"{kind}_place_starts"] = starts
    flat = [place for places in found.places for place in places]
    arrays[f"{kind}_places"] = np.asarray(flat, dtype=np.int32).reshape(-1, 2)
    names = build_names([name.words for name in found.prepared], person=kind == PERSON)
    arrays |= {f"{kind}_{key}": array for key, array in names.items()}


def _texts(key: str, texts: Sequence[bytes], arrays: dict[str, Array], blobs: dict[str, bytes]) -> None:
    starts: npt.NDArray[np.int64] = np.zeros(len(texts) + 1, dtype=np.int64)
    np.cumsum([len(text) for text in texts], out=starts[1:])
    arrays[f"{key}_starts"] = starts
    blobs[key] = b"".join(texts)


def _pairs(key: str, pairs: Iterable[tuple[int, int]], arrays: dict[str, Array]) -> None:
    """Store hash-to-number pairs sorted by hash, for binary search in the mapped file."""
    ordered = np.asarray(sorted(pairs), dtype=np.int64).reshape(-1, 2)
    arrays[f"{key}_hashes"] = np.ascontiguousarray(ordered[:, 0])
    arrays[f"{key}_values"] = np.ascontiguousarray(ordered[:, 1])
