# SPDX-License-Identifier: Apache-2.0
"""Blobs as files in one folder tree; what is stored is already encrypted."""

import re
from pathlib import Path

from kyc.adapters.durable import sync_folder, write_durably
from kyc.domain.errors import NotFoundError, UnavailableError

_NAME = re.compile(r"[A-Za-z0-9_-]{1,120}")


class LocalBlobs:
    """`Blobs` in a local folder, spread over sub-folders by the end of the name (its random part)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def put(self, name: str, data: bytes) -> None:
        """Store durably."""
        path = self._path(name)
        try:
            if not path.parent.exists():
                path.parent.mkdir(mode=0o700, exist_ok=True)
                sync_folder(self._folder)
            write_durably(path, data)
        except OSError as error:
            raise UnavailableError("STORAGE_UNAVAILABLE") from error

    def get(self, name: str) -> bytes:
        """The stored bytes."""
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError as error:
            raise NotFoundError("BLOB_NOT_FOUND") from error
        except OSError as error:
            raise UnavailableError("STORAGE_UNAVAILABLE") from error

    def delete(self, name: str) -> None:
        """Forget the bytes."""
        self._path(name).unlink(missing_ok=True)

    def names(self) -> list[str]:
        """Every stored name."""
        return sorted(path.name for path in self._folder.glob("??/*") if not path.name.startswith("."))

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise NotFoundError("BLOB_NOT_FOUND")
        return self._folder / name.partition("-")[0][-2:] / name
