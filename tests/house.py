# SPDX-License-Identifier: Apache-2.0
"""A whole house for tests: real services and database, real keys and blobs in a folder, clock and reader to steer."""

import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

from sqlalchemy import Engine

from kyc.adapters.file_keys import FileKeys
from kyc.adapters.local_blobs import LocalBlobs
from kyc.domain.case import Actor, ActorKind
from kyc.domain.errors import UnavailableError
from kyc.domain.party import Address, Company, Person, Roles
from kyc.ports import Delivery, Fetched, Validators
from kyc.services import access, accounts, dossier, intake, review
from kyc.services.access import Officer
from kyc.services.deps import Deps
from kyc.services.indexes import Indexes
from kyc.services.jobs import run_job
from kyc.services.policies import PolicyBook
from kyc.services.vault import INSTALLATION, Vault
from kyc.store.database import make_engine
from kyc.store.uow import Database
from ocr import Field, Kind, Mrz, Page, Reading, Source
from tests.paths import ROOT

START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
PLATFORM = Actor(ActorKind.PLATFORM, "ak_test")
MERCHANT = Actor(ActorKind.MERCHANT, "pu_test")
SIREN = "000100057"
DEMO_LIST = ROOT / "kyc" / "adapters" / "data" / "demo_list.csv"


