#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Draw the plots of docs/benchmarks from bench/*.json; run in an environment of the benchmark.

python -I scripts/bench/plots.py screening|ocr RESULTS FOLDER
"""

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib import pyplot as plt
from matplotlib.ticker import PercentFormatter

Results = Mapping[str, Any]

# Colours of Okabe and Ito, told apart with any colour vision; shapes and patterns say the same.
STYLES = {
    "ours": ("ours", "#0072B2", "o", ""),
    "logic_v2": ("logic-v2", "#E69F00", "s", "//"),
    "wratio": ("RapidFuzz WRatio", "#CC79A7", "^", ".."),
    "token_sort": ("RapidFuzz token_sort", "#009E73", "D", "xx"),
    "passporteye": ("PassportEye", "#E69F00", "s", "//"),
    "fastmrz": ("fastmrz", "#CC79A7", "^", ".."),
    "tesseract": ("tesseract", "#009E73", "D", "xx"),
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
    axes.margins(y=0.01)
    axes.figure.legend(loc="outside lower center", ncols=3, frameon=False)


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


def times(axes: Any, found: Mapping[str, Mapping[str, float]], high: str, limits: tuple[float, float]) -> None:
    """Draw the CPU of each engine: median as a bar, `high` as a whisker, the limits of both as lines."""
    for row, (key, each) in enumerate(found.items()):
        _, colour, _, pattern = STYLES[key]
        median, most = each["p50_ms"], each[high]
        axes.barh(row, median, 0.6, color=colour, hatch=pattern, edgecolor="white", linewidth=0.4)
        axes.plot([median, most], [row, row], color="black", linewidth=1.2, marker="|", markersize=12)
        axes.annotate(f"{median:.1f} / {most:.1f} ms", (most, row), (8, 0), textcoords="offset points", va="center")
    axes.set_yticks(range(len(found)), [STYLES[key][0] for key in found])
    axes.invert_yaxis()
    for limit, style in zip(limits, ("--", ":"), strict=True):
        axes.axvline(limit, color=GREY, linestyle=style, linewidth=1)
    axes.set_xscale("log")
    axes.set_xlim(limits[0] / 6, 12 * max(each[high] for each in found.values()))


def speed(results: Results, axes: Any) -> None:
    """CPU of one query: median, and 99th of a hundred as a whisker."""
    found = {key: results["engines"][key].get("query") for key in STYLES if key in results["engines"]}
    times(axes, {key: each for key, each in found.items() if each}, "p99_ms", (3, 10))
    axes.set_xlabel("CPU of one query in ms, logarithmic: bar p50, whisker p99; lines: bars of 3 and 10 ms")
    axes.set_title("One query at 25,000 names")


def readers(results: Results, part: str) -> dict[str, Any]:
    """Return one part of each reader that has it, in the order of the legend."""
    return {key: results["engines"][key][part] for key in STYLES if part in results["engines"].get(key, {})}


def zone_sets(results: Results, axes: Any) -> None:
    """Zones read exactly, of each set."""
    sets = {"real": "real specimens", "french": "French, degraded", "own": "own specimens, damaged"}
    found = {key: results["engines"][key] for key in readers(results, "real")}
    values = {
        key: {text: each[name]["exact_share"] for name, text in sets.items() if name in each}
        for key, each in found.items()
    }
    bars(axes, values, "zones of which every character is right")
    _bar_line(axes, 0.92, "bar: 92 %")
    axes.set_title("Machine-readable zones")


def damages(results: Results, axes: Any, part: str) -> None:
    """Zones of a set read exactly, by damage."""
    found = readers(results, part)
    values = {
        key: {name: count["exact"] / count["n"] for name, count in each["by_damage"].items()}
        for key, each in found.items()
    }
    bars(axes, values, "zones of which every character is right")
    _bar_line(axes, 0.98, "bar outside glare: 98 %")


def french_damages(results: Results, axes: Any) -> None:
    """French documents by degradation."""
    damages(results, axes, "french")
    axes.set_title("French documents by degradation")


def own_damages(results: Results, axes: Any) -> None:
    """Own specimens by damage."""
    damages(results, axes, "own")
    axes.set_title("Own specimens by damage")


def extracts(results: Results, axes: Any) -> None:
    """Printed values of extracts read, by medium."""
    media = {"text_layer": "text layer", "scan": "scan, 200 dpi", "photo": "phone photo"}
    values = {
        key: {text: each[name]["share"] for name, text in media.items() if name in each}
        for key, each in readers(results, "extracts").items()
    }
    bars(axes, values, "printed values read")
    _bar_line(axes, 0.95, "bar for photos: 95 %")
    axes.set_title("Kbis: fields of ours, plain text of tesseract")


def reading_speed(results: Results, axes: Any) -> None:
    """CPU of a photo with a zone: median, and 95th of a hundred as a whisker."""
    times(axes, readers(results, "cpu"), "p95_ms", (150, 600))
    axes.set_xlabel("CPU of a photo in ms, logarithmic: bar p50, whisker p95; lines: bars of 150 and 600 ms")
    axes.set_title("One photo with a zone")


PLOTS: dict[str, dict[str, tuple[Callable[[Results, Any], None], tuple[float, float]]]] = {
    "screening": {
        "hard_sets": (hard_sets, (8, 9)),
        "french_forms": (french_forms, (8, 7)),
        "false_positives": (false_positives, (7.5, 5)),
        "name_pairs": (name_pairs, (6, 6)),
        "speed": (speed, (8, 3)),
    },
    "ocr": {
        "ocr_zones": (zone_sets, (8, 4)),
        "ocr_french": (french_damages, (8, 12)),
        "ocr_own": (own_damages, (8, 16)),
        "ocr_extracts": (extracts, (8, 3.5)),
        "ocr_speed": (reading_speed, (8, 3)),
    },
}


def main(arguments: list[str]) -> int:
    """Draw every plot as SVG, or as the format named last."""
    subject, results, folder = arguments[0], json.loads(Path(arguments[1]).read_text("utf-8")), Path(arguments[2])
    kind = arguments[3] if len(arguments) > 3 else "svg"
    # Equal results give equal files.
    mpl.rcParams.update({"svg.hashsalt": "bench", "font.size": 10, "hatch.linewidth": 0.5, "axes.spines.top": False})
    for name, (draw, size) in PLOTS[subject].items():
        figure, axes = plt.subplots(figsize=size, layout="constrained")
        draw(results, axes)
        metadata = {"Date": None} if kind == "svg" else None
        figure.savefig(folder / f"{name}.{kind}", metadata=metadata, dpi=100)
        plt.close(figure)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
