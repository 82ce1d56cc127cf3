# SPDX-License-Identifier: Apache-2.0
"""Extracts, signatures and what the pipeline adds to the OCR call."""

import io
import os
import statistics
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from pyhanko.pdf_utils.reader import PdfFileReader

from ocr import read
from ocr.bench import printed
from ocr.bench.truth import SIGNED, ExtractCase, RegisterCase
from scripts.bench.environment import ROOT
from scripts.bench.ocr_engines import ONE_THREAD, Peer, measured, told

ROUNDS: Final = 9  # of whole pipeline and bare call in turn
TIMES: Final = 15  # each extract is read so often for its time; the least counts, as a busy machine only adds
_BY_PIXELS: Final = ("scan", "photo")  # there the verification code comes from a QR code or not at all

_OF_TEXT_LAYERS: Final = ("fields_ms", "start_ms", "total_ms", "text_ms", "drawn_ms")
_OF_REGISTERS: Final = ("kbis", "extrait_k", "rne_attestation")  # the kinds that the bars speak of

Cases = Mapping[str, Sequence[ExtractCase]]


def ours(media: Cases) -> dict[str, Any]:
    """Return the share of printed values that became fields, what is missing, and CPU, by medium.

    fields_cpu_ms is the CPU without the pictures of the pages for people, as the command line reads.
    """
    found = {}
    for medium, cases in media.items():
        left, took, alone = [], [], []
        for case in cases:
            data = case.file.read_bytes()
            pairs = [(measured(data), measured(data, pictures=False)) for _ in range(TIMES)]
            left.append((case, printed.unread(case, pairs[0][1][0], with_code=medium not in _BY_PIXELS)))
            took.append(min(whole for (_, whole), _ in pairs))
            alone.append(min(fields for _, (_, fields) in pairs))
        found[medium] = _figures(medium, left, took) | {"fields_cpu_ms": round(statistics.median(alone), 1)}
    return found


def plain(media: Cases, peer: Peer) -> dict[str, Any]:
    """Return the share of printed values that stand in the plain text of the page, by medium that has pixels."""
    found = {}
    for medium in _BY_PIXELS:
        left, took = [], []
        for case in media[medium]:
            pages = [peer.page(case.file) for _ in range(TIMES)]
            left.append((case, printed.missing(case, pages[0][0], with_code=False)))
            took.append(min(cpu_ms for _, cpu_ms in pages))
        figures = _figures(medium, left, took)
        found[medium] = figures | {"fields_cpu_ms": figures["cpu_ms"]}  # it makes no picture for people
    return found


def _figures(medium: str, left: Sequence[tuple[ExtractCase, list[str]]], took: Sequence[float]) -> dict[str, Any]:
    return {
        "n": len(left),
        "share": printed.share(left, with_code=medium not in _BY_PIXELS),
        "cpu_ms": round(statistics.median(took), 1) if took else None,
        "missing": [value for _, values in left for value in values],
    }


def own(media: Mapping[str, Sequence[RegisterCase]]) -> dict[str, Any]:
    """Return the share of fields of our own register documents that were read, by medium and kind."""
    found = {}
    for medium, cases in media.items():
        took, counts, left = [], dict[str, Counter[str]](), []
        for case in cases:
            reading, cpu_ms = measured(case.file.read_bytes())
            names = printed.fields(case, with_code=medium not in _BY_PIXELS)
            wrong = printed.wrong(case, reading, with_code=medium not in _BY_PIXELS)
            told = {
                "n": 1,
                "known": int(reading.kind is case.kind),
                "fields": len(names),
                "read": len(names) - len(wrong),
            }
            counts.setdefault(case.kind.value, Counter()).update(told)
            left += [f"{case.file.stem}: {name}" for name in wrong]
            took.append(cpu_ms / max(1, len(reading.pages)))
        registers = sum((counts[kind] for kind in _OF_REGISTERS if kind in counts), Counter[str]())
        found[medium] = {
            "n": len(cases),
            "share": round(registers["read"] / registers["fields"], 4),
            "cpu_ms": round(statistics.median(took), 1),
            "by_kind": counts,
            "missing": left,
        }
    return found


