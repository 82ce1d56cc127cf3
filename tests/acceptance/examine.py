# SPDX-License-Identifier: Apache-2.0
"""What is true after the fire, read from the database and the blobs: lost, twice, left undone."""

from collections import Counter
from collections.abc import Iterator
from hashlib import sha256

from sqlalchemy import func, select
from sqlmodel import col

from kyc.domain.errors import KycError
from kyc.services.deps import Deps
from kyc.services.oversight import broken_invariants, verify_audit
from kyc.services.reading import original
from kyc.store.tables import AuditRow, CaseRow, DecisionRow, DocumentRow, JobRow, OutboxRow, ReadingRow, ScreeningRunRow
from tests.acceptance.ledger import Ledger

#: Facts that are recorded once for their subject, whatever is killed.
_ONCE = ("document.received", "document.read", "case.checks_completed", "decision.recorded")


def undone(deps: Deps) -> list[str]:
    """Jobs that are waiting, running or dead, as kind, state and problem."""
    with deps.db.read() as view:
        rows = view.session.execute(select(JobRow).where(col(JobRow.state) != "done")).scalars()
        return [f"{row.kind} {row.state} attempt {row.attempt} {row.problem}".strip() for row in rows]


def faults(deps: Deps, ledger: Ledger) -> list[str]:
    """Everything that must not be, in words; empty is the only good answer."""
    return [
        *_lost(deps, ledger),
        *_twice(deps),
        *(f"job {each}" for each in undone(deps)),
        *(f"invariant {each}" for each in broken_invariants(deps)),
        *([] if verify_audit(deps).broken_at is None else ["the audit chain is broken"]),
    ]


def _lost(deps: Deps, ledger: Ledger) -> Iterator[str]:
    """Acknowledged uploads without document, with other bytes, unread, or more documents than were sent."""
    for entry in ledger.entries:
        try:
            with deps.db.read() as view:
                merchant = view.merchants.get(entry.upload.merchant_id)
                document = view.documents.get(entry.document_id, merchant.id)
                reading = view.documents.reading(document.id)
            if sha256(original(deps, merchant, document)).hexdigest() != entry.sha256:
                yield f"{document.id} holds other bytes"
            if reading is None or document.state == "received":
                yield f"{document.id} was not read: {document.state}"
        except KycError as error:
            yield f"{entry.document_id} is lost: {error.code}"
    with deps.db.read() as view:
        stored = view.session.execute(select(func.count()).select_from(DocumentRow)).scalar_one()
    sent = len({entry.document_id for entry in ledger.entries})
    if not stored == sent == len(ledger.entries):
        yield f"{stored} documents stored, {sent} acknowledged, {len(ledger.entries)} uploads"


def _twice(deps: Deps) -> Iterator[str]:
    """Effects that happened more than once."""
    with deps.db.read() as view:
        run = view.session.execute
        facts = Counter((row.verb, row.subject) for row in run(select(AuditRow)).scalars() if row.verb in _ONCE)
        readings = Counter(run(select(col(ReadingRow.document_id))).scalars())
        runs = Counter(
            (row.party_id, row.party_version, row.list_set, row.job_id)
            for row in run(select(ScreeningRunRow)).scalars()
        )
        decisions = Counter(run(select(col(DecisionRow.case_id))).scalars())
        events = Counter(
            (row.merchant_id, row.endpoint_id, row.channel, row.type, row.payload.get("data", {}).get("version"))
            for row in run(select(OutboxRow)).scalars()
        )
        decided = set(run(select(col(CaseRow.id)).where(col(CaseRow.state).in_(("approved", "refused")))).scalars())
    for what in (facts, readings, runs, decisions, events):
        yield from (f"{count} times {key}" for key, count in what.items() if count != 1)
    if decided != set(decisions):
        yield "decided cases and decisions differ"
    documents = [subject for verb, subject in facts if verb == "document.read"]
    if set(documents) != set(readings):
        yield "readings and their audit rows differ"
