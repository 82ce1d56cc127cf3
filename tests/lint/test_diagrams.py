# SPDX-License-Identifier: Apache-2.0
"""The diagrams in docs/diagrams are those of the code."""

import pytest
from sqlmodel import SQLModel

from scripts import diagrams


@pytest.mark.parametrize("name", ["states.md", "entities.md", "packages.md"])
def test_a_diagram_that_is_checked_in_is_what_the_code_draws(name: str) -> None:
    assert (diagrams.FOLDER / name).read_text("utf-8") == diagrams.drawn()[name], "run: make diagrams"


def test_every_table_is_drawn_once() -> None:
    text = diagrams.entities()
    for table in SQLModel.metadata.tables:
        assert text.count(f"    {table} {{\n") == 1, table


def test_the_picture_of_packages_leaves_out_only_what_it_implies() -> None:
    edges = {"a": {"b", "c"}, "b": {"c"}, "c": set[str]()}
    assert list(diagrams._without_shortcuts(edges)) == [("a", "b"), ("b", "c")]
