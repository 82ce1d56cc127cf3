# SPDX-License-Identifier: Apache-2.0
"""The printed labels of French register documents, and which field each one announces.

Sources: digital extracts of the greffes (model of annex 4-4 of book I of the commercial code), the
attestation of the national register of companies (order of 29 July 2024, A.123-293 ff. of the same
code), the INSEE notice of situation in the Sirene directory.
"""

from dataclasses import dataclass
from enum import StrEnum

from ocr.layout import squeezed


class Section(StrEnum):
    """Part of an extract; the same label means different things in different parts."""

    COMPANY = "company"
    PERSON = "person"
    OFFICERS = "officers"
    ESTABLISHMENT = "establishment"  # the principal one of an extract of the greffes
    ESTABLISHMENTS = "establishments"  # numbered: the other ones, or all of an attestation or a notice
    ELSEWHERE = "elsewhere"
    OBSERVATIONS = "observations"


@dataclass(frozen=True, slots=True)
class Label:
    """A printed label: its squeezed text, the field it announces, the sections it may stand in.

    A personal label announces a value of the person named last, whatever the section; one that opens
    a section stands in front of that section's first value.
    """

    key: str
    name: str
    sections: frozenset[Section]
    personal: bool = False
    opens: Section | None = None


HEADINGS: dict[str, Section] = {
    squeezed(text): section
    for section, texts in {
        Section.COMPANY: ("IDENTIFICATION DE LA PERSONNE MORALE", "IDENTITE DE L'ENTREPRISE"),
        Section.PERSON: ("IDENTIFICATION DE LA PERSONNE PHYSIQUE", "IDENTITE DE L'ENTREPRENEUR"),
        Section.OFFICERS: (
            "GESTION, DIRECTION, ADMINISTRATION, CONTROLE, ASSOCIES OU MEMBRES",
            "GESTION, DIRECTION, ADMINISTRATION, CONTROLE",
            "GESTION ET DIRECTION",
            "DIRIGEANTS",
            "DIRIGEANTS ET ASSOCIES",
            "REPRESENTANTS",
        ),
        Section.ESTABLISHMENT: (
            "RENSEIGNEMENTS RELATIFS A L'ACTIVITE ET A L'ETABLISSEMENT PRINCIPAL",
            "RENSEIGNEMENTS SUR L'ACTIVITE ET L'ETABLISSEMENT PRINCIPAL",
            "RENSEIGNEMENTS RELATIFS A L'ETABLISSEMENT PRINCIPAL",
        ),
        Section.ESTABLISHMENTS: (
            "RENSEIGNEMENTS RELATIFS AUX AUTRES ETABLISSEMENTS DANS LE RESSORT",
            "RENSEIGNEMENTS RELATIFS A L'AUTRE ETABLISSEMENT DANS LE RESSORT",
            "RENSEIGNEMENTS RELATIFS AUX ETABLISSEMENTS SECONDAIRES",
            "ETABLISSEMENTS",
            "ETABLISSEMENT",
        ),
        Section.ELSEWHERE: ("IMMATRICULATIONS HORS RESSORT", "IMMATRICULATION HORS RESSORT"),
        Section.OBSERVATIONS: ("OBSERVATIONS ET RENSEIGNEMENTS COMPLEMENTAIRES", "OBSERVATIONS"),
    }.items()
    for text in texts
}

_COMPANY = frozenset({Section.COMPANY})
_BODY = frozenset({Section.COMPANY, Section.PERSON})
_PEOPLE = frozenset({Section.OFFICERS, Section.PERSON})
_TRADERS = frozenset({Section.OFFICERS, Section.PERSON, Section.COMPANY})
_PLACE = frozenset({Section.ESTABLISHMENT})
_PLACES = frozenset({Section.ESTABLISHMENTS})
_SITES = _BODY | _PLACE

