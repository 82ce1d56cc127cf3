# SPDX-License-Identifier: Apache-2.0
"""What the services need from the outside world, as protocols of at most five methods."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol


class Blobs(Protocol):
    """Bytes under a name; what is stored here is already encrypted."""

    def put(self, name: str, data: bytes) -> None:
        """Store durably: on return the bytes survive a power cut. Raises UnavailableError."""

    def get(self, name: str) -> bytes:
        """The bytes stored under `name`; NotFoundError where there are none."""

    def delete(self, name: str) -> None:
        """Forget `name`; no error where it is not there."""

    def names(self) -> list[str]:
        """Every stored name, for the check that each blob has a row and vice versa."""


class Keys(Protocol):
    """Data keys, kept outside the database and its backups so that destroying one is final."""

    def create(self, key_id: str) -> None:
        """Make a 256-bit key under this id durably; one that is there stays as it is."""

    def get(self, key_id: str) -> bytes:
        """The 32 bytes of a key; NotFoundError where it was destroyed or never was."""

    def destroy(self, key_id: str) -> None:
        """Make the key unrecoverable; no error where it is gone already."""


class Hints(Protocol):
    """Wake-ups for workers. A lost hint costs seconds, never a job: the job table is the truth."""

    def wake(self, job_id: str) -> None:
        """Tell a worker that this job is due; never raises."""


class Notices(Protocol):
    """E-mail to merchants."""

    def send(self, recipient: str, subject: str, text: str) -> None:
        """Hand one message over; UnavailableError where that failed and may be tried again."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What came of one attempt: the receiver's HTTP status (None: no answer), the wait it asked for in seconds."""

    status: int | None
    retry_after: int | None = None
    problem: str = ""

    @property
    def accepted(self) -> bool:
        """True for any 2xx."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def gone(self) -> bool:
        """True where the receiver wants no more events (410)."""
        return self.status == 410


class Webhooks(Protocol):
    """Signed events to the platform (Standard Webhooks)."""

    def deliver(self, url: str, secret: str, message_id: str, at: datetime, body: str) -> Delivery:
        """Post `body` once, signed with `secret` (whsec_…); never raises for what the receiver does."""


@dataclass(frozen=True, slots=True)
class Validators:
    """What is known of the last fetched file, for conditional requests.

    `publication_id` is what a cheap probe said before it, `published_at` the publication's own time where the probe
    tells it, `confirmed_at` when the file's own address last answered.
    """

    etag: str = ""
    last_modified: str = ""
    publication_id: str = ""
    published_at: datetime | None = None
    confirmed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """A downloaded list file on disk (None where nothing changed), validators for the next time, the last host."""

    path: Path | None
    validators: Validators
    final_host: str = ""


class ListSources(Protocol):
    """The authorities that publish sanctions and PEP lists."""

    def fetch(self, source: str, known: Validators) -> Fetched:
        """The published file, without a path where it has not changed; UnavailableError where it cannot be had."""

    def stop(self) -> None:
        """Let go of whatever is being fetched: the process is ending."""


class Clock(Protocol):
    """The time."""

    def now(self) -> datetime:
        """Now, in UTC, with time zone."""