def png(number: int = 0) -> bytes:
    """A small whole PNG picture; another number gives other bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    header = chunk(b"IHDR", bytes([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]))
    text = chunk(b"tEXt", b"Comment\0SPECIMEN %d" % number)
    return b"\x89PNG\r\n\x1a\n" + header + text + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")


@dataclass
class SteeredClock:
    """A clock that stands still until it is moved."""

    time: datetime = START

    def now(self) -> datetime:
        """The set time."""
        return self.time

    def move(self, **delta: float) -> None:
        """Let time pass."""
        self.time += timedelta(**delta)


@dataclass
class KeptHints:
    """Hints that are kept instead of sent."""

    woken: list[str] = field(default_factory=list)

    def wake(self, job_id: str) -> None:
        """Keep the hint."""
        self.woken.append(job_id)


@dataclass
class KeptNotices:
    """E-mails that are kept instead of sent."""

    sent: list[tuple[str, str, str]] = field(default_factory=list)

    def send(self, recipient: str, subject: str, text: str) -> None:
        """Keep the message."""
        self.sent.append((recipient, subject, text))


@dataclass
class KeptWebhooks:
    """Webhooks that are kept and answered with the next of `answers` (204 when none is left)."""

    posted: list[tuple[str, str, str]] = field(default_factory=list)
    answers: list[Delivery] = field(default_factory=list)

    def deliver(self, url: str, secret: str, message_id: str, at: datetime, body: str) -> Delivery:
        """Keep the event."""
        self.posted.append((url, message_id, body))
        return self.answers.pop(0) if self.answers else Delivery(204)


@dataclass
class FolderSources:
    """List sources that give files which a test put there."""

    files: dict[str, Path] = field(default_factory=dict)

    def fetch(self, source: str, known: Validators) -> Fetched:
        """The file of the source, or UnavailableError."""
        if source not in self.files:
            raise UnavailableError("LIST_UNREACHABLE")
        return Fetched(self.files[source], Validators(etag="e1"), "lists.example.org")

    def stop(self) -> None:
        """Nothing runs here."""


def kbis(company: Company, *officers: Person, issued: date = date(2026, 11, 2)) -> Reading:
    """A reading of a Kbis that says what was declared."""
    values = {
        "siren": company.siren,
        "company_name": company.legal_name.upper(),
        "legal_form": company.legal_form,
        "registered_address": f"{company.address.street} {company.address.postal_code} {company.address.city}",
        "issue_date": issued.isoformat(),
    }
    for number, person in enumerate(officers, 1):
        values[f"officers.{number}.surname"] = person.birth_name.upper()
        values[f"officers.{number}.given_names"] = person.given_names
    return reading(Kind.KBIS, values)


def passport(person: Person, *, expires: date = date(2031, 5, 1), valid: bool = True) -> Reading:
    """A reading of a passport that says what was declared."""
    born = person.birth_date.isoformat() if person.birth_date else ""
    values = {
        "surname": person.birth_name.upper(),
        "given_names": person.given_names.upper(),
        "birth_date": born,
        "birth_place": person.birth_place,
        "nationality": "FRA",
        "document_number": "00SP00001",
        "expiry_date": expires.isoformat(),
    }
    return reading(Kind.PASSPORT, values, Mrz("TD3", ("P<FRA", "00SP00001"), valid, {"composite": valid}))


def reading(kind: Kind, values: dict[str, str], mrz: Mrz | None = None) -> Reading:
    """A reading with these values, each in a box of its own."""
    fields = {
        name: Field(value, value, 0.95, 1, (10.0, 10.0 + 12 * n, 200.0, 20.0 + 12 * n), Source.TEXT_LAYER)
        for n, (name, value) in enumerate(values.items())
    }
    return Reading(kind, (Page(1, 595.0, 842.0, b"\xff\xd8picture"),), fields, mrz, (), (), None, 0.1, "test")


COMPANY = Company(
    legal_name="Librairie Exemple",
    siren=SIREN,
    legal_form="SAS",
    address=Address("1 rue du Spécimen", "75001", "Paris", "FR"),
    activity="Vente de livres",
)


def person(given: str = "Jeanne", name: str = "Exemple", **changes: object) -> Person:
    """A fictional person."""
    values: dict[str, object] = {
        "given_names": given,
        "birth_name": name,
        "birth_date": date(1980, 1, 15),
        "birth_place": "Lyon",
        "birth_country": "FR",
        "nationalities": ("FR",),
        "address": Address("2 rue du Spécimen", "75002", "Paris", "FR"),
        **changes,
    }
    return Person(**values)  # type: ignore[arg-type]  # the values are those of the fields named above


@dataclass
class House:
    """Deps with handles on everything that a test steers."""

    deps: Deps
    clock: SteeredClock
    hints: KeptHints
    notices: KeptNotices
    webhooks: KeptWebhooks
    sources: FolderSources
    readings: dict[bytes, Reading | Exception]

    def run_jobs(self, *, limit: int = 100) -> int:
        """Run what is due until nothing is; returns how many runs that took."""
        for count in range(limit):
            with self.deps.db.read() as view:
                due = view.jobs.due(self.deps.now())
            if not due:
                return count
            run_job(self.deps, due[0])
        raise AssertionError("jobs do not come to an end")

    def officer(self, role: str = "compliance_officer", email: str = "claire@example.org") -> Officer:
        """A member of staff who is logged in."""
        officer_id, _ = access.add_officer(
            self.deps, email=email, name=email.partition("@")[0].title(), role=role, language="fr", password="x" * 16
        )
        permissions = frozenset(self.deps.policies().roles.roles[role])
        return Officer(officer_id, email, role, "fr", "csrf", permissions)

    def account(self, reference: str = "shop-1", *, livemode: bool = False) -> str:
        """A new merchant account."""
        with self.deps.db.write() as uow:
            created = accounts.create_account(
                self.deps, uow, PLATFORM, livemode=livemode, external_reference=reference, language="fr"
            )
        return created.merchant_id

    def upload(self, merchant_id: str, party_id: str, requirement: str, result: Reading | Exception) -> str:
        """Send a file that the steered reader will read as `result`, read it, and confirm it."""
        data = png(len(self.readings))
        self.readings[data] = result
        return intake.receive(
            self.deps, MERCHANT, merchant_id, party_id=party_id, requirement=requirement, filename="a.png", data=data
        )

    def complete_file(
        self,
        merchant_id: str,
        *,
        company: Company = COMPANY,
        owner: Person | None = None,
        extract: Reading | None = None,
        identity: Reading | None = None,
    ) -> str:
        """Fill a file with a company and one person who is everything; returns the person's id."""
        owner = owner or person()
        dossier.declare_company(self.deps, MERCHANT, merchant_id, company)
        roles = Roles(representative=True, beneficial_owner=True, capital=10_000, votes=10_000)
        person_id, _ = dossier.declare_person(self.deps, MERCHANT, merchant_id, None, owner, roles)
        with self.deps.db.read() as view:
            company_id = view.merchants.company(merchant_id).id
        files = (
            self.upload(merchant_id, company_id, "registration_document", extract or kbis(company, owner)),
            self.upload(merchant_id, person_id, "identity_document", identity or passport(owner)),
        )
        self.run_jobs()
        for document_id in files:
            intake.confirm(self.deps, MERCHANT, merchant_id, document_id, "correct")
        return person_id

    def submitted(self, reference: str = "shop-1", *, livemode: bool = False, **file: object) -> str:
        """A case whose file was handed in, checked and screened; returns the case's id."""
        merchant_id = self.account(reference, livemode=livemode)
        self.complete_file(merchant_id, **file)  # type: ignore[arg-type]  # the arguments of complete_file
        dossier.submit(self.deps, MERCHANT, merchant_id)
        self.run_jobs()
        with self.deps.db.read() as view:
            return view.cases.of_merchant(merchant_id).id

    def prepare_decision(self, officer: Officer, case_id: str) -> int:
        """Open every document and record two measures a party; returns the case's version."""
        with self.deps.db.read() as view:
            case = view.cases.get(case_id)
            documents = [row.id for row in view.documents.of_merchant(case.merchant_id)]
            parties = [row.id for row in view.merchants.parties(case.merchant_id)]
        for document_id in documents:
            review.open_document(self.deps, officer, case_id, document_id)
        for party_id in parties:
            for measure in ("document_copy", "first_payment"):
                review.record_measure(self.deps, officer, case_id, party_id, measure=measure, evidence="seen")
        return self.version(case_id)

    def version(self, case_id: str) -> int:
        """The case's version now."""
        with self.deps.db.read() as view:
            return view.cases.get(case_id).version

    def state(self, case_id: str) -> str:
        """The case's state now."""
        with self.deps.db.read() as view:
            return view.cases.get(case_id).state


