# SPDX-License-Identifier: Apache-2.0
"""The board tells each bar as it was measured, and what was not run and why."""

from typing import Any

import pytest

from scripts.bench import board, ocr_page, screening_page
from scripts.bench.board import Board

BOARDS = [screening_page.BOARD, ocr_page.BOARD]
LEAST = {"at": "least", "limit": 0.9, "unit": "share"}
MOST = {"at": "most", "limit": 3.0, "unit": "ms"}


@pytest.mark.parametrize(
    ("bar", "value", "reached"),
    [
        (LEAST, 0.9, True),
        (LEAST, 0.8999, False),
        (MOST, 3.0, True),
        (MOST, 3.01, False),
        (MOST, None, None),
        ({"unit": "share"}, 0.5, None),
    ],
)
def test_a_bar_is_met_at_its_limit(bar: dict[str, Any], value: float | None, reached: bool | None) -> None:  # noqa: FBT001 - what is expected
    assert board.met(bar, value) is reached


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.9994, "share", "0.999"),
        (0.99996, "share", "0.9999"),
        (1.0, "share", "1.000"),
        (None, "ms", "–"),
        (2.345, "ms", "2.35 ms"),
        (0, "count", "0"),
        (240.4, "MB", "240 MB"),
    ],
)
def test_figures_are_shown_in_their_unit_and_never_rounded_up_to_all(value: float | None, unit: str, text: str) -> None:
    assert board.shown(value, unit) == text


def test_a_peer_that_was_not_run_leaves_dashes_and_its_reason() -> None:
    results = {"engines": {"ours": {"quality": {"pairs": {"f1": 0.9}}}}, "not_run": {"logic_v2": "no network"}}
    text = screening_page.BOARD.console(results)
    assert "logic-v2 was not run: no network" in text
    first = next(line for line in text.splitlines() if line.startswith("name pairs: F1"))
    assert first.split()[-6:] == ["–", "–", "–", "≥", "0.860", "yes"]


@pytest.mark.parametrize("board", BOARDS)
def test_every_bar_says_whether_more_or_less_is_better_or_has_no_limit(board: Board) -> None:
    for bar in board.bars:
        assert ("limit" in bar) == (bar.get("at") in {"least", "most"})
        assert "pace" not in bar or bar["at"] == "most"
        assert bar["unit"] in {"share", "count", "times", "ms", "s", "MB"}
    keys = [bar["key"] for bar in board.bars]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(
    ("ours", "peer", "word"),
    [
        (2.9, 33.0, "yes"),
        (5.9, 66.0, "NO; at the peer's pace (2.0 ×: ≤ 6.00 ms) yes"),
        (6.1, 66.0, "NO; at the peer's pace (2.0 ×: ≤ 6.00 ms) NO"),
        (2.9, 16.5, "yes"),
        (5.9, None, "NO"),
    ],
)
def test_a_missed_bar_of_time_is_judged_at_the_pace_of_a_peer_as_well(
    ours: float, peer: float | None, word: str
) -> None:
    engines = {"ours": {"query": {"p50_ms": ours}}, "wratio": {"query": {"p50_ms": peer}}}
    rows = screening_page.BOARD.rows({"engines": engines, "not_run": {}})
    assert [row[-1] for row in rows if row[0] == "one query, 25,000 names: CPU p50"] == [word]


def test_a_quick_run_does_not_judge_sizes_it_did_not_have() -> None:
    results = {"engines": {"ours": {"stored": {"seconds": 1.0}}}, "not_run": {}}
    runs = (results, results | {"quick": True})
    whole, quick = ([row for row in screening_page.BOARD.rows(run) if row[0].startswith("100,000")] for run in runs)
    assert [row[-1] for row in whole] == ["yes"]
    assert [row[-1] for row in quick] == ["not measured"]
