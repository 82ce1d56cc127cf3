# SPDX-License-Identifier: Apache-2.0
"""How long a file is kept: the clock starts at the end of the relationship (policy section 7; CMF L561-12)."""

from calendar import monthrange
from datetime import date


def add_months(day: date, months: int) -> date:
    """`day` plus calendar months; where the month is too short, its last day (requirement R-60)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def retain_until(start: date, months: int) -> date:
    """The last day on which a file is kept, that day included (Reg. 1182/71); erasure is due on the day after."""
    return add_months(start, months)


def older_than_months(issued: date, months: int, today: date) -> bool:
    """True where a document dated `issued` is no longer *less than* `months` calendar months old (R-9)."""
    return today >= add_months(issued, months)
