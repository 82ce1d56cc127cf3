# SPDX-License-Identifier: Apache-2.0
"""The machine's clock: the only place that asks for the time."""

from datetime import UTC, datetime


class SystemClock:
    """`Clock` by the operating system."""

    def now(self) -> datetime:
        """Now, in UTC."""
        return datetime.now(UTC)
