# SPDX-License-Identifier: Apache-2.0
"""The command line: build an index, search it, compare two parties; JSON lines in and out."""

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, TextIO, TypeVar

from screening.compare import compare
from screening.index import Index, build_index
from screening.layout import UnusableIndex
from screening.lists.ofac_csv import is_companion
from screening.lists.reader import LICENSED, parse
from screening.models import ListSource, UnrecognisedList
from screening.results import Contribution, Query

T = TypeVar("T", Query, tuple[Query, Query])

_BLOCK: Final = 1 << 16  # bytes


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0 done, 1 refused, 2 wrong use."""
    options = _parser().parse_args(arguments)
    try:
        status: int = options.run(options, sys.stdin, sys.stdout)
    except (UnrecognisedList, UnusableIndex, OSError, ValueError) as error:
        sys.stderr.write(f"screening: {error}\n")
        return 1
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="screening", description=__doc__)
    commands = parser.add_subparsers(required=True)
    index = commands.add_parser("index", help="build an index from list files")
    index.add_argument("files", nargs="+", type=Path, metavar="FILE")
    index.add_argument("--out", required=True, type=Path, metavar="DIR")
    index.add_argument(
        "--licensed",
        nargs="+",
        type=ListSource,
        default=(),
        choices=sorted(LICENSED),
        metavar="SOURCE",
        help="read a source that needs a paid licence: %(choices)s",
    )
    index.set_defaults(run=_index)
    search = commands.add_parser("search", help="answer queries (JSON lines on standard input)")
    search.add_argument("--index", required=True, type=Path, metavar="DIR")
    search.add_argument("--limit", type=_positive, default=50, metavar="N")
    search.set_defaults(run=_search)
    pair = commands.add_parser("compare", help="compare pairs (JSON lines on standard input)")
    pair.set_defaults(run=_compare)
    return parser


def _positive(text: str) -> int:
    """Return a number of hits; none would read as clear."""
    if (number := int(text)) < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def _index(options: argparse.Namespace, _: TextIO, out: TextIO) -> int:
    lists = []
    for path in options.files:
        if is_companion(path) and len(options.files) > 1:
            continue  # read beside its primary file
        try:
            found = parse(path, licensed=options.licensed)
        except UnrecognisedList as error:
            raise UnrecognisedList(f"{path.name}: {error.reason}") from error
        sys.stderr.write(
            f"{path.name}: {found.source} {found.publication_id}, {len(found.entries)} entries, "
            f"{len(found.rejected)} rejected, {len(found.skipped)} left out\n"
        )
        for record in found.rejected:
            sys.stderr.write(f"{path.name}: record {record.position}, {record.ref}: {record.reason}\n")
        lists.append(found)
    with build_index(lists, options.out) as index:
        summary = {"index": index.path.name, "sources": index.sources}
    _answer(out, summary)
    return 0


def _search(options: argparse.Namespace, lines: TextIO, out: TextIO) -> int:
    def answers(queries: Sequence[Query]) -> Iterator[dict[str, Any]]:
        for hits in index.search_many(queries, options.limit):
            yield {"hits": [hit.to_json() | {"explanation": _reasons(hit.explanation)} for hit in hits]}

    with Index.open(options.index) as index:
        return _answer_lines(lines, out, Query.from_json, answers)


def _compare(_: argparse.Namespace, lines: TextIO, out: TextIO) -> int:
    def answers(pairs: Sequence[tuple[Query, Query]]) -> Iterator[dict[str, Any]]:
        for found in (compare(*pair) for pair in pairs):
            yield {"score": found.score, "alert": found.alert, "explanation": _reasons(found.explanation)}

    return _answer_lines(lines, out, _pair, answers)


def _pair(data: dict[str, Any]) -> tuple[Query, Query]:
    kind = data.get("type", "person")
    query, candidate = (
        Query.from_json({"type": kind, **_object(data.get(key), f"{key}: ")}) for key in ("query", "candidate")
    )
    return query, candidate


def _answer_lines(
    lines: TextIO,
    out: TextIO,
    read: Callable[[dict[str, Any]], T],
    answers: Callable[[Sequence[T]], Iterable[dict[str, Any]]],
) -> int:
    """Answer each line in its place, those that have come in by then together; a wrong one with what is wrong."""
    for texts in _come_in(lines):
        asked = [_line(text, read) for text in texts if text.strip()]
        found = iter(answers([each for _, each in asked if not isinstance(each, str)]))
        for key, each in asked:
            _answer(out, {"id": key, **({"error": each} if isinstance(each, str) else next(found))})
        out.flush()
    return 0


def _line(text: str | bytes, read: Callable[[dict[str, Any]], T]) -> tuple[Any, T | str]:
    """Return the id of a line and what is asked in it, or why it cannot be told."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None, "no JSON"
    try:
        return _object(data).get("id"), read(data)
    except ValueError as error:
        return data.get("id") if isinstance(data, dict) else None, str(error)


def _come_in(lines: TextIO) -> Iterator[Sequence[str | bytes]]:
    """Yield the lines that are there without waiting for more, at most some hundred together."""
    pipe = getattr(lines, "buffer", None)
    if pipe is None:  # a text in memory
        yield list(lines)
        return
    rest = b""
    while block := pipe.read1(_BLOCK):
        *whole, rest = (rest + block).split(b"\n")
        yield whole
    yield [rest]


def _answer(out: TextIO, row: dict[str, Any]) -> None:
    text = json.dumps(row, ensure_ascii=False)
    out.write(text.encode("utf-8", "replace").decode() + "\n")


def _reasons(reasons: Sequence[Contribution]) -> list[dict[str, Any]]:
    return [{"feature": r.feature, "text": r.text_en, "text_fr": r.text_fr, "points": r.points} for r in reasons]


def _object(data: Any, where: str = "") -> dict[str, Any]:
    if not isinstance(data, dict):
        raise ValueError(f"{where}no JSON object")  # noqa: TRY004 - wrong input, not a wrong call
    return data
