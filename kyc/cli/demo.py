# SPDX-License-Identifier: Apache-2.0
"""`kyc demo`: migrate, fill a demo institution with documents drawn on the spot, serve everything, say where."""

import os
import shutil
import socket
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import uvicorn

from kyc.adapters.system_clock import SystemClock
from kyc.app import build, log_to_stderr
from kyc.cli.demo_people import MERCHANTS, Merchant, Someone
from kyc.domain.case import Actor, ActorKind
from kyc.domain.decision import Outcome
from kyc.services import access, accounts, console_view, dossier, intake, lists, passwords, platform, review
from kyc.services.access import Officer
from kyc.services.deps import Deps
from kyc.services.jobs import run_job
from kyc.settings import Settings
from kyc.store.migrate import upgrade
from ocr import Kind

PASSWORD = "vestibule-demo-2026"  # noqa: S105 - the demo's own, printed at each start; production has no demo
_MERCHANT_EMAIL = "{reference}@merchant.example"
_OFFICERS = (
    ("claire@institution.example", "Claire Contrôle", "compliance_officer", "fr"),
    ("sam@institution.example", "Sam Sample", "compliance_officer", "en"),
    ("diane@institution.example", "Diane Direction", "senior_compliance_officer", "fr"),
    ("alex@institution.example", "Alex Audit", "auditor", "en"),
    ("ines@institution.example", "Inès Informatique", "administrator", "fr"),
)
_PLATFORM = Actor(ActorKind.PLATFORM, "demo")
_WHY = "Demo: everything was opened, compared and agrees with the documents."
_TOTP_FILE = "authenticators.txt"
_MARK = "demo"


def run(port: int) -> None:
    """Prepare what is missing and serve until Ctrl-C."""
    os.environ.setdefault("KYC_DATA_DIR", "var/demo")
    os.environ["KYC_PORT"] = str(port)
    os.environ["KYC_BASE_URL"] = f"http://127.0.0.1:{port}"
    os.environ.setdefault("KYC_ALLOW_LOOPBACK_WEBHOOKS", "true")
    os.environ.setdefault("KYC_LOG_LEVEL", "WARNING")
    settings = Settings()
    if settings.production:
        sys.exit("kyc: the demo does not run in production")
    _must_be_free(settings.host, port)
    if settings.database_url:
        sys.exit("kyc: the demo keeps its own database; unset KYC_DATABASE_URL")
    done = settings.data_dir / "seeded"
    if not done.exists():
        _empty(settings.data_dir)
    upgrade(settings.database)
    if not done.exists():
        _fill(settings)
        done.touch()
    _print_addresses(settings)
    uvicorn.run(
        settings.web_app,
        factory=True,
        host=settings.host,
        port=port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=5,  # seconds; as `kyc serve`
    )


def _empty(folder: Path) -> None:
    """Start a demo from nothing; a folder that no demo made is never touched."""
    if folder.exists() and any(folder.iterdir()) and not (folder / _MARK).exists():
        sys.exit(f"kyc: {folder} holds something that is no demo; choose another folder with KYC_DATA_DIR")
    shutil.rmtree(folder, ignore_errors=True)  # a half-filled demo is of no use
    folder.mkdir(parents=True)
    (folder / _MARK).touch()


