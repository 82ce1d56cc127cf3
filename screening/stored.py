# SPDX-License-Identifier: Apache-2.0
"""The mapped files of an index, and how entries, names and numbers are fetched from them."""

import json
import math
from collections import OrderedDict
from pathlib import Path
from typing import Any, Final

import numpy as np

from screening.block import NAME_ARRAYS, Names
from screening.layout import Array, UnusableIndex, load_array, load_blob, read_manifest, stable_hash
from screening.models import Entry
from screening.names import ORGANISATION, PERSON, PreparedName, from_spelling
from screening.parameters import PARAMETERS
from screening.rows import among, spread
from screening.vocabulary import within

KINDS: Final = (PERSON, ORGANISATION)
_KEPT_ENTRIES: Final = 2048
_KEPT_NAMES: Final = 16384


class Stored:
    """One opened index; its pages are shared between forked processes."""

    def __init__(self, path: Path) -> None:
        self.manifest: dict[str, Any] = read_manifest(path)
        if "sources" not in self.manifest:
            raise UnusableIndex("no index of lists")
        self._path = path
        keys = (
            "entries_starts",
            "refs_starts",
            "cluster",
            "clustered",
            "members",
            "told",
            *(f"{k}_{p}" for k in _HASHED for p in _HASH_PARTS),
        )
        self._arrays = {key: load_array(path, key) for key in keys}
        self._entry_bytes = load_blob(path, "entries")
        self._ref_bytes = load_blob(path, "refs")
        self.names: dict[str, Names] = {}
        for kind in KINDS:
            for part in ("names_starts", "place_starts", "places"):
                self._arrays[f"{kind}_{part}"] = load_array(path, f"{kind}_{part}")
            parts = {part: load_array(path, f"{kind}_{part}") for part in NAME_ARRAYS}
            self.names[kind] = Names(parts, PARAMETERS[kind], person=kind == PERSON)
        self._name_bytes = {kind: load_blob(path, f"{kind}_names") for kind in KINDS}
        self._entries: OrderedDict[int, Entry] = OrderedDict()
        self._names: OrderedDict[tuple[str, int], PreparedName] = OrderedDict()
        self._log_names = math.log(1 + sum(map(len, self.names.values())))

    def entry(self, number: int) -> Entry:
        """Return the entry at a position of the index."""
        known = self._entries.get(number)
        if known is None:
            starts = self._arrays["entries_starts"]
            text = self._entry_bytes[starts[number] : starts[number + 1]].tobytes()
            known = Entry.from_json(json.loads(text.decode("utf-8", "surrogatepass")))
            self._entries[number] = known
            if len(self._entries) > _KEPT_ENTRIES:
                self._entries.popitem(last=False)
        return known

    def name(self, kind: str, number: int) -> PreparedName:
        """Return the distinct name at a position among those of a kind."""
        key = (kind, number)
        known = self._names.get(key)
        if known is None:
            starts = self._arrays[f"{kind}_names_starts"]
            text = self._name_bytes[kind][starts[number] : starts[number + 1]].tobytes()
            known = from_spelling(text.decode(), kind)
            self._names[key] = known
            if len(self._names) > _KEPT_NAMES:
                self._names.popitem(last=False)
        return known

    def places(self, kind: str, number: int) -> list[tuple[int, int]]:
        """Return (entry, position of the name in it) of a distinct name."""
        starts = self._arrays[f"{kind}_place_starts"]
        rows = self._arrays[f"{kind}_places"][starts[number] : starts[number + 1]]
        return [(int(entry), int(position)) for entry, position in rows]

    def find(self, key: str, text: str) -> list[int]:
        """Return the values stored under a text among the "ref", "number" or "word" hashes."""
        found: list[int] = within(self._arrays[f"{key}_hashes"], self._arrays[f"{key}_values"], stable_hash(text))
        return found

    def numbered(self, hashes: Array) -> Array:
        """Return which of some hashes of identifiers an entry has."""
        found: Array = among(hashes, self._arrays["number_hashes"])
        return found

    def rarity(self, word: str) -> float:
        """Return how much meeting this word says, in nats: rare words say more."""
        count = next(iter(self.find("word", word)), 0)
        return self._log_names - math.log(1 + count)

    def designee(self, number: int) -> int:
        """Return the number of the designee an entry stands for."""
        return int(self._arrays["cluster"][number])

    def members(self, designee: int) -> list[str]:
        """Return the references of every entry of a designee, in alphabetical order."""
        first, last = np.searchsorted(self._arrays["clustered"], np.asarray([designee, designee + 1], dtype=np.int32))
        return sorted(self._ref(number) for number in self._arrays["members"][first:last].tolist())

    def _ref(self, number: int) -> str:
        start, end = self._arrays["refs_starts"][number : number + 2].tolist()
        return bytes(self._ref_bytes[start:end]).decode("utf-8", "surrogatepass")

    def told(self, entries: Array) -> Array:
        """Return the birth years and nationalities of entries, as `facts_told` makes them."""
        found: Array = self._arrays["told"][entries]
        return found

    def entries_of(self, kind: str, names: Array) -> tuple[Array, Array, Array]:
        """Return the entries that bear some names, where those of each name begin, and which name each has."""
        starts = self._arrays[f"{kind}_place_starts"]
        places, which = spread(starts[names], starts[names + 1])
        sizes = starts[names + 1] - starts[names]
        return self._arrays[f"{kind}_places"][places, 0], np.cumsum(sizes) - sizes, which


_HASHED: Final = ("ref", "number", "word")
_HASH_PARTS: Final = ("hashes", "values")
