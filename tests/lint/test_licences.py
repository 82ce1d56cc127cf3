# SPDX-License-Identifier: Apache-2.0
"""Nothing under GPL or AGPL is carried, and a licence nobody can name is refused."""

import pytest

from scripts import licences


@pytest.mark.parametrize(
    "expression",
    [
        "MIT",
        "Apache-2.0 OR BSD-3-Clause",
        "MIT AND PSF-2.0",
        "LGPL-3.0-only",
        "GPL-3.0-only OR MIT",
    ],
)
def test_a_permissive_way_is_allowed(expression: str) -> None:
    assert licences.is_allowed(expression)


@pytest.mark.parametrize(
    "expression",
    ["GPL-3.0-only", "AGPL-3.0-or-later", "MIT AND GPL-2.0-only", "unknown", "Free for all", ""],
)
def test_copyleft_of_the_whole_and_unnamed_licences_are_refused(expression: str) -> None:
    assert not licences.is_allowed(expression)


@pytest.mark.parametrize(
    ("words", "licence"),
    [
        ("BSD License", "BSD"),
        ("Apache 2.0", "Apache-2.0"),
        ("GNU Lesser General Public License v3 (LGPLv3)", "LGPL-3.0-only"),
        ("GNU General Public License v3 (GPLv3)", "GPL-3.0-or-later"),
        ("GNU Affero General Public License v3", "AGPL-3.0-or-later"),
        ("Beerware", "Beerware"),
    ],
)
def test_free_words_are_read_as_the_licence_they_name(words: str, licence: str) -> None:
    assert licences.spelled(words) == licence


def test_a_wheel_with_a_gpl_codec_inside_is_refused_whatever_it_says() -> None:
    binaries = ("some.libs/libx265-be3dca1d.so.215",)
    assert licences.GPL_BINARY.search(binaries[0])
    carried = licences.Dependency("some", "1.0", "BSD-3-Clause", binaries)
    assert licences.refused([carried]) == [carried]


def test_no_dependency_is_refused() -> None:
    dependencies = licences.all_dependencies()
    assert len(dependencies) > 100
    assert licences.refused(dependencies) == []
