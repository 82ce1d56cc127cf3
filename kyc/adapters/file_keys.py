# SPDX-License-Identifier: Apache-2.0
"""Data keys as files, each encrypted under a master key; destroying one overwrites and removes its file.

The folder must not be part of database or blob backups: that is what makes destruction final.
"""

import os
import re
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kyc.adapters.durable import publish_once, sync_folder
from kyc.domain.errors import NotFoundError, UnavailableError

_NAME = re.compile(r"[A-Za-z0-9_]{1,64}")
_KEY_BYTES, _NONCE_BYTES = 32, 12


class FileKeys:
    """`Keys` in a local folder, wrapped with AES-256-GCM under `master` (32 bytes)."""

    def __init__(self, folder: Path, master: bytes) -> None:
        self._folder = folder
        self._wrapper = AESGCM(master)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def create(self, key_id: str) -> None:
        """Make a key; one that is there stays."""
        path = self._path(key_id)
        if path.exists():
            return
        nonce = secrets.token_bytes(_NONCE_BYTES)
        wrapped = self._wrapper.encrypt(nonce, secrets.token_bytes(_KEY_BYTES), key_id.encode())
        publish_once(path, nonce + wrapped)

    def get(self, key_id: str) -> bytes:
        """The key's 32 bytes."""
        try:
            stored = self._path(key_id).read_bytes()
        except FileNotFoundError as error:
            raise NotFoundError("KEY_NOT_FOUND") from error
        try:
            return self._wrapper.decrypt(stored[:_NONCE_BYTES], stored[_NONCE_BYTES:], key_id.encode())
        except InvalidTag as error:
            raise UnavailableError("KEY_DAMAGED") from error

    def destroy(self, key_id: str) -> None:
        """Overwrite and remove the key."""
        path = self._path(key_id)
        if not path.exists():
            return
        with path.open("r+b") as file:
            file.write(secrets.token_bytes(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
        sync_folder(self._folder)

    def _path(self, key_id: str) -> Path:
        if not _NAME.fullmatch(key_id):
            raise NotFoundError("KEY_NOT_FOUND")
        return self._folder / f"{key_id}.key"


def master_key(path: Path) -> bytes:
    """The master key of this installation (32 bytes), made at the first start with mode 0600."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        publish_once(path, secrets.token_bytes(_KEY_BYTES))
    key = path.read_bytes()
    if len(key) != _KEY_BYTES:
        raise UnavailableError("MASTER_KEY_DAMAGED")
    return key