_BODY_LABELS = {
    "siren": (
        *("Immatriculation au RCS, numéro", "Identifiant SIREN", "Numéro SIREN", "SIREN (siège)", "SIREN"),
        *("Numéro d'immatriculation", "Immatriculation au RCS"),
    ),
    "siret": ("Identifiant SIRET du siège", "SIRET (siège)", "SIRET du siège", "Numéro SIRET"),
    "registration_date": (
        *("Date d'immatriculation", "Date d'immatriculation au RNE", "Date d'immatriculation au RCS"),
        "Immatriculation au RNE",
    ),
    "original_registration_date": ("Date d'immatriculation d'origine",),
    "transfer": ("Transfert du", "Transfert de"),
    "struck_off_date": ("Immatriculation radiée le", "Radiation le", "Radiée le", "Date de radiation"),
    "euid": ("Numéro d'identification Européen - EUID", "Numéro d'identification Européen", "EUID"),
    "legal_form": ("Forme juridique", "Catégorie juridique"),
    "nature": ("Nature de l'entreprise", "Nature de l'activité principale"),
    "activity_start_date": ("Date de début d'activité", "Date début d'activité", "Début d'activité"),
    "ceased_date": ("Date de cessation d'activité", "Date de cessation", "Cessation d'activité"),
    "updated_date": ("Date de mise à jour de l'entreprise",),
    "naf_code": (
        *("Nomenclature d'activités française (code NAF)", "Activité Principale Exercée (APE)", "Code APE"),
        *("Code NAF", "Code NAF / APE"),
    ),
    "aprm_code": ("Code APRM",),
    "social_economy": ("Appartenance au champ de l'ESS", "Économie sociale et solidaire"),
    "mission_company": ("Appartenance au champ des sociétés à mission", "Société à mission"),
    "rna": ("Identifiant association Rna", "Numéro RNA"),
}
_COMPANY_LABELS = {
    "company_name": ("Dénomination ou raison sociale", "Dénomination sociale", "Dénomination", "Désignation"),
    "acronym": ("Sigle",),
    "share_capital": ("Capital social",),
    "variable_capital": ("Capital variable (minimum)", "Capital variable", "Capital social variable"),
    "minimum_capital": ("Capital social minimum", "Capital minimum"),
    "registered_address": (
        *("Adresse du siège", "Adresse du siège social", "Adresse de l'entreprise", "Siège social"),
        *("Adresse de l'entrepreneur", "Adresse"),
    ),
    "activity": (
        *("Activités principales", "Activité principale", "Activités principales de l'objet social"),
        *("Activité principale de l'objet social", "Objet social"),
    ),
    "duration_until": (
        *("Durée de la personne morale", "Durée de la société", "Date de fin de la personne morale"),
        *("Date de fin de personne morale", "Date de fin de la personne", "Date de fin de personne"),
    ),
    "closing_date": (
        *("Date de clôture de l'exercice social", "Date de clôture de l'exercice comptable"),
        *("Date de clôture d'exercice", "Date de clôture"),
    ),
    "first_closing_date": (
        *("Date de clôture du 1er exercice social", "Date de clôture du premier exercice social"),
        *("Date de la première clôture", "Date de première clôture"),
    ),
    "sole_shareholder": ("Associé unique",),
    "dissolution_date": ("Date de dissolution",),
    "dissolution": ("Dissolution",),
    "continued_activity": ("Poursuite d'activité", "Poursuite de l'activité"),
    "liquidation": ("Avec liquidation",),
}
_HOST_LABELS = {
    "domiciliation": ("Domiciliation en commun", "Domiciliation"),
    "host_name": ("Nom ou dénomination du domiciliataire", "Nom du domiciliataire", "Domiciliataire"),
    "host_address": ("Adresse du domiciliataire",),
}
_PERSONAL_LABELS = {
    "name": ("Nom, prénoms", "Nom, Prénom(s)", "Nom, prénom", "Nom et prénoms", "Nom et prénom(s)"),
    "surname": ("Nom", "Nom de naissance"),
    "given_names": ("Prénoms", "Prénom(s)", "Prénom"),
    "usage_name": ("Nom d'usage",),
    "pseudonym": ("Pseudonyme",),
    "birth": ("Date et lieu de naissance", "Date de naissance (mm/aaaa)", "Date de naissance", "Né(e) le"),
    "nationality": ("Nationalité",),
}
_HOME_LABELS = {
    "address": (
        *("Domicile personnel", "Domicile personnel ou adresse professionnelle", "Domicile", "Commune de résidence"),
        *("Adresse professionnelle", "Adresse personnelle", "Adresse"),
    ),
    "role": ("Qualité", "Fonction", "Rôle"),
}
_LEGAL_PERSON_LABELS = {
    "company_name": ("Dénomination", "Dénomination ou raison sociale", "Dénomination sociale"),
    "siren": ("SIREN", "Numéro SIREN", "Immatriculation au RCS, numéro", "Immatriculation au RCS"),
    "euid": ("Numéro d'identification Européen - EUID", "EUID"),
    "foreign_register": ("Immatriculation au registre étranger", "Numéro d'identification étranger"),
    "legal_form": ("Forme juridique",),
    "share_capital": ("Capital social",),
    "address": ("Adresse", "Adresse du siège", "Siège social"),
    "permanent_representative": ("Représentant permanent", "Représentée par", "Représentant"),
}
_PLACE_LABELS = {
    "establishment_address": ("Adresse de l'établissement", "Adresse de l'établissement principal"),
    "trade_name": ("Nom commercial",),
    "sign": ("Enseigne",),
    "establishment_activity": ("Activité(s) exercée(s)", "Activités exercées", "Activité exercée"),
    "establishment_naf_code": ("Nomenclature d'activités française (code NAF)", "Code NAF", "Code APE"),
    "activity_start_date": ("Date de commencement d'activité", "Date de début d'activité"),
    "business_origin": ("Origine du fonds ou de l'activité", "Origine du fonds"),
    "operation": ("Mode d'exploitation",),
}
_PLACES_LABELS = {
    "kind": ("Type d'établissement", "Type"),
    "status": ("Statut", "Statut de l'établissement", "État de l'établissement", "État"),
    "siret": ("Identifiant SIRET", "Numéro SIRET", "SIRET"),
    "address": ("Adresse de l'établissement", "Adresse"),
    "trade_name": ("Nom commercial",),
    "sign": ("Enseigne",),
    "activity": ("Activité(s) exercée(s)", "Activités exercées", "Activité exercée", "Activité principale"),
    "other_activity": ("Autre activité",),
    "naf_code": (
        *("Nomenclature d'activités française (code NAF)", "Activité Principale Exercée (APE)", "Code APE"),
        "Code NAF",
    ),
    "aprm_code": ("Code APRM",),
    "nature": ("Nature de l'établissement",),
    "activity_start_date": (
        *("Date de commencement d'activité", "Date de début d'activité", "Date début d'activité"),
        "Début d'activité",
    ),
    "ceased_date": ("Date de fermeture", "Date de cessation d'activité"),
    "business_origin": ("Origine du fonds ou de l'activité", "Origine du fonds"),
    "operation": ("Mode d'exploitation",),
}
_OBSERVATION_LABELS = {
    "number": ("Numéro", "Numéro d'observation", "Numéro de l'observation"),
    "date": ("Date", "Date d'ajout", "Date d'observation", "Date de l'observation"),
    "": ("Texte", "Observation", "Libellé", "Description"),
}
_OPENING_LABELS = (
    Label(squeezed("Description de l'entreprise"), "status", frozenset(Section), opens=Section.COMPANY),
    Label(squeezed("Description de l'établissement"), "status", frozenset(Section), opens=Section.ESTABLISHMENTS),
)

