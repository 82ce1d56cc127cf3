# SPDX-License-Identifier: Apache-2.0
"""Declared data × registry extract × identity document → findings.

A finding informs the officer; it refuses nothing and overwrites nothing (requirement R-11). Severities:
`info` is worth a look, `low` can be left, `medium` and `high` must be resolved before a decision
(the blocking ones are policy data).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from kyc.domain.names import addresses_agree, fold, given_names_agree, legal_form, same_company_name, same_surname
from kyc.domain.party import Company, Person
from kyc.domain.policy import RequirementsPolicy
from kyc.domain.retention import add_months, older_than_months

_LOW_CONFIDENCE = 0.6
#: Words of a Kbis observation that bear on the right to contract (E-18).
_INSOLVENCY = ("LIQUIDATION JUDICIAIRE", "REDRESSEMENT JUDICIAIRE", "SAUVEGARDE", "DISSOLUTION", "RADIATION", "RADIEE")


@dataclass(frozen=True, slots=True)
class ReadField:
    """One value that was read from a document, with its confidence (0 to 1)."""

    value: str
    confidence: float


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """What checks need of a reading: kind, fields by name, whether the machine zone's digits hold, remarks."""

    kind: str
    fields: Mapping[str, ReadField]
    mrz_valid: bool | None
    authenticity: tuple[tuple[str, str], ...] = ()

    def value(self, name: str) -> str:
        """The value read for `name`, or an empty text."""
        found = self.fields.get(name)
        return found.value if found else ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A difference or a defect: code, severity, and both sides where there are two.

    `merchant_problem` is the neutral code that the merchant is told where a new file would help.
    """

    code: str
    severity: str
    field: str = ""
    declared: str = ""
    read: str = ""
    merchant_problem: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The personal part, stored encrypted."""
        return {"field": self.field, "declared": self.declared, "read": self.read}


def check_registry_extract(
    document: ReadDocument, company: Company, today: date, policy: RequirementsPolicy
) -> tuple[Finding, ...]:
    """What differs between the declared company and its registry extract, and what the extract itself reveals."""
    rule = policy.registration_document
    if document.kind not in rule.kinds:
        return (_wrong_type(document, rule.kinds),)
    findings = _age_findings(document, rule.max_age_months, today)
    siren = document.value("siren")
    if not siren:
        findings.append(_unread("siren", company.siren))
    elif siren != company.siren:
        findings.append(
            Finding("company_number_differs", "high", "siren", company.siren, siren, "document_company_number_mismatch")
        )
    findings += _compare_text(document, "company_name", company.legal_name, same_company_name, "medium")
    findings += _compare_text(
        document, "legal_form", company.legal_form, lambda a, b: legal_form(a) == legal_form(b), "low"
    )
    findings += _compare_text(document, "registered_address", str(company.address), addresses_agree, "low")
    findings += _observation_findings(document)
    if document.value("domiciliation"):
        findings.append(Finding("domiciled_address", "info", "domiciliation", "", document.value("domiciliation")))
    return (*findings, *_authenticity(document))


def check_officers(document: ReadDocument, representatives: tuple[Person, ...]) -> tuple[Finding, ...]:
    """Declared legal representatives that the extract does not name: their power is not proven (R-6)."""
    officers = _officers(document)
    if not officers:
        return (Finding("officers_not_read", "medium", "officers"),)
    return tuple(
        Finding(
            "representative_not_on_extract",
            "medium",
            "officers",
            person.display_name,
            "; ".join(map(" ".join, officers)),
        )
        for person in representatives
        if not any(_is_officer(person, surname, given) for surname, given in officers)
    )


def check_identity_document(
    document: ReadDocument, person: Person, today: date, policy: RequirementsPolicy, *, representative: bool
) -> tuple[Finding, ...]:
    """What differs between a declared person and the identity document, and what the document itself reveals."""
    if document.kind not in policy.identity_document.kinds:
        return (_wrong_type(document, policy.identity_document.kinds),)
    findings: list[Finding] = []
    if document.mrz_valid is False:
        findings.append(Finding("mrz_check_digit_wrong", "high", "mrz"))
    elif document.mrz_valid is None:
        findings.append(Finding("mrz_not_read", "medium", "mrz", merchant_problem="document_not_readable"))
    findings += _surname_findings(document, person)
    findings += _compare_text(
        document, "given_names", person.given_names, given_names_agree, "medium", "document_name_mismatch"
    )
    declared_birth = person.birth_date.isoformat() if person.birth_date else ""
    findings += _compare_text(
        document, "birth_date", declared_birth, lambda a, b: a == b, "high", "document_dob_mismatch"
    )
    findings += _expiry_findings(document, today)
    findings += _age_of_person(document, person, today, policy, representative=representative)
    # The reader remarks on failing digits too; one defect is one finding.
    return (*findings, *(each for each in _authenticity(document) if each.code != "mrz_check_digit"))


