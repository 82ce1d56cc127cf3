# SPDX-License-Identifier: Apache-2.0
"""Extracts, signatures and what the pipeline adds to the OCR call."""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Final

from ocr import read
from ocr.bench import printed
from ocr.bench.truth import ExtractCase
from scripts.bench.environment import ROOT
from scripts.bench.ocr_engines import ONE_THREAD, Peer, measured

TIMES: Final = 3  # each extract is read so often for its time; the median counts
_BY_PIXELS: Final = ("scan", "photo")  # there the verification code comes from a QR code or not at all

Cases = Mapping[str, Sequence[ExtractCase]]


def ours(media: Cases) -> dict[str, Any]:
    """Return the share of printed values that became fields, what is missing, and CPU, by medium."""
    found = {}
    for medium, cases in media.items():
        left, took = [], []
        for case in cases:
            readings = [measured(case.file.read_bytes()) for _ in range(TIMES)]
            left.append((case, printed.unread(case, readings[0][0], with_code=medium not in _BY_PIXELS)))
            took.append(statistics.median(cpu_ms for _, cpu_ms in readings))
        found[medium] = _figures(medium, left, took)
    return found


def plain(media: Cases, peer: Peer) -> dict[str, Any]:
    """Return the share of printed values that stand in the plain text of the page, by medium that has pixels."""
    found = {}
    for medium in _BY_PIXELS:
        left, took = [], []
        for case in media[medium]:
            text, cpu_ms = peer.page(case.file)
            left.append((case, printed.missing(case, text, with_code=False)))
            took.append(cpu_ms)
        found[medium] = _figures(medium, left, took)
    return found


def _figures(medium: str, left: Sequence[tuple[ExtractCase, list[str]]], took: Sequence[float]) -> dict[str, Any]:
    return {
        "n": len(left),
        "share": printed.share(left, with_code=medium not in _BY_PIXELS),
        "cpu_ms": round(statistics.median(took), 1) if took else None,
        "missing": [value for _, values in left for value in values],
    }


def signatures(files: Mapping[str, bytes]) -> dict[str, Any]:
    """Return what an officer is told of each file, and how many are told apart from all others."""
    remarks = {name: [(each.code, each.text) for each in read(data).authenticity] for name, data in files.items()}
    codes = {name: sorted(code for code, _ in each) for name, each in remarks.items()}
    apart = sum(list(codes.values()).count(each) == 1 for each in codes.values())
    return {"n": len(files), "told_apart": apart, "remarks": remarks}


def overhead(scans: Sequence[ExtractCase]) -> dict[str, Any]:
    """Return the CPU of the whole pipeline on scanned pages beside that of the bare OCR call, and its share above."""
    if not scans:
        return {}
    whole = sum(statistics.median(measured(case.file.read_bytes())[1] for _ in range(TIMES)) for case in scans)
    command = [sys.executable, "-m", "scripts.bench.ocr_bare", str(TIMES), *(str(case.file) for case in scans)]
    done = subprocess.run(
        command, cwd=ROOT, check=True, capture_output=True, text=True, env={**os.environ, **ONE_THREAD}
    )
    bare = json.loads(done.stdout)
    return {
        "n": len(scans),
        "whole_ms": round(whole, 1),
        "bare_ms": bare["cpu_ms"],
        "engine": bare["engine"],
        "share": round(whole / bare["cpu_ms"] - 1, 4),
    }
