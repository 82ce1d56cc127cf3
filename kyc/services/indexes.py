# SPDX-License-Identifier: Apache-2.0
"""Opened list indexes, one per path and process; they are memory-mapped, so forked workers share the pages."""

from pathlib import Path
from threading import Lock

from kyc.domain.errors import UnavailableError
from screening import Index


class Indexes:
    """Opens prepared indexes once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: dict[str, Index] = {}
        self._lock = Lock()

    def usable(self, name: str) -> bool:
        """Whether the prepared index is where it should be, whole, and made by this engine."""
        try:
            self.open(name)
        except UnavailableError:
            return False
        return (self._folder / name).is_dir()

    def open(self, name: str) -> Index:
        """The index of this name below the lists folder; UnavailableError where it is missing or damaged."""
        with self._lock:
            if name not in self._open:
                try:
                    self._open[name] = Index.open(self._folder / name)
                except (OSError, ValueError, KeyError) as error:
                    raise UnavailableError("LIST_INDEX_UNAVAILABLE") from error
            return self._open[name]
