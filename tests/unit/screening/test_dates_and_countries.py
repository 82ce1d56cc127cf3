# SPDX-License-Identifier: Apache-2.0
"""Dates and countries in the spellings of the lists."""

import pytest

from screening.countries import alpha2, country_name
from screening.dates import make_date, make_range, read_date
from screening.models import PartialDate


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("24 Mar 1965", PartialDate(1965, 3, 24)),
        ("1er août 1970", PartialDate(1970, 8, 1)),
        ("1962", PartialDate(1962)),
        ("Sep 1970", PartialDate(1970, 9)),
        ("Nov. 1973 ", PartialDate(1973, 11)),
        ("circa 1955", PartialDate(1955, circa=True)),
        ("circa 02 Jan 1955", PartialDate(1955, 1, 2, circa=True)),
        ("approximately 1963", PartialDate(1963, circa=True)),
        ("1958 to 1960", PartialDate(1958, year_to=1960)),
        ("between 1960 and 1965", PartialDate(1960, year_to=1965)),
        ("01 Jan 1961 to 31 Dec 1961", PartialDate(1961)),
        ("dd/mm/1968", PartialDate(1968)),
        ("dd/03/1980", PartialDate(1980, 3)),
        ("00/00/1965", PartialDate(1965)),
        ("00/03/1965", PartialDate(1965, 3)),
        ("'01/02/1970", PartialDate(1970, 2, 1)),
        ("1970-01-02", PartialDate(1970, 1, 2)),
        ("1970-01-02T00:00:00", PartialDate(1970, 1, 2)),
        ("31/02/1970", PartialDate(1970, 2)),
        ("1970-13-02", PartialDate(1970)),
        ("15/03/19yy", None),
        ("1402", None),
        ("30-35 years old", None),
        ("5 Foo 1970", None),
        ("", None),
        (None, None),
    ],
)
def test_birth_dates_are_read_as_far_as_they_are_known(text: str | None, expected: PartialDate | None) -> None:
    assert read_date(text) == expected


def test_ranges_are_put_in_order_and_bad_years_refused() -> None:
    assert make_range(1970, 1960) == PartialDate(1960, year_to=1970)
    assert make_range(1960, 1960, circa=True) == PartialDate(1960, circa=True)
    assert make_range(1402, 1960) is None
    assert make_date(1970, 5, 40) == PartialDate(1970, 5)


def test_dates_are_shown_as_precisely_as_they_are_known() -> None:
    dates = [PartialDate(1970, 1, 2), PartialDate(1970, circa=True), PartialDate(1958, year_to=1960)]
    assert [str(date) for date in dates] == ["1970-01-02", "c. 1970", "1958/1960"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("CORÉE DU NORD", "KP"),
        ("BIRMANIE/MYANMAR", "MM"),
        ("République démocratique du Congo", "CD"),
        ("Congo", "CG"),
        ("Korea, South", "KR"),
        ("Iran (Islamic Republic of)", "IR"),
        ("Iraq (previous address)", "IQ"),
        ("Côte d’Ivoire", "CI"),
        ("fr", "FR"),
        ("Türkiye", "TR"),
        ("00", None),
        ("Atlantis", None),
        ("", None),
        (None, None),
    ],
)
def test_countries_are_known_in_both_languages(text: str | None, code: str | None) -> None:
    assert alpha2(text) == code


def test_country_names_are_told_in_both_languages() -> None:
    assert (country_name("DE", "en"), country_name("DE", "fr")) == ("Germany", "Allemagne")
    assert country_name("ZZ", "en") == "ZZ"
