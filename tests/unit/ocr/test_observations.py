# SPDX-License-Identifier: Apache-2.0
"""Observations of a register: number, date, text and what they are about."""

import pytest

from ocr import observations


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("Jugement prononçant la liquidation judiciaire", "insolvency"),
        ("Ouverture d'une procédure de SAUVEGARDE", "insolvency"),
        ("Clôture pour insuffisance d'actif et radiation", "insolvency"),
        ("Arrêt du plan de cession", "insolvency"),
        ("Radiation d'office (article R. 123-125)", "radiation"),
        ("Société radiée le 03/04/2024", "radiation"),
        ("Dissolution anticipée, liquidation amiable", "dissolution"),
        ("Capitaux propres inférieurs à la moitié du capital social", "dissolution"),
        ("Transfert du siège à Port-Aubin", "transfer"),
        ("Cessation totale d'activité sans disparition de la personne", "cessation"),
        ("Fusion absorption de la société FICTIVE", "merger"),
        ("Augmentation de capital", "capital"),
        ("Modification de la date de clôture", None),
    ],
)
def test_an_observation_is_about_its_gravest_word(text: str, category: str | None) -> None:
    assert observations.category(text) == category


@pytest.mark.parametrize(
    ("line", "number", "date"),
    [
        ("- Mention n° 2 du 11/03/2022", "2", "2022-03-11"),
        ("Mention n°12 du 1er mars 2022 :", "12", None),
        ("• Observation no 2023-05-001 du 20/05/2023 - Capital", "2023-05-001", "2023-05-20"),
        ("Mention n* 2105 du 11.03.2022 Radiation", "2105", "2022-03-11"),
    ],
)
def test_the_head_of_an_observation_has_number_and_date(line: str, number: str, date: str | None) -> None:
    assert observations.begins(line)
    found = observations.parts(line)
    assert found["number"] == number
    assert date is None or found["date"] == date


def test_any_other_line_is_no_head() -> None:
    assert not observations.begins("Mention obligatoire")
    assert observations.parts("Texte libre") == {"": "Texte libre"}
