# SPDX-License-Identifier: Apache-2.0
"""OpenSanctions exports, one JSON object a line: FollowTheMoney entities, flat or nested, and Senzing.

The data is CC BY-NC 4.0 and needs a paid licence for commercial use: read only where asked for.
Shapes: https://followthemoney.tech/explorer/ and https://www.opensanctions.org/docs/bulk/json/.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from screening.countries import alpha2
from screening.dates import read_date
from screening.lists.build import Collector, NameBag, make_identifier, unique
from screening.lists.json import load
from screening.lists.text import clean, iso_moment
from screening.models import Category, Entry, EntryType, Function, Identifier, ListFile, ListSource

_SCHEMATA: Final = {
    "Person": EntryType.PERSON,
    "Organization": EntryType.ORGANISATION,
    "Company": EntryType.ORGANISATION,
    "LegalEntity": EntryType.ORGANISATION,
    "PublicBody": EntryType.ORGANISATION,
    "Vessel": EntryType.VESSEL,
    "Airplane": EntryType.AIRCRAFT,
}
_RECORD_TYPES: Final = {
    "PERSON": EntryType.PERSON,
    "ORGANIZATION": EntryType.ORGANISATION,
    "VESSEL": EntryType.VESSEL,
    "AIRCRAFT": EntryType.AIRCRAFT,
}
_NAMES: Final = (("name", "alias", "unknown"), ("alias", "alias", "unknown"), ("weakAlias", "alias", "low"),
                 ("previousName", "former", "unknown"))  # fmt: skip
_NUMBERS: Final = {
    "passportNumber": "passport", "idNumber": "identity", "socialSecurityNumber": "social_security",
    "taxNumber": "tax", "innCode": "tax", "vatCode": "tax", "registrationNumber": "registration",
    "ogrnCode": "registration", "kppCode": "registration", "uscCode": "registration", "leiCode": "lei",
    "swiftBic": "swift", "imoNumber": "imo", "mmsi": "mmsi", "callSign": "call_sign",
}  # fmt: skip
_SENZING_NUMBERS: Final = {
    "PASSPORT_NUMBER": "passport", "NATIONAL_ID_NUMBER": "identity", "TAX_ID_NUMBER": "tax",
    "LEI_NUMBER": "lei", "DUNS_NUMBER": "duns", "SSN_NUMBER": "social_security",
}  # fmt: skip
_OWN_NUMBER: Final = "OPEN_SANCTIONS"
_URL: Final = "https://www.opensanctions.org/entities/"


def is_record(value: Any) -> bool:
    """Return whether a JSON value is one line of such an export."""
    if not isinstance(value, dict):
        return False
    return {"schema", "properties"} <= value.keys() or {"DATA_SOURCE", "RECORD_ID"} <= value.keys()


def read(raw: bytes) -> ListFile:
    """Return the targets. Addresses, sanctions and roles stand on lines of their own and are skipped."""
    collector = Collector(ListSource.OPENSANCTIONS, raw)
    changes: set[datetime | None] = set()
    for line in raw.splitlines():
        if not line.strip():
            continue
        try:
            record = load(line)
        except ValueError:
            record = None
        if not is_record(record):
            collector.reject(None, "line without a record")
            continue
        changes.add(iso_moment(_text(record.get("last_change") or record.get("LAST_CHANGE"))))
        _add(collector, record)
    collector.published_at = max(filter(None, changes), default=None)
    return collector.finish()


def _add(collector: Collector, record: Mapping[str, Any]) -> None:
    key = _text(record.get("id") or record.get("RECORD_ID"))
    ref = f"OPENSANCTIONS:{key}" if key else None
    if "RECORD_ID" in record:
        if _text(record.get("RECORD_TYPE")) in _RECORD_TYPES:
            collector.take(ref, _senzing_entry, record, ref)
        else:
            collector.skip(ref, "other_schema")
    elif record.get("target") is False:
        collector.skip(ref, "no_target")
    elif record.get("target") is not True:
        collector.reject(ref, "neither a target nor none")
    elif _text(record["schema"]) not in _SCHEMATA:
        collector.skip(ref, "other_schema")
    else:
        collector.take(ref, _entry, record, ref)


def _text(value: Any) -> str:
    return clean(str(value)) if isinstance(value, str | int) else ""


def _category(topics: list[str]) -> Category:
    """Only "sanction" itself is a measure; "sanction.linked" and "sanction.counter" are none."""
    if "sanction" in topics:
        return Category.SANCTION
    return Category.PEP if any(topic.startswith("role.") for topic in topics) else Category.RESTRICTION


def _entry(record: Mapping[str, Any], ref: str) -> Entry:
    said: Mapping[str, Any] = record["properties"]

    def texts(key: str) -> list[str]:
        found = said.get(key, [])
        if not isinstance(found, list) or not all(isinstance(item, str) for item in found):
            raise TypeError(f"{key} is no list of texts")
        return [text for item in found if (text := clean(item))]

    bag = NameBag()
    bag.add(_text(record.get("caption")), "primary")
    for key, kind, quality in _NAMES:
        for text in texts(key):
            bag.add(text, kind, quality)
    numbers = (make_identifier(kind, text) for key, kind in _NUMBERS.items() for text in texts(key))
    nested = [item for item in said.get("sanctions") or () if isinstance(item, dict)]
    acts = [_text(text) for item in nested for text in item.get("properties", {}).get("program") or ()]
    return Entry(
        ref=ref,
        source=ListSource.OPENSANCTIONS,
        type=_SCHEMATA[record["schema"]],
        category=_category(texts("topics")),
        names=bag.sorted(),
        birth_dates=unique(read_date(text) for text in texts("birthDate")),
        birth_places=unique(texts("birthPlace")),
        nationalities=unique(alpha2(text) for key in ("nationality", "citizenship") for text in texts(key)),
        countries=unique(alpha2(text) for key in ("country", "jurisdiction", "flag") for text in texts(key)),
        identifiers=unique(numbers),
        programmes=unique([*texts("programId"), *acts]),
        functions=unique(Function(text) for text in texts("position")),
        url=f"{_URL}{ref.partition(':')[2]}/",
    )


def _senzing_entry(record: Mapping[str, Any], ref: str) -> Entry:
    bag = NameBag()
    for item in _objects(record, "NAMES"):
        primary = item.get("NAME_TYPE") == "PRIMARY"
        text = _text(item.get("NAME_FULL")) or _text(item.get("NAME_ORG"))
        bag.add(text, "primary" if primary else "alias")
    countries = _objects(record, "COUNTRIES")
    return Entry(
        ref=ref,
        source=ListSource.OPENSANCTIONS,
        type=_RECORD_TYPES[_text(record.get("RECORD_TYPE"))],
        category=_category([_text(item.get("TOPIC")) for item in _objects(record, "RISKS")]),
        names=bag.sorted(),
        birth_dates=unique(read_date(_text(item.get("DATE_OF_BIRTH"))) for item in _objects(record, "DATES")),
        nationalities=unique(
            alpha2(_text(item.get(key))) for item in countries for key in ("NATIONALITY", "CITIZENSHIP")
        ),
        countries=unique(alpha2(_text(text)) for item in countries for text in item.values()),
        identifiers=unique(_senzing_numbers(record)),
        url=_text(record.get("URL")) or None,
    )


def _objects(record: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    found = record.get(key)
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def _senzing_numbers(record: Mapping[str, Any]) -> Iterator[Identifier | None]:
    for item in _objects(record, "IDENTIFIERS"):
        for key, kind in _SENZING_NUMBERS.items():
            yield make_identifier(kind, _text(item.get(key)))
        if item.get("OTHER_ID_TYPE") != _OWN_NUMBER:
            yield make_identifier("other", _text(item.get("OTHER_ID_NUMBER")))
