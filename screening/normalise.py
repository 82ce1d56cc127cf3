# SPDX-License-Identifier: Apache-2.0
"""Names to comparable tokens: one alphabet, no marks, known words in one spelling."""

import re
import tomllib
import unicodedata
from functools import lru_cache
from typing import Any, Final

from anyascii import anyascii

from screening.parameters import data_text

MAX_CHARS: Final = 1000  # the longest names of the lists have 400
MAX_TOKENS: Final = 24

_WORDS: Final[dict[str, Any]] = tomllib.loads(data_text("words.toml"))
TITLES: Final = frozenset(_WORDS["titles"])
HONORIFICS: Final = frozenset(_WORDS["honorifics"])
FILIATION: Final = frozenset(_WORDS["filiation"])
PARTICLES: Final = frozenset(_WORDS["particles"])
NUMBERS: Final[dict[str, str]] = _WORDS["numbers"]
SAME_WORD: Final[dict[str, str]] = _WORDS["organisation"]["same"]
_STEMS: Final[dict[str, str]] = _WORDS["organisation"]["stems"]
_SHORTEST_STEM: Final = min(map(len, _STEMS))
_LONGEST_STEM: Final = max(map(len, _STEMS))
NO_WEIGHT_WORDS: Final = frozenset(_WORDS["organisation"]["none"])
WEAK_WORDS: Final = frozenset(_WORDS["organisation"]["weak"])
MEDIUM_WORDS: Final = frozenset(_WORDS["organisation"]["medium"])
MARKERS: Final[dict[str, frozenset[str]]] = {key: frozenset(words) for key, words in _WORDS["markers"].items()}
CHINESE_SURNAMES: Final = frozenset(_WORDS["surnames"]["chinese"].split())
KOREAN_SURNAMES: Final = frozenset(_WORDS["surnames"]["korean"].split())
NICKNAMES: Final[dict[str, frozenset[int]]] = {}
for _number, _group in enumerate(_WORDS["nicknames"]["groups"].splitlines()):
    for _member in _group.partition("#")[0].split():
        NICKNAMES[_member] = NICKNAMES.get(_member, frozenset()) | {_number}

