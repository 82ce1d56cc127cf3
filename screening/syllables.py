# SPDX-License-Identifier: Apache-2.0
"""Chinese and Korean names: one syllable more or less alike is another name, not a misspelling.

Chinese is written in pinyin and in Wade-Giles (Xi Jinping, Hsi Chin-ping), Korean in the Revised
and the McCune-Reischauer romanisation and as bearers please (Jeong, Chong, Jung). A word that is
made of valid syllables gets a key in which the spellings of one syllable meet.

Sources: ISO 7098 (pinyin); Library of Congress romanisation tables for Chinese and Korean.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from operator import and_
from typing import Final

from screening.normalise import CHINESE_SURNAMES, KOREAN_SURNAMES, sound
from screening.parameters import PARAMETERS

_TOKEN: Final = PARAMETERS["token"]
_SAME: Final = float(_TOKEN["syllables_same"])
_OTHER: Final = float(_TOKEN["syllables_other"])
_JOINED_EXACT: Final = int(_TOKEN["joined_exact"])
_PINYIN: Final = re.compile(
    r"(?:[bpmfdtnl](?:a|o|e|ai|ei|ao|ou|an|en|ang|eng|i|ie|iao|iu|ian|in|iang|ing|u|uo|ui|uan|un|ong|ue)"
    r"|[gkh](?:a|e|ai|ei|ao|ou|an|en|ang|eng|ong|u|ua|uo|uai|ui|uan|un|uang)"
    r"|[jqx](?:i|ia|ie|iao|iu|ian|in|iang|ing|iong|u|ue|uan|un)"
    r"|(?:zh|ch|sh|[rzcs])(?:a|e|ai|ei|ao|ou|an|en|ang|eng|ong|i|u|ua|uo|uai|ui|uan|un|uang)"
    r"|y(?:a|e|ao|ou|an|in|ang|ing|ong|i|u|ue|uan|un)|w(?:a|o|ai|ei|an|en|ang|eng|u)"
    r"|a|o|e|ai|ei|ao|ou|an|en|ang|eng|er)+"
)
_WADE_GILES: Final = re.compile(
    r"(?:(?:[ptkmnlfhsj]|ch|ts|tz|hs|sh|sz|ss|y|w)?"
    r"(?:a|o|e|eh|ai|ei|ao|ou|an|en|ang|eng|erh|ih|i|ia|ieh|iao|iu|ien|in|iang|ing|iung"
    r"|u|ua|uo|uai|ui|uei|uan|un|uang|ueh|ung|en))+"
)
_KOREAN: Final = re.compile(
    r"(?:(?:kk|tt|pp|ss|jj|ch|sh|[gkndtrlmbpsjh])?"
    r"(?:yeo|yae|yoo|you|wae|woo|ya|ye|yi|yo|yu|eo|eu|ae|ai|oe|oi|oo|ou|ee|wa|we|wi|wo|wu|ui|a|e|i|o|u)"
    r"(?:ng|rk|[kgntdlrmpbsh])?)+"
)
# In this order. What Wade-Giles does not tell apart is one letter here (chang is Zhang and Chang).
_CHINESE_KEY: Final = (
    ("zh", "q"), ("ch", "q"), ("j", "q"), ("b", "p"), ("d", "t"), ("g", "k"), ("nk", "ng"), ("c", "z"),
)  # fmt: skip
_WADE_GILES_KEY: Final = (
    ("hs", "x"), ("tzu", "zi"), ("szu", "si"), ("ssu", "si"), ("ts", "z"), ("tz", "z"), ("j", "r"), ("ch", "q"),
    ("ung", "ong"), ("ien", "ian"), ("yen", "yan"), ("eh", "e"), ("ih", "i"), ("uei", "ui"),
)  # fmt: skip
_KOREAN_KEY: Final = (
    ("ng", "q"), ("rk", "k"), ("kk", "k"), ("tt", "t"), ("pp", "p"), ("ss", "s"), ("sh", "s"), ("jj", "j"),
    ("ch", "j"), ("ee", "i"), ("oo", "u"), ("ou", "u"), ("eo", "o"), ("eu", "u"), ("ae", "e"), ("ai", "e"),
    ("oi", "we"), ("oe", "we"), ("g", "k"), ("d", "t"), ("b", "p"), ("r", "l"), ("u", "o"), ("yi", "i"),
)  # fmt: skip
_LONGEST: Final = 14  # letters
_FEWEST, _MOST = 2, 6  # words
_VOWELS: Final = frozenset("aeiou")


@lru_cache(maxsize=32768)
def chinese_key(token: str) -> tuple[str, bool] | None:
    """Return the key of a word in Chinese syllables and whether it is pinyin; None for another word."""
    if len(token) > _LONGEST:
        return None
    pinyin = _PINYIN.fullmatch(token) is not None
    if not pinyin and _WADE_GILES.fullmatch(token) is None:
        return None
    return _replaced(token, _CHINESE_KEY if pinyin else _WADE_GILES_KEY), pinyin


@lru_cache(maxsize=32768)
def korean_key(token: str) -> str | None:
    """Return the key of a word in Korean syllables; None for another word."""
    if len(token) > _LONGEST or _KOREAN.fullmatch(token) is None:
        return None
    key = _replaced(token, _KOREAN_KEY)
    # Of an initial r the South keeps nothing before i and y: Ri, Lee, Yi, I.
    return key[1:] if key[:2] in {"li", "ly"} else key


def same_chinese(first: str, second: str) -> bool:
    """Return whether one word is the Wade-Giles spelling of the other."""
    theirs = chinese_key(second)
    mine = chinese_key(first) if theirs else None
    return mine is not None and theirs is not None and mine[0] == theirs[0] and mine[1] != theirs[1]


def other_pinyin(first: str, second: str) -> bool:
    """Return whether two words are different pinyin, however alike they are written."""
    theirs = chinese_key(second)
    mine = chinese_key(first) if theirs else None
    return first != second and mine is not None and theirs is not None and mine[1] and theirs[1]


def _replaced(token: str, pairs: Sequence[tuple[str, str]]) -> str:
    for written, meant in pairs:
        if written in token:
            token = token.replace(written, meant)
    # A letter typed twice is no other syllable.
    return "".join(ch for position, ch in enumerate(token) if position == 0 or ch != token[position - 1])


@lru_cache(maxsize=32768)
def syllabic(tokens: tuple[str, ...]) -> bool:
    """Return whether a name is Chinese or Korean: a known family name among syllables only."""
    ends = {tokens[0], tokens[-1]} if tokens else set()
    surnames = [not known.isdisjoint(ends) for known in (CHINESE_SURNAMES, KOREAN_SURNAMES)]
    return any(surnames) and any(map(and_, surnames, syllables_only(tokens)))


def both_syllabic(first: tuple[str, ...], second: tuple[str, ...]) -> bool:
    """Return whether two names are Chinese or Korean; of one of them the family name may be unknown."""
    if syllabic(first):
        return any(syllables_only(second))
    return syllabic(second) and any(syllables_only(first))


@lru_cache(maxsize=32768)
def syllables_only(tokens: tuple[str, ...]) -> tuple[bool, bool]:
    """Return whether all words are valid in Chinese and in Korean."""
    if not _FEWEST <= len(tokens) <= _MOST:
        return False, False
    return all(map(chinese_key, tokens)), all(map(korean_key, tokens))


@lru_cache(maxsize=32768)
def _keys(token: str) -> tuple[str | None, str | None, bool]:
    """Return the keys of a word in Korean and in Chinese syllables, and whether it is pinyin."""
    chinese, pinyin = chinese_key(token) or (None, False)
    return korean_key(token), chinese, pinyin


def same_syllables(first: str, second: str) -> bool | None:
    """Return whether two words are spellings of the same syllables; None when nobody can tell."""
    (korean, chinese, pinyin), (other_korean, other_chinese, also_pinyin) = _keys(first), _keys(second)
    if korean and korean == other_korean:
        return True
    if chinese and other_chinese:
        if chinese == other_chinese:
            return not (pinyin and also_pinyin) or None
        return False
    return False if korean and other_korean else None


def regraded(first: Sequence[str], second: Sequence[str], likeness: Sequence[Sequence[float]]) -> list[list[float]]:
    """Return the likeness of the words of two Chinese or Korean names by their syllables."""
    return [
        [min(max(value, least), most) for value, (least, most) in zip(values, row, strict=True)]
        for values, row in zip(likeness, limits(first, second), strict=True)
    ]


def limits(first: Sequence[str], second: Sequence[str]) -> list[list[tuple[float, float]]]:
    """Return for each word of `first` (rows) what it and one of `second` are alike at least and at most."""
    return [[_limits(mine, theirs) for theirs in second] for mine in first]


@lru_cache(maxsize=32768)
def joined(first: str, second: str) -> float:
    """Return the likeness of two words of Chinese or Korean names of which one was written in pieces."""
    if first == second:
        return 1.0
    return _SAME if same_syllables(first, second) else 0.0


@lru_cache(maxsize=32768)
def spelt(token: str) -> frozenset[str]:
    """Return what a word shares at least one of with each word that `joined` may take for it."""
    return frozenset({token, *syllable_keys(token)})


def syllable_keys(token: str) -> list[str]:
    """Return what words of the same Korean or Chinese syllables share, in letters and a digit; none for other words."""
    korean, chinese, _ = _keys(token)
    return [f"{kind}{key}" for kind, key in (("1", korean), ("2", chinese)) if key]


def spelt_together(text: str) -> frozenset[str]:
    """Return the same for words written together: few letters are no other word but the one they are."""
    return spelt(text) if len(text) >= _JOINED_EXACT else frozenset({text})


def _limits(mine: str, theirs: str) -> tuple[float, float]:
    """Return what two words are alike at least and at most by their syllables."""
    if mine == theirs:
        return 0.0, 1.0
    if len(mine) == 1 or len(theirs) == 1:
        # A vowel is a syllable here (O, U); only a lone consonant is an initial.
        return 0.0, 0.0 if min(mine, theirs, key=len) in _VOWELS else 1.0
    same = same_syllables(mine, theirs)
    if same:
        return _SAME, 1.0
    # Of two letters no syllable can be told from another (Xi, Si).
    heard = len(mine) == len(theirs) == 2 and sound(mine) == sound(theirs)
    return 0.0, 1.0 if same is None or heard else _OTHER
