#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Draws the house from its code into docs/diagrams: states of a case, tables of the database, packages and imports.

`scripts/diagrams.py` writes the files; tests/lint/test_diagrams.py fails where they no longer agree with the code.
"""

import inspect
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import grimp
from sqlalchemy import CheckConstraint, Column, Index, Table
from sqlmodel import SQLModel

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from kyc.domain import case  # noqa: E402 - run by path, so the repository is not on the search path before
from kyc.store import tables  # noqa: E402 - as above

FOLDER = ROOT / "docs" / "diagrams"
PACKAGES = ("kyc", "ocr", "screening", "workers")
_TYPES = {"AutoString": "text", "UtcDateTime": "utc", "LargeBinary": "bytes", "JSON": "json"}
_GROUPS = {
    "merchant": "The merchant's file",
    "review": "Case and decisions",
    "screening": "Lists, runs, alerts",
    "access": "Who may come in",
    "work": "Jobs, events, audit",
}


def main() -> None:
    """Write every diagram and name those that changed."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in drawn().items():
        path = FOLDER / name
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
            print(f"docs/diagrams/{name}")


def drawn() -> Mapping[str, str]:
    """File name to text, as the code is now."""
    return {"states.md": states(), "entities.md": entities(), "packages.md": packages()}


def states() -> str:
    """The life of a case from `kyc.domain.case.TABLE`."""
    rows = [
        f"| {source} | {event} | {rule.target} | {', '.join(sorted(rule.actors))} |"
        for (source, event), rule in case.TABLE.items()
    ]
    return _page(
        "States of a case",
        "`kyc.domain.case.TABLE`: what is not in it is refused. No row lets the system approve or refuse.",
        _mermaid(case.mermaid().rstrip()),
        _table(("state", "event", "leads to", "by"), rows),
    )


def entities() -> str:
    """Tables, their relations, and the rules that the database itself keeps."""
    groups: dict[str, list[type[SQLModel]]] = defaultdict(list)
    for name in tables.__all__:
        row = getattr(tables, name)
        groups[row.__module__.rpartition(".")[2]].append(row)
    parts = [_mermaid("erDiagram", *sorted({line for each in _all_tables(groups) for line in _relations(each)}))]
    for group, title in _GROUPS.items():
        shown = [_table_of(row) for row in groups[group]]
        lines = [line for each in shown for line in _columns(each)]
        parts += [f"## {title}", _mermaid("erDiagram", *lines)]
        parts += [_about(row) for row in groups[group]]
    return _page(
        "Tables",
        "`kyc.store.tables`. A column `sealed` is AES-256-GCM under the merchant's own key; personal data stands in "
        "no other column, the staff's own names and addresses excepted. Times are UTC.",
        *parts,
    )


