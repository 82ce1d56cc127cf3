# SPDX-License-Identifier: Apache-2.0
"""The command line speaks JSON lines."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from screening.cli import main
from tests.unit.screening.lists_support import FIXTURES


def _run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str], *lines: object
) -> tuple[int, list[dict[str, Any]], str]:
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    status = main(arguments)
    out, err = capsys.readouterr()
    return status, [json.loads(line) for line in out.splitlines()], err


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    files = [str(FIXTURES / name) for name in ("fr.json", "ofac_csv/sdn.csv", "ofac_csv/alt.csv")]
    status, rows, _ = _run(monkeypatch, capsys, ["index", *files, "--out", str(tmp_path)])
    assert status == 0
    assert set(rows[0]["sources"]) == {"FR", "OFAC"}
    return tmp_path


def test_search_answers_each_line_in_order_best_hit_first(
    built: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    status, rows, _ = _run(
        monkeypatch,
        capsys,
        ["search", "--index", str(built), "--limit", "1"],
        {"id": "b", "type": "person", "names": ["Igoruk SPECIMOVICH"], "birth_date": "1976-10-20"},
        "",
        {"id": "a", "type": "person", "names": ["Annelise Dupontel"]},
    )
    assert status == 0
    assert [row["id"] for row in rows] == ["b", "a"]
    hit = rows[0]["hits"][0]
    assert set(hit) >= {
        "entry", "sources", "name", "matched_name", "score", "order", "alert", "form", "explanation",
    }  # fmt: skip
    assert set(hit["explanation"][0]) == {"feature", "text", "text_fr", "points"}
    assert hit["alert"] is True
    assert rows[1]["hits"] == []


def test_compare_answers_pairs(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    status, rows, _ = _run(
        monkeypatch,
        capsys,
        ["compare"],
        {
            "id": "1",
            "type": "organisation",
            "query": {"names": ["SARL FICTIVE"]},
            "candidate": {"names": "Fictive S.A.R.L."},
        },
    )
    assert status == 0
    assert (rows[0]["id"], rows[0]["alert"]) == ("1", True)


@pytest.mark.parametrize(
    ("line", "message"),
    [("{", "line 1: no JSON"), ("[]", "line 1: no JSON object"), ('{"type":"ghost"}', "must be")],
)
def test_wrong_lines_are_told_and_end_the_run(
    built: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], line: str, message: str
) -> None:
    status, _, err = _run(monkeypatch, capsys, ["search", "--index", str(built)], line)
    assert status == 1
    assert message in err


def test_a_file_that_is_no_list_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "page.xml").write_text("<html></html>")
    status, _, err = _run(monkeypatch, capsys, ["index", str(tmp_path / "page.xml"), "--out", str(tmp_path)])
    assert status == 1
    assert "page.xml: a web page" in err


def test_a_missing_index_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    status, _, err = _run(monkeypatch, capsys, ["search", "--index", str(tmp_path)])
    assert status == 1
    assert "no index here" in err
