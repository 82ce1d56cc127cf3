# SPDX-License-Identifier: Apache-2.0
"""Measure the shipped configuration: `python -m screening.bench.measure DATA [PART...]`.

DATA is the folder with `lists/`, `names/` and `screening/`. The parts are pairs, checks, un,
forms, ordinary, cross, hard, speed; without any, all are measured. One line of JSON each.
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from screening.bench import sets
from screening.index import Index, build_index
from screening.lists.reader import parse
from screening.results import Query

SANCTIONS: Final = (
    "fr_gels/reconstructed_Registrenationaldesgels_2026-05-31.json.xz",
    "eu_fsf/reconstructed_2026-05-01-FULL-1_1.xml.xz",
    "un/un_consolidated_2026-08.xml.xz",
    "ofac/sdn_2024-05.xml.xz",
    "ofac/consolidated_nonsdn_2024-05.xml.xz",
    "uk/reconstructed_UK-Sanctions-List_2026-08-22.xml.xz",
    "ch_seco/reconstructed_consolidated-list_2026-02-18.xml.xz",
)
PEPS: Final = (
    "pep/fr_hatvp_liste_2025-08-09.csv.xz",
    "pep/mep_meps_all_2024-10.csv.xz",
    "pep/us_legislators-current.csv.xz",
    "pep/us_legislators-historical_2026-04-22.csv.xz",
    "pep/everypolitician_persons_2015-11-30.csv.xz",
)


def main(arguments: list[str]) -> int:
    """Measure the wanted parts and print one JSON line for each."""
    data = Path(arguments[0])
    wanted = arguments[1:] or list(_PARTS)
    with tempfile.TemporaryDirectory() as folder:
        indexes = Indexes(data, Path(folder))
        for part in wanted:
            began = time.perf_counter()
            result = _PARTS[part](data, indexes)
            result["seconds"] = round(time.perf_counter() - began, 1)
            sys.stdout.write(json.dumps({part: result}) + "\n")
            sys.stdout.flush()
    return 0


class Indexes:
    """The two indexes of the measures, built when first asked for."""

    def __init__(self, data: Path, folder: Path) -> None:
        self._data = data
        self._folder = folder
        self._open: dict[str, Index] = {}
        self.build_seconds: dict[str, float] = {}

    def use(self, key: str, index: Index) -> None:
        """Take an index that is built already."""
        self._open[key] = index

    def get(self, key: str) -> Index:
        """Return the index of "sanctions" or of "all" lists."""
        if key not in self._open:
            files = SANCTIONS if key == "sanctions" else (*SANCTIONS, *PEPS)
            began = time.perf_counter()
            lists = [parse(self._data / "lists" / name) for name in files]
            self._open[key] = build_index(lists, self._folder / key)
            self.build_seconds[key] = round(time.perf_counter() - began, 1)
        return self._open[key]


def alerts(index: Index, queries: list[Query]) -> float:
    """Return the share of queries with an alert."""
    hit = sum(any(h.alert for h in index.search(query, 1)) for query in queries)
    return round(hit / len(queries), 4)


def _recall(index: Index, wanted: list[tuple[Query, str]]) -> float:
    found = 0
    for query, ref in wanted:
        hits = index.search(query, 50)
        found += any(hit.alert and ref in hit.sources for hit in hits)
    return round(found / len(wanted), 4)


def measure_pairs(data: Path, _: Indexes) -> dict[str, Any]:
    """Name pairs: F1 at the shipped threshold, best F1 of any threshold, AUC, STRONG misses."""
    return sets.judged(sets.name_pairs(data))


def measure_checks(data: Path, _: Indexes) -> dict[str, Any]:
    """Entity checks: share decided as labelled."""
    rows = sets.entity_checks(data)
    right = sum(row.alert == row.label for row in rows)
    wrong = [f"{row.text} {row.score:.2f}" for row in rows if row.alert != row.label]
    return {"accuracy": round(right / len(rows), 4), "n": len(rows), "wrong": wrong}


def measure_un(data: Path, indexes: Indexes) -> dict[str, Any]:
    """Perturbed UN persons: share with an alert on a designee of their own name."""
    index = indexes.get("sanctions")
    queries = sets.people(data / "screening/un_persons_perturbed.csv")
    bare = [sets.name_only(query) for query in queries]
    missed = [query.names[0] for query in queries if not _hit(index, query)]
    return {
        "recall": round(1 - len(missed) / len(queries), 4),
        "recall_names_only": round(sum(_hit(index, q) for q in bare) / len(bare), 4),
        "n": len(queries),
        "missed": missed[:20],
    }


def _hit(index: Index, query: Query) -> bool:
    return any(hit.alert for hit in index.search(query, 5))


def measure_forms(data: Path, indexes: Indexes) -> dict[str, Any]:
    """French civil-status forms: recall of each, on names alone."""
    index = indexes.get("sanctions")
    made = sets.french_forms(parse(data / "lists" / SANCTIONS[0]), data)
    return {form: _recall(index, wanted) for form, wanted in made.items()}


def measure_ordinary(data: Path, indexes: Indexes) -> dict[str, Any]:
    """People on no list: share alerted, on names alone and with birth date and nationality."""
    found: dict[str, Any] = {}
    for name in ("global", "us"):
        path = data / f"screening/ordinary_people_{name}.csv.xz"
        people = sets.people(path)[::20]
        bare = [sets.name_only(query) for query in people]
        french = sets.french_look(bare, data)
        for key in ("sanctions", "all"):
            index = indexes.get(key)
            found[f"{name}/{key}/names"] = alerts(index, bare)
            found[f"{name}/{key}/facts"] = alerts(index, people)
            found[f"{name}/{key}/french_form_names"] = alerts(index, french)
        found[f"{name}/n"] = len(people)
    return found


def measure_cross(data: Path, _: Indexes) -> dict[str, Any]:
    """Cross-list pairs with all names and dates: recall, and hard negatives alerted."""
    rows = sets.crosslist(data)
    good, bad = [r for r in rows if r.label], [r for r in rows if not r.label]
    return {
        "recall": round(sum(r.alert for r in good) / len(good), 4),
        "negatives_alerted": round(sum(r.alert for r in bad) / len(bad), 4),
        "n": [len(good), len(bad)],
    }


def measure_hard(data: Path, indexes: Indexes) -> dict[str, Any]:
    """Hard query sets made from listed persons: recall at the shipped threshold."""
    index = indexes.get("sanctions")
    made = sets.hard(parse(data / "lists" / SANCTIONS[0]))
    found = {name: _recall(index, wanted) for name, wanted in made.items()}
    found["macro"] = round(sum(found.values()) / len(found), 4)
    return dict(found)


def measure_speed(data: Path, indexes: Indexes) -> dict[str, Any]:
    """Milliseconds of one query (CPU) on sanctions and on all lists; build and open seconds."""
    people = sets.people(data / "screening/ordinary_people_global.csv.xz")[7::40]
    listed = sets.people(data / "screening/un_persons_perturbed.csv")[::3]
    found: dict[str, Any] = {}
    for key in ("sanctions", "all"):
        index = indexes.get(key)
        for name, queries in (("ordinary", people), ("listed", listed)):
            found[f"{key}/{name}"] = times(index, queries)
        began = time.perf_counter()
        with Index.open(index.path) as fresh:
            fresh.search(people[0])
        found[f"{key}/open_to_answer_s"] = round(time.perf_counter() - began, 3)
    found["build_s"] = indexes.build_seconds
    return found


def times(index: Index, queries: list[Query]) -> dict[str, float]:
    """Return the CPU milliseconds of one query, median and 99th of a hundred."""
    took = []
    for query in queries:
        began = time.process_time()
        index.search(query)
        took.append((time.process_time() - began) * 1000)
    took.sort()
    return {
        "p50_ms": round(took[len(took) // 2], 2),
        "p99_ms": round(took[int(len(took) * 0.99)], 2),
    }


_PARTS: Final[Mapping[str, Callable[[Path, Indexes], dict[str, Any]]]] = {
    "pairs": measure_pairs,
    "checks": measure_checks,
    "un": measure_un,
    "forms": measure_forms,
    "ordinary": measure_ordinary,
    "cross": measure_cross,
    "hard": measure_hard,
    "speed": measure_speed,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
