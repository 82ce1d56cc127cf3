# SPDX-License-Identifier: Apache-2.0
"""The command line speaks JSON lines."""

import io
import json
import subprocess
import sys
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
    ("line", "error"),
    [
        ("{", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ("[]", "no JSON object"),
        ({"id": "x", "type": ["person"]}, "type must be person or organisation, not ['person']"),
        ({"id": "x", "type": "ghost"}, "type must be person or organisation, not 'ghost'"),
        ({"id": "x", "names": [1]}, "names must be a text or a list of texts"),
    ],
)
def test_a_wrong_line_is_answered_in_its_place_and_the_others_go_on(
    built: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], line: object, error: str
) -> None:
    right = {"id": "b", "names": ["Igoruk SPECIMOVICH"]}
    status, rows, _ = _run(monkeypatch, capsys, ["search", "--index", str(built)], right, line, right)
    assert status == 0
    assert rows[1] == {"id": line.get("id") if isinstance(line, dict) else None, "error": error}
    assert rows[0] == rows[2]
    assert rows[0]["hits"]


@pytest.mark.parametrize("number", ["0", "-5", "many"])
def test_a_limit_that_would_show_nothing_is_wrong_use(
    built: Path, capsys: pytest.CaptureFixture[str], number: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["search", "--index", str(built), "--limit", number])
    assert ended.value.code == 2
    assert "--limit" in capsys.readouterr().err


def test_a_wrong_pair_is_answered_in_its_place(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    right = {"id": "1", "query": {"names": "Igoruk Specimovich"}, "candidate": {"names": "Igoruk Specimovich"}}
    status, rows, _ = _run(monkeypatch, capsys, ["compare"], {"id": "0", "query": {}}, right)
    assert status == 0
    assert rows[0] == {"id": "0", "error": "candidate: no JSON object"}
    assert (rows[1]["id"], rows[1]["score"]) == ("1", 1.0)


def test_a_line_is_answered_before_the_next_one_is_written(built: Path) -> None:
    """Who asks and waits for the answer, line by line, must get it."""
    command = [sys.executable, "-m", "screening", "search", "--index", str(built)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for number in range(3):
            process.stdin.write(json.dumps({"id": number, "names": ["Igoruk SPECIMOVICH"]}) + "\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == number
        process.stdin.write('{"id": "no line end", "names": []}')
        process.stdin.close()
        assert json.loads(process.stdout.readline()) == {"id": "no line end", "hits": []}


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
