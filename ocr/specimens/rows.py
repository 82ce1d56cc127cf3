# SPDX-License-Identifier: Apache-2.0
"""Rows of a drawn register document: what each prints, and which fields a reader must find there."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ocr.french import MONTHS

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """One row: label and printed text, the fields that it says; kind is row, heading, role or line (no columns)."""

    label: str
    text: str = ""
    says: Mapping[str, str] = field(default_factory=dict)
    kind: str = "row"


def heading(text: str) -> Row:
    """Return the heading of a section."""
    return Row(text, kind="heading")


def plain(label: str, name: str, value: object) -> Row:
    """Return a row whose text is its value."""
    return Row(label, str(value), {name: str(value)})


def dated(label: str, name: str, iso: object, before: str = "") -> Row:
    """Return a row with a date, which is printed by day, month and year."""
    return Row(label, before + slashed(str(iso)), {name: str(iso)})


def said(rows: Iterable[Row]) -> dict[str, str]:
    """Return all fields that rows say."""
    return {name: value for row in rows for name, value in row.says.items()}


def slashed(iso: str) -> str:
    """Return an ISO date (or month) as DD/MM/YYYY."""
    return "/".join(reversed(iso.split("-")))


def written(iso: str) -> str:
    """Return an ISO date with its month in words; the first of a month is "1er"."""
    year, month, day = iso.split("-")
    return f"{'1er' if int(day) == 1 else int(day)} {MONTHS[int(month) - 1]} {year}"


def threes(number: str) -> str:
    """Return the digits of a SIREN or SIRET as they are grouped in print."""
    return " ".join((number[:3], number[3:6], number[6:9], number[9:])).strip()


def euros(amount: object) -> str:
    """Return an amount as the greffes print it; a text stays as it is."""
    if isinstance(amount, int | float):
        return f"{amount:,.2f} Euros".replace(",", " ").replace(".", ",")
    return str(amount)


def plain_amount(printed: str) -> str:
    """Return an amount in euros as a reader gives it, from "25 000,00 Euros"."""
    digits, _, cents = printed.removesuffix(" Euros").replace(" ", "").partition(",")
    return f"{int(digits)}.{(cents or '0').ljust(2, '0')} EUR"


def person(officer: Facts, prefix: str, home: str, *, label: str = "Domicile personnel") -> Iterator[Row]:
    """Yield the rows of a natural person as the greffes print them."""
    given = officer["given_names"]
    given = given if isinstance(given, str) else " ".join(given)
    surname = str(officer["surname"]).upper()
    yield Row("Nom, prénoms", f"{surname} {given}", {f"{prefix}.surname": surname, f"{prefix}.given_names": given})
    if officer.get("usage_name"):
        yield plain("Nom d'usage", f"{prefix}.usage_name", str(officer["usage_name"]).upper())
    if officer.get("pseudonym"):
        yield plain("Pseudonyme", f"{prefix}.pseudonym", officer["pseudonym"])
    place = officer.get("birth_place", "Montfleury (99)")
    born = {f"{prefix}.birth_date": str(officer["birth_date"]), f"{prefix}.birth_place": place}
    yield Row("Date et lieu de naissance", f"Le {slashed(officer['birth_date'])} à {place}", born)
    yield plain("Nationalité", f"{prefix}.nationality", officer.get("nationality", "Française"))
    yield plain(label, f"{prefix}.address", officer.get("address", home))
