# SPDX-License-Identifier: Apache-2.0
"""Time and memory: what needs big indexes and processes of its own."""

import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from screening import Entry, Index, ListFile, Query, build_index
from screening.bench.blocking import Catalogue
from screening.bench.engines import Ground, Peer
from screening.bench.figures import percentile
from screening.bench.labelled import name_only, ordinary
from screening.bench.made import made_persons
from scripts.bench.environment import ROOT

ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
WORKER_LISTS = ("OFAC", "UN", "EU", "UK", "FR")


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is measured: names of the two indexes, persons stored, queries and how often, entries changed."""

    names: int = 25_000
    million: int = 1_000_000
    persons: int = 100_000
    queries: int = 600
    rounds: int = 3
    fuzzy: int = 100
    changed: int = 500


QUICK = Scale(names=25_000, million=100_000, persons=4_000, queries=80, fuzzy=10, changed=500)


def start(*words: str | Path) -> subprocess.Popen[str]:
    """Start a program of scripts/bench/process.py with one thread."""
    command = [sys.executable, "-m", "scripts.bench.process", *map(str, words)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env={**os.environ, **ONE_THREAD})


def answer(process: subprocess.Popen[str]) -> dict[str, Any]:
    """Return the line that a program printed; CalledProcessError where it failed."""
    out, _ = process.communicate()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, process.args)
    found: dict[str, Any] = json.loads(out)
    return found


def write(path: Path, queries: Sequence[Query]) -> Path:
    """Write queries as lines of JSON."""
    path.write_text("".join(json.dumps(query.to_json()) + "\n" for query in queries), encoding="utf-8")
    return path


def persons_up_to(lists: Sequence[ListFile], names: int) -> tuple[list[ListFile], list[Entry]]:
    """Return the lists cut to persons drawn by chance whose distinct names reach the number."""
    entries = [entry for each in lists for entry in each.entries if entry.type == "person"]
    random.Random(20261124).shuffle(entries)
    known: set[str] = set()
    kept: list[Entry] = []
    for entry in entries:
        if len(known) >= names:
            break
        known.update(name.text.casefold() for name in entry.names)
        kept.append(entry)
    refs = {entry.ref for entry in kept}
    cut = [
        ListFile(
            each.source,
            each.publication_id,
            each.published_at,
            tuple(entry for entry in each.entries if entry.ref in refs),
            (),
            each.raw_sha256,
            f"{each.content_sha256} cut",
        )
        for each in lists
    ]
    return cut, kept


def least(rounds: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what the last of some rounds told, with p50, p99 and mean of the least CPU that each query took in any."""
    took = [min(times) for times in zip(*(each["took_ms"] for each in rounds), strict=True)]
    figures = {"p50": percentile(took, 0.5), "p99": percentile(took, 0.99), "mean": statistics.mean(took)}
    told = {key: value for key, value in rounds[-1].items() if key != "took_ms"}
    return {"n": len(took), **{f"{key}_ms": round(value, 3) for key, value in figures.items()}, **told}


