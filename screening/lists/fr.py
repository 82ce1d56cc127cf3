# SPDX-License-Identifier: Apache-2.0
"""The French national register of asset freezes (DG Trésor), JSON."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from screening.countries import alpha2
from screening.dates import make_date
from screening.lists.build import Collector, NameBag, make_identifier, unique
from screening.lists.text import clean, document_numbers, iso_moment, joined, whole_number
from screening.models import (
    Category,
    Entry,
    EntryType,
    Identifier,
    ListFile,
    ListSource,
    PartialDate,
    UnrecognisedList,
)

_TYPES: Final = {
    "personne physique": EntryType.PERSON,
    "personne morale": EntryType.ORGANISATION,
    "navire": EntryType.VESSEL,
}
_URL: Final = "https://gels-avoirs.dgtresor.gouv.fr/Gels/RegistreDetail?idRegistre="
# There is no flag for weak aliases: reliability is a remark inside the alias.
_REMARK = re.compile(r"\s*\(([^()]*(?:fiable|pseudonyme|orthographe|écriture)[^()]*)\)", re.IGNORECASE)
# "Company, Limited - navire SHIP" names the owner and the ship in one field.
_SHIP = re.compile(r"^(?P<owner>.+?)\s+-\s+navire\s+(?P<ship>.+)$", re.IGNORECASE)
# Labels and values are mixed: "Date d'enregistrement: 28.1.2003 - Numéro OGRN: 1027...".
_STATEMENT = re.compile(r"\s[-–]\s|;\s*|\.\s+|,\s+(?=[^\W\d]+\s*:)")
_KINDS: Final = (
    ("imo", {"omi", "imo"}),
    ("tax", {"fiscal", "fiscale", "inn", "nif", "taxe"}),
    ("swift", {"swift", "bic"}),
    ("wallet", {"portefeuille"}),
    ("registration", {"enregistrement", "ogrn", "immatriculation", "inscription", "registre", "kpp", "okpo", "social"}),
)
_NOT_NUMBERS: Final = (
    *("date", "lieu", "type d", "filiale", "principal", "établissement", "etablissement", "siège"),
    *("entité", "personne associée", "fax", "tél", "autre dénomination", "autres dénominations"),
)


def read(raw: bytes, document: Mapping[str, Any]) -> ListFile:
    """Return the register; `document` is the parsed JSON. Raises UnrecognisedList on its shape."""
    publications = document["Publications"]
    details = publications.get("PublicationDetail")
    if not isinstance(details, list):
        raise UnrecognisedList("register without PublicationDetail")
    published = str(publications.get("DatePublication") or "")
    collector = Collector(ListSource.FR, raw, published)
    collector.published_at = iso_moment(published)
    for record in details:
        number = record.get("IdRegistre") if isinstance(record, dict) else None
        ref = f"FR:{number}" if type(number) is int else None
        collector.take(ref, _entry, record)
    return collector.finish()


def is_register(document: Any) -> bool:
    """Return whether a JSON document has the register's outer shape."""
    return isinstance(document, dict) and isinstance(document.get("Publications"), dict)


def _values(record: Mapping[str, Any], field: str) -> Iterator[Mapping[str, Any]]:
    for detail in record["RegistreDetail"]:
        if detail.get("TypeChamp") == field:
            yield from detail.get("Valeur") or ()


def _text(value: Mapping[str, Any], key: str) -> str:
    found = value.get(key)
    if found is not None and type(found) not in {str, int}:
        raise TypeError(f"{key} is no text")
    return "" if found is None else clean(str(found))


def _texts(record: Mapping[str, Any], field: str, key: str) -> list[str]:
    return [text for value in _values(record, field) if (text := _text(value, key))]


