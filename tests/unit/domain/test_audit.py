# SPDX-License-Identifier: Apache-2.0
"""The hash chain: every change of any row is found."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kyc.domain.audit import GENESIS, Entry, canonical_json, digest, first_break, hashed_fields, link

AT = datetime(2026, 11, 22, tzinfo=UTC)


def chain(length: int) -> list[Entry]:
    """A chain of `length` links."""
    entries: list[Entry] = []
    prev = GENESIS
    for seq in range(1, length + 1):
        bare = Entry(
            seq,
            AT + timedelta(seconds=seq),
            "officer",
            "of_1",
            "case.approve",
            "case_1",
            "ma_1",
            False,
            digest(b"x"),
            prev,
            "",
        )
        prev = link(prev, hashed_fields(bare))
        entries.append(replace(bare, hash=prev))
    return entries


def head(entries: list[Entry]) -> tuple[int, str]:
    """The head of a chain."""
    return (entries[-1].seq, entries[-1].hash) if entries else (0, GENESIS)


def test_an_untouched_chain_holds() -> None:
    assert first_break([], (0, GENESIS)) is None
    entries = chain(20)
    assert first_break(entries, head(entries)) is None


@given(
    st.integers(0, 9),
    st.sampled_from(["actor_id", "verb", "subject", "merchant_id", "body_digest", "at", "actor_kind", "prev", "hash"]),
)
def test_a_changed_field_breaks_the_chain_at_that_row_or_right_behind(index: int, field: str) -> None:
    entries = chain(10)
    end = head(entries)
    changed = AT if field == "at" else "0" * 64
    entries[index] = replace(entries[index], **{field: changed})  # type: ignore[arg-type]  # one field of the row
    if index == 0 and field == "prev":
        assert first_break(entries, end) is None  # the first row's predecessor is GENESIS: nothing was changed
    else:
        assert first_break(entries, end) in (index + 1, index + 2)


@given(st.integers(0, 9))
def test_a_removed_row_breaks_the_chain(index: int) -> None:
    entries = chain(10)
    end = head(entries)
    del entries[index]
    assert first_break(entries, end) == index + 1


@given(st.permutations(range(6)))
def test_reordered_rows_break_the_chain(order: list[int]) -> None:
    entries = chain(6)
    end = head(entries)
    shuffled = [entries[index] for index in order]
    assert (first_break(shuffled, end) is None) == (order == list(range(6)))


def test_rows_added_behind_the_head_are_found() -> None:
    entries = chain(5)
    assert first_break(entries, head(entries[:4])) is not None


def test_equal_values_have_equal_bytes() -> None:
    assert canonical_json({"b": 1, "a": "é"}) == canonical_json({"a": "é", "b": 1}) == '{"a":"é","b":1}'.encode()
