# SPDX-License-Identifier: Apache-2.0
"""From typed fields to a declared company or person: forgiving in spelling, exact in meaning."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from starlette.datastructures import FormData

from kyc.domain.errors import FieldProblem
from kyc.domain.party import WHOLE, Address, Company, Person, Roles, compact_siren
from kyc.web.forms import text, texts_of
from kyc.web.i18n import Texts

#: Legal forms that a French register prints most often; the full words are in the texts.
LEGAL_FORMS = ("SAS", "SASU", "SARL", "EURL", "SA", "SNC", "SCI", "SELARL", "SCOP", "association")
OTHER_FORM = "other"
#: How many nationalities the form offers; one more than is typed is always there.
MAX_NATIONALITIES = 4
_SHARE = re.compile(r"\d{1,3}(\.\d{1,2})?")


@dataclass(frozen=True, slots=True)
class PersonForm:
    """A person as typed: the value to declare, the roles, and what could not be understood."""

    person: Person
    roles: Roles
    problems: tuple[FieldProblem, ...]


def company_from(form: FormData) -> Company:
    """The declared company."""
    form_name = text(form, "legal_form")
    return Company(
        legal_name=text(form, "legal_name"),
        siren=compact_siren(text(form, "siren")),
        legal_form=text(form, "legal_form_other") if form_name == OTHER_FORM else form_name,
        trade_name=text(form, "trade_name"),
        address=_address(form),
        activity=text(form, "activity"),
        website=text(form, "website"),
    )


def person_from(form: FormData) -> PersonForm:
    """The declared person; a date or share that is no such thing is left out and named as a problem."""
    problems: list[FieldProblem] = []
    born = _date(form, problems)
    person = Person(
        given_names=text(form, "given_names"),
        birth_name=text(form, "birth_name"),
        usage_name=text(form, "usage_name"),
        birth_date=born,
        birth_place=text(form, "birth_place"),
        birth_country=text(form, "birth_country"),
        nationalities=tuple(dict.fromkeys(texts_of(form, "nationalities"))),
        address=_address(form),
        position=text(form, "position"),
    )
    chosen = texts_of(form, "roles")
    roles = Roles(
        representative="representative" in chosen,
        beneficial_owner="beneficial_owner" in chosen,
        capital=_share(form, "capital", problems),
        votes=_share(form, "votes", problems),
    )
    return PersonForm(person, roles, tuple(problems))


def company_values(company: Company) -> dict[str, str]:
    """What the company's form shows."""
    listed = company.legal_form in LEGAL_FORMS or not company.legal_form
    return {
        "legal_name": company.legal_name,
        "siren": grouped_siren(company.siren),
        "legal_form": company.legal_form if listed else OTHER_FORM,
        "legal_form_other": "" if listed else company.legal_form,
        "trade_name": company.trade_name,
        "activity": company.activity,
        "website": company.website,
        **_address_values(company.address),
    }


def person_values(person: Person, roles: Roles, words: Texts) -> dict[str, str]:
    """What a person's form shows, nationalities and roles apart."""
    born = person.birth_date
    return {
        "given_names": person.given_names,
        "birth_name": person.birth_name,
        "usage_name": person.usage_name,
        "birth_day": str(born.day) if born else "",
        "birth_month": str(born.month) if born else "",
        "birth_year": str(born.year) if born else "",
        "birth_place": person.birth_place,
        "birth_country": person.birth_country,
        "position": person.position,
        "capital": words.share(roles.capital) if roles.capital else "",
        "votes": words.share(roles.votes) if roles.votes else "",
        **_address_values(person.address),
    }


def typed_values(form: FormData, shown: Mapping[str, str]) -> dict[str, str]:
    """What a form shows again after a problem: exactly what was typed."""
    return {name: text(form, name) for name in shown}


def grouped_siren(number: str) -> str:
    """123 456 782: a SIREN as registers print it, with unbroken blanks."""
    whole = len(number) == len("123456789")
    return "\u00a0".join((number[:3], number[3:6], number[6:])) if whole else number


def _address(form: FormData) -> Address:
    return Address(
        street=text(form, "street"),
        postal_code=text(form, "postal_code"),
        city=text(form, "city"),
        country=text(form, "country"),
    )


def _address_values(address: Address) -> dict[str, str]:
    return {
        "street": address.street,
        "postal_code": address.postal_code,
        "city": address.city,
        "country": address.country,
    }


def _date(form: FormData, problems: list[FieldProblem]) -> date | None:
    parts = [text(form, name) for name in ("birth_day", "birth_month", "birth_year")]
    if not any(parts):
        return None
    try:
        day, month, year = (int(part) for part in parts)
        return date(year, month, day)
    except ValueError:
        problems.append(FieldProblem("birth_date", "date_invalid"))
        return None


def _share(form: FormData, name: str, problems: list[FieldProblem]) -> int:
    """Basis points of a percentage typed with comma or point; more than two decimals would be a guess at rounding."""
    typed = text(form, name).replace("%", "").replace(" ", "").replace(",", ".")
    if not typed:
        return 0
    if not _SHARE.fullmatch(typed):
        problems.append(FieldProblem(name, "share_invalid"))
        return 0
    points = int(Decimal(typed) * 100)
    if points > WHOLE:
        problems.append(FieldProblem(name, "share_out_of_range"))
        return 0
    return points
