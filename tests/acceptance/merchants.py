# SPDX-License-Identifier: Apache-2.0
"""What happens to merchants while programs are killed: uploads over HTTP, submission, review, a contested decision."""

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from kyc.domain.party import Roles
from kyc.services import dossier, intake, review
from kyc.services.access import Officer
from kyc.services.deps import Deps
from kyc.store.tables import DocumentRow
from tests.acceptance import specimens
from tests.acceptance.installation import Installation
from tests.acceptance.ledger import Ledger, Platform, Upload
from tests.acceptance.officers import Rivals
from tests.acceptance.processes import wait_for
from tests.house import MERCHANT

_ALL = Roles(representative=True, beneficial_owner=True, capital=10_000, votes=10_000)
_SENDERS = 3
_FILES_A_MERCHANT = 4  # the policy takes no more for one requirement
_STEP = 120.0  # seconds that one step of a story may take while programs are killed


@dataclass(frozen=True, slots=True)
class Load:
    """How many files of one kind are sent, over how many seconds, and how many whole files are decided."""

    uploads: int
    stories: int
    seconds: float


@contextmanager
def under_load(
    house: Installation, load: Load, ledger: Ledger, rivals: Rivals | None
) -> Iterator["list[Future[None]]"]:
    """Send and decide in the background; the futures end when all is acknowledged and decided."""
    bulk = _bulk(house, load.uploads - 2 * load.stories)
    began = time.monotonic()
    with ThreadPoolExecutor(_SENDERS + 2) as pool:
        futures = [
            pool.submit(_send, house, ledger, bulk[lane::_SENDERS], began, load.seconds) for lane in range(_SENDERS)
        ]
        if rivals is not None:
            stories = range(load.stories)
            futures += [pool.submit(_tell, house, ledger, rivals, stories[lane::2]) for lane in range(2)]
        yield futures
        for future in futures:
            future.result()


def _bulk(house: Installation, count: int) -> list[Upload]:
    """Extracts for the companies of a few merchants."""
    accounts = [house.account(f"bulk-{number}") for number in range(-(-count // _FILES_A_MERCHANT))]
    chosen = [accounts[number % len(accounts)] for number in range(count)]
    return [
        Upload(merchant, company, "registration_document", f"kbis-{number}.pdf", specimens.extract(number))
        for number, (merchant, company) in enumerate(chosen)
    ]


def _send(house: Installation, ledger: Ledger, uploads: list[Upload], began: float, seconds: float) -> None:
    """Send one lane's files, spread evenly over the time."""
    with Platform(house.port, house.api_key, ledger) as platform:
        for number, upload in enumerate(uploads):
            time.sleep(max(0.0, began + seconds * number / len(uploads) - time.monotonic()))
            platform.upload(upload)


def _tell(house: Installation, ledger: Ledger, rivals: Rivals, numbers: range) -> None:
    for number in numbers:
        _story(house, ledger, rivals, 1000 + number)


def _story(house: Installation, ledger: Ledger, rivals: Rivals, number: int) -> None:
    """One merchant from the first file to the decision that two officers contest."""
    deps = house.deps
    merchant_id, company_id = house.account(f"story-{number}")
    dossier.declare_company(deps, MERCHANT, merchant_id, specimens.company())
    person_id, _ = dossier.declare_person(deps, MERCHANT, merchant_id, None, specimens.owner(), _ALL)
    with Platform(house.port, house.api_key, ledger) as platform:
        files = (
            (company_id, "registration_document", "kbis.pdf", specimens.extract(number)),
            (person_id, "identity_document", "passport.jpg", specimens.passport(number)),
        )
        for party, requirement, name, data in files:
            platform.upload(Upload(merchant_id, party, requirement, name, data))
    wait_for(lambda: all(row.state != "received" for row in _documents(deps, merchant_id)), _STEP, "all is read", 0.5)
    for row in _documents(deps, merchant_id):
        intake.confirm(deps, MERCHANT, merchant_id, row.id, "correct")
    dossier.submit(deps, MERCHANT, merchant_id)
    with deps.db.read() as view:
        case_id = view.cases.of_merchant(merchant_id).id
    wait_for(lambda: _state(deps, case_id) == "in_review", _STEP, "the case is in review", 0.5)
    for officer in house.officers:
        prepare(deps, officer, case_id)
    answers = rivals.race(case_id, _version(deps, case_id))
    assert sorted(answers) in (["CASE_CHANGED", "approved"], ["CASE_CHANGED", "refused"]), answers


def prepare(deps: Deps, officer: Officer, case_id: str) -> None:
    """Everything that an approval asks for: evidence opened, findings resolved, two measures a party."""
    with deps.db.read() as view:
        case = view.cases.get(case_id)
        parties = [row.id for row in view.merchants.parties(case.merchant_id)]
        findings = [row.id for row in view.cases.findings(case_id) if not row.resolution]
        measured = bool(view.cases.measures(case_id))
    for row in _documents(deps, case.merchant_id):
        review.open_document(deps, officer, case_id, row.id)
    for finding in findings:
        review.resolve_finding(deps, officer, case_id, finding, resolution="corrected", comment="Compared.")
    for party in () if measured else parties:
        for measure in ("document_copy", "first_payment"):
            review.record_measure(deps, officer, case_id, party, measure=measure, evidence="Seen.")


def _documents(deps: Deps, merchant_id: str) -> list[DocumentRow]:
    with deps.db.read() as view:
        return view.documents.of_merchant(merchant_id)


def _state(deps: Deps, case_id: str) -> str:
    with deps.db.read() as view:
        return view.cases.get(case_id).state


def _version(deps: Deps, case_id: str) -> int:
    with deps.db.read() as view:
        return view.cases.get(case_id).version
