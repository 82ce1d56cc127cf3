# SPDX-License-Identifier: Apache-2.0
"""The printed labels of French register documents, and which field each one announces.

Sources: digital extracts of the greffes (arrêté of the model extract, annex 4-4 of book I of the
commercial code), the attestation of the national register of companies (A.123-293 ff. of the same
code), the INSEE notice of situation in the Sirene directory.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz.distance import Levenshtein

from ocr.layout import squeezed
from ocr.models import Kind


class Section(StrEnum):
    """Part of an extract; the same label means different things in different parts."""

    HEAD = "head"
    COMPANY = "company"
    PERSON = "person"
    OFFICERS = "officers"
    ESTABLISHMENT = "establishment"
    ELSEWHERE = "elsewhere"
    OBSERVATIONS = "observations"


@dataclass(frozen=True, slots=True)
class Label:
    """A printed label: its squeezed text, the field it announces, the sections it may stand in."""

    key: str
    name: str
    sections: frozenset[Section]
    personal: bool = False


# Order matters: the first kind all of whose marks stand in the text is taken.
MARKS: tuple[tuple[Kind, tuple[str, ...]], ...] = (
    (Kind.KBIS, ("extraitkbis",)),
    (Kind.RNE_ATTESTATION, ("attestation", "registrenationaldesentreprises")),
    (Kind.SIRENE_NOTICE, ("situationaurepertoiresirene",)),
    (Kind.KBIS, ("registreducommerceetdessocietes", "identificationdelapersonnemorale")),
    (Kind.EXTRAIT_K, ("registreducommerceetdessocietes", "identificationdelapersonnephysique")),
    (Kind.JOAFE, ("journalofficiel", "associations", "annonce")),
    (Kind.STATUTS, ("statuts", "article1", "objet")),
)
WITHOUT_HEADINGS = frozenset({Kind.SIRENE_NOTICE, Kind.RNE_ATTESTATION, Kind.JOAFE})

HEADINGS: dict[str, Section] = {
    squeezed(text): section
    for text, section in (
        ("IDENTIFICATION DE LA PERSONNE MORALE", Section.COMPANY),
        ("IDENTIFICATION DE LA PERSONNE PHYSIQUE", Section.PERSON),
        (
            "GESTION, DIRECTION, ADMINISTRATION, CONTROLE, ASSOCIES OU MEMBRES",
            Section.OFFICERS,
        ),
        (
            "RENSEIGNEMENTS RELATIFS A L'ACTIVITE ET A L'ETABLISSEMENT PRINCIPAL",
            Section.ESTABLISHMENT,
        ),
        (
            "RENSEIGNEMENTS SUR L'ACTIVITE ET L'ETABLISSEMENT PRINCIPAL",
            Section.ESTABLISHMENT,
        ),
        ("IMMATRICULATIONS HORS RESSORT", Section.ELSEWHERE),
        ("OBSERVATIONS ET RENSEIGNEMENTS COMPLEMENTAIRES", Section.OBSERVATIONS),
        # Attestation of the national register of companies.
        ("IDENTITE DE L'ENTREPRISE", Section.COMPANY),
        ("GESTION ET DIRECTION", Section.OFFICERS),
        ("DIRIGEANTS", Section.OFFICERS),
        ("ETABLISSEMENTS", Section.ESTABLISHMENT),
        ("OBSERVATIONS", Section.OBSERVATIONS),
    )
}

_COMPANY = frozenset({Section.COMPANY})
_BODY = frozenset({Section.COMPANY, Section.PERSON})
_PEOPLE = frozenset({Section.OFFICERS, Section.PERSON})
_PLACE = frozenset({Section.ESTABLISHMENT})
_ALL = frozenset(Section) - {Section.HEAD}

_BODY_LABELS = {
    "Immatriculation au RCS, numéro": "siren",
    "Identifiant SIREN": "siren",
    "Numéro SIREN": "siren",
    "SIREN": "siren",
    "Date d'immatriculation": "registration_date",
    "Date d'immatriculation au RNE": "registration_date",
    "Transfert du": "transfer",
    "Immatriculation radiée le": "struck_off_date",
    "Numéro d'identification Européen - EUID": "euid",
}
_COMPANY_LABELS = {
    "Dénomination ou raison sociale": "company_name",
    "Dénomination": "company_name",
    "Désignation": "company_name",
    "Sigle": "acronym",
    "Forme juridique": "legal_form",
    "Catégorie juridique": "legal_form",
    "Capital social": "share_capital",
    "Adresse du siège": "registered_address",
    "Adresse du siège social": "registered_address",
    "Adresse": "registered_address",
    "Domiciliation en commun": "domiciliation",
    "Nom ou dénomination du domiciliataire": "host_name",
    "Activités principales": "activity",
    "Activité principale": "activity",
    "Nomenclature d'activités française (code NAF)": "naf_code",
    "Activité Principale Exercée (APE)": "naf_code",
    "Code APE": "naf_code",
    "Durée de la personne morale": "duration_until",
    "Date de clôture de l'exercice social": "closing_date",
    "Date de clôture du 1er exercice social": "first_closing_date",
    "Nature de l'entreprise": "nature",
    "Date de début d'activité": "activity_start_date",
}
_PERSONAL_LABELS = {
    "Nom, prénoms": "name",
    "Nom, Prénom(s)": "name",
    "Nom d'usage": "usage_name",
    "Pseudonyme": "pseudonym",
    "Date et lieu de naissance": "birth",
    "Date de naissance (mm/aaaa)": "birth",
    "Nationalité": "nationality",
    "Domicile personnel": "address",
    "Domicile personnel ou adresse professionnelle": "address",
    "Commune de résidence": "address",
    "Qualité": "role",
}
_LEGAL_PERSON_LABELS = {
    "Dénomination": "company_name",
    "Dénomination ou raison sociale": "company_name",
    "SIREN": "siren",
    "Immatriculation au RCS, numéro": "siren",
    "Forme juridique": "legal_form",
    "Adresse": "address",
    "Représentant permanent": "permanent_representative",
}
_PLACE_LABELS = {
    "Adresse de l'établissement": "establishment_address",
    "Nom commercial": "trade_name",
    "Enseigne": "sign",
    "Activité(s) exercée(s)": "establishment_activity",
    "Nomenclature d'activités française (code NAF)": "naf_code",
    "Date de commencement d'activité": "activity_start_date",
    "Origine du fonds ou de l'activité": "business_origin",
    "Mode d'exploitation": "operation",
}


def _labels() -> list[Label]:
    groups = (
        (_BODY_LABELS, _BODY, False),
        (_COMPANY_LABELS, _COMPANY, False),
        (_PERSONAL_LABELS, _PEOPLE, True),
        (_LEGAL_PERSON_LABELS, frozenset({Section.OFFICERS}), True),
        (_PLACE_LABELS, _PLACE, False),
    )
    return [
        Label(squeezed(text), name, sections, personal)
        for group, sections, personal in groups
        for text, name in group.items()
    ]


BY_LENGTH = tuple(sorted(_labels(), key=lambda label: -len(label.key)))

_ROLES = tuple(
    squeezed(word)
    for word in (
        "président",
        "présidente",
        "directeur",
        "directrice",
        "gérant",
        "administrateur",
        "administratrice",
        "commissaire aux comptes",
        "associé",
        "membre",
        "liquidateur",
        "mandataire",
        "représentant",
        "dirigeant",
        "directoire",
        "personne ayant le pouvoir",
        "fondé de pouvoir",
    )
)


def is_role(text: str) -> bool:
    """Tell whether a squeezed line of the officers' part names a role."""
    return any(word in text for word in _ROLES)


_FURNITURE = re.compile(
    r"(legreffier|findelextrait|rcs.{2,40}\d{8}\d{0,6}(page\d+(sur)?\d*)?|page\d{1,3}(sur\d{1,3})?"
    r"|greffedutribunal.*|ndegestion.*|codedeverification.*|https?controle.*)"
)


def is_furniture(text: str) -> bool:
    """Tell whether a squeezed line is running head, foot or signature, no part of any value."""
    if _FURNITURE.fullmatch(text) is not None:
        return True
    return any(Levenshtein.distance(text, last) <= 2 for last in ("legreffier", "findelextrait"))
