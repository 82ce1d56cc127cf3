# SPDX-License-Identifier: Apache-2.0
"""Looking after the house itself: is the audit chain whole, do blobs and rows agree, is work getting done."""

from dataclasses import dataclass
from datetime import timedelta

from kyc.domain.audit import first_break
from kyc.domain.case import State
from kyc.services.deps import Deps
from kyc.services.leftovers import orphaned_blobs
from kyc.store.uow import Reader

_JOB_PATIENCE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class ChainReport:
    """How many links the trail has, its head, and the first link that does not hold."""

    links: int
    head: str
    broken_at: int | None


def verify_audit(deps: Deps) -> ChainReport:
    """Recompute the whole chain from the stored rows."""
    with deps.db.read() as view:
        seq, head = view.audit.head()
        return ChainReport(seq, head, first_break(view.audit.entries(), (seq, head)))


def broken_invariants(deps: Deps) -> tuple[str, ...]:
    """What must always hold and does not, as codes with ids; empty is the only good answer."""
    now = deps.now()
    with deps.db.read() as view:
        broken = [
            f"approved_without_decision:{case.id}"
            for case in view.cases.in_states([State.APPROVED])
            if not _decided(view, case.id)
        ]
        broken += [
            f"approved_without_screening:{case.id}"
            for case in view.cases.in_states([State.APPROVED])
            if not view.screenings.last_runs(case.id)
        ]
        broken += [f"job_late:{job_id}" for job_id in view.jobs.due(now - _JOB_PATIENCE)]
        rows = {*view.documents.all_ids(), *(page.blob for page in view.documents.all_pages())}
    stored = set(deps.blobs.names())  # after the rows: a blob is there before its row is
    broken += [f"blob_missing:{name}" for name in sorted(rows - stored)]
    broken += [f"blob_without_row:{name}" for name in orphaned_blobs(deps)]
    if (at := verify_audit(deps).broken_at) is not None:
        broken.append(f"audit_chain:{at}")
    return tuple(broken)


def _decided(view: Reader, case_id: str) -> bool:
    return any(row.final and row.outcome in ("approve", "reinstate") for row in view.cases.decisions(case_id))
