# SPDX-License-Identifier: Apache-2.0
"""Candidates for the engines that bring no index: groups of three letters weighted by rarity.

It is the benchmark's own, so that a peer's candidates do not hang on what our engine finds near.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
from anyascii import anyascii
from scipy import sparse

from screening.models import Entry

LIMIT: Final = 50
_BATCH: Final = 200


def _groups(text: str) -> Counter[str]:
    plain = f" {' '.join(anyascii(text).casefold().split())} "
    return Counter(plain[at : at + 3] for at in range(len(plain) - 2))


class Catalogue:
    """The entries of an index with every spelling of their names, and the nearest of a query."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = entries
        owners = [(name.text, number) for number, entry in enumerate(entries) for name in entry.names]
        self.names = [text for text, _ in owners]
        self._owner = np.asarray([number for _, number in owners])
        counted = [_groups(text) for text in self.names]
        documents = Counter(group for groups in counted for group in groups)
        self._column = {group: column for column, group in enumerate(documents)}
        held = np.asarray([documents[group] for group in self._column], dtype=np.float64)
        self._rarity = np.log((1 + len(self.names)) / (1 + held)) + 1
        self._names = self._vectors(counted).T.tocsr()

    def _vectors(self, counted: Sequence[Counter[str]]) -> sparse.csr_array:
        starts, columns, values = [0], [], []
        for groups in counted:
            known = [(self._column[group], count) for group, count in groups.items() if group in self._column]
            weights = np.asarray([count * self._rarity[column] for column, count in known])
            length = float(np.linalg.norm(weights)) or 1.0
            columns += [column for column, _ in known]
            values += (weights / length).tolist()
            starts.append(len(columns))
        return sparse.csr_array((values, columns, starts), shape=(len(counted), len(self._column)))

    def near(self, texts: Sequence[str], limit: int = LIMIT) -> list[list[int]]:
        """Return, for each text, the numbers of the entries most like it by cosine, best first."""
        found: list[list[int]] = []
        for at in range(0, len(texts), _BATCH):
            vectors = self._vectors([_groups(text) for text in texts[at : at + _BATCH]])
            alike = (vectors @ self._names).tocsr()
            found += [self._best(alike, row, limit) for row in range(alike.shape[0])]
        return found

    def _best(self, alike: sparse.csr_array, row: int, limit: int) -> list[int]:
        part = slice(alike.indptr[row], alike.indptr[row + 1])
        cosines: npt.NDArray[np.float64] = np.zeros(len(self.entries))
        np.maximum.at(cosines, self._owner[alike.indices[part]], alike.data[part])
        order = np.argsort(-cosines, kind="stable")[:limit]
        return [int(number) for number in order if cosines[number] > 0]

    def spellings(self, number: int) -> list[str]:
        """Return every name of an entry."""
        return [name.text for name in self.entries[number].names]
