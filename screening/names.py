# SPDX-License-Identifier: Apache-2.0
"""How well two names agree: matched words against contradictions, omissions and additions."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Self

from screening import skeleton, syllables
from screening.align import Alignment, Weighted, align, with_acronym
from screening.legal import agree, split_forms
from screening.normalise import (
    FILIATION,
    MAX_CHARS,
    MEDIUM_WORDS,
    NO_WEIGHT_WORDS,
    PARTICLES,
    WEAK_WORDS,
    person_tokens,
    word_tokens,
)
from screening.parameters import PARAMETERS

Likeness = Sequence[Sequence[float]]
PERSON: Final = "person"
ORGANISATION: Final = "organisation"
_SIGNIFICANT: Final = 0.75  # a word, neither a particle nor an initial
_TOKEN: Final = PARAMETERS["token"]
_MINIMUM: Final = float(_TOKEN["minimum"])
_DOUBTFUL: Final = float(_TOKEN["doubtful"])
_BRACKETS: Final = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_COUNTED: Final = 0.5  # a word or an initial


@dataclass(frozen=True, slots=True)
class PreparedName:
    """A name ready to be compared.

    `forms` are the legal forms found in it, `aside` the words that stood in brackets only.
    """

    words: Weighted
    forms: frozenset[str] = frozenset()
    aside: frozenset[str] = frozenset()

    @property
    def tokens(self) -> tuple[str, ...]:
        """Return the words in order."""
        return self.words.tokens

    @classmethod
    def nothing(cls) -> Self:
        """Return the name without words."""
        return cls(Weighted((), ()))

    @property
    def spelling(self) -> str:
        """Return the name as text: its words, then its legal forms."""
        words = (f"{word}~" if word in self.aside else word for word in self.tokens)
        return f"{' '.join(words)}|{','.join(sorted(self.forms))}"


@dataclass(frozen=True, slots=True)
class NameScore:
    """The likeness 0..1 of two names and what it is made of.

    `base` is the likeness of the matched words alone; `contradiction`, `omitted` and `extra` are
    the points lost to words left over on both sides, in the list only, in the query only; `form`
    is the part of the legal forms; `single` what a one-word name loses, `order` what exchanged father
    and son do.
    """

    value: float
    alignment: Alignment
    base: float
    contradiction: float
    omitted: float
    extra: float
    form: float
    single: float
    order: float

    @classmethod
    def nothing(cls) -> Self:
        """Return the score of names that share no word."""
        return cls(0.0, Alignment((), (), ()), 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


def prepare(text: str, kind: str) -> PreparedName:
    """Return the name of a person or an organisation as weighted words."""
    return _prepare(text[:MAX_CHARS], kind)


@lru_cache(maxsize=16384)
def _prepare(text: str, kind: str) -> PreparedName:
    if kind == PERSON:
        return PreparedName(weigh_person(person_tokens(text)))
    rest, forms = split_forms(word_tokens(text))
    inside = {word for part in _BRACKETS.findall(text) for word in word_tokens(part)}
    outside = word_tokens(_BRACKETS.sub(" ", text)) if inside else []
    aside = frozenset(inside.difference(outside)) if outside else frozenset()
    return PreparedName(_weigh_organisation(rest, aside), forms, aside)


def from_spelling(text: str, kind: str) -> PreparedName:
    """Return the name written by `PreparedName.spelling`."""
    words, _, forms = text.partition("|")
    marked = words.split()
    tokens = tuple(word.rstrip("~") for word in marked)
    if kind == PERSON:
        return PreparedName(weigh_person(tokens))
    aside = frozenset(word.rstrip("~") for word in marked if word.endswith("~"))
    known = frozenset(filter(None, forms.split(",")))
    return PreparedName(_weigh_organisation(tokens, aside), known, aside)


def weigh_person(tokens: tuple[str, ...]) -> Weighted:
    """Return the tokens of a person's name with their weights."""
    rules = PARAMETERS[PERSON]
    weights = []
    for position, token in enumerate(tokens):
        inside = 0 < position < len(tokens) - 1
        if token in PARTICLES and (len(token) > 1 or inside):
            weights.append(rules["particle"])
        elif token.isdigit():
            weights.append(rules["number"])
        elif len(token) == 1:
            weights.append(rules["initial_weight"])
        else:
            weights.append(rules["short_word"] if len(token) == 2 else rules["word"])
    if weights and max(weights) < _SIGNIFICANT:
        weights = [float(rules["word"])] * len(tokens)
    return Weighted(tokens, tuple(map(float, weights)))


def _weigh_organisation(tokens: Sequence[str], aside: frozenset[str]) -> Weighted:
    rules = PARAMETERS[ORGANISATION]
    weights = []
    for token in tokens:
        if token in aside:
            weights.append(rules["aside"])
        elif token in NO_WEIGHT_WORDS:
            weights.append(rules["no_weight_word"])
        elif token.isdigit():
            weights.append(rules["number"])
        elif token in WEAK_WORDS:
            weights.append(rules["weak_word"])
        else:
            weights.append(rules["medium_word"] if token in MEDIUM_WORDS else rules["word"])
    return Weighted(tuple(tokens), tuple(map(float, weights)))


