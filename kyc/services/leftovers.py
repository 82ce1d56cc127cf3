# SPDX-License-Identifier: Apache-2.0
"""Blobs that a killed process left behind: stored before the transaction that would have named them.

A blob is durable before its row is written (reliability promise R1), so a kill between the two leaves a blob that
nobody can reach. It is sealed under the merchant's key and harmless, and it is removed after an hour.
"""

from datetime import datetime, timedelta

from ulid import ULID

from kyc.services.deps import Deps
from kyc.store.jobs import Claim
from kyc.store.uow import UnitOfWork

#: Longer than any upload and any attempt of a reading lasts.
PATIENCE = timedelta(hours=1)


def orphaned_blobs(deps: Deps) -> tuple[str, ...]:
    """Names of blobs that no row names and none will: their document is older than an hour and is not being read.

    Names are listed before the rows are read, so that what is added meanwhile is never taken for an orphan.
    """
    stored = deps.blobs.names()
    with deps.db.read() as view:
        named = {*view.documents.all_ids(), *(page.blob for page in view.documents.all_pages())}
        unknown = [name for name in stored if name not in named]
        being_read = set(view.jobs.unfinished("read", [_document_of(name) for name in unknown]))
    limit = deps.now() - PATIENCE
    return tuple(name for name in unknown if _document_of(name) not in being_read and _made_at(name) < limit)


def remove_orphans(deps: Deps, claim: Claim) -> None:
    """The daily job: forget what nobody can reach. Removing one twice does no harm."""
    for name in orphaned_blobs(deps):
        deps.blobs.delete(name)
    with deps.db.write() as uow:
        uow.jobs.finish(claim, uow.now)


def give_up(_uow: UnitOfWork, _subject: str) -> None:
    """Nothing depends on it; the next day's job tries again, and the invariants show what stays."""


def _document_of(name: str) -> str:
    """A page's picture is named after its document, as `doc_…-p001`."""
    return name.partition("-")[0]


def _made_at(name: str) -> datetime:
    """When the document's id was made: the first 48 bits of a ULID are milliseconds."""
    return ULID.from_str(_document_of(name).rpartition("_")[2]).datetime
