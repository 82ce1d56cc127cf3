# SPDX-License-Identifier: Apache-2.0
"""Personal data stands nowhere but in sealed values: not in columns, blobs, logs, hints, events or mail (R14)."""

import logging
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import SQLModel

from kyc.adapters.json_logs import JsonFormatter
from kyc.domain.decision import Outcome
from kyc.domain.party import Address, Company
from kyc.services import access, accounts, console_view, dossier, lists, review
from tests.house import DEMO_LIST, MERCHANT, PLATFORM, SIREN, House, kbis, open_house, passport, person

pytestmark = pytest.mark.slow

CANARIES = (
    "Zwqxcanari",
    "ZWQXCANARI",
    "kwqzville",
    "canari@merchant.example",
    "1979-03-14",
    "99CANARI9",
    "Qzxwsociete",
)


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    """A house with the fictional list."""
    with open_house(database_url, tmp_path) as opened:
        lists.import_file(opened.deps, PLATFORM, DEMO_LIST)
        yield opened


def walk(house: House) -> None:
    """A file full of canaries on its whole way, alerts, findings, errors and decision included."""
    with house.deps.db.write() as uow:
        created = accounts.create_account(
            house.deps, uow, PLATFORM, livemode=False, external_reference="shop-1", language="fr"
        )
    access.accept_invitation(
        house.deps, created.invitation_url.rpartition("/")[2], email="canari@merchant.example",
        password="a long enough secret", language="fr",
    )  # fmt: skip
    owner = person("Zwqxcanari", "Fictif", birth_date=date(1979, 3, 14), birth_place="kwqzville")
    company = Company(
        "Qzxwsociete", SIREN, "SAS", "", Address("1 rue kwqzville", "75001", "kwqzville", "FR"), "Commerce"
    )
    other = person("Karim", "ZWQXCANARI", birth_date=date(1979, 3, 14))
    house.complete_file(
        created.merchant_id, company=company, owner=owner, extract=kbis(company), identity=passport(other)
    )
    with house.deps.db.read() as view:
        company_id = view.merchants.company(created.merchant_id).id
    house.upload(created.merchant_id, company_id, "registration_document", ValueError("canari@merchant.example"))
    dossier.submit(house.deps, MERCHANT, created.merchant_id)
    for _ in range(6):
        house.run_jobs()
        house.clock.move(minutes=2)
    officer = house.officer()
    with house.deps.db.read() as view:
        case_id = view.cases.of_merchant(created.merchant_id).id
    for finding in console_view.case_view(house.deps, officer, case_id).findings:
        review.resolve_finding(
            house.deps, officer, case_id, finding.id, resolution="accepted", comment="Zwqxcanari explained it"
        )
    review.decide(
        house.deps, officer, case_id, house.version(case_id), outcome=Outcome.REFUSE,
        rationale="Zwqxcanari of kwqzville could not be verified.", reason_code="incomplete_verification",
    )  # fmt: skip
    house.run_jobs()


def everything_stored(house: House) -> Iterator[tuple[str, str]]:
    """Each place where something is kept outside the process, with its content."""
    with house.deps.db.engine.connect() as connection:
        for name in SQLModel.metadata.tables:
            for row in connection.execute(text(f'SELECT * FROM "{name}"')):
                yield (
                    f"table {name}",
                    " ".join(
                        bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)
                        for value in row
                    ),
                )
    for blob in house.deps.blobs.names():
        yield f"blob {blob}", house.deps.blobs.get(blob).decode("latin-1")
    for job_id in house.hints.woken:
        yield "hint", job_id
    for url, message_id, body in house.webhooks.posted:
        yield "webhook", f"{url} {message_id} {body}"
    for _, subject, body in house.notices.sent:
        yield "mail", subject + body


def test_canaries_stand_in_no_column_blob_log_hint_event_or_mail(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="kyc")
    walk(house)
    formatter = JsonFormatter()
    places = [*everything_stored(house), *(("log", formatter.format(record)) for record in caplog.records)]
    assert any(place == "log" for place, _ in places)
    found = {(place, canary) for place, content in places for canary in CANARIES if canary in content}
    assert found == set()


def test_a_merchants_data_is_unreadable_once_its_key_is_destroyed(house: House) -> None:
    walk(house)
    with house.deps.db.read() as view:
        merchant = view.merchants.by_reference("shop-1", livemode=False)
        assert merchant is not None
        company = view.merchants.company(merchant.id)
    house.deps.keys.destroy(merchant.key_id)
    with pytest.raises(Exception, match="KEY_NOT_FOUND"):
        house.deps.vault.open(merchant.key_id, f"party:{company.id}", company.sealed)
