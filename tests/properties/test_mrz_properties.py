# SPDX-License-Identifier: Apache-2.0
"""What holds for any machine-readable zone: it survives its round trip, and one wrong character under a digit is seen.

Zones are composed by ocr/specimens/zones.py, which shares with the codec nothing but the arithmetic of a digit; that
is held against the examples printed in Doc 9303 by tests/unit/ocr/test_mrz.py.
"""

import struct
from collections.abc import Sequence

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from ocr import Limits, Media, Refusal, mrz, sniff, zone_fit
from ocr.countries import CODES
from ocr.models import MrzFormat
from ocr.seals import seal_of
from ocr.specimens import zones

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<"
WORD = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=9)
NAME = st.lists(WORD, min_size=1, max_size=2).map(" ".join)
NUMBER = st.text(ALPHABET[:36], min_size=9, max_size=9)
CODE = st.sampled_from(sorted(CODES))
DAY = st.dates().map(lambda day: f"20{day.year % 100:02}-{day.month:02}-{day.day:02}")
SEX = st.sampled_from("MF<")
FORMATS: tuple[MrzFormat, ...] = ("TD1", "TD2", "TD3", "CNI", "MRVA", "MRVB")


@st.composite
def holders(draw: st.DrawFn) -> dict[str, str]:
    """Draw the values of a zone."""
    return {
        "issuer": draw(CODE), "surname": draw(NAME), "given": draw(NAME), "number": draw(NUMBER),
        "nationality": draw(CODE), "birth": draw(DAY), "sex": draw(SEX), "expiry": draw(DAY),
    }  # fmt: skip


def composed(name: MrzFormat, who: dict[str, str]) -> tuple[str, ...]:
    """The lines of a zone of a format."""
    match name:
        case "TD1":
            return zones.td1(code="I", **who)
        case "TD2":
            return zones.td2(code="I", **who)
        case "TD3":
            return zones.td3(**who)
        case "CNI":
            digits = "".join(str(ord(char) % 10) for char in who["number"])
            return zones.cni(surname=who["surname"], given=who["given"].split(), birth=who["birth"], sex=who["sex"],
                             issue=who["expiry"], department=digits[:3], serial=digits[3:8])  # fmt: skip
        case _:
            return zones.visa(**who, width=44 if name == "MRVA" else 36)


@given(st.sampled_from(FORMATS), holders())
def test_a_zone_of_every_format_survives_the_round_trip(name: MrzFormat, who: dict[str, str]) -> None:
    zone = mrz.verify(composed(name, who))
    assert zone is not None
    assert (zone.format, zone.valid) == (name, True)
    printed = mrz.texts(zone)
    assert printed["birth_date"] == zones.short_date(who["birth"])
    assert printed["sex"] == who["sex"]
    if name == "CNI":
        assert printed["surname"].rstrip("<").replace("<", " ") == who["surname"]
        return
    assert printed["document_number"] == who["number"]
    assert printed["expiry_date"] == zones.short_date(who["expiry"])
    assert printed["issuing_country"].rstrip("<") == who["issuer"]
    assert printed["nationality"].rstrip("<") == who["nationality"]
    surname, given_names = mrz.names(printed["names"])
    assert surname == who["surname"]
    assert who["given"].startswith(given_names)


@given(holders(), st.text(ALPHABET[:36], min_size=2, max_size=6))
def test_a_long_number_goes_on_in_the_optional_data(who: dict[str, str], rest: str) -> None:
    zone = mrz.verify(zones.td1(code="I", **{**who, "number": who["number"] + rest}))
    assert zone is not None
    assert zone.valid
    assert mrz.texts(zone)["document_number"] == who["number"] + rest


