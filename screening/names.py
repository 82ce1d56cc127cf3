# SPDX-License-Identifier: Apache-2.0
"""How well two names agree: matched words against contradictions, omissions and additions."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal, NamedTuple, Self

from rapidfuzz.distance import OSA

from screening import skeleton, syllables
from screening.align import Alignment, Pair, Weighted, align, with_acronym
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
Left = tuple[float, float, float]  # the weight left over before, between and behind the matched words
_NOTHING: Final[Left] = (0.0, 0.0, 0.0)
PERSON: Final = "person"
ORGANISATION: Final = "organisation"
SIGNIFICANT: Final = 0.75  # a word, neither a particle nor an initial
_TOKEN: Final = PARAMETERS["token"]
_COMPARABLE: Final = float(_TOKEN["comparable"])
_MINIMUM: Final = float(_TOKEN["minimum"])
_DOUBTFUL: Final = float(_TOKEN["doubtful"])
_DOUBT: Final = float(_TOKEN["doubt"])
_DOUBT_BESIDE_SURE: Final = float(_TOKEN["doubt_beside_sure"])
_SURE: Final = float(_TOKEN["sure"])
_BRACKETS: Final = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
COUNTED: Final = 0.5  # a word or an initial


class Prices(NamedTuple):
    """What a word costs that is left over on one side alone: anywhere, between matched ones, in front, a syllable."""

    plain: float
    middle: float
    front: float
    syllable: float

    @classmethod
    def of(cls, rules: Mapping[str, Any], side: str) -> Self:
        """Return the prices of the "extra" words of a query or the "omitted" ones of the list."""
        plain = float(rules[side])
        keys = (f"{side}_middle", f"{side}_front", f"syllable_{side}")
        middle, front, syllable = (float(rules.get(key, plain)) for key in keys)
        return cls(plain, middle, front, syllable)


PRICES: Final = {
    kind: tuple(Prices.of(PARAMETERS[kind], side) for side in ("extra", "omitted")) for kind in (PERSON, ORGANISATION)
}
_FIRST: Final = 0  # where a pair has its positions in the query's name
_SECOND: Final = 1  # and in the list's


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


class NameScore(NamedTuple):
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
    initials: float

    @classmethod
    def nothing(cls) -> Self:
        """Return the score of names that share no word."""
        return cls(0.0, Alignment((), (), ()), 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


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
    if syllables.syllabic(tokens):  # every syllable tells, and none is a particle or an initial
        return Weighted(tokens, (float(rules["word"]),) * len(tokens))
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
    if weights and max(weights) < SIGNIFICANT:
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
    syllabic = kind == PERSON and syllables.both_syllabic(query.tokens, listed.tokens)
    found = _aligned(query, listed, likeness, kind, syllabic=syllabic)
    matched = sum([pair.weight for pair in found.pairs])
    if not matched:
        return NameScore.nothing()
    alike = sum([pair.weight * pair.likeness for pair in found.pairs])
    mine = _left(query.words, found.pairs, _FIRST, found.left_first)
    theirs = _left(listed.words, found.pairs, _SECOND, found.left_second)
    both = min(sum(mine) + dropped, sum(theirs))
    if listed.aside and any(listed.tokens[i] in listed.aside for i in found.left_second):
        asides = dropped + sum(query.tokens[i] in query.aside for i in found.left_first)
        both = max(both, rules["aside_other"]) if asides else both
    sure = kind == PERSON and not syllabic and matched >= _SURE
    doubt = sum([pair.weight * _doubt(query, listed, pair, sure=sure) for pair in found.doubtful])
    # One swapped word among many says as much as one among few: the loss grows with the length.
    lost_both = max(0.0, both - doubt) * rules["contradiction"] * max(1.0, matched) ** rules["contradiction_length"]
    extra, omitted = PRICES[kind]
    lost_extra = _alone(mine, both, extra, syllabic=syllabic)
    lost_omitted = _alone(theirs, both, omitted, syllabic=syllabic)
    lost = lost_both + lost_extra + lost_omitted
    base, value = alike / matched, alike / (matched + lost)
    share = (value - base) / lost if lost else 0.0
    form = _form(query.forms, listed.forms, rules, value)
    single = _single(query.words, listed.words, found, rules, value + form)
    order = initials = 0.0
    if kind == PERSON:
        order = _order(query.tokens, listed.tokens, found, rules)
        initials = _initials(query.words, listed.words, found, rules, value + single + order)
    return NameScore(
        value=value + form + single + order + initials,
        alignment=found,
        base=base,
        contradiction=lost_both * share,
        omitted=lost_omitted * share,
        extra=lost_extra * share,
        form=form,
        single=single,
        order=order,
        initials=initials,
    )


def _aligned(query: PreparedName, listed: PreparedName, likeness: Likeness, kind: str, *, syllabic: bool) -> Alignment:
    """Pair the words as their script asks for: by syllables, by consonants, or by likeness alone."""
    mine, theirs = query.tokens, listed.tokens
    if syllabic:
        return align(query.words, listed.words, syllables.regraded(mine, theirs, likeness), syllables.joined)
    if kind == PERSON:
        if skeleton.vowelless(mine) != skeleton.vowelless(theirs):
            likeness = skeleton.regraded(mine, theirs, likeness)
        return align(query.words, listed.words, likeness)
    found = align(query.words, listed.words, likeness)
    return with_acronym(query.words, listed.words, found) if found.left_first and found.left_second else found


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


def _doubt(query: PreparedName, listed: PreparedName, pair: Pair, *, sure: bool) -> float:
    """Return the share of a contradiction that a doubtful pair is spared: most for a slip beside sure words.

    Of a number each digit tells.
    """
    if sure and pair.weight >= SIGNIFICANT:
        word = query.tokens[pair.first[0]]
        if not word.isdigit() and OSA.distance(word, listed.tokens[pair.second[0]]) == 1:
            return _DOUBT_BESIDE_SURE
    return _DOUBT * (pair.likeness - _DOUBTFUL) / (_MINIMUM - _DOUBTFUL)


def _left(words: Weighted, pairs: Sequence[Pair], side: Literal[0, 1], left: Sequence[int]) -> Left:
    """Return the weight left over before, between and behind the matched words of a name.

    `side` tells where pairs have its positions. Of a word that stands for a mere particle most is left over.
    """
    weights = [(i, words.weights[i]) for i in left]
    weights += [
        (at, words.weights[at] - pair.weight)
        for pair in pairs
        if pair.likeness < 1.0 and pair.weight < _COMPARABLE * words.weights[at := pair[side][0]]
    ]
    if not weights:
        return _NOTHING
    positions = [i for pair in pairs for i in pair[side] if min(pair.weight, words.weights[i]) >= SIGNIFICANT]
    first, last = (min(positions), max(positions)) if positions else (0, 0)
    front = sum([weight for i, weight in weights if i < first])
    middle = sum([weight for i, weight in weights if first < i < last])
    return front, middle, sum([weight for _, weight in weights]) - front - middle


def _alone(left: Left, both: float, prices: Prices, *, syllabic: bool) -> float:
    """Return what words cost that are left over on one side alone, the cheapest places first.

    A name begins with the given name or the family name: what stands there is missed more. Chinese and
    Korean names have no middle names: each syllable tells.
    """
    front, middle, end = left
    rest = max(0.0, front + middle + end - both)
    if syllabic:
        return rest * prices.syllable
    inner = min(rest, middle)
    before = min(max(0.0, rest - inner - end), 1.0)  # the first word tells, further ones are like those behind
    return inner * prices.middle + (rest - inner - before) * prices.plain + before * prices.front


def _form(first: frozenset[str], second: frozenset[str], rules: Mapping[str, Any], value: float) -> float:
    answer = agree(first, second)
    if answer is None:
        return 0.0
    if answer:
        return min(float(rules["form_agrees"]), max(0.0, 1.0 - value))
    return -float(rules["form_differs"])


def _single(first: Weighted, second: Weighted, found: Alignment, rules: Mapping[str, Any], value: float) -> float:
    """Return what is lost because one word cannot tell a person with several.

    Nothing is, where a name is several words written together; where such a word is one of several, it is
    still one word.
    """
    sizes = [sum([w >= COUNTED for w in side.weights]) for side in (first, second)]
    together = [(len(pair.first), len(pair.second)) for pair in found.pairs if len(pair.first) + len(pair.second) > 2]
    alone = together and sum(pair.weight >= SIGNIFICANT for pair in found.pairs) == 1
    one_of_several = alone and any(run == 1 < size for run, size in zip(together[0], sizes, strict=True))
    if one_of_several or (min(sizes) == 1 and max(sizes) > 1 and not together):
        return -value * (1.0 - float(rules["single_word"]))
    return 0.0


def _initials(first: Weighted, second: Weighted, found: Alignment, rules: Mapping[str, Any], value: float) -> float:
    """Return what is lost because initials alone, or initials of the list beside one word, name many people."""
    if min(map(len, second.tokens)) > 1:
        return 0.0
    full = letters = 0
    for pair in found.pairs:
        mine, theirs = (
            max(len(side.tokens[i]) for i in run) for side, run in ((first, pair.first), (second, pair.second))
        )
        full += pair.weight >= SIGNIFICANT and (pair.likeness == 1.0 or min(mine, theirs) > 1)
        letters += theirs == 1 < mine
    if full > 1 or not letters:
        return 0.0
    return -value * (1.0 - float(rules["initials_beside_word" if full else "initials_only"]))
