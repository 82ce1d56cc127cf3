# SPDX-License-Identifier: Apache-2.0
"""The merchant company and its people, as declared by the merchant (CMF R561-5; requirements R-4, R-5).

Declared values are what the merchant said. What a document or a register says is compared with them
(`checks`), never written over them.
"""

import re
from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum
from typing import Any, Self

from stdnum.exceptions import ValidationError
from stdnum.fr import siren as siren_number

from kyc.domain.errors import FieldProblem

#: Whole of a company, in basis points (1/100 of a per cent): shares are stored as integers.
WHOLE = 10_000

MAX_TEXT = 200
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
_COUNTRY = re.compile(r"[A-Z]{2}")


class PartyKind(StrEnum):
    """A merchant's file names one company and any number of people."""

    COMPANY = "company"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address; `country` is ISO 3166 alpha-2."""

    street: str = ""
    postal_code: str = ""
    city: str = ""
    country: str = "FR"

    def __str__(self) -> str:
        return ", ".join(
            part for part in (self.street, f"{self.postal_code} {self.city}".strip(), self.country) if part
        )


@dataclass(frozen=True, slots=True)
class Company:
    """The identification set of a legal person (CMF R561-5 2°)."""

    legal_name: str = ""
    siren: str = ""
    legal_form: str = ""
    trade_name: str = ""
    address: Address = field(default_factory=Address)
    activity: str = ""
    website: str = ""

    def to_json(self) -> dict[str, Any]:
        """Plain values; `from_json` reads them back."""
        return _plain(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The value that `to_json` wrote."""
        return cls(**{**data, "address": Address(**data["address"])})

    @property
    def names(self) -> tuple[str, ...]:
        """Every name under which it must be screened."""
        return tuple(name for name in (self.legal_name, self.trade_name) if name)


@dataclass(frozen=True, slots=True)
class Person:
    """The identification set of a natural person (CMF R561-5 1°); birth name and usage name stay apart (E-7)."""

    given_names: str = ""
    birth_name: str = ""
    usage_name: str = ""
    birth_date: date | None = None
    birth_place: str = ""
    birth_country: str = ""
    nationalities: tuple[str, ...] = ()
    address: Address = field(default_factory=Address)
    position: str = ""

    def to_json(self) -> dict[str, Any]:
        """Plain values; `from_json` reads them back."""
        return _plain(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The value that `to_json` wrote."""
        born = date.fromisoformat(data["birth_date"]) if data["birth_date"] else None
        return cls(
            **{
                **data,
                "birth_date": born,
                "nationalities": tuple(data["nationalities"]),
                "address": Address(**data["address"]),
            }
        )

    @property
    def display_name(self) -> str:
        """Given names and the name in use, as people address them."""
        return f"{self.given_names} {self.usage_name or self.birth_name}".strip()


@dataclass(frozen=True, slots=True)
class Roles:
    """What a person is to the company; shares in basis points of capital and of votes."""

    representative: bool = False
    beneficial_owner: bool = False
    capital: int = 0
    votes: int = 0


def _plain(value: Company | Person) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    for each in fields(value):
        item = getattr(value, each.name)
        if isinstance(item, Address):
            item = {part.name: getattr(item, part.name) for part in fields(item)}
        elif isinstance(item, date):
            item = item.isoformat()
        elif isinstance(item, tuple):
            item = list(item)
        plain[each.name] = item
    return plain


def clean_text(text: str) -> str:
    """Text without control and direction marks, runs of blanks folded; what people type, kept as they mean it."""
    return " ".join(_CONTROL.sub(" ", text).split())


def company_problems(company: Company) -> tuple[FieldProblem, ...]:
    """Everything that stops this company from being submitted, one entry a field."""
    problems = _missing(company, ("legal_name", "siren", "legal_form", "activity"))
    problems += _too_long(company)
    problems += _address_problems(company.address)
    if company.siren and not is_siren(company.siren):
        problems.append(FieldProblem("siren", "siren_invalid"))
    return tuple(problems)


def person_problems(person: Person, today: date) -> tuple[FieldProblem, ...]:
    """Everything that stops this person from being submitted, one entry a field."""
    problems = _missing(person, ("given_names", "birth_name", "birth_date", "birth_place", "birth_country"))
    problems += _too_long(person)
    problems += _address_problems(person.address)
    if not person.nationalities:
        problems.append(FieldProblem("nationalities", "required"))
    if not all(_COUNTRY.fullmatch(code) for code in person.nationalities):
        problems.append(FieldProblem("nationalities", "country_invalid"))
    if person.birth_country and not _COUNTRY.fullmatch(person.birth_country):
        problems.append(FieldProblem("birth_country", "country_invalid"))
    if person.birth_date and not date(today.year - 120, 1, 1) <= person.birth_date <= today:
        problems.append(FieldProblem("birth_date", "date_impossible"))
    return tuple(problems)


def roles_problems(roles: Roles) -> tuple[FieldProblem, ...]:
    """Whether the roles and shares of one person hold together."""
    problems = [
        FieldProblem(name, "share_out_of_range")
        for name in ("capital", "votes")
        if not 0 <= getattr(roles, name) <= WHOLE
    ]
    if not (roles.representative or roles.beneficial_owner):
        problems.insert(0, FieldProblem("roles", "role_required"))
    return tuple(problems)


def shares_problems(all_roles: tuple[Roles, ...]) -> tuple[FieldProblem, ...]:
    """Whether the declared shares of all people together stay within the whole."""
    return tuple(
        FieldProblem(name, "shares_exceed_whole")
        for name in ("capital", "votes")
        if sum(getattr(roles, name) for roles in all_roles) > WHOLE
    )


def is_siren(number: str) -> bool:
    """Nine digits whose Luhn key holds (INSEE); La Poste's exception concerns SIRETs only."""
    try:
        return len(siren_number.validate(number)) == len("123456789")
    except ValidationError:
        return False


def compact_siren(number: str) -> str:
    """The digits of a SIREN that a person typed with blanks or dots."""
    return re.sub(r"[\s.\-\u00a0\u202f]", "", number)


def _missing(value: Company | Person, names: tuple[str, ...]) -> list[FieldProblem]:
    return [FieldProblem(name, "required") for name in names if not getattr(value, name)]


def _too_long(value: Company | Person) -> list[FieldProblem]:
    return [
        FieldProblem(each.name, "too_long")
        for each in fields(value)
        if isinstance(getattr(value, each.name), str) and len(getattr(value, each.name)) > MAX_TEXT
    ]


def _address_problems(address: Address) -> list[FieldProblem]:
    problems = [
        FieldProblem(f"address.{name}", "required")
        for name in ("street", "postal_code", "city", "country")
        if not getattr(address, name)
    ]
    problems += [
        FieldProblem(f"address.{name}", "too_long")
        for name in ("street", "postal_code", "city")
        if len(getattr(address, name)) > MAX_TEXT
    ]
    if address.country and not _COUNTRY.fullmatch(address.country):
        problems.append(FieldProblem("address.country", "country_invalid"))
    return problems
