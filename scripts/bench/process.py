#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What is measured in a process of its own; each prints one line of JSON.

    python -m scripts.bench.process queries INDEX QUERIES     times and memory of a worker
    python -m scripts.bench.process fork INDEX QUERIES        memory of two forked workers
    python -m scripts.bench.process many INDEX QUERIES        all queries, as fast as it can
    python -m scripts.bench.process prepare OUT QUERIES       the parties of the queries, once for all changes
    python -m scripts.bench.process changed INDEX PARTIES QUERIES   whom a change concerns, each searched
    python -m scripts.bench.process cold INDEX QUERIES        the first query alone
    python -m scripts.bench.process fuzzy NAMES QUERIES       RapidFuzz over a file of names
    python -m scripts.bench.process build OUT DATA COUNT      an index of COUNT made names

QUERIES holds a query as JSON on each line, NAMES a name.
"""

import json
import os
import random
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz, process, utils

from screening import Index, Parties, Query, build_index
from screening.bench.made import made_list
from screening.score import ALERT


def read(path: str) -> list[Query]:
    """Return the queries of a file."""
    with Path(path).open(encoding="utf-8") as lines:
        return [Query.from_json(json.loads(line)) for line in lines]


def memory() -> dict[str, float]:
    """Return the megabytes of this process: resident, its proportion of shared pages, shared."""
    found: dict[str, int] = {}
    for line in Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines()[1:]:
        key, value, *_ = line.split()
        found[key.rstrip(":")] = int(value)
    return {
        "rss_mb": round(found["Rss"] / 1024, 1),
        "pss_mb": round(found["Pss"] / 1024, 1),
        "shared_mb": round((found["Shared_Clean"] + found["Shared_Dirty"]) / 1024, 1),
        "own_mb": round((found["Private_Clean"] + found["Private_Dirty"]) / 1024, 1),
    }


def cpu(ask: Callable[[Any], object], asked: Sequence[Any]) -> dict[str, list[float]]:
    """Return the CPU milliseconds of asking each, one after the other."""
    took = []
    for each in asked:
        began = time.process_time()
        ask(each)
        took.append(round((time.process_time() - began) * 1000, 3))
    return {"took_ms": took}


def queries(index: str, path: str) -> dict[str, Any]:
    """Search each query and say how long it took and how big the process became."""
    with Index.open(Path(index)) as opened:
        asked = read(path)
        opened.search(asked[0])  # the first one pays for opening
        found = cpu(opened.search, asked)
        return {**found, **memory()}


def cold(index: str, path: str) -> dict[str, Any]:
    """Answer the first query of the file; the parent holds the watch."""
    with Path(path).open(encoding="utf-8") as lines:
        query = Query.from_json(json.loads(next(lines)))
    with Index.open(Path(index)) as opened:
        return {"hits": len(opened.search(query)), **memory()}


def fork(index: str, path: str) -> dict[str, Any]:
    """Open the index, fork two workers, let both search, and say what memory each has and shares."""
    asked = read(path)
    workers = []
    with Index.open(Path(index)) as opened:
        for _ in range(2):
            answer, write = os.pipe()
            done, wait = os.pipe()
            if not (child := os.fork()):
                os.close(answer)
                os.close(wait)
                for query in asked:
                    opened.search(query)
                os.write(write, b".")  # searched; measured only when the other has searched as well
                os.read(done, 1)
                os.write(write, json.dumps(memory()).encode())
                os._exit(0)
            os.close(write)
            os.close(done)
            workers.append((child, answer, wait))
        found = _reports(workers)
    return {"workers": found, "pss_mb": round(sum(each["pss_mb"] for each in found), 1)}


def _reports(workers: list[tuple[int, int, int]]) -> list[dict[str, float]]:
    for _, answer, _ in workers:
        os.read(answer, 1)
    found = []
    for _, answer, wait in workers:
        os.write(wait, b".")
        found.append(json.loads(os.read(answer, 4096)))
    for child, _, _ in workers:
        os.waitpid(child, 0)
    return found


def many(index: str, path: str) -> dict[str, Any]:
    """Search every query of the file and count the alerts."""
    asked = read(path)
    with Index.open(Path(index)) as opened:
        alerts = sum(any(hit.alert for hit in hits) for hits in opened.search_many(asked, 1, ALERT))
        return {"n": len(asked), "alerts": alerts, **memory()}


def prepare(out: str, path: str) -> dict[str, Any]:
    """Prepare the parties of the file."""
    began = time.perf_counter()
    Parties.of(read(path)).save(Path(out))
    return {"seconds": round(time.perf_counter() - began, 1), **memory()}


def changed(index: str, parties: str, path: str) -> dict[str, Any]:
    """Ask the index of a change whom of the prepared parties it concerns, search for them, and count the alerts."""
    prepared = Parties.open(Path(parties))
    with Index.open(Path(index)) as opened, Path(path).open(encoding="utf-8") as lines:
        places = set(opened.concerned(prepared))
        asked = [Query.from_json(json.loads(line)) for place, line in enumerate(lines) if place in places]
        alerts = sum(any(hit.alert for hit in hits) for hits in opened.search_many(asked, 1, ALERT))
        return {"n": len(prepared), "searched": len(asked), "alerts": alerts, **memory()}


def fuzzy(names: str, path: str) -> dict[str, Any]:
    """Look for the best 50 of all names with each scorer, as its users do."""
    listed = [utils.default_process(name) for name in Path(names).read_text(encoding="utf-8").splitlines()]
    asked = [utils.default_process(query.names[0]) for query in read(path)]
    found: dict[str, Any] = {}
    for key, scorer in (("wratio", fuzz.WRatio), ("token_sort", fuzz.token_sort_ratio)):
        found[key] = cpu(partial(process.extract, choices=listed, scorer=scorer, limit=50), asked)
    return {**found, **memory()}


def build(out: str, data: str, count: str) -> dict[str, Any]:
    """Build an index of made names; write its names beside it, and the seconds it took."""
    made = made_list(Path(data), int(count), random.Random(20261124))
    names = "\n".join(name.text for entry in made.entries for name in entry.names)
    Path(f"{out}.names").write_text(names, encoding="utf-8")
    began = time.perf_counter()
    build_index([made], Path(out)).close()
    return {"entries": len(made.entries), "seconds": round(time.perf_counter() - began, 1), **memory()}


PROGRAMS: dict[str, Callable[..., dict[str, Any]]] = {
    each.__name__: each for each in (queries, fork, many, prepare, changed, cold, fuzzy, build)
}

if __name__ == "__main__":
    print(json.dumps(PROGRAMS[sys.argv[1]](*sys.argv[2:])))
