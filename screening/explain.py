# SPDX-License-Identifier: Apache-2.0
"""The reasons of a name score in words, word by word."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz.distance import OSA

from screening.align import Pair, Weighted
from screening.forms import AS_WRITTEN, Form
from screening.names import NameScore, PreparedName
from screening.normalise import NICKNAMES, shape, sound
from screening.skeleton import skeleton
from screening.syllables import same_syllables

_FORM_TEXTS: Final = {
    "birth_name": ("birth name", "nom de naissance"),
    "usage_name": ("usage name", "nom d'usage"),
    "also_name": ("other name", "autre nom"),
    "first_given": ("first given name", "premier prénom"),
    "double_name_part": ("one half of the double name", "une moitié du nom double"),
    "without_other_name": ("without the other name", "sans l'autre nom"),
    "without_brackets": ("without the words in brackets", "sans les mots entre parenthèses"),
    "trade_name": ("trade name", "nom commercial"),
    "parted": ("two words written together", "deux mots écrits sans espace"),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason with unrounded points."""

    feature: str
    points: float
    text_en: str
    text_fr: str


def explain_name(form: Form, listed: PreparedName, name: NameScore, weak_alias: float) -> Iterator[Reason]:
    """Yield the reasons of a name: each pair of words, what is left over, how it was read."""
    found = name.alignment
    weight = sum(pair.weight for pair in found.pairs)
    for pair in found.pairs:
        yield _pair(form.name.words, listed.words, pair, weight)
    left_query = _join(form.name.words, found.left_first)
    left_listed = _join(listed.words, found.left_second)
    if name.contradiction:
        yield _contradiction(form, listed, name, left_query, left_listed)
    if name.omitted:
        yield Reason(
            "name_omitted",
            name.omitted,
            f"{left_listed} stands in the list only",
            f"{left_listed} figure seulement dans la liste",
        )
    if name.extra:
        yield Reason(
            "name_extra",
            name.extra,
            f"{left_query} stands in the query only",
            f"{left_query} figure seulement dans la demande",
        )
    yield from _remarks(form, listed, name, weak_alias)


def _contradiction(form: Form, listed: PreparedName, name: NameScore, mine: str, theirs: str) -> Reason:
    """Return the reason of words left over on both sides; a reading's left-out words are the query's too."""
    mine = mine or _left_out(form)
    near = [
        f"{_join(form.name.words, pair.first)} / {_join(listed.words, pair.second)}" for pair in name.alignment.doubtful
    ]
    english = f"{mine} and {theirs} have no counterpart in each other"
    french = f"{mine} et {theirs} n'ont pas de correspondance l'un dans l'autre"
    if near:
        english += f"; alike, yet another word: {', '.join(near)}"
        french += f" ; proches, mais un autre mot : {', '.join(near)}"
    return Reason("name_contradiction", name.contradiction, english, french)


def _left_out(form: Form) -> str:
    kept = set(form.name.tokens)
    return " ".join(word for word in form.whole if word not in kept).upper()


def _remarks(form: Form, listed: PreparedName, name: NameScore, weak_alias: float) -> Iterator[Reason]:
    if name.single:
        yield Reason(
            "name_single",
            name.single,
            "A single word names nobody surely",
            "Un seul mot ne désigne personne avec certitude",
        )
    if name.order:
        yield Reason(
            "name_order",
            name.order,
            "Son and father are exchanged",
            "Le fils et le père sont intervertis",
        )
    if name.initials:
        yield Reason(
            "name_initials",
            name.initials,
            "Initials stand for many names",
            "Des initiales peuvent désigner beaucoup de noms",
        )
    if name.form:
        first, second = (" ".join(sorted(n.forms)).upper() for n in (form.name, listed))
        same = name.form > 0
        yield Reason(
            "legal_form",
            name.form,
            f"Legal forms {first} and {second} {'agree' if same else 'differ'}",
            f"Formes juridiques {first} et {second} {'concordantes' if same else 'différentes'}",
        )
    if weak_alias:
        yield Reason(
            "weak_alias",
            -weak_alias,
            "The list calls this alias weak",
            "La liste qualifie cet alias de peu fiable",
        )
    if form.penalty:
        english, french = _form_text(form.code)
        yield Reason(
            "form",
            -form.penalty,
            f"Read as {english}: {form.text}",
            f"Lu comme {french} : {form.text}",
        )


def explain_limit(points: float) -> Reason:
    """Return the reason that keeps a score between 0 and 1."""
    return Reason("limit", points, "A score lies between 0 and 1", "Un score est compris entre 0 et 1")


def _form_text(code: str) -> tuple[str, str]:
    if code == AS_WRITTEN:
        return "written", "écrit"
    known = [(key, texts) for key, texts in _FORM_TEXTS.items() if code.startswith(key)]
    if not known:
        return code.replace("_", " "), code.replace("_", " ")
    key, (english, french) = max(known)
    rest = code.removeprefix(key)
    if rest == "_first_given":
        return f"{english} and first given name", f"{french} et premier prénom"
    if rest == "_part":
        return f"one half of the {english}", f"une moitié du {french}"
    return english, french


def _join(words: Weighted, positions: Sequence[int]) -> str:
    return " ".join(words.tokens[position] for position in positions).upper()


def _pair(query: Weighted, listed: Weighted, pair: Pair, weight: float) -> Reason:
    mine, theirs = _join(query, pair.first), _join(listed, pair.second)
    english, french = _how(mine.lower(), theirs.lower())
    points = pair.weight * pair.likeness / weight
    if mine == theirs:
        return Reason("name_word", points, f"{mine} is the same", f"{mine} est identique")
    return Reason(
        "name_word",
        points,
        f"{mine} matches {theirs} ({english})",
        f"{mine} correspond à {theirs} ({french})",
    )


def _how(mine: str, theirs: str) -> tuple[str, str]:
    """Return why two words are taken for the same, in English and French."""
    whole = mine.replace(" ", ""), theirs.replace(" ", "")
    distance = OSA.distance(mine, theirs)
    ways = (
        (min(len(mine), len(theirs)) == 1, "initial", "initiale"),
        (whole[0] == whole[1], "written together", "écrit en un mot"),
        (mine == _initials(theirs) or theirs == _initials(mine), "first letters of the words", "initiales des mots"),
        (distance == 1, "one letter differs", "une lettre diffère"),
        (sound(mine) == sound(theirs), "same sound", "même prononciation"),
        (shape(mine) == shape(theirs), "letters a machine confuses", "lettres confondues à la lecture"),
        (
            not NICKNAMES.get(mine, frozenset()).isdisjoint(NICKNAMES.get(theirs, frozenset())),
            "forms of one given name",
            "formes d'un même prénom",
        ),
        (same_syllables(*whole), "same syllables, other romanisation", "mêmes syllabes, autre romanisation"),
        (skeleton(mine) == skeleton(theirs), "same consonants, vowels unwritten", "mêmes consonnes, voyelles omises"),
    )
    told = next(((english, french) for true, english, french in ways if true), None)
    return told or (f"{distance} letters differ", f"{distance} lettres diffèrent")


def _initials(words: str) -> str:
    return "".join(word[0] for word in words.split())


def explain_spelling(form: Form, spelling: str) -> Reason:
    """Return the reason without points that says which two spellings were compared."""
    return Reason(
        "spelling",
        0.0,
        f"Compared: “{form.text}” with “{spelling}” on the list",
        f"Comparé : « {form.text} » avec « {spelling} » dans la liste",
    )