@settings(max_examples=400)
@given(st.sampled_from(FORMATS), holders(), st.data())
def test_one_wrong_character_under_a_digit_is_found_or_listed(
    name: MrzFormat, who: dict[str, str], data: st.DataObject
) -> None:
    lines = composed(name, who)
    places = [
        (row, place) for row, text in enumerate(lines) for place in range(len(text)) if mrz.is_covered(name, row, place)
    ]
    row, place = data.draw(st.sampled_from(places))
    other = data.draw(st.sampled_from([char for char in ALPHABET if char != lines[row][place]]))
    changed = [*lines]
    changed[row] = lines[row][:place] + other + lines[row][place + 1 :]
    zone = mrz.verify(changed)
    if zone is not None and zone.valid:
        assert other in mrz.undetectable(lines[row][place])


@given(st.sampled_from(ALPHABET), st.text(ALPHABET, max_size=9), st.text(ALPHABET, max_size=9))
def test_what_is_listed_as_undetectable_is_so_everywhere(char: str, before: str, after: str) -> None:
    digit = mrz.check_digit(before + char + after)
    same = [other for other in ALPHABET if other != char and mrz.check_digit(before + other + after) == digit]
    assert set(same) == set(mrz.undetectable(char))


@pytest.mark.slow
@given(st.sampled_from(FORMATS), holders(), st.integers(0, 43), st.integers(0, 43))
def test_no_reading_is_repaired_into_validity(name: MrzFormat, who: dict[str, str], one: int, other: int) -> None:
    """Two digits exchanged under a check digit stay wrong, however the lines are fitted."""
    lines = [*composed(name, who)]
    row = 1
    assume(one < len(lines[row]) and other < len(lines[row]))
    chars = [*lines[row]]
    assume(chars[one].isdecimal() and chars[other].isdecimal())
    chars[one], chars[other] = chars[other], chars[one]
    lines[row] = "".join(chars)
    exact, fitted = mrz.verify(lines), zone_fit.fit(lines)
    if fitted is not None and fitted.zone.valid and fitted.zone.format == name:
        assert exact is not None
        assert exact.valid


@given(st.lists(st.text(max_size=60), max_size=4))
@example(["", "", ""])
@example(["«" * 22, "<" * 44])
def test_no_text_upsets_the_codec(raw: Sequence[str]) -> None:
    zone = mrz.verify(raw)
    fitted = zone_fit.fit(raw)
    for found in (zone, fitted.zone if fitted else None):
        if found is not None:
            assert mrz.texts(found).keys() == mrz.SPANS[found.format].keys()


@given(st.lists(st.text(ALPHABET, min_size=20, max_size=50), min_size=2, max_size=4))
def test_chance_makes_no_valid_zone(raw: Sequence[str]) -> None:
    fitted = zone_fit.fit(raw)
    assert fitted is None or not fitted.zone.valid


MAGIC = st.sampled_from(
    [
        b"\xff\xd8\xff",
        b"\x89PNG\r\n\x1a\n",
        b"RIFF\x30\x00\x00\x00WEBPVP8X",
        b"%PDF-1.7\n1 0 obj",
        b"\x00\x00\x00\x18ftypheic",
        b"",
    ]
)


@settings(max_examples=500)
@given(MAGIC, st.binary(max_size=400), st.sampled_from([b"", b"\xff\xd9", b"IEND", b"trailer", b"ispe" + bytes(12)]))
@example(b"\xff\xd8\xff", b"\xc0\x00\x11\x08" + struct.pack(">HH", 65_535, 65_535) + b"\xff\xda\x00\x08", b"\xff\xd9")
def test_no_bytes_upset_the_look_at_a_header(magic: bytes, body: bytes, end: bytes) -> None:
    found = sniff(magic + body + end, Limits(max_bytes=500))
    assert isinstance(found, Media | Refusal)


@given(st.binary(max_size=300) | st.binary(max_size=200).map(lambda body: b"DC04FR000001123F16360001FR" + body))
def test_no_bytes_upset_a_seal(data: bytes) -> None:
    found = seal_of(data)
    assert found is None or all(name and value for name, value in found.values)
