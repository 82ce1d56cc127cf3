# SPDX-License-Identifier: Apache-2.0
"""Every page speaks three languages, and none of them tells a merchant what must stay among officers."""

import re
import string
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kyc.services.review import REQUEST_REASONS
from kyc.web import pages
from kyc.web.i18n import LANGUAGES, PORTAL, countries, texts
from kyc.web.portal_forms import LEGAL_FORMS
from kyc.web.portal_words import MINUTES, Phase
from tests.portal_site import TELLING

WEB = Path(pages.__file__).parent
USED = re.compile(r"\bt\('([a-z_A-Z0-9.]+)'")
BUILT = re.compile(r"\bt[n]?\('([a-z_A-Z0-9.]+)' ~")


def keys(language: str) -> frozenset[str]:
    return texts(PORTAL, language).keys


def test_all_languages_have_the_same_keys() -> None:
    assert keys("fr") == keys("nl") == keys("en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_that_a_merchant_reads_tips_off(language: str) -> None:
    words = texts(PORTAL, language)
    assert {key: words.plain(key) for key in words.keys if TELLING.search(words._texts[key])} == {}


def places(language: str) -> dict[str, list[str]]:
    return {
        key: sorted(name for _, name, _, _ in string.Formatter().parse(text) if name)
        for key, text in texts(PORTAL, language)._texts.items()
    }


def test_the_places_to_fill_are_the_same_in_all_languages() -> None:
    assert places("fr") == places("nl") == places("en")


def templates() -> list[Path]:
    return [
        path
        for path in sorted((WEB / "templates").rglob("*.html"))
        if path.parent.name in ("portal", "errors", "templates")
    ]


@pytest.mark.parametrize("path", templates(), ids=lambda path: path.name)
def test_every_key_of_a_template_exists(path: Path) -> None:
    text = path.read_text("utf-8")
    known = keys("fr")
    built = set(BUILT.findall(text))
    used = set(USED.findall(text)) - built
    assert {key for key in used if key not in known} == set()
    assert {start for start in built if not any(key.startswith(start) for key in known)} == set()


@pytest.mark.parametrize("path", templates(), ids=lambda path: path.name)
def test_no_template_has_inline_style_or_script_which_the_content_policy_refuses(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)


@pytest.mark.parametrize("path", [*templates(), *sorted((WEB / "static").glob("*.*"))], ids=lambda path: path.name)
def test_no_page_style_or_script_names_another_host(path: Path) -> None:
    text = path.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?://|url\(\s*['\"]?//", text)


def test_every_code_that_services_can_give_has_words() -> None:
    known = keys("fr")
    wanted = {f"portal.asked.{reason}" for reason in REQUEST_REASONS}
    wanted |= {f"portal.phase.{phase.value}.{part}" for phase in Phase for part in ("title", "text")}
    wanted |= {f"portal.{table}.{code}" for table in ("item", "why") for code in MINUTES}
    wanted |= {f"portal.legal_form.{form}" for form in LEGAL_FORMS}
    wanted |= {f"portal.invitation.INVITATION_{why}.title" for why in ("USED", "EXPIRED", "UNKNOWN")}
    assert wanted - known == set()


def test_every_field_code_of_the_declared_values_has_a_sentence() -> None:
    source = "".join(
        (WEB.parent / path).read_text("utf-8")
        for path in ("domain/party.py", "services/access.py", "web/portal_forms.py")
    )
    codes = set(re.findall(r'FieldProblem\(\s*(?:f?"[^"]*"|[\w.]+),\s*"([a-z_]+)"\)', source))
    assert codes >= {"required", "siren_invalid", "shares_exceed_whole", "email_taken", "share_invalid"}
    assert {code for code in codes if f"portal.fields.{code}" not in keys("fr")} == set()


def test_dates_numbers_and_countries_are_written_as_readers_write_them() -> None:
    late = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    assert texts(PORTAL, "fr").day(late) == "23 novembre 2026"  # Paris is an hour ahead
    assert texts(PORTAL, "en").day(late) == "23 November 2026"
    assert texts(PORTAL, "fr").percent(3333) == "33,33\u00a0%"
    assert texts(PORTAL, "en").percent(2500) == "25%"
    assert texts(PORTAL, "nl").country("FR") == "Frankrijk"


def test_the_list_of_countries_is_iso_3166_in_alphabetical_order() -> None:
    names = [name for _, name in countries("fr")]
    codes = {code for code, _ in countries("fr")}
    assert len(codes) == 250
    assert {"FR", "NL", "BE", "XK"} <= codes
    assert not codes & {"EU", "UN", "ZZ"}
    assert names.index("Égypte") < names.index("Espagne") < names.index("France")
