# SPDX-License-Identifier: Apache-2.0
"""Sealing personal data: AES-256-GCM under a key that belongs to one merchant, bound to where it is stored.

Each value is encrypted under its own key, derived (HKDF-SHA256, RFC 5869) from the merchant's data key and
the place of the value, with a fresh 96-bit nonce; the place is authenticated too, so that a sealed value moved
to another row does not open. Destroying the data key makes all of a merchant's values unreadable at once,
in backups as well.
"""

import hmac
import json
import secrets
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kyc.domain.errors import UnavailableError
from kyc.ports import Keys

#: The key of the installation itself: staff secrets, webhook secrets, look-up hashes.
INSTALLATION = "installation"
_NONCE = 12


class Vault:
    """Seals and opens values; keys stay inside."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def seal(self, key_id: str, place: str, value: Any) -> bytes:
        """`value` (JSON types) encrypted for `place`, for example `party:pt_01…`."""
        return self.seal_bytes(key_id, place, json.dumps(value, ensure_ascii=False).encode())

    def open(self, key_id: str, place: str, sealed: bytes) -> Any:
        """What `seal` was given; UnavailableError where the bytes were altered, NotFoundError where the key is gone."""
        return json.loads(self.open_bytes(key_id, place, sealed))

    def seal_bytes(self, key_id: str, place: str, data: bytes) -> bytes:
        """Bytes encrypted for `place`: nonce, then ciphertext with its tag."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._cipher(key_id, place).encrypt(nonce, data, place.encode())

    def open_bytes(self, key_id: str, place: str, sealed: bytes) -> bytes:
        """The bytes that `seal_bytes` was given."""
        try:
            return self._cipher(key_id, place).decrypt(sealed[:_NONCE], sealed[_NONCE:], place.encode())
        except InvalidTag as error:
            raise UnavailableError("STORED_DATA_DAMAGED") from error

    def lookup_hash(self, purpose: str, text: str) -> str:
        """A keyed hash (hex) by which a value can be found again without being stored."""
        key = self._keys.get(INSTALLATION)
        return hmac.new(key, f"{purpose}:{text}".encode(), sha256).hexdigest()

    def _cipher(self, key_id: str, place: str) -> AESGCM:
        derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=place.encode()).derive(self._keys.get(key_id))
        return AESGCM(derived)
