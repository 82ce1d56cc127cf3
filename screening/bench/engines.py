# SPDX-License-Identifier: Apache-2.0
"""The engines that are measured, behind one face: ours, RapidFuzz's scorers, and a peer process."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any, Final, Protocol

from rapidfuzz import fuzz, utils

from screening.bench.blocking import LIMIT, Catalogue
from screening.bench.labelled import Pair
from screening.compare import compare
from screening.index import Index
from screening.models import Entry, EntryType, PartialDate
from screening.parameters import PARAMETERS
from screening.results import Query

NOWHERE: Final = -1.0  # the score of what was not found


@dataclass(frozen=True, slots=True)
class Answer:
    """What an engine said to a query: its best score, that of the wanted one, CPU ms."""

    best: float
    wanted: float = NOWHERE
    listed: bool = False  # the wanted one is among the candidates
    cpu_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Ground:
    """What is searched: our index, and the same entries for the engines without one."""

    index: Index
    catalogue: Catalogue
    groups: dict[str, frozenset[str]] = field(default_factory=dict)

    def designee(self, ref: str) -> frozenset[str]:
        """Return the references of every record that stands for the designee of one record.

        Our index joins records of several lists; an engine that finds another of them found the
        designee. Where the index does not answer to the entry's own name, it is the record alone.
        """
        if ref not in self.groups:
            entry = self.index.entry(ref)
            own = Query(ref, "person", tuple(name.text for name in entry.names[:1]))
            hits = self.index.search(own, 50)
            joined = [frozenset(hit.sources) for hit in hits if ref in hit.sources]
            self.groups[ref] = joined[0] if joined else frozenset({ref})
        return self.groups[ref]


class Engine(Protocol):
    """Something that scores two parties, and a query against the entries of a ground."""

    key: str
    threshold: float
    uses_facts: bool

    def pairs(self, pairs: Sequence[Pair]) -> list[float]:
        """Return the score of each pair."""
        ...

    def search(self, ground: Ground, queries: Sequence[Query], refs: Sequence[str] = ()) -> list[Answer]:
        """Return the answer to each query; `refs` names the entry each must find, if any."""
        ...


class Ours:
    """The engine of this package at its shipped parameters."""

    key = "ours"
    threshold = float(PARAMETERS["threshold"]["alert"])
    uses_facts = True

    def pairs(self, pairs: Sequence[Pair]) -> list[float]:
        """Return the score of each pair."""
        return [compare(pair.query, pair.candidate).score for pair in pairs]

    def search(self, ground: Ground, queries: Sequence[Query], refs: Sequence[str] = ()) -> list[Answer]:
        """Return the answer to each query out of its first hits; the wanted one may be `listed` as a candidate."""
        return [
            self._answer(ground, query, ref) for query, ref in zip(queries, refs or [""] * len(queries), strict=True)
        ]

    @staticmethod
    def _answer(ground: Ground, query: Query, ref: str) -> Answer:
        hits = ground.index.search(query, LIMIT)
        wanted = [hit.score for hit in hits if ref in hit.sources]
        best = max((hit.score for hit in hits), default=NOWHERE)
        listed = bool(ref) and any(ref in refs for refs in ground.index.nearest(query, LIMIT))
        return Answer(best, max(wanted, default=NOWHERE), listed)


class Fuzzy:
    """A scorer of RapidFuzz with the threshold it is used with; names alone."""

    uses_facts = False

    def __init__(self, key: str, scorer: Callable[..., float], threshold: float) -> None:
        self.key = key
        self.threshold = threshold
        self.scorer = scorer

    def _score(self, mine: Sequence[str], theirs: Sequence[str]) -> float:
        return max(
            (self.scorer(a, b, processor=utils.default_process) for a in mine for b in theirs),
            default=NOWHERE,
        )

    def pairs(self, pairs: Sequence[Pair]) -> list[float]:
        """Return the score of each pair: the best of any two names."""
        return [self._score(pair.query.names, pair.candidate.names) for pair in pairs]

    def search(self, ground: Ground, queries: Sequence[Query], refs: Sequence[str] = ()) -> list[Answer]:
        """Return the answer to each query out of the candidates of the benchmark's own blocking."""
        return search_candidates(
            ground,
            queries,
            refs,
            lambda query, numbers: (
                [self._score(query.names, ground.catalogue.spellings(number)) for number in numbers],
                0.0,
            ),
        )


