# SPDX-License-Identifier: Apache-2.0
"""A platform that keeps a ledger: it repeats an upload with the same key until it is acknowledged, and notes that."""

import secrets
import time
from dataclasses import dataclass, field
from hashlib import sha256
from threading import Lock
from typing import Self

import httpx
import pytest

_PATIENCE = 120.0  # seconds for one upload, restarts of the service included
_PAUSE = 0.2
#: The same request is still running, or the database is busy; a 500 is never an honest answer.
_PASSING = ("IDEMPOTENCY_IN_PROGRESS", "CHANGED_MEANWHILE", "DATABASE_UNAVAILABLE")


@dataclass(frozen=True, slots=True)
class Upload:
    """One file that the platform wants to hand in."""

    merchant_id: str
    party_id: str
    requirement: str
    filename: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """One file of which the service said that it has it; `seconds` of the answered request alone."""

    upload: Upload
    document_id: str
    sha256: str
    tries: int
    seconds: float


@dataclass
class Ledger:
    """What was acknowledged, as the platform remembers it."""

    entries: list[Acknowledged] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def add(self, entry: Acknowledged) -> None:
        """Remember; several uploaders share one ledger."""
        with self._lock:
            self.entries.append(entry)

    @property
    def repeated(self) -> int:
        """How many uploads needed more than one try."""
        return sum(entry.tries > 1 for entry in self.entries)

    def latency(self, share: float) -> float:
        """Seconds within which this share of the acknowledging requests was answered."""
        times = sorted(entry.seconds for entry in self.entries)
        return times[min(len(times) - 1, int(len(times) * share))]


class Platform:
    """The client of the API; one for each thread."""

    def __init__(self, port: int, api_key: str, ledger: Ledger) -> None:
        self._ledger = ledger
        headers = {"authorization": f"Bearer {api_key}"}
        self._http = httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=10, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def upload(self, upload: Upload) -> str:
        """Send one file until it is acknowledged; returns the document's id."""
        key, began, tries = secrets.token_hex(16), time.monotonic(), 0
        while time.monotonic() - began < _PATIENCE:
            tries += 1
            asked = time.monotonic()
            answer = self._post(upload, key)
            if answer is not None and answer.status_code == httpx.codes.ACCEPTED:
                document_id: str = answer.json()["id"]
                digest = sha256(upload.data).hexdigest()
                self._ledger.add(Acknowledged(upload, document_id, digest, tries, time.monotonic() - asked))
                return document_id
            if answer is not None and answer.json().get("code") not in _PASSING:
                pytest.fail(f"an upload was refused: {answer.status_code} {answer.text}")
            time.sleep(_PAUSE)
        pytest.fail(f"an upload was not acknowledged in {_PATIENCE:.0f} s")

    def _post(self, upload: Upload, key: str) -> httpx.Response | None:
        """One try; None where the connection was lost, and then nobody knows what became of it."""
        try:
            return self._http.post(
                f"/v1/merchant_accounts/{upload.merchant_id}/documents",
                headers={"idempotency-key": key},
                data={"party_id": upload.party_id, "requirement": upload.requirement},
                files={"file": (upload.filename, upload.data)},
            )
        except httpx.TransportError:
            return None
