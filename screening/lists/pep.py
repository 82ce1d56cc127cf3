# SPDX-License-Identifier: Apache-2.0
"""Holders of public functions: HATVP, European Parliament, US Congress, EveryPolitician."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Final

from screening.countries import alpha2
from screening.dates import read_date
from screening.lists.build import Collector, NameBag, clean, unique
from screening.lists.xml import child_text, records
from screening.models import Category, Entry, EntryType, Function, ListFile, ListSource
from screening.parameters import PARAMETERS

EP_ROOT: Final = "meps"
HATVP_COLUMNS: Final = frozenset({"civilite", "prenom", "nom", "type_mandat", "url_dossier"})
EP_COLUMNS: Final = frozenset({"epid", "birthdate", "eugroup"})
US_COLUMNS: Final = frozenset({"last_name", "first_name", "bioguide_id", "birthday", "type"})
EVERYPOLITICIAN_COLUMNS: Final = frozenset({"id", "name", "sort_name", "legislature", "wikidata"})

_HATVP_URL: Final = "https://www.hatvp.fr"
_EP_URL: Final = "https://www.europarl.europa.eu/meps/en/"
_US_URL: Final = "https://bioguide.congress.gov/search/bio/"
_OLDEST: Final = 1700
_CHAMBERS: Final = {"sen": "Senator", "rep": "Representative"}


def read_hatvp(raw: bytes, table: Iterable[Mapping[str, str]]) -> ListFile:
    """Return the persons with a mandate of art. R. 561-18 CMF; one row is one declaration."""
    mandates = PARAMETERS["pep"]["hatvp_mandates"]
    collector = Collector(ListSource.HATVP, raw)
    persons: defaultdict[str, list[Mapping[str, str]]] = defaultdict(list)
    for row in table:
        slug = row["url_dossier"].rstrip("/").rpartition("/")[2]
        if slug:
            persons[slug].append(row)
        else:
            collector.reject(None, "declaration without url_dossier")
    for slug, rows in persons.items():
        exposed = [row for row in rows if row["type_mandat"] in mandates]
        if not exposed:
            collector.skip("local_mandate")
            continue
        bag = NameBag()
        for row in exposed:
            bag.add_parts(row["prenom"], row["nom"], "primary")
        collector.add(
            Entry(
                ref=f"HATVP:{slug}",
                source=ListSource.HATVP,
                type=EntryType.PERSON,
                category=Category.PEP,
                names=bag.sorted(),
                nationalities=("FR",),
                countries=("FR",),
                functions=unique(Function(clean(row["qualite"])) for row in exposed),
                url=f"{_HATVP_URL}{exposed[0]['url_dossier']}",
            )
        )
    return collector.finish()


def read_ep_csv(raw: bytes, table: Iterable[Mapping[str, str]]) -> ListFile:
    """Return the members from the CSV with birth dates, current or all terms."""
    collector = Collector(ListSource.EP, raw)
    for row in table:
        number = row["epid"]
        bag = NameBag()
        first = row.get("first_name") or row.get("firstname")
        last = row.get("last_name") or row.get("lastname")
        bag.add_parts(first, last, "primary")
        if not number:
            collector.reject(None, "member without epid")
            continue
        start = row.get("since") or row.get("start") or None
        role = Function("Member of the European Parliament", start, row.get("end") or None)
        country = alpha2(row["country"])
        collector.add(
            Entry(
                ref=f"EP:{number}",
                source=ListSource.EP,
                type=EntryType.PERSON,
                category=Category.PEP,
                names=bag.sorted(),
                birth_dates=unique([read_date(row["birthdate"])]),
                nationalities=unique([country]),
                countries=unique([country]),
                functions=(role,),
                url=f"{_EP_URL}{number}",
            )
        )
    return collector.finish()


def read_ep_xml(raw: bytes) -> ListFile:
    """Return the sitting members from Parliament's own list, which has no birth dates."""
    collector = Collector(ListSource.EP, raw)
    for element in records(raw, frozenset({"mep"}), 2):
        if element.tag != "mep":
            continue
        number = child_text(element, "id")
        bag = NameBag()
        bag.add(child_text(element, "fullName"), "primary")
        if not number:
            collector.reject(None, "member without id")
            continue
        country = alpha2(child_text(element, "country"))
        collector.add(
            Entry(
                ref=f"EP:{number}",
                source=ListSource.EP,
                type=EntryType.PERSON,
                category=Category.PEP,
                names=bag.sorted(),
                nationalities=unique([country]),
                countries=unique([country]),
                functions=(Function("Member of the European Parliament"),),
                url=f"{_EP_URL}{number}",
            )
        )
    return collector.finish()