def legal_expiry(document: ReadDocument) -> date | None:
    """The day until which an identity document is valid in law, or None where no date was read.

    French identity cards issued between 2 January 2004 and 31 December 2013 to adults are valid five years
    beyond the printed date (décret 2013-1188; E-9).
    """
    printed = parse_date(document.value("expiry_date"))
    if printed is None or document.kind != "cni":
        return printed
    issued, born = parse_date(document.value("issue_date")), parse_date(document.value("birth_date"))
    extended = (
        issued is not None
        and born is not None
        and date(2004, 1, 2) <= issued <= date(2013, 12, 31)
        and add_months(born, 18 * 12) <= issued
    )
    return add_months(printed, 5 * 12) if extended else printed


def parse_date(text: str) -> date | None:
    """An ISO date, or None where the text is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _wrong_type(document: ReadDocument, kinds: tuple[str, ...]) -> Finding:
    return Finding("wrong_document_type", "high", "kind", " / ".join(kinds), document.kind, "document_wrong_type")


def _age_findings(document: ReadDocument, months: int | None, today: date) -> list[Finding]:
    if months is None:
        return []
    issued = parse_date(document.value("issue_date"))
    if issued is None:
        return [Finding("issue_date_not_read", "medium", "issue_date")]
    if issued > today:
        return [Finding("issue_date_in_future", "high", "issue_date", "", issued.isoformat())]
    if older_than_months(issued, months, today):
        return [Finding("extract_too_old", "high", "issue_date", "", issued.isoformat(), "document_too_old")]
    return []


def _compare_text(
    document: ReadDocument, field: str, declared: str, agree: Any, severity: str, problem: str | None = None
) -> list[Finding]:
    read = document.fields.get(field)
    if read is None or not read.value:
        return [_unread(field, declared)]
    if agree(declared, read.value):
        return []
    if read.confidence < _LOW_CONFIDENCE:
        return [Finding(f"{field}_uncertain", "medium", field, declared, read.value)]
    return [Finding(f"{field}_differs", severity, field, declared, read.value, problem)]


def _unread(field: str, declared: str) -> Finding:
    return Finding(f"{field}_not_read", "medium", field, declared)


def _surname_findings(document: ReadDocument, person: Person) -> list[Finding]:
    """The birth name must stand on the document; the usage name alone is a small matter (E-7)."""
    read = document.value("surname")
    if not read:
        return [_unread("surname", person.birth_name)]
    if same_surname(person.birth_name, read):
        return []
    if person.usage_name and same_surname(person.usage_name, read):
        return [Finding("usage_name_only", "low", "surname", person.birth_name, read)]
    return [Finding("surname_differs", "high", "surname", person.birth_name, read, "document_name_mismatch")]


def _expiry_findings(document: ReadDocument, today: date) -> list[Finding]:
    expiry = legal_expiry(document)
    if expiry is None:
        return [Finding("expiry_date_not_read", "medium", "expiry_date")]
    if expiry < today:
        return [Finding("document_expired", "high", "expiry_date", "", expiry.isoformat(), "document_expired")]
    return []


def _age_of_person(
    document: ReadDocument, person: Person, today: date, policy: RequirementsPolicy, *, representative: bool
) -> list[Finding]:
    born = parse_date(document.value("birth_date")) or person.birth_date
    if not representative or born is None or add_months(born, policy.minimum_age_years * 12) <= today:
        return []
    return [Finding("minor_representative", "high", "birth_date", "", born.isoformat())]


def _observation_findings(document: ReadDocument) -> list[Finding]:
    return [
        Finding("registry_observation", "high", name, "", field.value)
        for name, field in document.fields.items()
        if name.startswith("observations.") and any(word in fold(field.value) for word in _INSOLVENCY)
    ]


def _authenticity(document: ReadDocument) -> tuple[Finding, ...]:
    return tuple(Finding(code, severity, "authenticity") for code, severity in document.authenticity)


def _officers(document: ReadDocument) -> list[tuple[str, str]]:
    numbers = sorted({name.split(".")[1] for name in document.fields if name.startswith("officers.")}, key=int)
    people = [(document.value(f"officers.{n}.surname"), document.value(f"officers.{n}.given_names")) for n in numbers]
    return [(surname, given) for surname, given in people if surname]


def _is_officer(person: Person, surname: str, given: str) -> bool:
    names = [name for name in (person.birth_name, person.usage_name) if name]
    return any(same_surname(name, surname) for name in names) and given_names_agree(person.given_names, given)