def _entry(record: Mapping[str, Any]) -> Entry:
    number = record["IdRegistre"]
    addresses = [*_values(record, "ADRESSE_PP"), *_values(record, "ADRESSE_PM")]
    places = list(_values(record, "LIEU_DE_NAISSANCE"))
    return Entry(
        ref=f"FR:{number}",
        source=ListSource.FR,
        type=_TYPES[clean(record["Nature"]).casefold()],
        category=Category.SANCTION,
        names=_names(record).sorted(),
        birth_dates=unique(_birth_date(value) for value in _values(record, "DATE_DE_NAISSANCE")),
        birth_places=unique(_text(value, "Lieu") for value in places),
        nationalities=unique(alpha2(_text(v, "Pays")) for v in _values(record, "NATIONALITE")),
        countries=unique(alpha2(_text(value, "Pays")) for value in (*addresses, *places)),
        identifiers=unique(_identifiers(record)),
        legal_basis=unique(_texts(record, "FONDEMENT_JURIDIQUE", "FondementJuridiqueLabel")),
        programmes=unique(_programmes(record)),
        cross_refs=unique(_cross_refs(record)),
        url=f"{_URL}{number}",
    )


def _names(record: Mapping[str, Any]) -> NameBag:
    bag = NameBag()
    whole = clean(record["Nom"])
    given = " ".join(_texts(record, "PRENOM", "Prenom"))
    if given:
        bag.add_parts(given, whole, "primary")
    elif match := _SHIP.match(whole):
        ship = _TYPES.get(clean(record["Nature"]).casefold()) is EntryType.VESSEL
        bag.add(match["ship"], "primary" if ship else "alias")
        bag.add(match["owner"], "alias" if ship else "primary")
    else:
        # 514 natural persons carry the whole name in Nom, in unknown order.
        bag.add(whole, "primary")
    for alias in _texts(record, "ALIAS", "Alias"):
        for part in joined(alias):
            remarks = " ".join(_REMARK.findall(part)).casefold()
            quality = "unknown"
            if "peu fiable" in remarks or "pseudonyme" in remarks:
                quality = "low"
            elif "fiable" in remarks:
                quality = "good"
            bag.add(_REMARK.sub("", part), "alias", quality)
    return bag


def _birth_date(value: Mapping[str, Any]) -> PartialDate | None:
    year, month, day = (whole_number(_text(value, key)) for key in ("Annee", "Mois", "Jour"))
    return None if year is None else make_date(year, month, day)


def _identifiers(record: Mapping[str, Any]) -> Iterator[Identifier | None]:
    for number in _texts(record, "NUMERO_OMI", "NumeroOMI"):
        yield make_identifier("imo", number)
    for text in _texts(record, "PASSEPORT", "NumeroPasseport"):
        # Free text in 13 %: "a) X123456, délivré le 1er mars 2000 à Ville".
        for number in document_numbers(text):
            yield make_identifier("passport", number)
    for text in _texts(record, "AUTRE_IDENTITE", "NumeroCarte"):
        for number in document_numbers(text):
            yield make_identifier("identity", number)
    for value in _values(record, "IDENTIFICATION"):
        yield from _registrations(_text(value, "Identification"), _text(value, "Commentaire"))


def _registrations(text: str, label: str) -> Iterator[Identifier | None]:
    if label.casefold().startswith(_NOT_NUMBERS):
        return
    usual = _kind(f"{label} {text}") or "other"
    for statement in _STATEMENT.split(text):
        if statement.casefold().startswith(_NOT_NUMBERS):
            continue
        kind = _kind(statement) or usual
        for number in [statement] if kind == "wallet" else document_numbers(statement):
            yield make_identifier(kind, number)


def _kind(label: str) -> str | None:
    words = set(re.findall(r"[^\W\d_]+", label.casefold()))
    return next((kind for kind, known in _KINDS if not words.isdisjoint(known)), None)


def _programmes(record: Mapping[str, Any]) -> Iterator[str]:
    # "(UE) 2022/332 du 25/02/2022 (UE Ukraine intégrité territoriale - R (UE) 269/2014)": whether a
    # measure is national, European or of the UN is told only by the last bracket.
    for label in _texts(record, "FONDEMENT_JURIDIQUE", "FondementJuridiqueLabel"):
        start = re.search(r"\((?:UE|ONU|Dispositif national)\s", label)
        if start:
            yield label[start.start() + 1 :].rstrip(")")


def _cross_refs(record: Mapping[str, Any]) -> Iterator[str]:
    for text in _texts(record, "REFERENCE_UE", "ReferenceUe"):
        if match := re.search(r"(\d+\.\d+)$", text):
            yield f"EU:EU.{match[1]}"
    for text in _texts(record, "REFERENCE_ONU", "ReferenceOnu"):
        yield f"UN:{text}"
