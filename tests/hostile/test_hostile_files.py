# SPDX-License-Identifier: Apache-2.0
"""Hostile files are refused with a reason or read; the service neither fails nor hangs nor grows."""

import os
import resource
import time
from collections.abc import Callable

import pytest

from ocr import Limits, read, sandbox, sniff
from ocr.models import Refusal
from ocr.sandbox import available_level, read_and_measure
from tests.acceptance.processes import descendants_of
from tests.hostile.files import FILES, extract
from tests.hostile.mutants import MUTANTS
from tests.hostile.pdfs import PDFS
from tests.hostile.pictures import PICTURES, gps

# The bar of the reliability promises is 20 s a file; the limit below is what a hang would show as.
LIMITS = Limits(wall_seconds=18.0, cpu_seconds=12)
CORPUS = {**FILES, **PDFS, **PICTURES, **MUTANTS}
BY_HEADER = {name for name, (_, codes) in CORPUS.items() if codes == {"document_type_not_supported"}}
BY_HEADER |= {
    "empty",
    "40,000 pixels wide",
    "pdf header only",
    "png of no width",
    "a jpeg of marks",
    "a jpeg of starts",
}
MOST_MEMORY = 1.1 * 2**30  # bytes, of a reader
MOST_GROWTH = 60 * 1024  # KiB, of the service


@pytest.fixture(scope="module")
def below() -> Callable[[], set[int]]:
    """The processes below this one; a warm reader is among them from the start."""
    assert read(extract(), limits=LIMITS).refusal is None
    return lambda: set(descendants_of(os.getpid()))


@pytest.mark.parametrize("name", sorted(BY_HEADER))
def test_a_file_of_another_type_is_refused_before_any_reader_is_started(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    build, codes = CORPUS[name]
    monkeypatch.setattr(sandbox._NURSERY, "read", lambda *_: pytest.fail("a reader was started"))
    reading = read(build(), limits=LIMITS)
    assert reading.refusal is not None
    assert reading.refusal.code in codes


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(CORPUS.keys() - BY_HEADER))
def test_a_hostile_file_is_refused_with_a_reason_or_read(name: str, below: Callable[[], set[int]]) -> None:
    build, codes = CORPUS[name]
    data = build()
    before, alive = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, below()
    started = time.monotonic()
    reading, usage = read_and_measure(data, limits=LIMITS, level=available_level())
    assert time.monotonic() - started < 20
    assert len(below()) == len(alive)
    assert len(below() - alive) <= 1  # the reader that waits for the next file
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MOST_GROWTH
    assert usage is None or usage.peak_bytes < MOST_MEMORY
    assert (usage is None) == isinstance(sniff(data, LIMITS), Refusal)
    assert (None if reading.refusal is None else reading.refusal.code) in codes
    if reading.refusal is not None:
        assert reading.refusal.text.endswith(".")
        assert reading.fields == {}
        if reading.refusal.code == "reader_failed":
            assert read(extract(), limits=LIMITS).refusal is None


@pytest.mark.slow
def test_the_place_that_a_telephone_notes_stays_behind() -> None:
    data = gps()
    assert b"Exif" in data
    assert all(b"Exif" not in page.image for page in read(data, limits=LIMITS).pages)


def test_the_corpus_has_at_least_three_hundred_files() -> None:
    assert len(CORPUS) >= 300
    assert len(CORPUS) == len(FILES) + len(PDFS) + len(PICTURES) + len(MUTANTS)
