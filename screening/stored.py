# SPDX-License-Identifier: Apache-2.0
"""The mapped files of an index, and how entries, names and numbers are fetched from them."""

import json
import math
from collections import OrderedDict
from pathlib import Path
from typing import Any, Final

import numpy as np

from screening.block import Blocks
from screening.layout import load_array, load_blob, read_manifest, stable_hash
from screening.models import Entry
from screening.names import ORGANISATION, PERSON, PreparedName, from_spelling

KINDS: Final = (PERSON, ORGANISATION)
_BLOCK_PARTS: Final = ("starts", "names", "weights", "sizes")
_KEPT_ENTRIES: Final = 2048
_KEPT_NAMES: Final = 16384


class Stored:
    """One opened index; its pages are shared between forked processes."""

    def __init__(self, path: Path) -> None:
        self.manifest: dict[str, Any] = read_manifest(path)
        self._path = path
        keys = ("entries_starts", "cluster", *(f"{k}_{p}" for k in _HASHED for p in _HASH_PARTS))
        self._arrays = {key: load_array(path, key) for key in keys}
        self._entry_bytes = load_blob(path, "entries")
        self.blocks: dict[str, Blocks] = {}
        for kind in KINDS:
            for part in ("names_starts", "place_starts", "places"):
                self._arrays[f"{kind}_{part}"] = load_array(path, f"{kind}_{part}")
            self.blocks[kind] = Blocks(*(load_array(path, f"{kind}_block_{part}") for part in _BLOCK_PARTS))
        self._name_bytes = {kind: load_blob(path, f"{kind}_names") for kind in KINDS}
        self._entries: OrderedDict[int, Entry] = OrderedDict()
        self._names: OrderedDict[tuple[str, int], PreparedName] = OrderedDict()
        self._log_names = math.log(1 + sum(len(blocks.sizes) for blocks in self.blocks.values()))

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
        hashes = self._arrays[f"{key}_hashes"]
        wanted = np.int64(stable_hash(text))
        low = int(np.searchsorted(hashes, wanted, side="left"))
        high = int(np.searchsorted(hashes, wanted, side="right"))
        return [int(value) for value in self._arrays[f"{key}_values"][low:high]]

    def rarity(self, word: str) -> float:
        """Return how much meeting this word says, in nats: rare words say more."""
        count = next(iter(self.find("word", word)), 0)
        return self._log_names - math.log(1 + count)

    def designee(self, number: int) -> int:
        """Return the number of the designee an entry stands for."""
        return int(self._arrays["cluster"][number])

    def members(self, designee: int) -> list[int]:
        """Return every entry of a designee."""
        return [int(number) for number in np.flatnonzero(self._arrays["cluster"] == designee)]


_HASHED: Final = ("ref", "number", "word")
_HASH_PARTS: Final = ("hashes", "values")
