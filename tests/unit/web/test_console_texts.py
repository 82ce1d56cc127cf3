# SPDX-License-Identifier: Apache-2.0
"""The console speaks French and English, and has a word for every code that the services can produce."""

import re
import string
from collections.abc import Iterable
from pathlib import Path
from typing import get_args

import pytest

from kyc.domain.case import Event, State
from kyc.domain.policy import Policies
from kyc.services import console_view, review
from kyc.services.comparison import SOURCES
from kyc.services.policies import PolicyBook
from kyc.web import pages
from kyc.web.i18n import CONSOLE, texts
from kyc.web.pages import CONSOLE_LANGUAGES
from ocr import Kind, Source
from screening import Category, EntryType, ListSource
from screening.changes import Severity
from tests.house import START

WEB = Path(pages.__file__).parent
KYC = WEB.parent
LITERAL = re.compile(r"\bt(n?)\('([a-z_A-Z0-9.]+)'(?!\s*~)")
FINDING = re.compile(r'(?:Finding|Remark|_remark)\(\s*"([a-z_]+)"')
VERB = re.compile(r'"((?:list|party|case|alert|finding|measure|decision|document|screening|merchant|relationship|'
                  r'session|invitation|officer)\.[a-z_]+)"')  # fmt: skip


def policies() -> Policies:
    return PolicyBook().on(START.date())


def keys(language: str = "fr") -> frozenset[str]:
    return texts(CONSOLE, language).keys


def missing(group: str, codes: Iterable[str]) -> set[str]:
    return {f"{group}.{code}" for code in codes} - keys()


def test_both_languages_have_the_same_keys() -> None:
    assert keys("fr") == keys("en")


def test_the_places_to_fill_are_the_same_in_both_languages() -> None:
    def places(language: str) -> dict[str, set[str]]:
        words = texts(CONSOLE, language)
        return {
            key: {name for _, name, _, _ in string.Formatter().parse(words.plain(key)) if name} for key in words.keys
        }

    assert places("fr") == places("en")


@pytest.mark.parametrize("path", sorted((WEB / "templates" / "console").glob("*.html")), ids=lambda path: path.name)
def test_every_key_of_a_template_exists(path: Path) -> None:
    for plural, key in LITERAL.findall(path.read_text("utf-8")):
        wanted = {f"{key}.one", f"{key}.other"} if plural else {key}
        assert wanted <= keys(), key


@pytest.mark.parametrize("language", CONSOLE_LANGUAGES)
def test_no_text_is_empty_but_those_that_may_be(language: str) -> None:
    words = texts(CONSOLE, language)
    empty = {key for key in words.keys if not words.plain(key).strip()}
    assert all(key.startswith("blocker_help.") for key in empty)


def test_french_puts_a_hard_space_before_its_double_punctuation() -> None:
    words = texts(CONSOLE, "fr")
    own = [words.plain(key) for key in words.keys if not key.startswith(("base.", "errors."))]
    assert [text for text in own if re.search(r"(?<=\w) ?[?!;](?!\w)|(?<=[\w»]) :", text)] == []


@pytest.mark.parametrize(
    ("group", "codes"),
    [
        ("state", State),
        ("state_says", State),
        ("queue", console_view.QUEUES),
        ("queue.empty_text", console_view.QUEUES),
        ("clearing", review.CLEARING_REASONS),
        ("identifier", review.IDENTIFIERS),
        ("refusal", review.REFUSAL_REASONS),
        ("request_reason", review.REQUEST_REASONS),
        ("kind", Kind),
        ("read_from", Source),
        ("category", Category),
        ("alerts.confirm_hint", Category),
        ("entry_type", EntryType),
        ("confirm", EntryType),
        ("source", ListSource),
        ("comparison", SOURCES),
        ("role", policies().roles.roles),
        ("second_reason", policies().thresholds.review.second_approval_on),
        ("measure", policies().thresholds.review.measures),
        ("measure", policies().thresholds.review.sufficient_measures),
        ("banner", ("demo", "missing", "stale")),
        ("lists.freshness", ("fresh", "ageing", "stale", "never")),
        ("lists.severity", get_args(Severity)),
        ("lists.version_state", ("staged", "active", "superseded", "quarantined", "refused")),
        ("verb.case", Event),
        ("blocker", ("NOT_ASSESSED", "IDENTITY_DOCUMENT_EXPIRED")),
    ],
)  # fmt: skip
def test_every_code_has_a_word(group: str, codes: Iterable[str]) -> None:
    assert missing(group, codes) == set()


def test_every_blocker_of_the_domain_is_known() -> None:
    source = (KYC / "domain" / "decision.py").read_text("utf-8")
    codes = set(re.findall(r'Blocker\("([A-Z_]+)"', source))
    assert missing("blocker", codes) | missing("blocker_help", codes) == set()


def test_every_recorded_verb_has_words() -> None:
    verbs = {verb for file in (KYC / "services").glob("*.py") for verb in VERB.findall(file.read_text("utf-8"))}
    assert len(verbs) > 20
    assert missing("verb", verbs) == set()


def test_every_finding_has_words() -> None:
    files = [KYC / "domain" / "checks.py", KYC / "services" / "assessment.py"]
    files += [KYC.parent / "ocr" / f"{name}.py" for name in ("authenticity", "quality", "register_checks")]
    codes = {code for file in files for code in FINDING.findall(file.read_text("utf-8"))} - {"low", "medium", "high"}
    assert len(codes) > 30
    unknown = {code for code in codes if not code.endswith(("_differs", "_not_read", "_uncertain"))}
    assert missing("finding", unknown) == set()


def test_every_problem_of_a_form_has_words() -> None:
    source = (KYC / "services" / "review.py").read_text("utf-8")
    required = set(re.findall(r'FieldProblem\("(\w+)", "required"\)', source)) | {"verdict", "outcome"}
    others = set(re.findall(r'FieldProblem\("\w+", "(\w+)"\)', source)) - {"required"}
    conflicts = set(re.findall(r'ConflictError\("([A-Z_]+)"', source)) | {"CASE_CHANGED"}
    assert missing("problem.required", required) | missing("problem", others | conflicts) == set()


def test_every_problem_of_a_list_has_words() -> None:
    codes = set(re.findall(r'Error\("([A-Z_]+)"', (KYC / "services" / "lists.py").read_text("utf-8")))
    codes |= set(re.findall(r'Error\(\s*"(LIST_[A-Z_]+)"', (KYC / "adapters" / "http_lists.py").read_text("utf-8")))
    assert missing("lists.problem", codes) == set()


def test_no_page_has_inline_script_or_style_or_another_host() -> None:
    for path in (WEB / "templates" / "console").glob("*.html"):
        text = path.read_text("utf-8")
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:|<script>", text), path.name
    for path in [*(WEB / "static").glob("console*.js"), *(WEB / "static").glob("console*.css")]:
        assert not re.search(r"https?://|innerHTML|eval\(", path.read_text("utf-8")), path.name