def packages() -> str:
    """Layers and imports as they are, beside the contracts that hold them."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    layers = next(each["layers"] for each in contracts if each.get("containers") == ["kyc"])
    rooms = [[f"kyc.{name}" for name in layer.split(" | ") if name != "__main__"] for layer in layers]
    edges = _imports({room for layer in rooms for room in layer} | {"kyc.settings"} | set(PACKAGES) - {"kyc"})
    lines = ["flowchart TD", "    workers", "    subgraph kyc", "    kyc.settings[settings]"]
    for layer in filter(None, rooms):
        lines += [f"    {room}[{room.removeprefix('kyc.')}]" for room in layer]
    lines += ["    end", "    ocr", "    screening"]
    lines += [f"    {source} --> {target}" for source, target in _without_shortcuts(edges)]
    table = [f"| {source} | {', '.join(sorted(targets))} |" for source, targets in sorted(edges.items()) if targets]
    return _page(
        "Packages",
        "Arrows are imports that exist; one that others imply is left out of the picture and stands in the table. "
        "The contracts are checked by `make lint`.",
        _mermaid(*(line.replace("kyc.", "kyc_") for line in lines)),
        _table(("package", "imports"), table),
        "## Contracts",
        "\n".join(f"{number}. {each['name']}" for number, each in enumerate(contracts, 1)),
    )


def _imports(rooms: set[str]) -> dict[str, set[str]]:
    """Which room imports which, from every module of the four packages."""
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    edges: dict[str, set[str]] = {room: set() for room in rooms}
    for module in graph.modules:
        source = _room(module, rooms)
        for imported in graph.find_modules_directly_imported_by(module):
            target = _room(imported, rooms)
            if source and target and source != target:
                edges[source].add(target)
    return edges


def _room(module: str, rooms: set[str]) -> str | None:
    parts = module.split(".")
    return next((name for name in (parts[0], ".".join(parts[:2])) if name in rooms), None)


def _without_shortcuts(edges: Mapping[str, set[str]]) -> Iterator[tuple[str, str]]:
    """Edges that no longer path implies (the imports have no cycle: contract 6)."""

    def reach(room: str) -> set[str]:
        return edges[room] | {far for near in edges[room] for far in reach(near)}

    for source in sorted(edges):
        implied = {far for near in edges[source] for far in reach(near)}
        yield from ((source, target) for target in sorted(edges[source] - implied))


def _all_tables(groups: Mapping[str, list[type[SQLModel]]]) -> Iterator[Table]:
    return (_table_of(row) for rows in groups.values() for row in rows)


def _table_of(row: type[SQLModel]) -> Table:
    return SQLModel.metadata.tables[str(row.__tablename__)]


def _relations(table: Table) -> Iterator[str]:
    for column in table.columns:
        for key in column.foreign_keys:
            alone = column.unique or list(table.primary_key.columns) == [column]
            many = "|o" if alone else "}o"
            one = "o|" if column.nullable else "||"
            yield f"    {table.name} {many}--{one} {key.column.table.name} : {column.name}"


def _columns(table: Table) -> Iterator[str]:
    yield f"    {table.name} {{"
    for column in table.columns:
        kind = type(column.type).__name__
        marks = ", ".join(mark for mark, given in _marks(column).items() if given)
        sealed = "encrypted" if column.name.endswith("sealed") and kind == "LargeBinary" else ""
        note = sealed or ("may be empty" if column.nullable else "")
        words = [_TYPES.get(kind, kind.lower()), column.name, marks, f'"{note}"' if note else ""]
        yield f"        {' '.join(filter(None, words))}"
    yield "    }"


def _marks(column: Column[object]) -> dict[str, bool]:
    return {"PK": column.primary_key, "FK": bool(column.foreign_keys), "UK": bool(column.unique)}


def _about(row: type[SQLModel]) -> str:
    """The row's docstring and the rules that the database keeps for it."""
    table = _table_of(row)
    checks = sorted(
        f"- `{str(each.name).removeprefix(f'ck_{table.name}_')}`: `{each.sqltext}`"
        for each in table.constraints
        if isinstance(each, CheckConstraint)
    )
    unique = sorted(_unique(each) for each in table.indexes if each.unique and (_where(each) or len(each.columns) > 1))
    text = " ".join(inspect.cleandoc(row.__doc__ or "").split())
    return "\n".join([f"**{table.name}**: {text}", *(["", *checks, *unique] if checks or unique else [])])


def _unique(index: Index) -> str:
    where = f" where `{_where(index)}`" if _where(index) else ""
    return f"- `{index.name}`: one {', '.join(each.name for each in index.columns)}{where}"


def _where(index: Index) -> str:
    condition = index.dialect_options["postgresql"]["where"]
    return "" if condition is None else str(condition)


def _mermaid(*lines: str) -> str:
    return "\n".join(("```mermaid", *lines, "```"))


def _table(head: tuple[str, ...], rows: list[str]) -> str:
    return "\n".join((f"| {' | '.join(head)} |", "|" + "---|" * len(head), *rows))


def _page(title: str, *parts: str) -> str:
    note = "<!-- Drawn from the code by scripts/diagrams.py; change the code, then run `make diagrams`. -->"
    return "\n\n".join((f"# {title}", note, *parts)) + "\n"


if __name__ == "__main__":
    main()
