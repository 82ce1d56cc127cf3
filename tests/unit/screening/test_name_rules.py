# SPDX-License-Identifier: Apache-2.0
"""What single rules of comparing persons' names do, with invented names."""

from pathlib import Path

import pytest

from screening import Comparison, Query, build_index, compare
from screening.forms import expand
from screening.normalise import person_tokens, shape
from tests.unit.screening.lists_support import entry, publication


def _compare(first: str, second: str) -> Comparison:
    return compare(Query("1", "person", (first,)), Query("2", "person", (second,)))


@pytest.mark.parametrize(
    "written",
    ["AnneliseSPECIMOVA", "SPECIMOVAAnnelise", "annelisespecimova", "SPECIMOVAANNELISE", "AnnelizeSPECIMOVA"],
)
def test_words_written_together_are_found_across_a_middle_name_and_in_either_order(
    tmp_path: Path, written: str
) -> None:
    with build_index([publication(entry(1, "Annelise Fictivna SPECIMOVA"))], tmp_path) as index:
        hits = index.search(Query("1", "person", (written,)))
    assert [hit.alert for hit in hits] == [True]


def test_a_lost_word_boundary_is_a_further_reading_and_says_so() -> None:
    found = _compare("AnnelizSPECIMOVA", "Annelise Fictivna SPECIMOVA")
    assert "Read as two words written together: Anneliz SPECIMOVA" in {reason.text_en for reason in found.explanation}
    assert "Lu comme deux mots écrits sans espace : Anneliz SPECIMOVA" in {r.text_fr for r in found.explanation}


@pytest.mark.parametrize("name", ["Igoruk McFictif", "Igoruk DeSpecimen", "Igoruk MacSpecimen"])
def test_a_capital_inside_a_family_name_costs_nothing(name: str) -> None:
    assert _compare(name, name).score == 1.0


def test_no_letter_of_a_name_is_read_in_two_words() -> None:
    found = _compare("annelisefictivna fictivnaspecimova", "Annelise Fictivna Specimova")
    words = [reason for reason in found.explanation if reason.feature == "name_word"]
    assert sum("FICTIVNA" in reason.text_en.split("matches")[-1] for reason in words) == 1


def test_what_stands_before_a_name_is_missed_more_than_what_stands_in_it() -> None:
    listed = "Igoruk Specimovich"
    assert _compare("Annelise Igoruk Specimovich", listed).score < _compare("Igoruk Annelise Specimovich", listed).score
    longer = "Annelise Igoruk Specimovich"
    assert _compare("Igoruk Specimovich", longer).score < _compare("Annelise Specimovich", longer).score


def test_initials_alone_name_nobody() -> None:
    assert not _compare("Igoruk Beispiel", "I. B.").alert
    assert not _compare("Igoruk Oluf Beispiel", "Doctor B.I.O.").alert
    assert _compare("I. B.", "I. B.").score == 1.0


def test_an_initial_of_the_list_says_less_than_one_of_the_query() -> None:
    vague = _compare("Igoruk Specimovich", "Specimovich, I")
    assert vague.score < _compare("I. Specimovich", "Igoruk Specimovich").score
    reason = next(reason for reason in vague.explanation if reason.feature == "name_initials")
    assert reason.points < 0
    assert (reason.text_en, reason.text_fr) == (
        "Initials stand for many names",
        "Des initiales peuvent désigner beaucoup de noms",
    )


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Kim Pa Lu", "Kim Pa"),  # a syllable more
        ("Kim Pa", "Lim Kim Pa"),
        ("U Pa Kim", "Ulo Kim"),  # U is a syllable, no initial
        ("Pa Bin Yun", "Beispiel Pabanin"),  # sounds alike when written together
    ],
)
def test_every_syllable_of_a_korean_name_tells(first: str, second: str) -> None:
    assert not _compare(first, second).alert


def test_further_given_names_of_a_french_paper_are_no_syllables() -> None:
    assert _compare("KIM Pa Lu Claude Georges", "KIM Pa Lu").alert


def test_a_word_is_no_particle() -> None:
    assert not _compare("Igoruk Ali", "Igoruk al-Fictif").alert
    assert not _compare("Alexander Specimen", "Beispiel al-Specimen").alert
    assert _compare("Igoruk xal-Fictif", "Igoruk al-Fictif").alert


def test_letters_may_be_exchanged_but_not_thrown_together() -> None:
    assert _compare("Igoruk Spceimen", "Igoruk Specimen").score > _compare("Igoruk Spexmen", "Igoruk Specimen").score
    assert _compare("Igrouk Speicmen", "Igoruk Specimen").alert
    assert not _compare("Diana Specimen", "Nadia Specimen").alert


def test_words_written_together_must_be_written_alike_not_only_sound_alike() -> None:
    assert not _compare("Akhil Fictif", "Yahya al-Beispiel").alert


def test_a_slip_in_a_short_word_is_spared_beside_sure_words_only() -> None:
    assert _compare("Igoruk Elf Specimen", "Igoruk Ely Specimen").alert
    assert not _compare("Elf Specimen", "Ely Specimen").alert
    assert not _compare("Igoruk Elf Specimen", "Igoruk Oda Specimen").alert


def test_an_initial_before_a_name_with_a_particle_is_no_monsieur() -> None:
    assert person_tokens("M. al-Fictif") == ("m", "al", "fictif")
    assert _compare("M. al-Fictif", "Mustafu al-Fictif").alert


def test_a_machine_reads_d_as_c_and_one() -> None:
    assert shape(person_tokens("c1arius")[0]) == shape("darius")
    assert person_tokens("Abcl al-Fictif") == ("abdul", "fictif")


def test_few_consonants_say_less_than_many() -> None:
    assert not _compare("ستن فتف", "Satun al-Fatif").score > _compare("سبسمن فكتف", "Sabisman al-Fakitif").score


@pytest.mark.parametrize("text", ["Kim Pa Lu", "Wang Pa Lu"])
def test_syllables_are_not_read_as_further_given_names(text: str) -> None:
    assert {form.code for form in expand(Query("1", "person", (text,)))} == {"as_written"}


def test_two_letters_of_six_may_be_wrong_but_not_two_consonants_of_six() -> None:
    assert _compare("Annelise Fictxz", "Annelise Fictif").alert
    assert not _compare("Annelise Fictz", "Annelise Fitif").alert
    assert not _compare("فكتفن سبسمنت", "فكتفن سبسدفت").alert


def test_a_middle_name_of_the_query_costs_little() -> None:
    middle = _compare("Igoruk Fictifovich Specimovich", "Igoruk Specimovich").score
    assert middle > _compare("Igoruk Specimovich Fictifovich", "Igoruk Specimovich").score


def test_a_whole_name_written_in_one_of_several_words_is_one_word() -> None:
    assert not _compare("Pa Lubin", "Annelise Palubin").alert
    assert _compare("Pa Lubin", "Palubin").alert


def test_a_word_met_whole_and_in_pieces_pushes_nobody_out(tmp_path: Path) -> None:
    """Names of common pieces are not more promising than the name itself."""
    crowd = [entry(number, f"Muhammad al-Muhammad {chr(97 + number % 26)}{number}") for number in range(2, 150)]
    with build_index([publication(entry(1, "Abd al-Fictif Specimirash al-Muhammadawi"), *crowd)], tmp_path) as index:
        hits = index.search(Query("1", "person", ("A. al-Fictif Specimirash AL-MUHAMMADAWI",)))
    assert hits[0].entry == "DEMO:1"
