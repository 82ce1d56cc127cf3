# SPDX-License-Identifier: Apache-2.0
"""From the printed text behind a label to the values of fields, normalised and raw."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ocr import french, observations
from ocr.layout import Word, union
from ocr.models import Field, Source

Values = dict[str, str | None]

_REGISTRY = re.compile(
    r"R\.?\s?C\.?\s?S\.?\s*(?:d[eu]\s+|d['’])?([^\W\d_][^\d(]*?)(?:\s+[A-D])?\s*(?:-\s*\d|\d|$|\(|\bsous\b|\ben date\b)"
)
_BIRTH = re.compile(
    r"^(?:n[ée]+(?:\(e\))?\s+)?(?:le\s+)?(?P<date>\d[\d/ .-]{4,13}\d|\d{1,2}(?:er)?\s\S+\s\d{4})"
    r"(?:\s*(?:,|-|\b[àaáâä]\b|@)\s*(?P<place>.+))?$",
    re.IGNORECASE,
)
_EUID = re.compile(r"FR\s?(\d{4})\s?[.,]?\s?(\d{3})\s?(\d{3})\s?(\d{3})(?!\d)")
_ACTIVITY_CODE = re.compile(
    r"(\d{2})\s?\.?\s?(\d{2})\s?([A-Z])(-?[A-Z]{0,2})(?!\w)(?:\s*[-–—:]\s*(.+)|\s+([^\W\d].+))?"
)
_FORM_CODE = re.compile(r"^(\d{4})\s*[-–—]\s*(.+)$")
_SOLE = re.compile(r"soci[ée]t[ée] [àa] associ[ée] unique", re.IGNORECASE)
_STATUS = re.compile(r"\b(active?|actif|cess[ée]e?|ferm[ée]e?|radi[ée]e?)\s+(?:depuis\s+)?le\s+(.+)$", re.IGNORECASE)
_YES_NO = re.compile(r"\b(oui|non)\b", re.IGNORECASE)
_SIRET = re.compile(r"(?<!\d)(\d{3})\s?(\d{3})\s?(\d{3})\s?(\d{5})(?!\d)")
_ORDINAL = re.compile(rf"\b[lIi1]er(?=\s+(?:{'|'.join(french.MONTHS)})\b)|(?<=\b(?:du|au|le)\s)[lI]er\b", re.IGNORECASE)
_BRACKETS = str.maketrans("{}", "()")  # no register prints braces
_LOOK_ALIKES = str.maketrans("OoQDlI|SsBZ", "00001115582")  # letters that OCR gives for digits
_ACTIVITY_DIGIT = re.compile(r"^(\d{2}\s?\.?\s?\d{2}\s?)([2458])(?!\w)")  # the last place of a NAF code is a letter
_LETTERS = str.maketrans("2458", "ZASB")
_DOUBTED = 0.5  # the most confidence of a value whose letters were taken for digits
_UNREAD = 0.3  # the most confidence of a value that was not understood


@dataclass(frozen=True, slots=True)
class Printed:
    """The words behind a label, those of them on the page of the label, and the words of the label."""

    name: str
    words: Sequence[Word]
    here: Sequence[Word]
    page: int
    label: Sequence[Word] = ()

    @property
    def text(self) -> str:
        """Return the words joined by spaces; one that a line broke behind its hyphen is whole again."""
        text = ""
        for word, above in zip(self.words, [None, *self.words], strict=False):
            turned = above is not None and word.box[0] < above.box[0]
            broken = turned and len(text) > 1 and text.endswith("-") and text[-2].isalnum()
            text += word.text if broken or not text else f" {word.text}"
        return text


def interpreted(printed: Printed, source: Source) -> Iterator[tuple[str, Field]]:
    """Yield the fields that a printed value gives; an unreadable value keeps low confidence."""
    prefix, _, last = printed.name.rpartition(".")
    text = printed.text.strip()
    if source is Source.OCR:
        text = _ORDINAL.sub("1er", text).translate(_BRACKETS)
    words = printed.here or printed.words
    if not text and last == "domiciliation":  # the label alone says it
        text, words = " ".join(word.text for word in printed.label).rstrip(" :"), printed.label
    if not text:
        return
    sure = min(word.confidence for word in (printed.words or words))
    box = union(word.box for word in words)
    for name, (value, confidence, others) in _understood(last, text, sure, source).items():
        if value:
            full = f"{prefix}.{name}" if prefix and name else prefix or name
            yield full, Field(value, text, confidence, printed.page, box, source, others)


def _understood(last: str, text: str, sure: float, source: Source) -> dict[str, tuple[str, float, tuple[str, ...]]]:
    """Return value, confidence and alternatives by name: as printed, or with look-alikes of OCR undone."""
    rule = _RULES.get(last)
    values: Values = rule(text) if rule else {last: text}
    misread = rule is not None and source is Source.OCR and None in values.values()
    doubted = _with_look_alikes_undone(rule, text) if rule and misread else {}
    found: dict[str, tuple[str, float, tuple[str, ...]]] = {}
    for name in {**values, **doubted}:
        if (value := values.get(name)) is not None:
            found[name] = (value, sure, ())
        elif (guess := doubted.get(name)) is not None:
            found[name] = (guess, min(sure, _DOUBTED), (text,))
        else:
            found[name] = (text, min(sure, _UNREAD), ())
    return found


def _with_look_alikes_undone(rule: Callable[[str], Values], text: str) -> Values:
    """Return what a rule makes of a text with a digit that is a letter, else with letters that are digits."""
    code = _ACTIVITY_DIGIT.sub(lambda match: match[1] + match[2].translate(_LETTERS), text)
    values = rule(code)
    return rule(text.translate(_LOOK_ALIKES)) if None in values.values() else values


def _siren(text: str) -> Values:
    found: Values = {"siren": french.siren_in(text)}
    registry = _REGISTRY.search(text)
    if registry:
        found["registry_city"] = registry[1].strip(" -,")
    return found


def _of_host(text: str) -> Values:
    return {f"host_{name}": value for name, value in _siren(text).items()}


def _siret(text: str) -> Values:
    match = _SIRET.search(text)
    return {"siret": "".join(match.groups()) if match else None}


def _name(text: str) -> Values:
    surname, given = french.person_name(text)
    return {"surname": surname or None, "given_names": given or ""}


def _birth(text: str) -> Values:
    match = _BIRTH.match(text.strip())
    if match is None:
        return {"birth_date": french.iso_date(text)}
    return {"birth_date": french.iso_date(match["date"]), "birth_place": match["place"] or ""}


def _euid(text: str) -> Values:
    match = _EUID.search(text)
    return {"euid": f"FR{match[1]}.{match[2]}{match[3]}{match[4]}" if match else None}


def _activity_code(kind: str) -> Callable[[str], Values]:
    """Return the rule of a code of activities with the words behind it; NAF 62.02A, APRM 45.20A-A."""

    def rule(text: str) -> Values:
        match = _ACTIVITY_CODE.search(text)
        if match is None:
            return {f"{kind}_code": None}
        code = f"{match[1]}.{match[2]}{match[3]}{match[4] if kind == 'aprm' else ''}"
        return {f"{kind}_code": code.rstrip("-"), f"{kind}_label": match[5] or match[6] or ""}

    return rule


def _legal_form(text: str) -> Values:
    found: Values = {"legal_form": text}
    if match := _FORM_CODE.match(text):
        found = {"legal_form": match[2], "legal_form_code": match[1]}
    if match := _SOLE.search(text):
        found["sole_shareholder"] = "Oui"
    return found


def _capital(text: str) -> Values:
    """Return capital, minimum and variability: "1 000,00 Euros (variable, minimum 100,00 Euros)"."""
    found: Values = {}
    for start, amount in french.amounts(text):
        before = text[:start].lower().rstrip(" :(")
        minimum = before.endswith(("minimum", "minimal", "minimum de", "min.", "inférieur à", "plancher"))
        found.setdefault("minimum_capital" if minimum else "share_capital", amount)
    variable: Values = {"capital_variable": "Oui"} if "variable" in text.lower() else {}
    return {**(found or {"share_capital": None}), **variable}


def _variable_capital(text: str) -> Values:
    return {"capital_variable": "Oui", "minimum_capital": french.amount(text)}


def _transfer(text: str) -> Values:
    registry = _REGISTRY.search(text)
    return {
        "transfer": text,
        "transfer_date": french.iso_date(text) or "",
        "transfer_from": registry[1].strip(" -,") if registry else "",
    }


def _duration(text: str) -> Values:
    until = french.iso_date(text)
    return {"duration": text} if until is None and re.search(r"\d+\s*an", text) else {"duration_until": until}


def _status(text: str) -> Values:
    match = _STATUS.search(text)
    if match is None:
        return {"status": text}
    return {"status": match[1].lower(), "status_date": french.iso_date(match[2]) or ""}


def _registration(text: str) -> Values:
    registry = _REGISTRY.search(text)
    siren = french.siren_in(text)
    if registry is None and siren is None:
        return {"registration": text}
    return {"registry_city": registry[1].strip(" -,") if registry else "", "siren": siren or ""}


def _yes_no(name: str) -> Callable[[str], Values]:
    def rule(text: str) -> Values:
        match = _YES_NO.search(text)
        return {name: match[1].capitalize() if match else text}

    return rule


def _date(name: str) -> Callable[[str], Values]:
    return lambda text: {name: french.iso_date(text)}


_RULES: dict[str, Callable[[str], Values]] = {
    "siren": _siren,
    "host_siren": _of_host,
    "siret": _siret,
    "name": _name,
    "birth": _birth,
    "euid": _euid,
    "naf_code": _activity_code("naf"),
    "establishment_naf_code": lambda text: {
        f"establishment_{name}": value for name, value in _activity_code("naf")(text).items()
    },
    "aprm_code": _activity_code("aprm"),
    "legal_form": _legal_form,
    "share_capital": _capital,
    "variable_capital": _variable_capital,
    "minimum_capital": lambda text: {"minimum_capital": french.amount(text)},
    "transfer": _transfer,
    "duration_until": _duration,
    "status": _status,
    "registration": _registration,
    "mention": observations.parts,
    "social_economy": _yes_no("social_economy"),
    "mission_company": _yes_no("mission_company"),
    "sole_shareholder": _yes_no("sole_shareholder"),
    **{
        name: _date(name)
        for name in (
            *("registration_date", "original_registration_date", "struck_off_date", "activity_start_date"),
            *("first_closing_date", "ceased_date", "updated_date", "dissolution_date", "date"),
        )
    },
}
