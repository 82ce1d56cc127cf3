# SPDX-License-Identifier: Apache-2.0
"""Calendar months, the age of extracts, the last day of a file."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyc.domain.retention import add_months, older_than_months, retain_until


@pytest.mark.parametrize(
    ("ended", "last_day"),
    [
        (date(2026, 11, 22), date(2031, 11, 22)),
        (date(2028, 2, 29), date(2033, 2, 28)),
        (date(2027, 2, 28), date(2032, 2, 28)),
    ],
)
def test_a_file_is_kept_five_calendar_years_after_the_end(ended: date, last_day: date) -> None:
    assert retain_until(ended, 60) == last_day


@pytest.mark.parametrize(
    ("issued", "today", "old"),
    [
        (date(2026, 8, 22), date(2026, 11, 21), False),
        (date(2026, 8, 22), date(2026, 11, 22), True),
        (date(2026, 11, 30), date(2027, 2, 27), False),
        (date(2026, 11, 30), date(2027, 2, 28), True),
        (date(2027, 11, 30), date(2028, 2, 28), False),
        (date(2027, 11, 30), date(2028, 2, 29), True),
    ],
)
def test_an_extract_must_be_strictly_less_than_three_months_old(issued: date, today: date, old: bool) -> None:  # noqa: FBT001
    assert older_than_months(issued, 3, today) is old


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 240))
def test_adding_months_lands_in_the_right_month_and_never_beyond_the_day(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day <= day.day
    if later.day < day.day:
        assert (later + timedelta(days=1)).month != later.month
