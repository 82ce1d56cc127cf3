# SPDX-License-Identifier: Apache-2.0
"""The measures that the shipped parameters must keep, on samples of the real lists."""

import pytest

from screening.bench import labelled, quality
from screening.bench.measure import Work
from tests.paths import shared_data

pytestmark = pytest.mark.slow
SAMPLE = quality.Sizes(hard=100, forms=60, ordinary_step=40)


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Work:
    return Work(shared_data(), tmp_path_factory.mktemp("indexes"), SAMPLE)


def test_damaged_names_of_listed_persons_are_found(work: Work) -> None:
    found = quality.measure_hard(work.engine, work.sets.hard, work.ground, work.innocent)
    assert found["macro_shipped"] >= 0.93
    assert found["macro_at_1pct"] >= 0.93
    assert found["listed"] >= 0.999


def test_perturbed_un_persons_are_found(work: Work) -> None:
    assert quality.measure_un(work.engine, work.sets, work.un)["shipped"] >= 0.98


def test_french_forms_are_found_and_ordinary_people_left_alone(work: Work) -> None:
    found = quality.measure_forms(work.engine, work.sets, work.ground, work.innocent)
    assert found["worst"] >= 0.98
    assert found["worst_names"] <= 0.025
    assert found["worst_facts"] <= 0.006


def test_labelled_pairs_are_decided(work: Work) -> None:
    pairs = quality.measure_pairs(work.engine, labelled.name_pairs(work.data))
    assert pairs["f1"] >= 0.86
    assert pairs["auc"] >= 0.90
    assert pairs["strong_wrong"] == 0
    assert quality.measure_checks(work.engine, labelled.entity_checks(work.data))["accuracy"] >= 0.85
    cross = quality.measure_cross(work.engine, labelled.crosslist(work.data))
    assert cross["recall"] >= 0.985
    assert cross["negatives_alerted"] <= 0.012