def compare_names(
    query: PreparedName,
    listed: PreparedName,
    likeness: Sequence[Sequence[float]],
    kind: str,
    dropped: float = 0.0,
) -> NameScore:
    """Return how well the listed name agrees with the query's, both of one kind.

    `dropped` is the weight of given names the reading of the query left out: they contradict what
    is left over in the listed name, but cost nothing where nothing is.
    """
    if not query.tokens or not listed.tokens:
        return NameScore.nothing()
    rules = PARAMETERS[kind]
    if kind == PERSON:
        likeness = _by_script(query.tokens, listed.tokens, likeness)
    found = align(query.words, listed.words, likeness)
    if kind == ORGANISATION and found.left_first and found.left_second:
        found = with_acronym(query.words, listed.words, found)
    matched = sum(pair.weight for pair in found.pairs)
    if not matched:
        return NameScore.nothing()
    alike = sum(pair.weight * pair.likeness for pair in found.pairs)
    left_query = sum(query.words.weights[i] for i in found.left_first)
    left_listed, middle = _left(listed.words, found)
    left = left_listed + middle
    both = min(left_query + dropped, left)
    if listed.aside and any(listed.tokens[i] in listed.aside for i in found.left_second):
        asides = dropped + sum(query.tokens[i] in query.aside for i in found.left_first)
        both = max(both, rules["aside_other"]) if asides else both
    doubt = sum(pair.weight * _doubt(pair.likeness) for pair in found.doubtful)
    # One swapped word among many says as much as one among few: the loss grows with the length.
    lost_both = max(0.0, both - doubt) * rules["contradiction"] * max(1.0, matched) ** rules["contradiction_length"]
    lost_extra = max(0.0, left_query - both) * rules["extra"]
    rest = max(0.0, left - both)
    inner = min(rest, middle)
    lost_omitted = (rest - inner) * rules["omitted"]
    lost_omitted += inner * rules.get("omitted_middle", rules["omitted"])
    lost = lost_both + lost_extra + lost_omitted
    base, value = alike / matched, alike / (matched + lost)
    share = (value - base) / lost if lost else 0.0
    form = _form(query.forms, listed.forms, rules, value)
    single = _single(query.words, listed.words, found, rules, value + form)
    order = _order(query.tokens, listed.tokens, found, rules) if kind == PERSON else 0.0
    return NameScore(
        value=value + form + single + order,
        alignment=found,
        base=base,
        contradiction=lost_both * share,
        omitted=lost_omitted * share,
        extra=lost_extra * share,
        form=form,
        single=single,
        order=order,
    )


def _by_script(mine: tuple[str, ...], theirs: tuple[str, ...], likeness: Likeness) -> Likeness:
    """Return the likeness by syllables or consonants, where the way the names are written asks for it."""
    if syllables.syllabic(mine) and syllables.syllabic(theirs):
        return syllables.regraded(mine, theirs, likeness)
    if skeleton.vowelless(mine) != skeleton.vowelless(theirs):
        return skeleton.regraded(mine, theirs, likeness)
    return likeness


def _order(mine: tuple[str, ...], theirs: tuple[str, ...], found: Alignment, rules: Mapping[str, Any]) -> float:
    """Return what is lost where son and father of one name are father and son of the other."""
    if FILIATION.isdisjoint(mine) or FILIATION.isdisjoint(theirs):
        return 0.0
    stands = {pair.first[0]: pair.second[0] for pair in found.pairs}
    turned = any(
        stands.get(at - 1) == place + 1 and stands.get(at + 1) == place - 1
        for at, word in enumerate(mine) if word in FILIATION
        for place, other in enumerate(theirs) if other in FILIATION
    )  # fmt: skip
    return -float(rules["father_and_son"]) if turned else 0.0


def _doubt(likeness: float) -> float:
    """Return the share of a contradiction that a pair just below the minimum is spared."""
    return float(_TOKEN["doubt"]) * (likeness - _DOUBTFUL) / (_MINIMUM - _DOUBTFUL)


def _left(listed: Weighted, found: Alignment) -> tuple[float, float]:
    """Return the weight left over outside and between the first and last matched word."""
    positions = [i for pair in found.pairs if pair.weight >= _SIGNIFICANT for i in pair.second]
    outer = inner = 0.0
    for i in found.left_second:
        if len(positions) > 1 and min(positions) < i < max(positions):
            inner += listed.weights[i]
        else:
            outer += listed.weights[i]
    return outer, inner


def _form(first: frozenset[str], second: frozenset[str], rules: Mapping[str, Any], value: float) -> float:
    answer = agree(first, second)
    if answer is None:
        return 0.0
    if answer:
        return min(float(rules["form_agrees"]), max(0.0, 1.0 - value))
    return -float(rules["form_differs"])


def _single(first: Weighted, second: Weighted, found: Alignment, rules: Mapping[str, Any], value: float) -> float:
    """Return what is lost because a one-word name cannot tell a person with several.

    Nothing is, where the one word is several written together.
    """
    sizes = [sum(w >= _COUNTED for w in side.weights) for side in (first, second)]
    together = any(len(pair.first) + len(pair.second) > 2 for pair in found.pairs)
    if min(sizes) > 1 or max(sizes) < 2 or together:
        return 0.0
    return -value * (1.0 - float(rules["single_word"]))
