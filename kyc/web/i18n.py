# SPDX-License-Identifier: Apache-2.0
"""The words of the pages in the reader's language; dates, countries and percentages as people there write them.

Texts stand in `locales/*.toml` as nested tables. A key that is missing is an error, never an empty place on a page.
"""

import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from anyascii import anyascii
from babel import Locale
from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_decimal
from fastapi import Request
from markupsafe import Markup, escape

LANGUAGES = ("fr", "nl", "en")
PORTAL = ""
CONSOLE = "console_"
#: Tables of the portal's files that the shared templates (`base.html`, `errors/`) use on every page.
SHARED = ("base", "errors")
_FOLDER = Path(__file__).with_name("locales")
#: Merchants and officers work in France; the law counts in its time too.
_ZONE = ZoneInfo("Europe/Paris")
#: English as Europe writes it: the day stands before the month.
_REGIONS = {"en": "en_GB"}
#: Territories of CLDR that are no country of ISO 3166-1.
_NO_COUNTRY = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"})


class Texts:
    """The texts of one catalogue (portal or console) in one language."""

    def __init__(self, catalogue: str, language: str) -> None:
        self.language = language
        self.locale = Locale.parse(_REGIONS.get(language, language))
        self._texts = _load(catalogue, language)

    def __contains__(self, key: str) -> bool:
        return key in self._texts

    @property
    def keys(self) -> frozenset[str]:
        """Every dotted key."""
        return frozenset(self._texts)

    def t(self, key: str, **params: object) -> Markup:
        """The text of a dotted key, escaped; `params` fill its {places} and are escaped unless they are Markup."""
        text = Markup(escape(self._texts[key]))  # noqa: S704 - escaped on this line
        return text.format(**params) if params else text

    def plain(self, key: str, **params: object) -> str:
        """The text of a dotted key for JSON and attributes that are escaped elsewhere."""
        text = self._texts[key]
        return text.format(**params) if params else text

    def tn(self, key: str, number: int, **params: object) -> Markup:
        """`key.one` or `key.other` by the plural rule of the language; {n} is the number."""
        form = "one" if self.locale.plural_form(number) == "one" else "other"
        return self.t(f"{key}.{form}", n=number, **params)

    def day(self, day: date | datetime) -> str:
        """22 novembre 2026, in French time."""
        return format_date(_local(day), format="long", locale=self.locale)

    def short_day(self, day: date | datetime) -> str:
        """22 nov. 2026, in French time."""
        return format_date(_local(day), format="medium", locale=self.locale)

    def moment(self, at: datetime) -> str:
        """22 novembre 2026, 17:31, in French time."""
        return f"{self.day(at)}, {format_time(at, format='short', tzinfo=_ZONE, locale=self.locale)}"

    def exact(self, at: datetime) -> str:
        """Day and time to the second with its zone, for the console's timelines."""
        return format_datetime(at, "d MMM y, HH:mm:ss ZZZZ", tzinfo=_ZONE, locale=self.locale)

    def country(self, code: str) -> str:
        """The name of an ISO 3166 alpha-2 code; the code itself where it is not known."""
        return str(self.locale.territories.get(code, code))

    def number(self, value: float) -> str:
        """12 345,6 of 12345.6."""
        return str(format_decimal(value, locale=self.locale))

    def percent(self, basis_points: int) -> str:
        """33,33 % of 3333 basis points."""
        space = "" if self.language == "en" else "\u00a0"
        return f"{self.share(basis_points)}{space}%"

    def share(self, basis_points: int) -> str:
        """The number alone, as it is typed into a form."""
        return str(format_decimal(Decimal(basis_points) / 100, format="0.##", locale=self.locale))


@cache
def texts(catalogue: str, language: str) -> Texts:
    """The texts of a catalogue, loaded once."""
    return Texts(catalogue, language)


@cache
def countries(language: str) -> tuple[tuple[str, str], ...]:
    """(code, name) of every country, in the alphabetical order of the language's readers."""
    names = [
        (code, str(name))
        for code, name in Locale(language).territories.items()
        if len(code) == len("FR") and code.isalpha() and code not in _NO_COUNTRY
    ]
    return tuple(sorted(names, key=lambda each: _sort_key(each[1])))


def wanted_language(request: Request, allowed: tuple[str, ...] = LANGUAGES) -> str:
    """The language of somebody who is not logged in: the address says it, else the browser, else French."""
    asked = request.query_params.get("lang", "")
    if asked in allowed:
        return asked
    for part in request.headers.get("accept-language", "").split(","):
        code = part.split(";")[0].strip()[:2].lower()
        if code in allowed:
            return code
    return allowed[0]


def flatten(table: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """Nested tables as one mapping of dotted keys."""
    flat: dict[str, str] = {}
    for name, value in table.items():
        if isinstance(value, Mapping):
            flat |= flatten(value, f"{prefix}{name}.")
        else:
            flat[f"{prefix}{name}"] = str(value)
    return flat


def _load(catalogue: str, language: str) -> dict[str, str]:
    table = _read(f"{catalogue}{language}")
    if catalogue != PORTAL:
        portal = _read(language)
        table = {name: portal[name] for name in SHARED} | table
    return flatten(table)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((_FOLDER / f"{name}.toml").read_text("utf-8"))


def _local(day: date | datetime) -> date:
    return day.astimezone(_ZONE).date() if isinstance(day, datetime) else day


def _sort_key(name: str) -> str:
    """É beside E: names are looked up by their letters."""
    return anyascii(name).casefold()
