# SPDX-License-Identifier: Apache-2.0
"""Scanned register documents whose print looks like a zone somewhere."""

from itertools import islice

import pytest

from ocr import Kind, read
from ocr.specimens import companies, draw, printed

SEED = 11


@pytest.mark.slow
@pytest.mark.parametrize("number", [1, 2])
def test_a_notice_too_short_to_look_like_text_is_no_identity_card(number: int) -> None:
    company = next(islice(companies(Kind.SIRENE_NOTICE, SEED), number, None))
    reading = read(draw(Kind.SIRENE_NOTICE, company, media="pdf", degrade="scan"))
    assert (reading.kind, reading.mrz) == (Kind.SIRENE_NOTICE, None)
    assert reading.fields["siren"].value == printed(Kind.SIRENE_NOTICE, company)["siren"]


@pytest.mark.slow
def test_the_short_last_page_of_an_extract_is_read() -> None:
    company = next(islice(companies(Kind.EXTRAIT_K, 20261128), 1, None))
    reading = read(draw(Kind.EXTRAIT_K, company, media="pdf", degrade="scan"))
    assert reading.fields["observations.2.date"].value == printed(Kind.EXTRAIT_K, company)["observations.2.date"]
