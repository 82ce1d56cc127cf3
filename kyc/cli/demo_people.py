# SPDX-License-Identifier: Apache-2.0
"""The demo institution: fictional companies and people, and the state that each one's file is brought to.

Surnames say that nobody of that name is meant (Exemple, Modèle, Témoin...); SIRENs begin with 000, a range that
INSEE does not give out. The names on the fictional list are in `kyc/adapters/data/demo_list.csv`.
"""

from dataclasses import dataclass, field
from datetime import date

from kyc.domain.party import Address, Company, Person, Roles
from ocr import Kind


@dataclass(frozen=True, slots=True)
class Someone:
    """A person of a demo file, with the identity document that is drawn for them."""

    person: Person
    roles: Roles
    kind: Kind
    media: str
    sex: str
    expires: date | None = None
    degrade: str | None = None


@dataclass(frozen=True, slots=True)
class Merchant:
    """A demo merchant and how far its file goes."""

    reference: str
    target: str
    company: Company
    people: tuple[Someone, ...]
    extract_media: str = "pdf"
    extract_age_days: int = 20
    named_on_extract: bool = True
    extract_changes: dict[str, object] = field(default_factory=dict)


def _someone(  # noqa: PLR0913 - a table row with names
    given: str,
    name: str,
    born: date,
    kind: Kind = Kind.PASSPORT,
    *,
    media: str = "jpeg",
    sex: str = "F",
    capital: int = 10_000,
    representative: bool = True,
    owner: bool = True,
    usage: str = "",
    expires: date | None = None,
    degrade: str | None = None,
) -> Someone:
    person = Person(
        given_names=given,
        birth_name=name,
        usage_name=usage,
        birth_date=born,
        birth_place="Montfleury",
        birth_country="FR",
        nationalities=("FR",),
        address=Address("12 rue des Spécimens", "99000", "Montfleury", "FR"),
    )
    roles = Roles(representative, owner, capital if owner else 0, capital if owner else 0)
    return Someone(person, roles, kind, media, sex, expires, degrade)


def _company(name: str, siren: str, form: str, activity: str, street: str) -> Company:
    return Company(
        legal_name=name,
        siren=siren,
        legal_form=form,
        address=Address(street, "99000", "Montfleury", "FR"),
        activity=activity,
    )


_SAS = "Société par actions simplifiée"
_SARL = "Société à responsabilité limitée"

MERCHANTS: tuple[Merchant, ...] = (
    Merchant(
        "demo-librairie",
        "in_review",
        _company("Librairie Exemple", "000100008", _SAS, "Vente de livres", "1 Rue de la Page"),
        (_someone("Jeanne Marie", "Exemple", date(1984, 5, 14)),),
    ),
    Merchant(
        "demo-velos",
        "in_review",
        _company("Vélos Modèle", "000100016", _SARL, "Vente et réparation de vélos", "7 Quai du Pédalier"),
        (
            _someone("Paul Henri", "Modèle", date(1979, 9, 2), Kind.CNIE, sex="M", capital=6000),
            _someone("Lucie", "Spécimen", date(1990, 2, 27), Kind.CNI, capital=4000, representative=False, media="png"),
        ),
        extract_changes={"registered_address": "9 Quai du Pédalier 99000 Montfleury"},
    ),
    Merchant(
        "demo-export",
        "in_review",
        _company("Comptoir Fictif", "000100024", _SAS, "Commerce de gros", "3 Impasse du Quai"),
        (_someone("Karim", "Fictif", date(1979, 3, 14), sex="M"),),
    ),
    Merchant(
        "demo-galerie",
        "pending_second_approval",
        _company("Galerie Témoin", "000100032", _SAS, "Vente d'œuvres d'art", "22 Rue du Cadre"),
        (_someone("Anaïs", "Témoin", date(1968, 7, 2)),),
    ),
    Merchant(
        "demo-mobilier",
        "approved",
        _company("Mobilier Prototype", "000100040", _SAS, "Vente de meubles", "5 Rue de l'Établi"),
        (_someone("Hélène", "Prototype", date(1975, 12, 8), Kind.CNIE),),
    ),
    Merchant(
        "demo-audio",
        "suspended",
        _company("Audio Maquette", "000100057", _SARL, "Vente de matériel audio", "8 Rue de la Bobine"),
        (_someone("Salomé", "Maquette", date(1988, 4, 19)),),
    ),
    Merchant(
        "demo-bijoux",
        "info_requested",
        _company("Bijoux Échantillon", "000100065", _SARL, "Vente de bijoux fantaisie", "14 Rue de l'Anneau"),
        (_someone("Margot", "Échantillon", date(1993, 8, 30), degrade="blur"),),
    ),
    Merchant(
        "demo-voyages",
        "refused",
        _company("Voyages Illustration", "000100073", _SAS, "Vente de séjours", "2 Avenue de la Carte"),
        (_someone("Victor", "Illustration", date(1970, 1, 11), sex="M", expires=date(2024, 3, 1)),),
    ),
    Merchant(
        "demo-jardin",
        "terminated",
        _company("Jardin Épreuve", "000100081", _SARL, "Vente de plantes", "30 Chemin de la Serre"),
        (_someone("Rose", "Épreuve", date(1965, 6, 21), Kind.CNIE),),
    ),
    Merchant(
        "demo-cafe",
        "withdrawn",
        _company("Café Brouillon", "000100099", _SARL, "Torréfaction", "11 Rue du Moulin"),
        (_someone("Basile", "Brouillon", date(1982, 10, 5), sex="M"),),
    ),
    Merchant(
        "demo-atelier",
        "draft",
        _company("Atelier Canevas", "000100107", _SAS, "Création de vêtements", "6 Rue du Fil"),
        (_someone("Agathe", "Canevas", date(1991, 3, 3)),),
    ),
)
