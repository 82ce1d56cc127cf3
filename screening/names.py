# SPDX-License-Identifier: Apache-2.0
"""How well two names agree: matched words against contradictions, omissions and additions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Self

from screening.align import Alignment, Weighted, align
from screening.legal import agree, split_forms
from screening.normalise import (
    MEDIUM_WORDS,
    NO_WEIGHT_WORDS,
    PARTICLES,
    WEAK_WORDS,
    person_tokens,
    word_tokens,
)
from screening.parameters import PARAMETERS

PERSON: Final = "person"
ORGANISATION: Final = "organisation"
_SIGNIFICANT: Final = 0.75


@dataclass(frozen=True, slots=True)
class PreparedName:
    """A name ready to be compared; `forms` are the legal forms found in it."""

    words: Weighted
    forms: frozenset[str] = frozenset()

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
        return f"{' '.join(self.tokens)}|{','.join(sorted(self.forms))}"


@dataclass(frozen=True, slots=True)
class NameScore:
    """The likeness 0..1 of two names and what it is made of.

    `base` is the likeness of the matched words alone; `contradiction`, `omitted` and `extra` are
    the points lost to words left over on both sides, in the list only, in the query only; `form`
    is the part of the legal forms; `single` what a one-word name loses.
    """

    value: float
    alignment: Alignment
    base: float
    contradiction: float
    omitted: float
    extra: float
    form: float
    single: float

    @classmethod
    def nothing(cls) -> Self:
        """Return the score of names that share no word."""
        return cls(0.0, Alignment((), (), ()), 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


@lru_cache(maxsize=16384)
def prepare(text: str, kind: str) -> PreparedName:
    """Return the name of a person or an organisation as weighted words."""
    if kind == PERSON:
        return PreparedName(weigh_person(person_tokens(text)))
    rest, forms = split_forms(word_tokens(text))
    return PreparedName(_weigh_organisation(rest), forms)


def from_spelling(text: str, kind: str) -> PreparedName:
    """Return the name written by `PreparedName.spelling`."""
    words, _, forms = text.partition("|")
    tokens = tuple(words.split())
    if kind == PERSON:
        return PreparedName(weigh_person(tokens))
    return PreparedName(_weigh_organisation(tokens), frozenset(filter(None, forms.split(","))))


def weigh_person(tokens: tuple[str, ...]) -> Weighted:
    """Return the tokens of a person's name with their weights."""
    rules = PARAMETERS[PERSON]
    weights = []
    for token in tokens:
        if token in PARTICLES:
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


def _weigh_organisation(tokens: Sequence[str]) -> Weighted:
    rules = PARAMETERS[ORGANISATION]
    weights = []
    for token in tokens:
        if token in NO_WEIGHT_WORDS:
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
) -> NameScore:
    """Return how well the listed name agrees with the query's, both of one kind."""
    if not query.tokens or not listed.tokens:
        return NameScore.nothing()
    rules = PARAMETERS[kind]
    found = align(query.words, listed.words, likeness)
    matched = sum(pair.weight for pair in found.pairs)
    if not matched:
        return NameScore.nothing()
    alike = sum(pair.weight * pair.likeness for pair in found.pairs)
    left_query = sum(query.words.weights[i] for i in found.left_first)
    left_listed, middle = _left(listed.words, found)
    both = min(left_query, left_listed + middle)
    lost_both = both * rules["contradiction"]
    lost_extra = (left_query - both) * rules["extra"]
    beyond = left_listed + middle - both
    inner = min(beyond, middle)
    lost_omitted = (beyond - inner) * rules["omitted"]
    lost_omitted += inner * rules.get("omitted_middle", rules["omitted"])
    lost = lost_both + lost_extra + lost_omitted
    base, value = alike / matched, alike / (matched + lost)
    share = (value - base) / lost if lost else 0.0
    form = _form(query.forms, listed.forms, rules, value)
    single = _single(query.words, listed.words, rules, value + form)
    return NameScore(
        value=value + form + single,
        alignment=found,
        base=base,
        contradiction=lost_both * share,
        omitted=lost_omitted * share,
        extra=lost_extra * share,
        form=form,
        single=single,
    )


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


def _single(first: Weighted, second: Weighted, rules: Mapping[str, Any], value: float) -> float:
    """Return what is lost because a one-word name cannot tell a person with several."""
    sizes = [sum(w >= _SIGNIFICANT for w in side.weights) for side in (first, second)]
    letters = [sum(map(len, side.tokens)) for side in (first, second)]
    if min(sizes) > 1 or max(sizes) < 2 or abs(letters[0] - letters[1]) <= 2:
        return 0.0
    return -value * (1.0 - float(rules["single_word"]))
