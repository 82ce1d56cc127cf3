# SPDX-License-Identifier: Apache-2.0
"""Codes and stored values in an officer's words: facts, fields, findings, list entries, recorded facts."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from kyc.domain.nations import alpha2_of
from kyc.services.case_values import AlertView, CaseView, DocumentView, FindingView, TimelineItem
from kyc.web.i18n import Texts

_DATES = ("birth_date",)
_COUNTRIES = ("nationality", "nationalities", "issuing_country")
_ENDS_IN_CODE = re.compile(r", [A-Z]{2}$")
_ISO_DATE = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
#: Endings of finding codes that say the same of any field.
_FINDING_ENDINGS = ("differs", "not_read", "uncertain")


class Speaker:
    """Says things about one case in one language."""

    def __init__(self, words: Texts, case: CaseView) -> None:
        self._words = words
        self._case = case

    def value(self, name: str, text: str) -> str:
        """A stored value as people write it: dates in words, countries by name, everything else as it is."""
        last = name.rpartition(".")[2]
        if last in _DATES:
            return "; ".join(self.date(part.strip()) for part in text.split(";"))
        if last in _COUNTRIES:
            separator = ";" if ";" in text else ","
            return ", ".join(self.country(part.strip()) for part in text.split(separator) if part.strip())
        if _ISO_DATE.fullmatch(text):
            return self.date(text)
        if last == "address" and _ENDS_IN_CODE.search(text):
            return f"{text[:-2]}{self.country(text[-2:])}"
        return text

    def date(self, text: str) -> str:
        """An ISO date in words; what is known only to the month, the year, or not at all stays as it is."""
        try:
            return self._words.day(date.fromisoformat(text))
        except ValueError:
            return text

    def country(self, text: str) -> str:
        """A country by name where `text` is a code, otherwise as it is."""
        return self._words.country(alpha2_of(text)) if alpha2_of(text) else text

    def field(self, name: str) -> str:
        """The name of a read field; numbered ones (`officers.1.surname`) say which person they belong to."""
        parts = name.split(".")
        if len(parts) == 3 and parts[1].isdecimal() and f"numbered.{parts[0]}" in self._words:
            return self._words.plain(f"numbered.{parts[0]}", n=int(parts[1]), name=self.field(parts[2]))
        if len(parts) == 2 and parts[1].isdecimal() and f"numbered_alone.{parts[0]}" in self._words:
            return self._words.plain(f"numbered_alone.{parts[0]}", n=int(parts[1]))
        return self._known(f"field.{parts[-1]}", parts[-1])

    def finding(self, code: str) -> str:
        """What a finding says, in a sentence."""
        if f"finding.{code}" in self._words:
            return self._words.plain(f"finding.{code}")
        for ending in _FINDING_ENDINGS:
            if code.endswith(f"_{ending}"):
                return self._words.plain(f"finding_any.{ending}", field=self.field(code.removesuffix(f"_{ending}")))
        return _spaced(code)

    def finding_value(self, finding: FindingView, text: str) -> str:
        """One side of a finding, as people write it."""
        if finding.field == "kind":
            kinds = [self.kind(each.strip()) for each in text.split("/") if each.strip()]
            return ", ".join(kinds)
        return self.value(finding.field, text)

    def kind(self, code: str) -> str:
        """A kind of document."""
        return self._known(f"kind.{code}", code)

    def document(self, document: DocumentView) -> str:
        """A document as people call it: what it is and whose."""
        name = self.kind(document.kind) if document.kind else self._words.plain(f"requirement.{document.requirement}")
        whose = self._case.title_of(document.party_id)
        return f"{name}, {whose}" if whose else name

    def requirement(self, name: str) -> str:
        """A requirement of the public contract (`person.pt_1.identity_document`) in words, with the person's name."""
        parts = name.split(".")
        text = self._known(f"requirement.{parts[-1]}", parts[-1])
        if parts[0] == "company":
            return self._known(f"requirement.company_{parts[-1]}", text)
        whose = self._case.title_of(parts[1])
        return f"{text}, {whose}" if whose else text

    def entry_name(self, entry: Mapping[str, Any]) -> str:
        """The name of a list entry: its first Latin primary name, else the first one."""
        latin = [name for name in entry["names"] if name["script"] == "Latn"]
        primary = [name for name in latin if name["kind"] == "primary"]
        return str((primary or latin or entry["names"])[0]["text"])

    def reason(self, text: str) -> str:
        """A reason of a score, its ISO dates in words."""
        return _ISO_DATE.sub(lambda found: self.date(found[0]), text)

    def birth_dates(self, entry: Mapping[str, Any]) -> str:
        """The birth dates of a list entry; partial ones as far as they are known."""
        return "; ".join(self._partial(each) for each in entry.get("birth_dates", ()))

    def verb(self, item: TimelineItem) -> str:
        """What happened, in words."""
        return self._known(f"verb.{item.verb}", item.verb)

    def actor(self, item: TimelineItem) -> str:
        """Who did it: officers by name, everybody else by what they are."""
        if item.actor_kind == "officer":
            return item.actor
        return self._words.plain(f"actor.{item.actor_kind}")

    def subject(self, item: TimelineItem) -> str:
        """What it was done to, where that says more than the case itself."""
        document = self._case.document(item.subject)
        if document is not None:
            return self.document(document)
        alert = next((each for each in self._case.alerts if each.id == item.subject), None)
        if alert is not None:
            return self.alert(alert)
        finding = next((each for each in self._case.findings if each.id == item.subject), None)
        if finding is not None:
            return self.finding(finding.code)
        party = item.particulars.get("party", item.subject) if isinstance(item.particulars, dict) else item.subject
        return self._case.title_of(party)

    def alert(self, alert: AlertView) -> str:
        """An alert by the two names that it compares."""
        return f"{alert.party_title} / {self.entry_name(alert.entry)}"

    def particulars(self, item: TimelineItem) -> tuple[tuple[str, str], ...]:
        """What was recorded with it, as (name, value) pairs in words."""
        facts = item.particulars
        if isinstance(facts, str):
            before, _, after = facts.partition("->")
            return ((self._words.plain("particular.state"), f"{self._state(before)} → {self._state(after)}"),)
        return tuple(self._particulars(facts)) if isinstance(facts, dict) else ()

    def _particulars(self, facts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        for name, value in facts.items():
            if f"particular.{name}" in self._words and value not in ("", None, []):
                yield self._words.plain(f"particular.{name}"), self._particular(name, value)

    def _particular(self, name: str, value: Any) -> str:
        groups = {"compared": "identifier", "reason": "clearing", "measure": "measure", "outcome": "outcome"}
        groups |= {"resolution": "resolution", "kind": "kind", "answer": "answer"}
        if isinstance(value, bool):
            return self._words.plain("case.yes" if value else "case.no")
        if name in groups:
            values = value if isinstance(value, list) else [value]
            return ", ".join(self._known(f"{groups[name]}.{each}", str(each)) for each in values)
        if name == "state":
            return self._known(f"settled.{value}", self._known(f"document_state.{value}", str(value)))
        return self.date(str(value))

    def _state(self, code: str) -> str:
        return self._known(f"state.{code}", code)

    def _partial(self, born: Mapping[str, Any]) -> str:
        if born.get("year_to"):
            return self._words.plain("case.born_between", first=born["year"], last=born["year_to"])
        text = f"{born['year']:04d}"
        if born.get("month") and born.get("day"):
            text = self._words.day(date(born["year"], born["month"], born["day"]))
        elif born.get("month"):
            text = f"{born['month']:02d}/{text}"
        return self._words.plain("case.born_about", date=text) if born.get("circa") else text

    def _known(self, key: str, otherwise: str) -> str:
        return self._words.plain(key) if key in self._words else _spaced(otherwise)


def _spaced(code: str) -> str:
    return code.replace("_", " ").replace(".", ", ")