# "SiemensAG": a legal form written onto the name.
_GLUED = re.compile(r"(?<=[a-zà-ÿ]{2})(?=(?:AG|SA|SAS|SARL|GmbH|Ltd|Inc|LLC|NV|BV|SpA|Srl|AB|AS)\b)")
_APOSTROPHES = re.compile(r"['’‘`´ʼʻʾʿ′]")
_TOKEN = re.compile(r"[a-z0-9]+")
_ORDINAL = re.compile(r"^(\d+)(?:st|nd|rd|th|er|e|eme|ere)$")
# Anyascii reads every Cyrillic letter the Russian way; Serbian has a Latin alphabet of its own.
_SERBIAN_ONLY = re.compile(r"[ЂђЉљЊњЋћЏџ]")
_SERBIAN: Final = str.maketrans({
    "ђ": "đ", "љ": "lj", "њ": "nj", "ћ": "ć", "џ": "dž", "ч": "č", "ш": "š", "ж": "ž", "ј": "j", "х": "h", "ц": "c",
})  # fmt: skip
# Small words that Arabic script writes onto the next one or without their vowels.
_ARABIC_ARTICLE = re.compile(r"\bال(?=\w{3})")
_ARABIC_WORDS: Final = {
    "بن": "bin", "ابن": "ibn", "بنت": "bint", "ابو": "abu", "أبو": "abu", "ام": "umm", "أم": "umm",
    "ال": "al", "آل": "al", "عبد": "abd", "الله": "allah",
}  # fmt: skip
_SERVANT = re.compile(r"\bعبدال(?=\w{3})")
_HANGUL_NAME = re.compile(r"\b([\uac00-\ud7a3])([\uac00-\ud7a3]{1,3})\b")
_HAN_NAME = re.compile(r"\b([\u4e00-\u9fff])([\u4e00-\u9fff]{1,2})\b")
_SYMBOLS: Final = str.maketrans({"&": " and ", "%": " percent ", "+": " ", "@": "a"})
# Cyrillic and Greek letters that look like Latin ones: a word that mixes alphabets is a disguise
# or a typing error, never a transliteration.
_LOOKALIKES: Final = str.maketrans(
    "аеорсухіјѕԁһӏАВЕКМНОРСТУХІЈЅαορνιΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "aeopcyxijsdhlABEKMHOPCTYXIJSaopviABEZHIKMNOPTYX",
)
_DIGITS: Final = str.maketrans("0134578", "oieastb")
_ADJECTIVE = re.compile(r"(?<=\w{4})sk(?:ii|iy|ij|yi|y|i|aya|aia|aja|oye|oe|oie|oje|ogo)?$")
# In this order: longer groups first.
_SOUNDS: Final = (
    ("tsch", "ch"), ("dzh", "j"), ("dsch", "j"), ("shch", "sh"), ("sch", "sh"), ("tch", "ch"),
    ("ph", "f"), ("kh", "h"), ("gh", "g"), ("th", "t"), ("dh", "d"), ("dj", "j"), ("zh", "j"),
    ("ck", "k"), ("cq", "k"), ("qu", "k"), ("cz", "ch"), ("sz", "s"), ("tz", "ts"), ("ks", "x"),
    ("ou", "u"), ("oo", "u"), ("ae", "a"), ("oe", "o"), ("ue", "u"), ("ee", "i"), ("ie", "i"),
    ("iy", "i"), ("yy", "i"), ("ii", "i"), ("ij", "i"), ("ey", "ei"), ("ay", "ai"), ("q", "k"),
    ("w", "v"), ("y", "i"), ("z", "s"),
)  # fmt: skip
_GLIDE: Final = re.compile(r"(?<=[ae])j(?![aeiouy])")  # Sergej, but not Raju
_SOFT_START: Final = re.compile(r"^y(?=[aeou]\w)|^i(?=[eo]\w)")
_DIPHTHONG: Final = re.compile(r"(?<=[aiu])[aiu]+(?=[^aiu])")
_SHAPES: Final = (("l", "i"), ("rn", "m"), ("vv", "w"), ("ci", "d"))
_ABD: Final = frozenset({"abd", "abdi"})
_ARTICLES: Final = frozenset({"al", "el", "ul", "ur", "as", "ar", "az", "ad", "an", "ol", "oul"})
_ABDUL: Final = frozenset({"abdal", "abdel", "abdol", "abdoul", "abdur", "abdus", "abdil", "abdou"})
# The same with two letters exchanged ("Badur").
_ABDUL_MISTYPED: Final = frozenset(
    word[:at] + word[at + 1] + word[at] + word[at + 2 :] for word in ("abdul", "abdur") for at in range(len(word) - 1)
)


def visible(text: str) -> str:
    """Return the first MAX_CHARS characters without control, direction and surrogate marks."""
    short = text[:MAX_CHARS]
    if short.isascii() and short.isprintable():
        return short
    return "".join(ch if unicodedata.category(ch)[0] != "C" else (" " if ch in "\n\r\t" else "") for ch in short)


def fold(text: str) -> tuple[str, ...]:
    """Return the tokens of a text in a-z and 0-9, at most MAX_TOKENS of MAX_CHARS characters.

    Control, direction and combining marks vanish; letters of another alphabet inside a Latin word
    are taken for the Latin letter they imitate; everything else is transliterated.
    """
    return _fold(text[:MAX_CHARS])


@lru_cache(maxsize=8192)
def _fold(text: str) -> tuple[str, ...]:
    plain = visible(text)
    if not plain.isascii():
        plain = unicodedata.normalize("NFKC", plain)
        plain = " ".join(_one_alphabet(word) for word in plain.split())
        plain = anyascii(_unmarked(_own_alphabet(plain)))
    plain = _APOSTROPHES.sub("", plain).translate(_SYMBOLS).lower()
    return tuple(_TOKEN.findall(plain)[:MAX_TOKENS])


def _own_alphabet(text: str) -> str:
    """Prepare what a letter-by-letter transliteration gets wrong: Serbian, Arabic, East Asian names."""
    if _SERBIAN_ONLY.search(text):
        text = text.lower().translate(_SERBIAN)
    if "ا" in text or "ب" in text or "ع" in text:
        text = _ARABIC_ARTICLE.sub("al ", _SERVANT.sub("abdul ", text))
        text = " ".join(_ARABIC_WORDS.get(word, word) for word in text.split())
    # The family name is one syllable and stands before the given name without a space.
    return _HAN_NAME.sub(r"\1 \2", _HANGUL_NAME.sub(r"\1 \2", text))


