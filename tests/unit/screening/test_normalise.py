# SPDX-License-Identifier: Apache-2.0
"""Names become comparable words, whatever they are written with."""

import pytest

from screening.legal import agree, split_forms
from screening.lists.text import clean, script_of
from screening.normalise import (
    MAX_TOKENS,
    fold,
    person_tokens,
    shape,
    sound,
    visible,
    word_tokens,
)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Éloïse DE L’ÉTOILE", ("eloise", "de", "letoile")),
        ("Dr. Igoruk Specimovich", ("igoruk", "specimovich")),
        ("M. DUPONT", ("m", "dupont")),
        ("M. Jean DUPONT", ("jean", "dupont")),
        ("Sayed Khan", ("sayed", "khan")),
        ("Sayed Ali Khan", ("ali", "khan")),
        ("'Abd al-Aziz al-Khayali", ("abdul", "aziz", "al", "khayali")),
        ("Abdel Aziz", ("abdul", "aziz")),
        ("Ig0ruk Spec1movich", ("igoruk", "specimovich")),
        ("Игорук Специмович", ("igoruk", "spetsimovich")),
        ("Маrtin", ("martin",)),  # Cyrillic М and а inside a Latin word
        ("\u202eMartin\u202c\u200b \x00Jean", ("martin", "jean")),
        ("Ｍａｒｔｉｎ", ("martin",)),
        ("", ()),
        ("!!! \u0301", ()),
    ],
)
def test_person_names_fold_to_plain_words(text: str, tokens: tuple[str, ...]) -> None:
    assert person_tokens(text) == tokens


def test_endless_names_are_cut_and_never_cached_whole() -> None:
    assert len(fold("ab " * 100_000)) == MAX_TOKENS
    assert len(visible("x" * 10_000)) == 1000
    assert visible("a\ud800b\tc") == "ab c"


@pytest.mark.parametrize(
    ("first", "second"),
    [("mohammed", "muhammad"), ("sergey", "sergei"), ("hussein", "hossain"), ("yusuf", "yousouf"),
     ("xi", "si"), ("kadhafi", "qadhafi")],
)  # fmt: skip
def test_transliterations_of_one_name_sound_alike(first: str, second: str) -> None:
    assert sound(first) == sound(second)


def test_different_names_do_not_sound_alike() -> None:
    assert sound("hassan") != sound("hussein")
    assert sound("martin") != sound("marten")


def test_letters_that_machines_confuse_have_one_shape() -> None:
    assert shape("barnes") == shape("bames")
    assert shape("clark") == shape("dark")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("A.B.C. Company", ["abc", "company"]),
        ("Brigade Forty-Four", ["brigade", "44"]),
        ("1st Specimen Bank", ["1", "specimen", "bank"]),
        ("First Specimen Bank", ["1", "specimen", "bank"]),
        ("Specimen Fund II", ["specimen", "fund", "2"]),
        ("V. Specimov Works", ["v", "specimov", "works"]),
        ("Dupont & Fils", ["dupont", "and", "fils"]),
        ("SpecimenAG", ["specimen", "ag"]),
        ("Ets Dupont", ["etablissement", "dupont"]),
    ],
)
def test_organisation_names_fold_to_plain_words(text: str, words: list[str]) -> None:
    assert word_tokens(text) == words


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("SOCIETE PAR ACTIONS SIMPLIFIEE DUPONT", "sas"),
        ("DUPONT S.A.S.", "sas"),
        ("Société par actions simplifiée unipersonnelle DUPONT", "sasu"),
        ("SASU DUPONT", "sasu"),
        ("EURL DUPONT", "eurl"),
        ("Entreprise unipersonnelle à responsabilité limitée DUPONT", "eurl"),
        ("SCI DUPONT", "sci"),
        ("société civile immobilière Dupont", "sci"),
        ("Dupont SNC", "snc"),
        ("société en nom collectif Dupont", "snc"),
        ("SELARL DUPONT", "selarl"),
        ("Société d'exercice libéral à responsabilité limitée Dupont", "selarl"),
        ("SCP Dupont", "scp"),
        ("Société civile de moyens Dupont", "scm"),
        ("SCEA Dupont", "scea"),
        ("EARL Dupont", "earl"),
        ("Groupement agricole d'exploitation en commun Dupont", "gaec"),
        ("GIE Dupont", "gie"),
        ("Dupont et Cie", "cie"),
        ("Dupont GmbH", "gmbh"),
        ("Publichnoe aktsionernoe obshchestvo Dupont", "pjsc"),
    ],
)
def test_french_and_foreign_legal_forms_are_known_long_and_short(text: str, code: str) -> None:
    assert split_forms(word_tokens(text)) == (("dupont",), frozenset({code}))


def test_a_name_that_is_only_a_legal_form_keeps_its_words() -> None:
    assert split_forms(["limited"]) == (("limited",), frozenset())


def test_a_two_letter_form_counts_at_an_edge_only() -> None:
    assert split_forms(["maison", "se", "dupont"])[1] == frozenset()


def test_legal_forms_agree_across_countries_or_tell_nothing() -> None:
    assert agree(frozenset({"sas"}), frozenset({"sas"})) is True
    assert agree(frozenset({"ojsc"}), frozenset({"jsc"})) is True
    assert agree(frozenset({"ag"}), frozenset({"gmbh"})) is False
    assert agree(frozenset(), frozenset({"sas"})) is None


def test_scripts_are_named_by_most_letters() -> None:
    assert script_of("Игорук S") == "Cyrl"
    assert script_of("中文") == "Hani"
    assert script_of("123") == "Latn"
    assert script_of("\u0f40") == "Zyyy"


def test_cleaning_joins_spaces_and_drops_marks() -> None:
    assert clean(" a\u00a0 b\u202e\nc ") == "a b c"
    assert clean(None) == ""
