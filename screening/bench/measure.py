# SPDX-License-Identifier: Apache-2.0
"""Measure our engine alone while working on it: `python -m screening.bench.measure DATA [PART...]`.

DATA is the folder with `lists/`, `names/` and `screening/`. The parts are pairs, checks, cross, un,
hard, forms, speed; without any, all are measured. One line of JSON each. The sets are drawn with
another seed than those of `make bench-screening`, whose figures are the ones to quote.
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from screening.bench import quality
from screening.bench.blocking import Catalogue
from screening.bench.engines import Ground, Ours
from screening.bench.figures import percentile
from screening.bench.labelled import Pair, crosslist, entity_checks, name_only, name_pairs
from screening.bench.lists import REGISTERS, UN_PERTURBED
from screening.index import build_index
from screening.lists.reader import parse

DEVELOPMENT_SEED: Final = 13


class Work:
    """The sets, the index of the four registers and that of the UN list, made when first asked for."""

    def __init__(self, data: Path, folder: Path, sizes: quality.Sizes = quality.FULL) -> None:
        self.data, self._folder, self._sizes = data, folder, sizes
        self.engine = Ours()

    @cached_property
    def _lists(self) -> Mapping[str, Any]:
        return {source: parse(self.data / "lists" / name) for source, name in REGISTERS.items()}

    @cached_property
    def ground(self) -> Ground:
        """The four registers."""
        index = build_index(list(self._lists.values()), self._folder / "registers")
        return Ground(index, Catalogue([]))

    @cached_property
    def un(self) -> Ground:
        """The UN list alone, on which all the perturbed persons stand."""
        return Ground(build_index([parse(self.data / "lists" / UN_PERTURBED)], self._folder / "un"), Catalogue([]))

    @cached_property
    def sets(self) -> quality.Sets:
        """All that is asked."""
        entries = [e for each in self._lists.values() for e in each.entries if e.type == "person"]
        return quality.Sets.make(self.data, entries, self._sizes, DEVELOPMENT_SEED)

    @cached_property
    def innocent(self) -> list[Any]:
        """The answers to ordinary people, names alone."""
        return self.engine.search(self.ground, [name_only(query) for query in self.sets.ordinary])


def wrong(work: Work, pairs: list[Pair]) -> list[str]:
    """Return the pairs decided against their label."""
    scores = work.engine.pairs(pairs)
    decided = zip(pairs, scores, strict=True)
    return [f"{p.text} {score:.2f}" for p, score in decided if p.label != (score >= work.engine.threshold)]


def measure_speed(work: Work) -> dict[str, Any]:
    """CPU milliseconds of one query on the four registers: ordinary people, damaged listed ones."""
    listed = [case.query for cases in work.sets.hard.values() for case in cases]
    found: dict[str, Any] = {}
    for name, queries in (("ordinary", work.sets.ordinary), ("listed", listed[::5])):
        took = []
        for query in queries:
            began = time.process_time()
            work.ground.index.search(query)
            took.append((time.process_time() - began) * 1000)
        found[name] = {f"p{share * 100:.0f}_ms": round(percentile(took, share), 2) for share in (0.5, 0.99)}
    return found


def _pairs(work: Work) -> dict[str, Any]:
    pairs = name_pairs(work.data)
    found = quality.measure_pairs(work.engine, pairs)
    return {key: value for key, value in found.items() if key != "roc"} | {"wrong": wrong(work, pairs)}


def _checks(work: Work) -> dict[str, Any]:
    checks = entity_checks(work.data)
    return {**quality.measure_checks(work.engine, checks), "wrong": wrong(work, checks)}


_PARTS: Final[Mapping[str, Callable[[Work], dict[str, Any]]]] = {
    "pairs": _pairs,
    "checks": _checks,
    "cross": lambda work: quality.measure_cross(work.engine, crosslist(work.data)),
    "un": lambda work: quality.measure_un(work.engine, work.sets, work.un),
    "hard": lambda work: quality.measure_hard(work.engine, work.sets.hard, work.ground, work.innocent),
    "forms": lambda work: quality.measure_forms(work.engine, work.sets, work.ground, work.innocent),
    "speed": measure_speed,
}


def main(arguments: list[str]) -> int:
    """Measure the wanted parts and print one JSON line for each."""
    with tempfile.TemporaryDirectory() as folder:
        work = Work(Path(arguments[0]), Path(folder))
        for part in arguments[1:] or _PARTS:
            began = time.perf_counter()
            result = _PARTS[part](work)
            result["seconds"] = round(time.perf_counter() - began, 1)
            sys.stdout.write(json.dumps({part: result}, ensure_ascii=False) + "\n")
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
