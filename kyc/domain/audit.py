# SPDX-License-Identifier: Apache-2.0
"""The hash chain of the audit trail: what is hashed, and how a broken chain is found.

A row's hash covers the digest of its stored body, not the body: personal data in a body is stored
encrypted, so that destroying a merchant's key empties the body and leaves the chain verifiable.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

GENESIS = "0" * 64


def canonical_json(value: object) -> bytes:
    """`value` as UTF-8 JSON with sorted keys and no spaces: equal values give equal bytes."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the trail, as it is hashed."""

    seq: int
    at: datetime
    actor_kind: str
    actor_id: str
    verb: str
    subject: str
    merchant_id: str | None
    body_sealed: bool
    body_digest: str
    prev: str
    hash: str


def digest(body: bytes) -> str:
    """SHA-256 of a stored body, as hex."""
    return hashlib.sha256(body).hexdigest()


def link(prev: str, row: Mapping[str, object]) -> str:
    """The hash of a row that follows `prev` (hex)."""
    return hashlib.sha256(prev.encode() + canonical_json(row)).hexdigest()


def hashed_fields(entry: Entry) -> dict[str, object]:
    """The fields that a row's hash covers."""
    return {
        "seq": entry.seq,
        "at": entry.at.isoformat(timespec="microseconds"),
        "actor_kind": entry.actor_kind,
        "actor_id": entry.actor_id,
        "verb": entry.verb,
        "subject": entry.subject,
        "merchant_id": entry.merchant_id,
        "body_sealed": entry.body_sealed,
        "body_digest": entry.body_digest,
    }


def first_break(entries: Iterable[Entry], head: tuple[int, str]) -> int | None:
    """The sequence number at which the chain does not hold, None where it holds up to `head` (seq, hash)."""
    prev, expected = GENESIS, 1
    for entry in entries:
        if entry.seq != expected or entry.prev != prev or link(prev, hashed_fields(entry)) != entry.hash:
            return expected
        prev, expected = entry.hash, expected + 1
    return None if (expected - 1, prev) == head else expected
