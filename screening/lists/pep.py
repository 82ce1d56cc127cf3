# SPDX-License-Identifier: Apache-2.0
"""Holders of public functions: HATVP, European Parliament, US Congress, EveryPolitician."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Final

from screening.countries import alpha2
from screening.dates import read_date
from screening.lists.build import Collector, NameBag, unique
from screening.lists.text import clean
from screening.lists.xml import child_text, records
from screening.models import Category, Entry, EntryType, Function, ListFile, ListSource
from screening.parameters import PARAMETERS

EP_ROOT: Final = "meps"
_EP_TAGS: Final = frozenset({"mep"})
HATVP_COLUMNS: Final = frozenset({"civilite", "prenom", "nom", "type_mandat", "qualite", "url_dossier"})
EP_COLUMNS: Final = frozenset({"epid", "birthdate", "country", "eugroup"})
US_COLUMNS: Final = frozenset({"last_name", "first_name", "bioguide_id", "birthday", "type"})
EVERYPOLITICIAN_COLUMNS: Final = frozenset({"id", "name", "sort_name", "legislature", "wikidata"})

_HATVP_URL: Final = "https://www.hatvp.fr"
_EP_URL: Final = "https://www.europarl.europa.eu/meps/en/"
_US_URL: Final = "https://bioguide.congress.gov/search/bio/"
_OLDEST: Final = 1700
_CHAMBERS: Final = {"sen": "Senator", "rep": "Representative"}


def read_hatvp(raw: bytes, table: Iterable[Mapping[str, str]]) -> ListFile:
    """Return the persons with a mandate that is not merely local (art. R. 561-18 CMF); one row is one declaration."""
    local = PARAMETERS["pep"]["hatvp_local_mandates"]
    collector = Collector(ListSource.HATVP, raw)
    persons: defaultdict[str, list[Mapping[str, str]]] = defaultdict(list)
    for row in table:
        slug = clean(row["url_dossier"].rstrip("/").rpartition("/")[2])
        if slug:
            persons[slug].append(row)
        else:
            collector.reject(None, "declaration without url_dossier")
    for slug, rows in persons.items():
        exposed = [row for row in rows if row["type_mandat"] not in local]
        if not exposed:
            collector.skip(f"HATVP:{slug}", "local_mandate")
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
        number = clean(row["epid"])
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
    for element in records(raw, _EP_TAGS, 2):
        if element.tag not in _EP_TAGS:
            collector.leave_out(element)
            continue
        number = clean(child_text(element, "id"))
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
        number = clean(row["bioguide_id"])
        if not number:
            collector.reject(None, "member without bioguide_id")
            continue
        born = read_date(row["birthday"], earliest=_OLDEST)
        if born is not None and born.year < earliest:
            collector.skip(f"US_LEGISLATORS:{number}", "deceased")
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
        key = clean(row["id"])
        if not key:
            collector.reject(None, "member without id")
            continue
        if _died(row.get("death_date")):
            collector.skip(f"EVERYPOLITICIAN:{key}", "deceased")
            continue
        bag = NameBag()
        bag.add(row["name"], "primary", "unknown", row.get("given_name"), row.get("family_name"))
        for other in row.get("other_names", "").split("|"):
            bag.add(other, "alias")
        country = alpha2(row.get("country_code"))
        role = f"{row['legislature']}, {row.get('country', '')}".strip(", ")
        collector.add(_politician(key, bag, row.get("birth_date", ""), country, (Function(role),)))
    return collector.finish()


def read_popolo(raw: bytes, document: Mapping[str, Any]) -> ListFile:
    """Return the living members of one legislature from its Popolo JSON."""
    collector = Collector(ListSource.EVERYPOLITICIAN, raw)
    periods = _by_id(document, "events")
    organisations = _by_id(document, "organizations")
    roles: defaultdict[str, list[Function]] = defaultdict(list)
    for item in _objects(document, "memberships"):
        period = periods.get(_text(item, "legislative_period_id"), {})
        body = _text(organisations.get(_text(item, "organization_id"), {}), "name") or "legislature"
        start = _text(item, "start_date") or _text(period, "start_date")
        end = _text(item, "end_date") or _text(period, "end_date")
        roles[_text(item, "person_id")].append(Function(body, start or None, end or None))
    for person in document["persons"]:
        key = _text(person, "id") if isinstance(person, dict) else ""
        if not key:
            collector.reject(None, "person without id")
        elif _died(_text(person, "death_date")):
            collector.skip(f"EVERYPOLITICIAN:{key}", "deceased")
        else:
            collector.add(_popolo_person(key, person, tuple(roles[key])))
    return collector.finish()


def _died(text: str | None) -> bool:
    # Something that is no date ("-", "unknown") tells no death.
    return read_date(text, earliest=_OLDEST) is not None


def _popolo_person(key: str, person: Mapping[str, Any], roles: tuple[Function, ...]) -> Entry:
    bag = NameBag()
    given, family = _text(person, "given_name"), _text(person, "family_name")
    bag.add(_text(person, "name"), "primary", "unknown", given, family)
    for other in _objects(person, "other_names"):
        bag.add(_text(other, "name"), "alias")
    return _politician(key, bag, _text(person, "birth_date"), None, roles)


def _text(item: Mapping[str, Any], key: str) -> str:
    found = item.get(key)
    return clean(str(found)) if isinstance(found, str | int) else ""


def _objects(item: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    found = item.get(key)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _by_id(document: Mapping[str, Any], key: str) -> dict[str, Mapping[str, Any]]:
    return {_text(each, "id"): each for each in _objects(document, key)}


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