@contextmanager
def open_house(url: str, folder: Path, *, reader: Callable[[bytes], Reading] | None = None) -> Iterator[House]:
    """A house over the migrated database at `url` with its files in `folder`; its connections are closed at the end."""
    house = _build(url, folder, reader)
    try:
        yield house
    finally:
        house.deps.db.engine.dispose()


@cache
def _compiler() -> Engine:
    """An engine that compiles for all others: of a statement it keeps what any database of its kind is sent."""
    engine = make_engine("sqlite://")
    engine.connect().close()  # its dialect learns SQLite's version
    engine.dispose()
    return engine


def _engine(url: str) -> Engine:
    """An engine for one test's database, which need not compile anew what the tests before it asked."""
    engine = make_engine(url)
    if engine.dialect.name == "sqlite":
        engine.dialect, engine._compiled_cache = _compiler().dialect, _compiler()._compiled_cache
    return engine


def _build(url: str, folder: Path, reader: Callable[[bytes], Reading] | None) -> House:
    clock, hints, notices, webhooks = SteeredClock(), KeptHints(), KeptNotices(), KeptWebhooks()
    sources, readings = FolderSources(), dict[bytes, Reading | Exception]()

    def steered(data: bytes) -> Reading:
        result = readings[data]
        if isinstance(result, Exception):
            raise result
        return result

    keys = FileKeys(folder / "keys", b"k" * 32)
    keys.create(INSTALLATION)
    deps = Deps(
        db=Database(_engine(url), clock.now, hints.wake),
        blobs=LocalBlobs(folder / "blobs"),
        keys=keys,
        vault=Vault(keys),
        clock=clock,
        book=PolicyBook(),
        notices=notices,
        webhooks=webhooks,
        hints=hints,
        list_sources=sources,
        read_document=reader or steered,
        indexes=Indexes(folder / "lists"),
        lists_folder=folder / "lists",
        portal_url="https://kyc.example.org",
        online=False,
        licensed_lists=frozenset(),
    )
    return House(deps, clock, hints, notices, webhooks, sources, readings)
