# SPDX-License-Identifier: Apache-2.0
"""What is read off our own specimens stays as it was accepted.

`python -m pytest tests/golden/test_readings.py --accept` writes the readings anew: look at the difference, then
commit it with the change that is its reason.
"""

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest

from ocr import read
from tests.golden.specimens import SPECIMENS, differences, kept, reach_of

FOLDER = Path(__file__).parent / "readings"
NUMBERS = re.compile(r"\[[\d\s.,-]+\]")  # a box stands on one line
QUICK = ("passport", "cnie_back")  # the rest takes two minutes on a busy machine
NAMES = [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in SPECIMENS]


@pytest.mark.parametrize("name", NAMES)
def test_a_specimen_is_read_as_it_was_accepted(name: str, request: pytest.FixtureRequest) -> None:
    file = FOLDER / f"{name}.json"
    now = kept(read(SPECIMENS[name]()))
    if request.config.getoption("--accept"):
        text = json.dumps(now, ensure_ascii=False, indent=1)
        file.write_text(NUMBERS.sub(lambda hit: " ".join(hit[0].split()), text) + "\n", encoding="utf-8")
    was = json.loads(file.read_text(encoding="utf-8"))
    found = list(differences(was, now, reach_of(was)))
    assert not found, "\n".join([*found, "If this is meant: pytest tests/golden/test_readings.py --accept"])


def test_a_reading_is_kept_for_each_specimen_and_no_other() -> None:
    assert {file.stem for file in FOLDER.iterdir()} == set(SPECIMENS)


def kept_passport() -> dict[str, Any]:
    row: dict[str, Any] = json.loads((FOLDER / "passport.json").read_text(encoding="utf-8"))
    return row


def test_a_box_may_move_by_a_hundredth_of_the_page_and_no_more() -> None:
    was, now = kept_passport(), kept_passport()
    reach = reach_of(was)
    now["fields"]["surname"]["box"][0] += 0.9 * reach
    assert list(differences(was, now, reach)) == []
    now["fields"]["surname"]["box"][0] += 0.2 * reach
    assert [line.partition(":")[0] for line in differences(was, now, reach)] == ["fields.surname.box"]


def test_every_other_change_is_named_by_its_place() -> None:
    was, now = kept_passport(), kept_passport()
    now["fields"]["surname"]["value"] = "VALCOURF"
    del now["fields"]["sex"]
    now["mrz"]["valid"] = False
    now["quality"] = [*was["quality"], "document_dark"]
    places = [line.partition(":")[0] for line in differences(was, copy.deepcopy(now), reach_of(was))]
    assert places == ["mrz.valid", "fields.surname.value", "fields.sex", "quality"]
