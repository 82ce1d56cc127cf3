# SPDX-License-Identifier: Apache-2.0
"""Writing a file so that it is there, whole, after a power cut: temporary name, fsync, rename, fsync of the folder."""

import os
import secrets
from pathlib import Path


def write_durably(path: Path, data: bytes) -> None:
    """Replace `path` (mode 0600) by `data` in one step; readers see the old file or the new one, never a part."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def publish_once(path: Path, data: bytes) -> None:
    """Make `path` with `data` durably unless it is there already: of two processes one is first, and both agree."""
    prepared = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    write_durably(prepared, data)
    try:
        os.link(prepared, path)
    except FileExistsError:
        return
    finally:
        prepared.unlink(missing_ok=True)
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
