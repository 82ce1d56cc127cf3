# SPDX-License-Identifier: Apache-2.0
"""Hostile files are refused with a reason or read; the parent neither fails nor hangs nor grows."""

import os
import resource
import time
from collections.abc import Callable

import pytest

from ocr import Limits, read, sandbox
from tests.acceptance.processes import descendants_of
from tests.hostile.files import FILES, extract

# The bar of the reliability promises is 20 s a file; the limit below is what a hang would show as.
LIMITS = Limits(wall_seconds=20.0, cpu_seconds=15)
REFUSED_BY_HEADER = {
    name
    for name, (_, codes) in FILES.items()
    if codes == {"document_type_not_supported"} or name in {"empty", "40,000 pixels wide", "pdf header only"}
}


@pytest.fixture(scope="module")
def below() -> Callable[[], set[int]]:
    """The processes below this one; a warm reader is among them from the start."""
    assert read(extract(), limits=LIMITS).refusal is None
    return lambda: set(descendants_of(os.getpid()))


@pytest.mark.parametrize("name", sorted(REFUSED_BY_HEADER))
def test_a_file_of_another_type_is_refused_before_any_child_is_started(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    build, codes = FILES[name]
    monkeypatch.setattr(sandbox._NURSERY, "read", lambda *_: pytest.fail("a reader was started"))
    reading = read(build(), limits=LIMITS)
    assert reading.refusal is not None
    assert reading.refusal.code in codes


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(FILES.keys() - REFUSED_BY_HEADER))
def test_a_hostile_file_is_refused_with_a_reason_or_read(name: str, below: Callable[[], set[int]]) -> None:
    build, codes = FILES[name]
    data = build()
    before, alive = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, below()
    started = time.monotonic()
    reading = read(data, limits=LIMITS)
    assert time.monotonic() - started < LIMITS.wall_seconds + 2
    assert below() == alive
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60 * 1024  # KiB
    code = None if reading.refusal is None else reading.refusal.code
    assert code in codes
    if reading.refusal is not None:
        assert reading.refusal.text.endswith(".")
        assert reading.fields == {}


def test_the_corpus_has_at_least_forty_files() -> None:
    assert len(FILES) >= 40