def signatures(files: Mapping[str, bytes], folder: Path) -> dict[str, Any]:
    """Return what an officer is told of each file, and how many are told apart from all others.

    Trusted is the authority that signed; the last file is the signed one with no authority trusted.
    """
    readings = {name: read(data, trust=_trust(files[SIGNED], folder)) for name, data in files.items()}
    if SIGNED in files:
        readings["signed, authority unknown"] = read(files[SIGNED])
    remarks = {name: [(each.code, each.text) for each in reading.authenticity] for name, reading in readings.items()}
    codes = {name: sorted(code for code, _ in each) for name, each in remarks.items()}
    apart = sum(list(codes.values()).count(each) == 1 for each in codes.values())
    return {"n": len(remarks), "told_apart": apart, "remarks": remarks}


def _trust(signed: bytes, folder: Path) -> Path:
    """Return a folder that holds the certificate of the authority behind a signature, taken from the file itself."""
    place = folder / "trust"
    if not place.is_dir():
        place.mkdir()
        signature = PdfFileReader(io.BytesIO(signed)).embedded_regular_signatures[0]
        for number, each in enumerate(signature.other_embedded_certs):
            (place / f"{number}.der").write_bytes(each.dump())
    return place


def overhead(scans: Sequence[ExtractCase]) -> dict[str, Any]:
    """Return the CPU of the whole pipeline on scanned pages beside that of the bare OCR call, and its share above.

    Both read each page in turn, several times, so that the moods of the machine meet both; the least of each counts.
    """
    if not scans:
        return {}
    with _bare_reader() as (engine, bare):
        took = {case.file: [(_whole(case.file), bare("words", case.file)) for _ in range(ROUNDS)] for case in scans}
    whole_ms = sum(min(whole for whole, _ in rounds) for rounds in took.values())
    bare_ms = sum(min(alone for _, alone in rounds) for rounds in took.values())
    return {
        "n": len(scans),
        "whole_ms": round(whole_ms, 1),
        "bare_ms": round(bare_ms, 1),
        "engine": engine,
        "share": round(whole_ms / bare_ms - 1, 4),
    }


def text_layers(cases: Sequence[ExtractCase]) -> dict[str, Any]:
    """Return the CPU of the fields of an extract with a text layer beside that of the bare calls of pypdfium2.

    All read each extract in turn, several times; the least of each counts, and of the extracts the median. `start_ms`
    is what the reader spends before its document comes, `total_ms` both of the same reading.
    """
    if not cases:
        return {}
    with _bare_reader() as (_, bare):
        rounds = [
            [(*_fields(case.file), bare("text", case.file), bare("drawn", case.file)) for _ in range(ROUNDS)]
            for case in cases
        ]
    least = [[min(times) for times in zip(*each, strict=True)] for each in rounds]
    medians = [round(statistics.median(times), 1) for times in zip(*least, strict=True)]
    return {"n": len(cases), **dict(zip(_OF_TEXT_LAYERS, medians, strict=True))}


def _whole(file: Path) -> float:
    return measured(file.read_bytes())[1]


def _fields(file: Path) -> tuple[float, float, float]:
    _, cpu_ms, start_ms = told(file.read_bytes(), pictures=False)
    return cpu_ms, start_ms, cpu_ms + start_ms


@contextmanager
def _bare_reader() -> Iterator[tuple[str, Callable[[str, Path], float]]]:
    """Yield the name of the OCR engine and what asks ocr_bare.py, a process of its own, for the CPU of a call."""
    command = [sys.executable, "-m", "scripts.bench.ocr_bare"]
    surroundings, pipe = {**os.environ, **ONE_THREAD}, subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, text=True, env=surroundings, stdin=pipe, stdout=pipe) as process:
        asked, said = process.stdin, process.stdout
        if asked is None or said is None:
            raise RuntimeError("its process has no pipes")

        def ask(what: str, file: Path) -> float:
            print(what, file, file=asked, flush=True)
            return float(said.readline())

        yield said.readline().strip(), ask
