#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measure every bar of the screening, ours beside RapidFuzz and logic-v2, in one run.

    python -m scripts.bench.run           everything: bench/screening.json, docs/benchmarks/
    python -m scripts.bench.run --quick   samples of everything, in a few minutes

A peer that cannot be had is left out with the reason, and the run succeeds. Without the data
beside the repository nothing is measured, and the exit status is 2.
"""

import os
import platform
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from screening import ENGINE_VERSION, ListFile, Query, build_index, parameters_sha256, parse
from screening.bench import quality
from screening.bench.blocking import Catalogue
from screening.bench.engines import Engine, Ground, Ours, Peer, PeerFailed, baselines
from screening.bench.labelled import Pair
from screening.bench.lists import EVERY, REGISTERS, UN_PERTURBED
from scripts.bench import environment, heavy, publish, screening_page

ROOT = environment.ROOT
SEED = 20261124


def main() -> int:
    """Measure, write, print the table."""
    wanted = publish.arguments("screening", "lists, names, labelled sets")
    if absent := publish.missing(wanted.data, "lists", "names", "screening"):
        print(absent)
        return 2
    peer, reason, python = _peer()
    with tempfile.TemporaryDirectory() as folder:
        results = Run(wanted.data, Path(folder), peer, quick=wanted.quick).results()
    if peer is None:
        results["not_run"]["logic_v2"] = reason
    else:
        peer.close()
    publish.publish(wanted.out, "screening", results, screening_page.markdown(results), python)
    print(screening_page.BOARD.console(results))
    return 0


class PeerProcess(Peer):
    """logic-v2 in its own environment."""

    def __init__(self, python: Path) -> None:
        began = time.perf_counter()
        self._process = subprocess.Popen(
            [str(python), "-I", str(ROOT / "scripts" / "bench" / "peer.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        if self._process.stdin is None or self._process.stdout is None:
            raise PeerFailed("no pipes")
        super().__init__("logic_v2", self._process.stdin, self._process.stdout)
        self.pairs([Pair(True, False, "Person", Query("", "person", ("A B",)), Query("", "person", ("A B",)))])
        self.cold_seconds = round(time.perf_counter() - began, 2)

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


def _peer() -> tuple[PeerProcess | None, str, Path | None]:
    try:
        python = environment.SCREENING.python()
    except environment.NoEnvironment as error:
        return None, str(error), None
    try:
        return PeerProcess(python), "", python
    except PeerFailed as error:
        return None, str(error), python


class Run:
    """One run: the lists, what is measured on them, and what was found so far, by engine."""

    def __init__(self, data: Path, folder: Path, peer: PeerProcess | None, *, quick: bool) -> None:
        self._data, self._folder, self._peer, self._quick = data, folder, peer, quick
        self._scale = heavy.QUICK if quick else heavy.Scale()
        self._began = time.perf_counter()
        self._found: dict[str, dict[str, Any]] = {key: {} for key in screening_page.COLUMNS}
        self._lists = [parse(data / "lists" / name) for name in EVERY]
        self._registers = [each for each in self._lists if each.source in REGISTERS]
        self._say("lists read")

    def _say(self, what: str) -> None:
        print(f"{time.perf_counter() - self._began:7.0f} s  {what}", file=sys.stderr)

    def results(self) -> dict[str, Any]:
        """Measure everything and return the results as JSON types."""
        sets = self._quality()
        asked = heavy.mixed(self._data, sets.hard, self._scale.queries)
        self._queries(asked)
        self._stored()
        self._million(asked)
        found = {"Python": platform.python_version(), "rapidfuzz": version("rapidfuzz")}
        return {
            "date": datetime.now(UTC).date().isoformat(),
            "quick": self._quick,
            "engine": {"version": ENGINE_VERSION, "parameters_sha256": parameters_sha256()},
            "versions": found | ({"nomenklatura": self._peer.version} if self._peer else {}),
            "machine": {"cpus": os.cpu_count(), "architecture": platform.machine()},
            "seed": SEED,
            "seconds": round(time.perf_counter() - self._began),
            "not_run": {},
            "lists": [_publication(each) for each in self._lists],
            "engines": {key: found for key, found in self._found.items() if found},
        }

    def _quality(self) -> quality.Sets:
        ground = self._ground("registers", self._registers)
        un = self._ground("un", [parse(self._data / "lists" / UN_PERTURBED)])
        sizes = quality.QUICK if self._quick else quality.FULL
        entries = ground.catalogue.entries
        sets = quality.Sets.make(self._data, entries, sizes, SEED)
        engines: list[Engine] = [Ours(), *baselines()]
        for engine in engines:
            self._found[engine.key]["quality"] = quality.measure(engine, sets, ground, un)
            self._say(f"{engine.key}: what it finds")
        if self._peer is not None:
            fewer = sets if self._quick else quality.Sets.make(self._data, entries, quality.SLOW, SEED)
            self._found["logic_v2"]["quality"] = quality.measure(self._peer, fewer, ground, un)
            self._say("logic_v2: what it finds")
        return sets

    def _ground(self, name: str, lists: list[ListFile]) -> Ground:
        index = build_index(lists, self._folder / name)
        return Ground(index, Catalogue([entry for each in lists for entry in each.entries if entry.type == "person"]))

    def _queries(self, asked: list[Query]) -> None:
        for key, found in heavy.one_query(self._registers, asked, self._folder, self._peer, self._scale).items():
            self._found[key]["query"] = found
        self._found["ours"] |= heavy.memory(self._lists, asked, self._folder)
        if self._peer is not None:
            worker = Catalogue([e for each in self._lists if each.source in heavy.WORKER_LISTS for e in each.entries])
            self._peer.load(worker)
            self._found["logic_v2"]["worker"] = {"rss_mb": round(self._peer.rss_mb, 1)}
            self._found["logic_v2"]["cold"] = {"seconds": self._peer.cold_seconds}
        self._say("one query, a worker, a cold start")

    def _stored(self) -> None:
        build_index(self._lists, self._folder / "all").close()
        persons = heavy.stored_persons(self._data, self._scale.persons)
        halves = [heavy.write(self._folder / f"half{at}.jsonl", persons[at::2]) for at in (0, 1)]
        self._found["ours"]["stored"] = heavy.stored(self._folder / "all", halves)
        index, count = heavy.changed(self._registers[0], self._scale.changed, self._folder)
        self._found["ours"]["delta"] = heavy.delta(index.path, halves, count)
        self._say("stored persons against all lists and against a change")

    def _million(self, asked: list[Query]) -> None:
        for key, found in heavy.million(self._data, asked, self._folder, self._scale).items():
            self._found[key]["million"] = found
        self._say("a million names")


def _publication(each: ListFile) -> dict[str, Any]:
    return {
        "source": each.source.value,
        "publication_id": each.publication_id,
        "entries": len(each.entries),
        "names": sum(len(entry.names) for entry in each.entries),
        "content_sha256": each.content_sha256,
    }


if __name__ == "__main__":
    sys.exit(main())