def one_query(
    lists: Sequence[ListFile], asked: Sequence[Query], folder: Path, peer: Peer | None, scale: Scale
) -> dict[str, dict[str, Any]]:
    """Measure one query at 25,000 names: ours whole, RapidFuzz over all names, the peer's scoring.

    Each is asked all queries several times, ours and RapidFuzz in new processes in turn: a busy machine only adds.
    """
    cut, entries = persons_up_to(lists, scale.names)
    index = build_index(cut, folder / "query")
    queries = write(folder / "query.jsonl", asked)
    names = folder / "query.names"
    distinct = {name.text.casefold(): " ".join(name.text.split()) for entry in entries for name in entry.names}
    names.write_text("\n".join(distinct.values()), encoding="utf-8")
    few = write(folder / "few.jsonl", asked[:: max(1, len(asked) // scale.fuzzy)])
    programs = [("queries", folder / "query", queries), ("fuzzy", names, few)]
    rounds = [[answer(start(*words)) for words in programs] for _ in range(scale.rounds)]
    ours = least([each for each, _ in rounds])
    found = {"ours": ours, **{key: least([each[key] for _, each in rounds]) for key in ("wratio", "token_sort")}}
    if peer is not None:
        ground = Ground(index, Catalogue(entries))
        found["logic_v2"] = least(
            [{"took_ms": [each.cpu_ms for each in peer.search(ground, asked)]} for _ in range(scale.rounds)]
        )
        ours["times_faster"] = round(found["logic_v2"]["p50_ms"] / ours["p50_ms"], 2)
    ours["names"] = len(distinct)
    return found


def million(data: Path, asked: Sequence[Query], folder: Path, scale: Scale) -> dict[str, dict[str, Any]]:
    """Measure one query at a million made names, ours and RapidFuzz over all of them."""
    place = folder / "million"
    built = answer(start("build", place, data, str(scale.million)))
    queries = write(folder / "million.jsonl", asked)
    ours = least([answer(start("queries", place, queries))])
    few = write(folder / "million-few.jsonl", asked[:: max(1, len(asked) * 10 // scale.fuzzy)])
    fuzzy = answer(start("fuzzy", f"{place}.names", few))
    ours |= {"names": scale.million, "build_seconds": built["seconds"], "build_mb": built["rss_mb"]}
    return {
        "ours": ours,
        **{key: {**least([fuzzy[key]]), "rss_mb": fuzzy["rss_mb"]} for key in ("wratio", "token_sort")},
    }


def stored_persons(data: Path, count: int) -> list[Query]:
    """Return the ordinary people and as many made ones as it takes."""
    people = ordinary(data, 1)[:count]
    return [*people, *made_persons(data, count - len(people), random.Random(20261125))]


def stored(index: Path, halves: Sequence[Path]) -> dict[str, Any]:
    """Search every stored person in two processes; seconds from their start to the end of both."""
    return _together([("many", index, half) for half in halves])


def delta(index: Path, halves: Sequence[Path], entries: int) -> dict[str, Any]:
    """Prepare the stored persons; then find in two processes whom a change of the lists concerns."""
    parties = [half.with_suffix(".parties") for half in halves]
    prepared = _together([("prepare", *each) for each in zip(parties, halves, strict=True)])
    found = _together([("changed", index, *each) for each in zip(parties, halves, strict=True)])
    return {**found, "entries": entries, "prepare_seconds": prepared["seconds"]}


def _together(programs: Sequence[tuple[str | Path, ...]]) -> dict[str, Any]:
    """Run programs side by side: the seconds until all have ended, the sums of what they counted, the most memory."""
    began = time.perf_counter()
    answers = [answer(each) for each in [start(*words) for words in programs]]
    found: dict[str, Any] = {"seconds": round(time.perf_counter() - began, 1)}
    for key in answers[0].keys() & {"n", "alerts", "searched"}:
        found[key] = sum(each[key] for each in answers)
    return {**found, "rss_mb": max(each["rss_mb"] for each in answers)}


def memory(lists: Sequence[ListFile], asked: Sequence[Query], folder: Path) -> dict[str, Any]:
    """Measure a worker with the five lists, two forked ones, and a process that starts cold."""
    place = folder / "worker"
    build_index([each for each in lists if each.source in WORKER_LISTS], place).close()
    queries = write(folder / "worker.jsonl", asked)
    worker = least([answer(start("queries", place, queries))])
    forked = answer(start("fork", place, queries))
    resident = sum(each["rss_mb"] for each in forked["workers"])
    forked["shared_share"] = round(1 - forked["pss_mb"] / resident, 4)
    return {"worker": worker, "forked": forked, "cold": cold(place, queries)}


def cold(index: Path, queries: Path) -> dict[str, Any]:
    """Return the seconds from the start of a process to its first answer, the median of five."""
    took = []
    for _ in range(5):
        began = time.perf_counter()
        answer(start("cold", index, queries))
        took.append(time.perf_counter() - began)
    return {"seconds": round(statistics.median(took), 3), "n": len(took)}


def changed(new: ListFile, count: int, folder: Path) -> tuple[Index, int]:
    """Return an index of a publication's last `count` persons alone: what a change of a list adds."""
    entries = tuple(entry for entry in new.entries if entry.type == "person")[-count:]
    part = ListFile(
        new.source, f"{new.publication_id} change", new.published_at, entries, (), "", f"{new.content_sha256} change"
    )
    return build_index([part], folder / "change"), len(entries)


def mixed(data: Path, hard: Mapping[str, Sequence[Any]], count: int) -> list[Query]:
    """Return queries half of ordinary people and half of damaged listed persons, in turn."""
    people = [name_only(query) for query in ordinary(data, 1)]
    listed = [case.query for cases in zip(*hard.values(), strict=False) for case in cases]
    half = count // 2
    chosen = zip(people[:: len(people) // half][:half], listed[:: max(1, len(listed) // half)][:half], strict=False)
    return list(chain.from_iterable(chosen))
