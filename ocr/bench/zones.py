# SPDX-License-Identifier: Apache-2.0
"""How well zones were read: exact ones, and wrong ones called valid, whole and by damage."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from ocr import mrz
from ocr.bench.truth import ZoneCase

# A lamp over the zone and an edge outside the picture take characters away: there the right answer is none.
LOST: Final = frozenset({"glare", "photo_glare", "photo_cut_off"})


@dataclass(frozen=True, slots=True)
class Answer:
    """What an engine made of a picture: the lines of the zone, whether it calls them valid, CPU milliseconds."""

    lines: tuple[str, ...]
    valid: bool
    cpu_ms: float


Answered: TypeAlias = Sequence[tuple[ZoneCase, Answer]]


def figures(answered: Answered) -> dict[str, Any]:
    """Return counts and shares of a set; shares are None where nothing was asked."""
    readable = [each for each in answered if each[0].damage not in LOST]
    lost = [each for each in answered if each[0].damage in LOST]
    unsound = [each for each in answered if not each[0].sound]
    return {
        **_counted(answered),
        "exact_share": _share(_exact(answered), len(answered)),
        "wrong_share": _share(_wrong(answered), len(answered)),
        "readable": _counted(readable) | {"exact_share": _share(_exact(readable), len(readable))},
        "lost": _counted(lost),
        "unsound": {"n": len(unsound), "accepted": sum(answer.valid for _, answer in unsound)},
    }


def by(answered: Answered, part: str) -> dict[str, dict[str, int]]:
    """Return n, exact and wrong for each damage or kind, in the order of the cases."""
    groups: dict[str, list[tuple[ZoneCase, Answer]]] = {}
    for case, answer in answered:
        groups.setdefault(getattr(case, part), []).append((case, answer))
    return {name: _counted(group) for name, group in groups.items()}


def missed(answered: Answered) -> list[str]:
    """Return the names of the files that were not read exactly."""
    return [case.file.name for case, answer in answered if answer.lines != case.lines]


def in_text(lines: Iterable[str]) -> tuple[tuple[str, ...], bool]:
    """Return the zone among the lines of a plain text, and whether its digits hold; no lines where none stands there.

    Lines that follow each other and have the lengths of a layout are a zone; the first whose digits hold
    is taken, else the first.
    """
    squeezed = ["".join(line.split()) for line in lines]
    kept = [line for line in squeezed if line]
    found = []
    for count, widths in ((3, {30}), (2, {36, 44})):
        for at in range(len(kept) - count + 1):
            group = tuple(kept[at : at + count])
            if len({len(line) for line in group}) == 1 and len(group[0]) in widths:
                zone = mrz.verify(group)
                found.append((group, zone is not None and zone.valid))
    return max(found, key=lambda each: each[1], default=((), False))


def _counted(answered: Answered) -> dict[str, int]:
    return {"n": len(answered), "exact": _exact(answered), "wrong": _wrong(answered)}


def _exact(answered: Answered) -> int:
    return sum(answer.lines == case.lines for case, answer in answered)


def _wrong(answered: Answered) -> int:
    """Count what is called valid and is not what stands there."""
    return sum(answer.valid and answer.lines != case.lines for case, answer in answered)


def _share(count: int, of: int) -> float | None:
    return round(count / of, 4) if of else None


def pooled(sets: Mapping[str, Answered]) -> list[tuple[ZoneCase, Answer]]:
    """Return the answers of several sets as one."""
    return [each for answered in sets.values() for each in answered]