_GROUPS: tuple[tuple[dict[str, tuple[str, ...]], frozenset[Section], bool], ...] = (
    (_BODY_LABELS, _BODY, False),
    (_COMPANY_LABELS, _COMPANY, False),
    (_HOST_LABELS, _SITES, False),
    ({"siren": ("Immatriculation au RCS, numéro",)}, _PLACE, False),  # of a host only
    (_PERSONAL_LABELS, _TRADERS, True),
    (_HOME_LABELS, _PEOPLE, True),
    (_LEGAL_PERSON_LABELS, frozenset({Section.OFFICERS}), True),
    (_PLACE_LABELS, _PLACE, False),
    (_PLACES_LABELS, _PLACES, False),
    (_OBSERVATION_LABELS, frozenset({Section.OBSERVATIONS}), False),
)


def _labels() -> list[Label]:
    return [
        Label(squeezed(text), name, sections, personal)
        for group, sections, personal in _GROUPS
        for name, texts in group.items()
        for text in texts
    ]


BY_LENGTH = tuple(sorted((*_OPENING_LABELS, *_labels()), key=lambda label: -len(label.key)))
KEYS = dict.fromkeys(label.key for label in BY_LENGTH)  # the longest first
BY_INITIAL = {initial: tuple(key for key in KEYS if key[0] == initial) for initial in {key[0] for key in KEYS}}

_ROLES = tuple(
    squeezed(word)
    for word in (
        *("président", "directeur", "directrice", "gérant", "administrateur", "administratrice", "directoire"),
        *("commissaire aux comptes", "commissaire à la transformation", "associé", "membre", "liquidateur"),
        *("mandataire", "représentant", "dirigeant", "personne ayant le pouvoir", "fondé de pouvoir"),
        *("contrôleur", "entrepreneur", "conjoint collaborateur", "héritier", "indivisaire", "exploitant"),
    )
)


def is_role(text: str) -> bool:
    """Tell whether a squeezed line of the officers' part names a role."""
    return any(word in text for word in _ROLES)
