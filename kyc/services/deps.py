# SPDX-License-Identifier: Apache-2.0
"""What a use case needs from the house: storage, keys, time, policies, and the ways out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from kyc.domain.policy import Policies
from kyc.ports import Blobs, Clock, Hints, Keys, ListSources, Notices, Webhooks
from kyc.services.indexes import Indexes
from kyc.services.policies import PolicyBook
from kyc.services.vault import Vault
from kyc.store.uow import Database
from ocr import Reading
from screening import ListSource

_LEGAL_TIME = ZoneInfo("Europe/Paris")


def legal_day(moment: datetime) -> date:
    """The date by which legal periods run: that of the institution's seat."""
    return moment.astimezone(_LEGAL_TIME).date()


@dataclass(frozen=True, slots=True)
class Deps:
    """Built once by the composition root and handed to every use case."""

    db: Database
    blobs: Blobs
    keys: Keys
    vault: Vault
    clock: Clock
    book: PolicyBook
    notices: Notices
    webhooks: Webhooks
    hints: Hints
    list_sources: ListSources
    read_document: Callable[[bytes], Reading]
    indexes: Indexes
    lists_folder: Path
    portal_url: str
    online: bool
    licensed_lists: frozenset[ListSource]

    def now(self) -> datetime:
        """The time."""
        return self.clock.now()

    def today(self) -> date:
        """The date in France."""
        return legal_day(self.clock.now())

    def policies(self) -> Policies:
        """The policies in force today."""
        return self.book.on(self.today())