def baselines() -> list[Fuzzy]:
    """Return the scorers and thresholds that screening.md names."""
    return [Fuzzy("wratio", fuzz.WRatio, 90.0), Fuzzy("token_sort", fuzz.token_sort_ratio, 80.0)]


Scores = Callable[[Query, list[int]], tuple[list[float], float]]


def search_candidates(ground: Ground, queries: Sequence[Query], refs: Sequence[str], scores: Scores) -> list[Answer]:
    """Return the answer to each query from the scores of its candidates and their CPU ms."""
    near = ground.catalogue.near([query.names[0] for query in queries])
    answers = []
    for query, numbers, ref in zip(queries, near, refs or [""] * len(queries), strict=True):
        found, cpu_ms = scores(query, numbers)
        wanted: list[float] = []
        if ref:
            group = ground.designee(ref)
            held = zip(numbers, found, strict=True)
            wanted = [score for number, score in held if ground.catalogue.entries[number].ref in group]
        answers.append(
            Answer(max(found, default=NOWHERE), max(wanted, default=NOWHERE), bool(wanted), cpu_ms),
        )
    return answers


class PeerFailed(RuntimeError):
    """The peer's process ended or answered nonsense."""


class Peer:
    """An engine in a process of its own that speaks lines of JSON.

    The first line it writes is `{"version", "threshold"}`. It answers `{"entities": [...]}` with
    `{"rss_mb"}` and `{"query", "candidates"}` or `{"pair"}` with `{"scores", "cpu_ms"}`.
    """

    uses_facts = True

    def __init__(self, key: str, ask: IO[str], answers: IO[str]) -> None:
        self.key = key
        self._ask, self._answers = ask, answers
        self._loaded: Catalogue | None = None
        hello = self._read()
        self.version: str = hello["version"]
        self.threshold: float = hello["threshold"]
        self.rss_mb = 0.0

    def _read(self) -> dict[str, Any]:
        line = self._answers.readline()
        if not line:
            raise PeerFailed(f"{self.key} ended")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _call(self, request: Mapping[str, Any]) -> dict[str, Any]:
        self._ask.write(json.dumps(request) + "\n")
        self._ask.flush()
        return self._read()

    def load(self, catalogue: Catalogue) -> None:
        """Give the peer the entries that later candidates are numbers of."""
        if catalogue is not self._loaded:
            self.rss_mb = self._call({"entities": [entity(entry) for entry in catalogue.entries]})["rss_mb"]
            self._loaded = catalogue

    def pairs(self, pairs: Sequence[Pair]) -> list[float]:
        """Return the score of each pair."""
        sides = [[party(pair.query, pair.schema), party(pair.candidate, pair.schema)] for pair in pairs]
        return [float(self._call({"pair": both})["scores"][0]) for both in sides]

    def search(self, ground: Ground, queries: Sequence[Query], refs: Sequence[str] = ()) -> list[Answer]:
        """Return the answer to each query out of the candidates of the benchmark's own blocking."""
        self.load(ground.catalogue)
        return search_candidates(ground, queries, refs, self._scores)

    def _scores(self, query: Query, numbers: list[int]) -> tuple[list[float], float]:
        schema = "Person" if query.type == "person" else "Organization"
        answer = self._call({"query": party(query, schema), "candidates": numbers})
        return answer["scores"], answer["cpu_ms"]


def party(query: Query, schema: str) -> dict[str, Any]:
    """Return a query as a peer is told of it."""
    return {
        "schema": schema,
        "names": query.names,
        "birth_date": query.birth_date,
        "nationality": query.nationality,
        "country": [query.country] if query.country else [],
        "identifiers": query.identifiers,
    }


_SCHEMATA: Final = {
    EntryType.PERSON: "Person",
    EntryType.ORGANISATION: "Organization",
    EntryType.VESSEL: "Vessel",
    EntryType.AIRCRAFT: "Airplane",
}


def entity(entry: Entry) -> dict[str, Any]:
    """Return a listed entry as a peer is told of it; circa and ranges are told by their years."""
    return {
        "schema": _SCHEMATA[entry.type],
        "names": [name.text for name in entry.names if name.quality != "low"],
        "weak": [name.text for name in entry.names if name.quality == "low"],
        "birth_date": [date for each in entry.birth_dates for date in _dates(each)],
        "nationality": entry.nationalities,
        "country": entry.countries,
        "identifiers": [item.value for item in entry.identifiers],
    }


def _dates(date: PartialDate) -> list[str]:
    if date.year_to is not None:
        return [str(year) for year in range(date.year, date.year_to + 1)]
    return [str(date.year) if date.circa else str(date)]
