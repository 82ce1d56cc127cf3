#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measure every bar of the reader, ours beside PassportEye, fastmrz and plain tesseract, in one run.

    python -m scripts.bench.ocr_run           everything: bench/ocr.json, docs/benchmarks/
    python -m scripts.bench.ocr_run --quick   samples of everything, in a few minutes

A peer that cannot be had is left out with the reason, and the run succeeds. Without the data
beside the repository nothing is measured, and the exit status is 2.
"""

import os
import platform
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from ocr import doctor
from ocr.bench import own, truth, zones
from ocr.bench.truth import ZoneCase
from ocr.bench.zones import Answered
from screening.bench.figures import percentile
from scripts.bench import ocr_extracts, ocr_page, publish
from scripts.bench.environment import FASTMRZ, PASSPORTEYE, Environment, NoEnvironment
from scripts.bench.ocr_engines import MODELS, Ours, Peer, ZoneReader, start

SYSTEM: Final = None  # plain tesseract is Debian's program; asking it needs no packages
PEERS: Final[dict[str, tuple[str, Environment | None, Path | None]]] = {
    "passporteye": ("passporteye", PASSPORTEYE, MODELS),
    "fastmrz": ("fastmrz", FASTMRZ, MODELS),
    "tesseract": ("tesseract", SYSTEM, MODELS),
    "passporteye_stock": ("passporteye", PASSPORTEYE, None),
    "tesseract_stock": ("tesseract", SYSTEM, None),
}
_SLOWEST: Final = 0.95


def main() -> int:
    """Measure, write, print the table."""
    wanted = publish.arguments("reader", "the folder that holds documents/ with its manifest.csv")
    if absent := publish.missing(wanted.data, "documents/manifest.csv"):
        print(absent)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        run = Run(wanted.data / "documents", Path(folder), quick=wanted.quick)
        results = run.results()
    publish.publish(wanted.out, "ocr", results, ocr_page.markdown(results), run.painter)
    print(ocr_page.BOARD.console(results))
    return 0


class Run:
    """One run: the cases, the engines that could be had, and what was found so far, by engine."""

    def __init__(self, documents: Path, folder: Path, *, quick: bool) -> None:
        self._documents, self._folder, self._quick = documents, folder, quick
        self._began = time.perf_counter()
        self._found: dict[str, dict[str, Any]] = {}
        self._pythons: dict[str, Path] = {}
        self._reasons: dict[str, str] = {}
        self._not_run: dict[str, str] = {}
        self._versions: dict[str, str] = {}
        real, french = truth.zones(documents, truth.REAL), truth.zones(documents, truth.FRENCH)
        self._sets = {
            "real": real[:: 6 if quick else 1],
            "french": french[:: 5 if quick else 1],
            "own": list(own.zones(folder, every=7 if quick else 3)),
        }
        self._extracts = truth.extracts(documents)
        self._registers = own.registers(folder, each=1 if quick else 2)
        self._say("documents found and drawn")

    def _say(self, what: str) -> None:
        print(f"{time.perf_counter() - self._began:7.0f} s  {what}", file=sys.stderr)

    def results(self) -> dict[str, Any]:
        """Measure everything and return the results as JSON types."""
        self._ours()
        for environment in (PASSPORTEYE, FASTMRZ):
            self._made(environment)
        with ThreadPoolExecutor(len(PEERS)) as pool:  # each is a process of its own, and CPU is what counts
            list(pool.map(self._peer, PEERS))
        return {
            "date": datetime.now(UTC).date().isoformat(),
            "quick": self._quick,
            "engine": doctor(),
            "versions": {"Python": platform.python_version(), **dict(sorted(self._versions.items()))},
            "machine": {"cpus": os.cpu_count(), "architecture": platform.machine()},
            "seed": own.SEED,
            "seconds": round(time.perf_counter() - self._began),
            "not_run": self._not_run,
            "engines": {key: self._found[key] for key in ("ours", *PEERS) if key in self._found},
        }

    def _ours(self) -> None:
        waited = start()
        self._found["ours"] = self._zones("ours", Ours(), self._sets)
        self._found["ours"]["cpu"] |= waited
        self._found["ours"] |= {
            "extracts": ocr_extracts.ours(self._extracts),
            "registers": ocr_extracts.own(self._registers),
            "signatures": ocr_extracts.signatures(truth.signatures(self._documents), self._folder),
            "overhead": ocr_extracts.overhead(self._extracts["scan"]),
            "text_layers": ocr_extracts.text_layers(self._extracts["text_layer"]),
        }
        self._say("ours: extracts, signatures, overhead")

    def _made(self, environment: Environment) -> None:
        try:
            self._pythons[environment.name] = environment.python()
        except NoEnvironment as error:
            self._reasons[environment.name] = str(error)

    def _peer(self, key: str) -> None:
        name, environment, models = PEERS[key]
        if environment and environment.name in self._reasons:
            self._not_run[key] = self._reasons[environment.name]
            return
        python = self._pythons[environment.name] if environment else Path(sys.executable)
        try:
            peer = Peer(name, python, models)
            sets = {"real": self._sets["real"]} if key.endswith("_stock") else self._sets
            found = self._zones(key, peer, sets)
            if key == "tesseract":
                found["extracts"] = ocr_extracts.plain(self._extracts, peer)
        except (NoEnvironment, OSError) as error:
            self._not_run[key] = str(error)
            return
        self._found[key], self._versions[name] = found, peer.version
        peer.close()

    @property
    def painter(self) -> Path | None:
        """The interpreter that has matplotlib, if its environment could be made."""
        return self._pythons.get(PASSPORTEYE.name)

    def _zones(self, key: str, engine: ZoneReader, sets: dict[str, list[ZoneCase]]) -> dict[str, Any]:
        answered: dict[str, Answered] = {
            name: [(case, engine.zone(case)) for case in cases] for name, cases in sets.items()
        }
        found: dict[str, Any] = {name: _figures(name, each) for name, each in answered.items()}
        photos = [each for name, cases in answered.items() if name != "own" for each in cases]
        found["cpu"] = _times(photos)
        self._say(f"{key}: zones")
        return found


def _figures(name: str, answered: Answered) -> dict[str, Any]:
    found = zones.figures(answered)
    if name != "real":
        found["by_damage"] = zones.by(answered, "damage")
    return found | {"by_kind": zones.by(answered, "kind"), "missed": zones.missed(answered)}


def _times(answered: Answered) -> dict[str, Any]:
    took = [answer.cpu_ms for _, answer in answered]
    return {
        "n": len(took),
        "p50_ms": round(percentile(took, 0.5), 1),
        "p95_ms": round(percentile(took, _SLOWEST), 1),
        "mean_ms": round(sum(took) / len(took), 1),
    }


if __name__ == "__main__":
    sys.exit(main())
