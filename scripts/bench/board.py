# SPDX-License-Identifier: Apache-2.0
"""The board of a benchmark: figures of all engines against the bars, for the console and for a page."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final, Self

Results = Mapping[str, Any]

OURS: Final = "ours"
DASH: Final = "–"


@dataclass(frozen=True, slots=True)
class Board:
    """The bars of a package in the order of the page, and the engines with the heads of their columns."""

    bars: Sequence[Mapping[str, Any]]
    columns: Mapping[str, str]

    @classmethod
    def of(cls, package: str, columns: Mapping[str, str]) -> Self:
        """Return the board of the bars that the package keeps in bars.toml."""
        return cls(tomllib.loads(files(package).joinpath("bars.toml").read_text("utf-8"))["bar"], columns)

    @property
    def head(self) -> list[str]:
        """The heads of the columns."""
        return ["measure", *self.columns.values(), "bar", "met?"]

    def rows(self, results: Results) -> list[list[str]]:
        """Return measure, a column for each engine, bar, and whether we reach it, for each bar."""
        table = []
        for bar in self.bars:
            values = [shown(figure(results, key, bar["path"]), bar["unit"]) for key in self.columns]
            table.append([bar["text"], *values, limit(bar), _word(results, bar)])
        return table

    def console(self, results: Results) -> str:
        """Return the table with columns as wide as they need."""
        grid = [self.head, *self.rows(results)]
        widths = [max(len(row[at]) for row in grid) for at in range(len(self.head))]
        lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in grid]
        return "\n".join([*lines, *self.not_run(results)])

    def markdown(self, results: Results) -> list[str]:
        """Return the paragraphs of the page that hold the bars: table, who was not run, verdict."""
        return [table([self.head, *self.rows(results)]), *self.not_run(results), self.verdict(results)]

    def not_run(self, results: Results) -> list[str]:
        """Return a sentence for each engine of a column that was not run."""
        reasons = results["not_run"].items()
        return [f"{self.columns[key]} was not run: {reason}" for key, reason in reasons if key in self.columns]

    def verdict(self, results: Results) -> str:
        """Return how many bars are met, and which are not."""
        judged = [(bar, _reached(results, bar)) for bar in self.bars if "at" in bar]
        missed = [bar["text"] for bar, reached in judged if reached is False]
        left = [bar["text"] for bar, reached in judged if reached is None]
        text = f"{sum(reached is True for _, reached in judged)} of {len(judged)} bars are met."
        if missed:
            text += "\n\nNot met:\n\n" + "\n".join(f"* {each}" for each in missed)
        if any("pace" in bar for bar in self.bars):
            text += (
                "\n\nBars of time come from another machine. Where one is missed, the table also tells whether it is "
                "met at the pace of a peer: as many times slower or faster as the peer was in this run than there."
            )
        if left:
            text += "\n\nNot measured in this run:\n\n" + "\n".join(f"* {each}" for each in left)
        return text


_WORDS: Final = {True: "yes", False: "NO", None: "not measured"}


def figure(results: Results, engine: str, path: Sequence[str]) -> float | None:
    """Return one figure of one engine, None where it was not measured."""
    found: Any = results["engines"].get(engine)
    for key in path:
        if not isinstance(found, Mapping):
            return None
        found = found.get(key)
    return found if isinstance(found, int | float) else None


def met(bar: Mapping[str, Any], value: float | None) -> bool | None:
    """Return whether a value reaches the bar; None where there is no bar or no value."""
    if value is None or "at" not in bar:
        return None
    wanted: float = bar["limit"]
    return value >= wanted if bar["at"] == "least" else value <= wanted


def _reached(results: Results, bar: Mapping[str, Any]) -> bool | None:
    """Return whether we reach the bar; a quick run does not speak of sizes it did not have."""
    if results.get("quick") and bar.get("size"):
        return None
    return met(bar, figure(results, OURS, bar["path"]))


def pace(results: Results, bar: Mapping[str, Any]) -> float | None:
    """Return how many times as long the peer of a bar took in this run as where the bar comes from."""
    if "pace" not in bar:
        return None
    taken = figure(results, bar["pace"]["engine"], bar["pace"]["path"])
    return None if taken is None else taken / float(bar["pace"]["reference"])


def _word(results: Results, bar: Mapping[str, Any]) -> str:
    """Return whether we reach a bar; where not, whether we do at the pace of its peer in this run."""
    if "at" not in bar:
        return DASH
    reached, times = _reached(results, bar), pace(results, bar)
    if reached is not False or times is None:
        return _WORDS[reached]
    scaled = {**bar, "limit": bar["limit"] * times}
    same = "yes" if met(scaled, figure(results, OURS, bar["path"])) else "NO"
    return f"NO; at the peer's pace ({times:.1f} ×: {limit(scaled)}) {same}"


def shown(value: float | None, unit: str) -> str:
    """Return a figure in its unit as the tables print it."""
    if value is None:
        return DASH
    match unit:
        case "share":
            return f"{min(value, 0.9999):.4f}" if 0.9995 <= value < 1 else f"{value:.3f}"
        case "count":
            return str(round(value))
        case "times":
            return f"{value:.1f} ×"
        case "MB":
            return f"{value:.0f} MB"
        case _:
            return f"{value:.2f} {unit}"


def limit(bar: Mapping[str, Any]) -> str:
    """Return the bar as the tables print it."""
    if "at" not in bar:
        return DASH
    return f"{'≥' if bar['at'] == 'least' else '≤'} {shown(bar['limit'], bar['unit'])}"


def table(grid: Sequence[Sequence[str]]) -> str:
    """Return rows of cells as a table of the page, the first row its head."""
    head, *body = ["| " + " | ".join(row) + " |" for row in grid]
    return "\n".join([head, "|" + "---|" * len(grid[0]), *body])


def heading(results: Results, title: str, target: str, engine: str) -> str:
    """Return the head of a page: title, where it comes from, what was measured and when."""
    sampled = " **A quick run on samples: no figure of it is to be quoted.**" if results["quick"] else ""
    return (
        f"# {title}: what is measured\n\n"
        f"<!-- Written by `make bench-{target}` from bench/{target}.json; edit scripts/bench/{target}_page.py. -->\n\n"
        f"{engine}, measured on {results['date']} in one run on {results['machine']['cpus']} cores.{sampled} "
        "The ratios are to be trusted, not the milliseconds of one machine."
    )