def _unmarked(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(ch for ch in decomposed if ord(ch) not in range(0x300, 0x370)))


def _one_alphabet(word: str) -> str:
    if word.isascii() or not any("a" <= ch.lower() <= "z" for ch in word):
        return word
    return word.translate(_LOOKALIKES)


@lru_cache(maxsize=65536)
def sound(token: str) -> str:
    """Return the token as it sounds across transliterations (Mohammed and Muhammad agree)."""
    token = _SOFT_START.sub("", token)
    for written, heard in _SOUNDS:
        if written in token:
            token = token.replace(written, heard)
    token = _GLIDE.sub("i", token)
    token = token.replace("c", "k") if "ch" not in token else token
    if token.startswith(("x", "hs")):
        token = f"s{token[1:].removeprefix('s')}"  # pinyin and Wade-Giles
    token = _DIPHTHONG.sub("", token.replace("e", "a").replace("o", "u"))
    out = [ch for ch, before in zip(token, f" {token}", strict=False) if ch != before]
    if len(out) > 3 and out[-1] == "h" and out[-2] in "aiu":
        out.pop()
    return "".join(out)


@lru_cache(maxsize=65536)
def shape(token: str) -> str:
    """Return the token as a reading machine sees it (l is i, rn is m, cl is d)."""
    for seen, read in _SHAPES:
        if seen in token:
            token = token.replace(seen, read)
    return token


@lru_cache(maxsize=16384)
def person_tokens(text: str) -> tuple[str, ...]:
    """Return the tokens of a person's name without titles; digits inside words become letters."""
    tokens = [_letters(token) for token in fold(text)]
    plain = [token for token in tokens if token not in TITLES and token not in HONORIFICS]
    if sum(token not in PARTICLES for token in plain) < 2:
        # "M. DUPONT": before a lone family name the M may be an initial as well as a Monsieur.
        plain = [token for token in tokens if token not in TITLES or len(token) == 1]
    kept = plain or tokens
    return tuple(_abdul(kept))


def _letters(token: str) -> str:
    if token.isalpha() or token.isdigit():
        return token
    return token.translate(_DIGITS)


def _abdul(tokens: list[str]) -> list[str]:
    """Write the servant-of names in one way: Abd al-Aziz, Abdel Aziz and Abdul Aziz."""
    out: list[str] = []
    for token in tokens:
        if token in _ARTICLES and out and shape(out[-1]) in _ABD:
            out[-1] = "abdul"
        else:
            out.append("abdul" if token in _ABDUL or token in _ABDUL_MISTYPED else token)
    return out


def word_tokens(text: str) -> list[str]:
    """Return the tokens of an organisation's name: acronyms joined, numbers as digits."""
    out: list[str] = []
    letters = ""
    for token in (*fold(_GLUED.sub(" ", text[:MAX_CHARS])), ""):
        if len(token) == 1 and token.isalpha():
            letters += token
            continue
        if letters:
            out.append(letters)
            letters = ""
        if token:
            out += _words(token)
    return _numbers(out)


def _words(token: str) -> list[str]:
    """Return a word as English writes it; of a place in a Russian adjective only the place."""
    if match := _ORDINAL.match(token):
        return [match[1]]
    if token in SAME_WORD:
        return SAME_WORD[token].split()
    for size in range(min(len(token), _LONGEST_STEM), _SHORTEST_STEM - 1, -1):
        if english := _STEMS.get(token[:size]):
            return english.split()
    return [_ADJECTIVE.sub("", token)]


def _numbers(tokens: list[str]) -> list[str]:
    """Write numbers in digits: Forty-Four is 44."""
    out: list[str] = []
    for token in tokens:
        # A letter in front is an initial ("V. Smirnov Works"), behind it is a Roman numeral.
        number = token if not out and len(token) == 1 else NUMBERS.get(token, token)
        tens = out and out[-1].isdigit() and len(out[-1]) == 2 and out[-1][1] == "0"
        if tens and number.isdigit() and len(number) == 1 and number != "0":
            out[-1] = out[-1][0] + number
        else:
            out.append(number)
    return out
