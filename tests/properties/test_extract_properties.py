# SPDX-License-Identifier: Apache-2.0
"""Register documents: what the generator prints is what the reader reads, and no text makes the reader fail."""

from collections.abc import Sequence
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ocr import Kind, Source, register_checks, register_extract
from ocr.layout import Line, Word
from ocr.register_labels import KEYS
from ocr.specimens import REGISTER_KINDS, companies, draw, printed
from ocr.specimens.extract import STYLES
from tests.unit.ocr.extract_support import lines_in

pytestmark = pytest.mark.slow

SEEDS = st.integers(0, 10**6)
GREFFES = [Kind.KBIS, Kind.EXTRAIT_K]
FEW = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
WORDS = st.one_of(
    st.text(max_size=12),
    st.sampled_from([*KEYS, "R.C.S.", "FR", "n°", "à", ":", "€", "-", "31/02/2026", "999 000 003", "GESTION", "\n"]),
)
PLACES = st.floats(-50, 900, allow_nan=False)


@pytest.mark.parametrize("kind", REGISTER_KINDS)
@FEW
@given(SEEDS)
def test_every_printed_value_is_read_from_the_text_layer_and_nothing_else(kind: Kind, seed: int) -> None:
    company = next(companies(kind, seed))
    extract = register_extract.extract(lines_in(draw(kind, company, media="pdf")), Source.TEXT_LAYER)
    assert extract.kind is kind
    assert {name: field.value for name, field in extract.fields.items()} == printed(kind, company)


@pytest.mark.parametrize("style", [style for style in STYLES if not STYLES[style].pictured])
@FEW
@given(SEEDS, st.sampled_from([*GREFFES, Kind.RNE_ATTESTATION, Kind.SIRENE_NOTICE]))
def test_every_layout_is_read_alike(style: str, seed: int, kind: Kind) -> None:
    company = {**next(companies(kind, seed)), "style": style}
    extract = register_extract.extract(lines_in(draw(kind, company, media="pdf")), Source.TEXT_LAYER)
    assert {name: field.value for name, field in extract.fields.items()} == printed(kind, company)


@FEW
@given(SEEDS, st.sampled_from(REGISTER_KINDS))
def test_a_true_document_agrees_with_itself(seed: int, kind: Kind) -> None:
    lines = lines_in(draw(kind, next(companies(kind, seed)), media="pdf"))
    extract = register_extract.extract(lines, Source.TEXT_LAYER)
    text = "\n".join(line.text for line in lines)
    assert list(register_checks.remarks(extract, text, [])) == []
    for field in extract.fields.values():
        assert field.box is not None
        assert 0 <= field.box[0] < field.box[2] <= 600
        assert 0 <= field.box[1] < field.box[3] <= 845
        assert field.confidence == 1.0


@cache
def lines_of_example(kind: Kind) -> tuple[Line, ...]:
    return tuple(lines_in(draw(kind, next(companies(kind, 3)), media="pdf")))


@st.composite
def lines(draw_from: st.DrawFn) -> list[Line]:
    """Lines of any words at any places, some of them labels and headings."""
    found = []
    for _ in range(draw_from(st.integers(1, 25))):
        words = []
        for text in draw_from(st.lists(WORDS, min_size=1, max_size=6)):
            left, top = draw_from(PLACES), draw_from(PLACES)
            words.append(Word(text, (left, top, left + 30, top + draw_from(st.floats(0.1, 20))), 0.5))
        found.append(Line(draw_from(st.integers(1, 3)), tuple(words)))
    return found


@st.composite
def spoilt(draw_from: st.DrawFn) -> list[Line]:
    """The lines of a true document with lines lost, doubled or moved and characters misread."""
    found = list(lines_of_example(draw_from(st.sampled_from(REGISTER_KINDS))))
    for _ in range(draw_from(st.integers(1, 12))):
        index = draw_from(st.integers(0, len(found) - 1))
        line = found.pop(index)
        change = draw_from(st.sampled_from(["lose", "double", "move", "misread"]))
        if change == "misread":
            found.insert(index, misread(line, draw_from(st.integers(0, 200)), draw_from(st.text(max_size=2))))
        elif change == "move":
            found.insert(draw_from(st.integers(0, len(found))), line)
        elif change == "double":
            found[index:index] = [line, line]
        if not found:
            return [line]
    return found


def misread(line: Line, place: int, text: str) -> Line:
    words = list(line.words)
    index = place % len(words)
    word = words[index].text
    cut = place % (len(word) + 1)
    words[index] = Word(word[:cut] + text + word[cut + 1 :], words[index].box, 0.4)
    return Line(line.page, tuple(words))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(lines(), spoilt()), st.sampled_from([Source.OCR, Source.TEXT_LAYER]), st.lists(st.text(max_size=40)))
def test_no_text_makes_the_reader_fail(found: Sequence[Line], source: Source, links: list[str]) -> None:
    extract = register_extract.extract(found, source)
    assert all(field.value and 0 <= field.confidence <= 1 for field in extract.fields.values())
    assert "printed_code" not in extract.fields
    list(
        register_checks.remarks(
            extract, "\n".join(line.text for line in found), [*links, *map("https://".__add__, links)]
        )
    )
