#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Draw the plots of docs/benchmarks from bench/screening.json; run in the benchmark's environment.

python -I scripts/bench/plots.py RESULTS FOLDER
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib import pyplot as plt
from matplotlib.ticker import PercentFormatter

Results = Mapping[str, Any]

# Colours of Okabe and Ito, told apart with any colour vision; shapes and patterns say the same.
STYLES = {
    "ours": ("this engine", "#0072B2", "o", ""),
    "logic_v2": ("logic-v2", "#E69F00", "s", "//"),
    "wratio": ("RapidFuzz WRatio", "#CC79A7", "^", ".."),
    "token_sort": ("RapidFuzz token_sort", "#009E73", "D", "xx"),
}
GREY = "#555555"


def quality(results: Results, part: str) -> dict[str, Any]:
    """Return one measure of each engine that has it, in the order of the legend."""
    engines = results["engines"]
    return {key: engines[key]["quality"][part] for key in STYLES if "quality" in engines.get(key, {})}


def bars(axes: Any, values: Mapping[str, Mapping[str, float]], unit: str) -> None:
    """Draw groups of horizontal bars: by engine, the value of each name, first name on top."""
    names = list(next(iter(values.values())))
    height = 0.8 / len(values)
    for at, (key, by_name) in enumerate(values.items()):
        label, colour, _, pattern = STYLES[key]
        places = [row + (at - (len(values) - 1) / 2) * height for row in range(len(names))]
        drawn = [by_name.get(name, 0.0) for name in names]
        axes.barh(places, drawn, height, label=label, color=colour, hatch=pattern, edgecolor="white", linewidth=0.4)
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    axes.set_xlabel(unit)
    axes.grid(axis="x", alpha=0.3)
    axes.set_axisbelow(True)


def hard_sets(results: Results, axes: Any) -> None:
    """Recall of each hard set at 1 % false positives."""
    found = quality(results, "hard")
    values = {key: {name: each["at_1pct"] for name, each in v["sets"].items()} for key, v in found.items()}
    bars(axes, values, "recall where 1 % of ordinary people alert")
    _bar_line(axes, 0.88, "bar for Latin sets: 88 %")
    axes.set_title("Hard query sets")


def french_forms(results: Results, axes: Any) -> None:
    """Recall of each French form at the shipped threshold."""
    bars(axes, {key: v["recall"] for key, v in quality(results, "forms").items()}, "recall at the shipped threshold")
    _bar_line(axes, 0.98, "bar: 98 %")
    axes.set_title("French civil-status forms")


def _bar_line(axes: Any, at: float, text: str) -> None:
    axes.axvline(at, color=GREY, linestyle="--", linewidth=1, label=text)
    axes.set_xlim(0, 1)
    axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.legend(loc="upper center", bbox_to_anchor=(0.42, -0.09), ncols=3, frameon=False)


def false_positives(results: Results, axes: Any) -> None:
    """Macro recall of the hard sets against the share of ordinary people alerted."""
    for key, found in quality(results, "hard").items():
        label, colour, mark, _ = STYLES[key]
        false, recall = zip(*found["curve"], strict=True)
        axes.plot(false, recall, color=colour, marker=mark, markersize=5, label=label)
        shipped = found["false_positives_shipped"], found["macro_shipped"]
        axes.plot(*shipped, color=colour, marker=mark, markersize=12, fillstyle="none", markeredgewidth=2)
    axes.plot([], [], "o", color=GREY, markersize=12, fillstyle="none", markeredgewidth=2, label="shipped threshold")
    axes.plot(0.01, 0.93, "*", color=GREY, markersize=14, label="bar: 93 % at 1 %")
    axes.set(xlabel="ordinary people alerted, names alone", ylabel="recall, mean of the eleven sets")
    axes.set_title("Hard query sets: recall against false positives")
    axes.set_xlim(-0.002, 0.1)
    _percent(axes)


def name_pairs(results: Results, axes: Any) -> None:
    """ROC of the labelled name pairs."""
    for key, found in quality(results, "pairs").items():
        label, colour, _, _ = STYLES[key]
        false, true = zip(*found["roc"], strict=True)
        style = {"ours": "-", "logic_v2": "--", "wratio": "-.", "token_sort": ":"}[key]
        axes.plot(false, true, style, color=colour, linewidth=2, label=f"{label}, area {found['auc']:.3f}")
    axes.plot([0, 1], [0, 1], color=GREY, linewidth=0.8)
    axes.set(xlabel="non-matches at or above the score", ylabel="matches at or above the score")
    axes.set_title("Labelled name pairs")
    axes.set_aspect("equal")
    _percent(axes)


def _percent(axes: Any) -> None:
    axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.grid(alpha=0.3)
    axes.legend(loc="lower right")


def speed(results: Results, axes: Any) -> None:
    """CPU of one query: median, and 99th of a hundred as a whisker."""
    found = {key: results["engines"][key].get("query") for key in STYLES if key in results["engines"]}
    known = {key: each for key, each in found.items() if each}
    for row, (key, each) in enumerate(known.items()):
        _, colour, _, pattern = STYLES[key]
        low, high = each["p50_ms"], each["p99_ms"]
        axes.barh(row, low, 0.6, color=colour, hatch=pattern, edgecolor="white", linewidth=0.4)
        axes.plot([low, high], [row, row], color="black", linewidth=1.2, marker="|", markersize=12)
        axes.annotate(f"{low:.1f} / {high:.1f} ms", (high, row), (8, 0), textcoords="offset points", va="center")
    axes.set_yticks(range(len(known)), [STYLES[key][0] for key in known])
    axes.invert_yaxis()
    axes.axvline(3, color=GREY, linestyle="--", linewidth=1)
    axes.axvline(10, color=GREY, linestyle=":", linewidth=1)
    axes.set_xscale("log")
    axes.set_xlim(0.5, 12 * max(each["p99_ms"] for each in known.values()))
    axes.set_xlabel("CPU of one query in ms, logarithmic: bar p50, whisker p99; lines: bars of 3 and 10 ms")
    axes.set_title("One query at 25,000 names")


PLOTS = {
    "hard_sets": (hard_sets, (8, 9)),
    "french_forms": (french_forms, (8, 7)),
    "false_positives": (false_positives, (7.5, 5)),
    "name_pairs": (name_pairs, (6, 6)),
    "speed": (speed, (8, 3)),
}


def main(arguments: list[str]) -> int:
    """Draw every plot as SVG, or as the format named last."""
    results, folder = json.loads(Path(arguments[0]).read_text(encoding="utf-8")), Path(arguments[1])
    kind = arguments[2] if len(arguments) > 2 else "svg"
    # Equal results give equal files.
    mpl.rcParams.update({"svg.hashsalt": "bench", "font.size": 10, "hatch.linewidth": 0.5, "axes.spines.top": False})
    for name, (draw, size) in PLOTS.items():
        figure, axes = plt.subplots(figsize=size, layout="constrained")
        draw(results, axes)
        metadata = {"Date": None} if kind == "svg" else None
        figure.savefig(folder / f"{name}.{kind}", metadata=metadata, dpi=100)
        plt.close(figure)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
