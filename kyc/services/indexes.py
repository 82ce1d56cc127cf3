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
        """Whether the prepared index is there, and was whole and of this engine when this process opened it."""
        try:
            with self._lock:
                self._opened(name)
        except (ValueError, KeyError):
            return False
        except OSError:  # no more open files, no memory: that says nothing of the index
            pass
        return (self._folder / name).is_dir()

    def open(self, name: str) -> Index:
        """The index of this name below the lists folder; UnavailableError where it is missing or damaged."""
        with self._lock:
            try:
                return self._opened(name)
            except (OSError, ValueError, KeyError) as error:
                raise UnavailableError("LIST_INDEX_UNAVAILABLE") from error

    def _opened(self, name: str) -> Index:
        if name not in self._open:
            self._open[name] = Index.open(self._folder / name)
        return self._open[name]
