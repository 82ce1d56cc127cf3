# SPDX-License-Identifier: Apache-2.0
"""Candidates: the names that share rare groups of three letters with the query."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from screening.normalise import sound
from screening.parameters import PARAMETERS

_BASE: Final = 37  # the edge of a word, a-z, 0-9
_CODES: Final = _BASE**3
_BUDGET: Final = int(PARAMETERS["blocking"]["postings"])
_CANDIDATES: Final = int(PARAMETERS["blocking"]["candidates"])

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]


def _digit(ch: str) -> int:
    return ord(ch) - 96 if ch >= "a" else ord(ch) - 21  # "0" is 27


def trigrams(tokens: Iterable[str]) -> set[int]:
    """Return the codes of the letter groups of the tokens as they sound, edges included."""
    codes: set[int] = set()
    for token in tokens:
        digits = [0, *(_digit(ch) for ch in sound(token)), 0]
        if len(digits) == 3:
            codes.add((digits[1] * _BASE) * _BASE)
        for position in range(len(digits) - 2):
            high, mid, low = digits[position : position + 3]
            codes.add((high * _BASE + mid) * _BASE + low)
    return codes


@dataclass(frozen=True, slots=True)
class Blocks:
    """Which names hold which letter groups, in arrays that may lie in mapped files.

    `starts` has one more element than there are codes; the names with code c are
    `names[starts[c]:starts[c + 1]]`. `weights` are squared rarities, `sizes` their sum by name.
    """

    starts: npt.NDArray[np.int64]
    names: Ints
    weights: Floats
    sizes: Floats

    @classmethod
    def build(cls, names: Sequence[Sequence[str]]) -> "Blocks":
        """Return the blocks over the token lists of all names, in their order."""
        codes_of = [np.fromiter(trigrams(tokens), dtype=np.int64) for tokens in names]
        lengths = np.fromiter((len(codes) for codes in codes_of), dtype=np.int64, count=len(names))
        codes = np.concatenate(codes_of) if codes_of else np.zeros(0, dtype=np.int64)
        owners = np.repeat(np.arange(len(names), dtype=np.int32), lengths)
        order = np.argsort(codes, kind="stable")
        frequency = np.bincount(codes, minlength=_CODES)
        starts = np.zeros(_CODES + 1, dtype=np.int64)
        np.cumsum(frequency, out=starts[1:])
        rarity = np.log((len(names) + 1.0) / (frequency + 1.0)) + 0.1
        weights = (rarity**2).astype(np.float32)
        sizes = np.bincount(owners, weights=weights[codes], minlength=len(names))
        return cls(starts, owners[order], weights, sizes.astype(np.float32))

    def candidates(self, tokens: Iterable[str]) -> list[int]:
        """Return the names most like the tokens by covered share and by cosine, best first.

        Long queries find short names they contain, short queries long names that contain them. Of
        very common groups the last ones are left out once enough names were met.
        """
        codes = np.fromiter(trigrams(tokens), dtype=np.int64)
        if not len(codes) or not len(self.sizes):
            return []
        codes = codes[np.argsort(-self.weights[codes], kind="stable")]
        met = self.starts[codes + 1] - self.starts[codes]
        kept = max(3, int(np.searchsorted(np.cumsum(met), _BUDGET)))
        used = codes[:kept]
        parts = [self.names[self.starts[code] : self.starts[code + 1]] for code in used]
        owners = np.concatenate(parts)
        if not len(owners):
            return []
        sums = np.bincount(owners, weights=np.repeat(self.weights[used], met[:kept]), minlength=len(self.sizes)).astype(
            np.float32
        )
        whole = float(self.weights[used].sum())
        return self._best(sums, whole)

    def _best(self, sums: Floats, whole: float) -> list[int]:
        found = np.flatnonzero(sums > 0.12 * whole)
        if len(found) < _CANDIDATES:
            found = np.flatnonzero(sums)
        shared, sizes = sums[found], self.sizes[found]
        typical = float(np.median(sizes)) if len(sizes) else 1.0
        covered = shared / (sizes + np.float32(0.15 * typical))
        cosine = shared / np.sqrt(sizes * np.float32(whole))
        chosen: dict[int, float] = {}
        for measure in (covered, cosine):
            top = _top(measure, _CANDIDATES // 2)
            for position in top:
                name = int(found[position])
                chosen[name] = chosen.get(name, 0.0) + float(measure[position])
        return sorted(chosen, key=lambda name: -chosen[name])


def _top(values: Floats, size: int) -> npt.NDArray[np.intp]:
    if len(values) <= size:
        return np.argsort(-values, kind="stable")
    top = np.argpartition(-values, size)[:size]
    return top[np.argsort(-values[top], kind="stable")]
