# SPDX-License-Identifier: Apache-2.0
"""The comparison grid: each declared fact beside what the register, the identity document and a list entry say.

Two values agree here exactly where the checks of the domain let them agree, so that the grid and the findings
never contradict each other.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from kyc.domain import names
from kyc.domain.nations import alpha2_of
from kyc.domain.party import Person
from kyc.services.case_values import AlertView, Cell, ComparisonRow, DocumentView, PartyView
from screening import PartialDate
from screening.countries import alpha2

#: The columns of the grid, in the order in which they are shown.
SOURCES = ("registration_document", "identity_document", "list")
_COMPANY_FACTS = ("legal_name", "siren", "legal_form", "address")
_PERSON_FACTS = ("birth_name", "usage_name", "given_names", "birth_date", "birth_place", "nationalities", "address")
#: What many documents do not carry: its absence there says nothing.
_OFTEN_ABSENT = ("usage_name", "address", "birth_place")
#: Which read field answers which declared fact.
_READ_NAMES = {
    "legal_name": "company_name",
    "siren": "siren",
    "legal_form": "legal_form",
    "address": "registered_address",
    "birth_name": "surname",
    "usage_name": "usage_name",
    "given_names": "given_names",
    "birth_date": "birth_date",
    "birth_place": "birth_place",
    "nationalities": "nationality",
}


def compare(
    parties: Sequence[PartyView], documents: Sequence[DocumentView], alerts: Sequence[AlertView]
) -> tuple[ComparisonRow, ...]:
    """The whole grid: company first, then each person."""
    return tuple(_row(party, fact, documents, alerts) for party in parties for fact in _facts(party))


def _facts(party: PartyView) -> tuple[str, ...]:
    if party.company is not None:
        return _COMPANY_FACTS
    usage = party.person is not None and bool(party.person.usage_name)
    return tuple(fact for fact in _PERSON_FACTS if usage or fact != "usage_name")


def _row(party: PartyView, fact: str, documents: Sequence[DocumentView], alerts: Sequence[AlertView]) -> ComparisonRow:
    declared = declared_text(party, fact)
    cells = [cell for document in documents for cell in _document_cells(party, fact, declared, document)]
    cells += [cell for alert in alerts for cell in _list_cells(party, fact, declared, alert)]
    return ComparisonRow(party.id, fact, declared, tuple(cells))


def declared_text(party: PartyView, fact: str) -> str:
    """A declared fact as text: dates in ISO form, several values divided by commas."""
    value: Any = getattr(party.company or party.person, fact)
    if value is None:
        return ""
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _document_cells(party: PartyView, fact: str, declared: str, document: DocumentView) -> Iterator[Cell]:
    if document.state == "received" or not document.values:
        return
    name = _READ_NAMES[fact]
    if document.party_id == party.id:
        if document.requirement == "identity_document" and fact == "address":
            name = "address"
    elif party.person is not None and document.requirement == "registration_document":
        number = _officer_number(party.person, document)
        if number is None:
            return
        name = f"officers.{number}.{'address' if fact == 'address' else name}"
    else:
        return
    found = next((value for value in document.values if value.name == name), None)
    if found is None and party.person is not None and fact in _OFTEN_ABSENT:
        return
    if found is None or not found.value:
        yield Cell(document.requirement, document.kind, "", "missing", document.id)
        return
    verdict = "agree" if _agree(fact, declared, found.value) else "differ"
    yield Cell(document.requirement, document.kind, found.value, verdict, document.id, name, found.page)


def _officer_number(person: Person, document: DocumentView) -> str | None:
    """Under which number the extract names this person."""
    values = {value.name: value.value for value in document.values if value.name.startswith("officers.")}
    numbers = sorted({name.split(".")[1] for name in values})
    mine = [name for name in (person.birth_name, person.usage_name) if name]
    for number in numbers:
        surname, given = values.get(f"officers.{number}.surname", ""), values.get(f"officers.{number}.given_names", "")
        if any(names.same_surname(name, surname) for name in mine) and names.given_names_agree(
            person.given_names, given
        ):
            return number
    return None


def _list_cells(party: PartyView, fact: str, declared: str, alert: AlertView) -> Iterator[Cell]:
    if alert.party_id != party.id or not alert.counts or alert.state == "cleared":
        return
    listed = _listed(alert.entry, fact)
    if not listed:
        yield Cell("list", alert.entry["source"], "", "missing", alert_id=alert.id)
        return
    verdict = "agree" if any(_agree_listed(fact, declared, value) for value in listed) else "differ"
    yield Cell("list", alert.entry["source"], "; ".join(dict.fromkeys(listed)), verdict, alert_id=alert.id)


def _listed(entry: Mapping[str, Any], fact: str) -> list[str]:
    if fact in ("legal_name", "birth_name", "usage_name", "given_names"):
        return [name["text"] for name in entry["names"] if name["script"] == "Latn"]
    if fact == "birth_date":
        return [str(PartialDate.from_json(born)) for born in entry.get("birth_dates", ())]
    if fact == "siren":
        return [each["value"] for each in entry.get("identifiers", ())]
    key = {"birth_place": "birth_places", "nationalities": "nationalities", "address": "countries"}.get(fact)
    return list(entry.get(key, ())) if key else []


def _agree_listed(fact: str, declared: str, listed: str) -> bool:
    if fact in ("birth_name", "usage_name", "given_names"):
        words = names.fold(declared).split()
        return bool(words) and words[0] in names.fold(listed).split()
    if fact == "address":
        return declared.endswith(listed)
    return _agree(fact, declared, listed)


def _agree(fact: str, declared: str, other: str) -> bool:
    """Whether two values of a fact agree, by the rule that the checks use for it."""
    return _RULES[fact](declared, other)


def _same_text(first: str, second: str) -> bool:
    return bool(names.fold(first)) and names.fold(first) == names.fold(second)


def _same_number(first: str, second: str) -> bool:
    return names.fold(first).replace(" ", "") == names.fold(second).replace(" ", "")


def _same_form(first: str, second: str) -> bool:
    return names.legal_form(first) == names.legal_form(second)


def _same_date(declared: str, other: str) -> bool:
    """Registers give the month only, lists often the year: a date agrees as far as it is known."""
    return bool(other) and declared.startswith(other)


def _same_place(declared: str, other: str) -> bool:
    """Every word of the shorter stands in the longer: `Lyon` and `Lyon (69)`."""
    shorter, longer = sorted((set(names.fold(declared).split()), set(names.fold(other).split())), key=len)
    return bool(shorter) and shorter <= longer


def _shared_nationality(declared: str, other: str) -> bool:
    mine = {alpha2_of(code) for code in declared.split(",")}
    return bool(mine & {alpha2(other) or alpha2_of(other)} - {""})


_RULES: Mapping[str, Callable[[str, str], bool]] = {
    "legal_name": names.same_company_name,
    "siren": _same_number,
    "legal_form": _same_form,
    "address": names.addresses_agree,
    "birth_name": names.same_surname,
    "usage_name": _same_text,
    "given_names": names.given_names_agree,
    "birth_date": _same_date,
    "birth_place": _same_place,
    "nationalities": _shared_nationality,
}