def _must_be_free(host: str, port: int) -> None:
    """Say so at once where the port is taken, not after a minute of filling."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            sys.exit(f"kyc: port {port} is taken; choose another, for example: make run PORT={port + 1}")


def _fill(settings: Settings) -> None:
    log_to_stderr("ERROR")
    deps = build(settings).deps
    _say("Filling the demo institution (once; about a minute)")
    lists.sync(deps, lists.DEMO)
    staff = _hire(deps, settings.data_dir)
    key = platform.issue_api_key(deps, name="demo platform", livemode=False, scopes=platform.SCOPES)
    (settings.data_dir / "api_key.txt").write_text(key)
    for number, merchant in enumerate(MERCHANTS, 1):
        _say(f"  {number:2}/{len(MERCHANTS)} {merchant.company.legal_name}: {merchant.target}")
        _bring_to(deps, merchant, staff)
    with deps.db.write() as uow:
        created = accounts.create_account(
            deps, uow, _PLATFORM, livemode=False, external_reference="demo-new", language="fr"
        )
    (settings.data_dir / "invitation.txt").write_text(created.invitation_url.removeprefix(settings.base_url))
    deps.db.engine.dispose()


def _hire(deps: Deps, folder: Path) -> dict[str, Officer]:
    staff: dict[str, Officer] = {}
    secrets = []
    for email, name, role, language in _OFFICERS:
        officer_id, secret = access.add_officer(
            deps, email=email, name=name, role=role, language=language, password=PASSWORD
        )
        permissions = frozenset(deps.policies().roles.roles[role])
        staff[role] = staff.get(role) or Officer(officer_id, name, role, language, "", permissions)
        secrets.append(f"{email} {secret}")
    (folder / _TOTP_FILE).write_text("\n".join(secrets) + "\n")
    return staff


def _bring_to(deps: Deps, merchant: Merchant, staff: dict[str, Officer]) -> None:
    """One merchant through the same use cases as everybody else, up to its state."""
    with deps.db.write() as uow:
        created = accounts.create_account(
            deps, uow, _PLATFORM, livemode=False, external_reference=merchant.reference, language="fr"
        )
    token = access.accept_invitation(
        deps,
        created.invitation_url.rsplit("/", 1)[-1],
        email=_MERCHANT_EMAIL.format(reference=merchant.reference),
        password=PASSWORD,
        language="fr",
    )
    actor = access.contact_of(deps, token).actor
    _fill_file(deps, actor, created.merchant_id, merchant)
    if merchant.target == "draft":
        return
    dossier.submit(deps, actor, created.merchant_id)
    _run_jobs(deps)
    with deps.db.read() as view:
        case_id = view.cases.of_merchant(created.merchant_id).id
    _decide(deps, merchant, created.merchant_id, case_id, staff)
    _run_jobs(deps)


def _fill_file(deps: Deps, actor: Actor, merchant_id: str, merchant: Merchant) -> None:
    dossier.declare_company(deps, actor, merchant_id, merchant.company)
    with deps.db.read() as view:
        company_id = view.merchants.company(merchant_id).id
    files = [(company_id, "registration_document", _extract(merchant), f"kbis.{merchant.extract_media}")]
    for someone in merchant.people:
        person_id, _ = dossier.declare_person(deps, actor, merchant_id, None, someone.person, someone.roles)
        files.append((person_id, "identity_document", _identity(someone), f"{someone.kind}.{someone.media}"))
    if merchant.target == "draft":
        files = files[:1]
    sent = [
        intake.receive(deps, actor, merchant_id, party_id=party, requirement=requirement, filename=name, data=data)
        for party, requirement, data, name in files
    ]
    _run_jobs(deps)
    if merchant.target != "draft":
        for document_id in sent:
            with deps.db.read() as view:
                problem = view.documents.get(document_id).problem
            intake.confirm(deps, actor, merchant_id, document_id, "sent_anyway" if problem else "correct")


def _extract(merchant: Merchant) -> bytes:
    from ocr.specimens import draw  # noqa: PLC0415 - drawing loads the picture libraries, serving must not

    company, today = merchant.company, SystemClock().now().date()
    officers = [
        {
            "role": "Président" if "actions" in company.legal_form else "Gérant",
            "surname": someone.person.birth_name.upper(),
            "given_names": someone.person.given_names,
            "birth_date": str(someone.person.birth_date),
            "birth_place": "Montfleury (99)",
            "nationality": "Française",
            "address": "12 Rue des Spécimens 99000 Montfleury",
        }
        for someone in merchant.people
        if someone.roles.representative
    ]
    facts: dict[str, Any] = {
        "company_name": company.legal_name.upper(),
        "siren": company.siren,
        "legal_form": company.legal_form,
        "activity": company.activity,
        "registered_address": f"{company.address.street} 99000 Montfleury",
        "issue_date": (today - timedelta(days=merchant.extract_age_days)).isoformat(),
        "officers": officers,
        **merchant.extract_changes,
    }
    return draw(Kind.KBIS, facts, media=merchant.extract_media)


def _identity(someone: Someone) -> bytes:
    from ocr.specimens import draw  # noqa: PLC0415 - as above

    facts: dict[str, Any] = {
        "surname": someone.person.birth_name.upper(),
        "given_names": someone.person.given_names,
        "birth_date": str(someone.person.birth_date),
        "birth_place": "MONTFLEURY",
        "sex": someone.sex,
    }
    if someone.expires:
        issued = someone.expires.replace(year=someone.expires.year - 10)
        facts |= {"expiry_date": someone.expires.isoformat(), "issue_date": issued.isoformat()}
    return draw(someone.kind, facts, media=someone.media, degrade=someone.degrade)


def _decide(deps: Deps, merchant: Merchant, merchant_id: str, case_id: str, staff: dict[str, Officer]) -> None:
    officer = staff["compliance_officer"]
    if merchant.target == "info_requested":
        with deps.db.read() as view:
            person = next(row for row in view.merchants.parties(merchant_id) if row.kind == "person")
        items = ((f"person.{person.id}.identity_document", "document_not_readable"),)
        review.request_information(deps, officer, case_id, _version(deps, case_id), items)
    elif merchant.target == "refused":
        review.decide(
            deps, officer, case_id, _version(deps, case_id), outcome=Outcome.REFUSE, rationale=_WHY,
            reason_code="incomplete_verification",
        )  # fmt: skip
    elif merchant.target == "withdrawn":
        _end(deps, merchant_id)
    elif merchant.target != "in_review":
        _approve(deps, officer, case_id)
        if merchant.target == "terminated":
            _end(deps, merchant_id)
        if merchant.target == "suspended":
            _suspend(deps, officer, case_id)


def _approve(deps: Deps, officer: Officer, case_id: str) -> None:
    view = console_view.case_view(deps, officer, case_id)
    for document in view.documents:
        review.open_document(deps, officer, case_id, document.id)
    for alert in view.alerts:
        review.settle_alert(
            deps, officer, case_id, alert.id, confirmed=True, reason_code="", compared=("name", "birth_date"),
            comment="Demo: same name and birth date.",
        )  # fmt: skip
    for finding in view.findings:
        review.resolve_finding(deps, officer, case_id, finding.id, resolution="accepted", comment="Demo: explained.")
    for party in view.parties:
        for measure in ("document_copy", "first_payment"):
            review.record_measure(deps, officer, case_id, party.id, measure=measure, evidence="Demo: seen.")
    review.decide(deps, officer, case_id, _version(deps, case_id), outcome=Outcome.APPROVE, rationale=_WHY)


def _suspend(deps: Deps, officer: Officer, case_id: str) -> None:
    review.suspend(deps, officer, case_id, _version(deps, case_id), "Demo: the merchant's bank asked us to look again.")


def _end(deps: Deps, merchant_id: str) -> None:
    with deps.db.write() as uow:
        accounts.end_relationship(deps, uow, _PLATFORM, merchant_id, uow.now.date(), livemode=False)


def _version(deps: Deps, case_id: str) -> int:
    with deps.db.read() as view:
        return view.cases.get(case_id).version


def _run_jobs(deps: Deps) -> None:
    while True:
        with deps.db.read() as view:
            due, waiting = view.jobs.due(deps.now()), view.jobs.waiting()
        if not waiting:
            return
        if due:
            run_job(deps, due[0])
        else:
            time.sleep(0.5)  # one was put off for a retry


def _print_addresses(settings: Settings) -> None:
    base, folder = settings.base_url, settings.data_dir
    invitation = (folder / "invitation.txt").read_text()
    lines = [
        "",
        f"  Portal    {base}/",
        f"            log-in {_MERCHANT_EMAIL.format(reference='demo-atelier')}   password {PASSWORD}",
        f"            or a fresh invitation: {base}{invitation}",
        f"  Console   {base}/console   password {PASSWORD} and a one-time code",
    ]
    lines += [f"            {email:<28} {role}" for email, _, role, _ in _OFFICERS]
    lines += [
        "            one-time code: .venv/bin/kyc code EMAIL",
        f"            secrets for an authenticator: {folder / _TOTP_FILE}",
        f"  API       {base}/docs   key in {folder / 'api_key.txt'}",
        f"  Health    {base}/health/live   {base}/health/ready",
        "",
        "  Ctrl-C stops everything.",
        "",
    ]
    _say("\n".join(lines))


def code(email: str) -> str:
    """The one-time code of a demo officer for this half minute; the demo only."""
    os.environ.setdefault("KYC_DATA_DIR", "var/demo")
    settings = Settings()
    if settings.production:
        sys.exit("kyc: codes come from the officer's own authenticator")
    file = settings.data_dir / _TOTP_FILE
    known = dict(line.split(" ", 1) for line in file.read_text().splitlines()) if file.exists() else {}
    if email not in known:
        sys.exit(f"kyc: no demo officer {email}")
    return passwords.totp_now(known[email])


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