def read_us(raw: bytes, table: Iterable[Mapping[str, str]]) -> ListFile:
    """Return members of Congress that can be alive; the file tells no terms."""
    earliest = PARAMETERS["pep"]["earliest_birth_year"]
    collector = Collector(ListSource.US_LEGISLATORS, raw)
    for row in table:
        number = row["bioguide_id"]
        if not number:
            collector.reject(None, "member without bioguide_id")
            continue
        born = read_date(row["birthday"], earliest=_OLDEST)
        if born is not None and born.year < earliest:
            collector.skip("deceased")
            continue
        bag = NameBag()
        first, middle, last = row["first_name"], row.get("middle_name", ""), row["last_name"]
        bag.add_parts(f"{first} {middle}", last, "primary")
        bag.add_parts(first, last, "alias")
        bag.add(row.get("full_name"), "alias")
        if nickname := row.get("nickname"):
            bag.add_parts(nickname, last, "alias")
        role = f"{_CHAMBERS.get(row['type'], 'Member of Congress')}, {row.get('state', '')}"
        collector.add(
            Entry(
                ref=f"US_LEGISLATORS:{number}",
                source=ListSource.US_LEGISLATORS,
                type=EntryType.PERSON,
                category=Category.PEP,
                names=bag.sorted(),
                birth_dates=unique([born]),
                nationalities=("US",),
                countries=("US",),
                functions=(Function(role.strip(", ")),),
                url=f"{_US_URL}{number}",
            )
        )
    return collector.finish()


def read_everypolitician_csv(raw: bytes, table: Iterable[Mapping[str, str]]) -> ListFile:
    """Return the living members of national legislatures from the flat export."""
    collector = Collector(ListSource.EVERYPOLITICIAN, raw)
    for row in table:
        if row.get("death_date"):
            collector.skip("deceased")
            continue
        bag = NameBag()
        bag.add(row["name"], "primary", "unknown", row.get("given_name"), row.get("family_name"))
        for other in row.get("other_names", "").split("|"):
            bag.add(other, "alias")
        country = alpha2(row.get("country_code"))
        role = f"{row['legislature']}, {row.get('country', '')}".strip(", ")
        collector.add(_politician(row["id"], bag, row.get("birth_date", ""), country, (Function(role),)))
    return collector.finish()


def read_popolo(raw: bytes, document: Mapping[str, Any]) -> ListFile:
    """Return the living members of one legislature from its Popolo JSON."""
    collector = Collector(ListSource.EVERYPOLITICIAN, raw)
    periods = {event["id"]: event for event in document.get("events", ()) if "id" in event}
    organisations = {item["id"]: item for item in document.get("organizations", ()) if "id" in item}
    roles: defaultdict[str, list[Function]] = defaultdict(list)
    for item in document.get("memberships", ()):
        period = periods.get(item.get("legislative_period_id"), {})
        body = organisations.get(item.get("organization_id"), {}).get("name", "legislature")
        start = item.get("start_date") or period.get("start_date")
        end = item.get("end_date") or period.get("end_date")
        roles[str(item.get("person_id"))].append(Function(str(body), start, end))
    for person in document["persons"]:
        key = str(person.get("id") or "")
        if person.get("death_date") or not key:
            collector.skip("deceased" if key else "without_id")
            continue
        bag = NameBag()
        bag.add(
            person.get("name"), "primary", "unknown",
            person.get("given_name"), person.get("family_name"),
        )  # fmt: skip
        for other in person.get("other_names", ()):
            bag.add(other.get("name"), "alias")
        collector.add(_politician(key, bag, person.get("birth_date") or "", None, tuple(roles[key])))
    return collector.finish()


def _politician(key: str, bag: NameBag, born: str, country: str | None, roles: tuple[Function, ...]) -> Entry:
    return Entry(
        ref=f"EVERYPOLITICIAN:{key}",
        source=ListSource.EVERYPOLITICIAN,
        type=EntryType.PERSON,
        category=Category.PEP,
        names=bag.sorted(),
        birth_dates=unique([read_date(born)]),
        nationalities=unique([country]),
        countries=unique([country]),
        functions=unique(roles),
    )
