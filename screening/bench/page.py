# SPDX-License-Identifier: Apache-2.0
"""The results as a table for the console and as docs/benchmarks/screening.md."""

import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any, Final

OURS: Final = "ours"
COLUMNS: Final = {OURS: "ours", "token_sort": "token_sort 80", "wratio": "WRatio 90", "logic_v2": "logic-v2"}
_DASH: Final = "–"


def bars() -> list[dict[str, Any]]:
    """Return the bars in the order of the page."""
    found: list[dict[str, Any]] = tomllib.loads(files("screening.bench").joinpath("bars.toml").read_text("utf-8"))[
        "bar"
    ]
    return found


def figure(results: Mapping[str, Any], engine: str, path: Sequence[str]) -> float | None:
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


def _reached(results: Mapping[str, Any], bar: Mapping[str, Any]) -> bool | None:
    """Return whether we reach the bar; a quick run does not speak of sizes it did not have."""
    if results.get("quick") and bar.get("size"):
        return None
    return met(bar, figure(results, OURS, bar["path"]))


def shown(value: float | None, unit: str) -> str:
    """Return a figure in its unit as the tables print it."""
    if value is None:
        return _DASH
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
        return _DASH
    return f"{'≥' if bar['at'] == 'least' else '≤'} {shown(bar['limit'], bar['unit'])}"


def rows(results: Mapping[str, Any]) -> list[list[str]]:
    """Return measure, the four columns, bar, and whether we reach it, for each bar."""
    table = []
    for bar in bars():
        values = {key: figure(results, key, bar["path"]) for key in COLUMNS}
        reached = _reached(results, bar)
        word = _DASH if "at" not in bar else {True: "yes", False: "NO", None: "not measured"}[reached]
        table.append([bar["text"], *(shown(values[key], bar["unit"]) for key in COLUMNS), limit(bar), word])
    return table


_HEAD: Final = ["measure", *COLUMNS.values(), "bar", "met?"]


def console(results: Mapping[str, Any]) -> str:
    """Return the table with columns as wide as they need."""
    table = [_HEAD, *rows(results)]
    widths = [max(len(row[at]) for row in table) for at in range(len(_HEAD))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in table]
    return "\n".join([*lines, *_not_run(results)])


def markdown(results: Mapping[str, Any]) -> str:
    """Return the page, complete."""
    parts = [
        _head(results),
        _table([_HEAD, *rows(results)]),
        *_not_run(results),
        _verdict(results),
        _hard(results),
        _forms(results),
        _speed(results),
        _how(results),
        _from_what(results),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _not_run(results: Mapping[str, Any]) -> list[str]:
    return [f"{COLUMNS[key]} was not run: {reason}" for key, reason in results["not_run"].items()]


def _table(table: Sequence[Sequence[str]]) -> str:
    head, *body = ["| " + " | ".join(row) + " |" for row in table]
    return "\n".join([head, "|" + "---|" * len(table[0]), *body])


def _head(results: Mapping[str, Any]) -> str:
    sampled = " **A quick run on samples: no figure of it is to be quoted.**" if results["quick"] else ""
    return (
        "# Screening: what is measured\n\n"
        "<!-- Written by `make bench-screening` from bench/screening.json; edit screening/bench/page.py. -->\n\n"
        f"Engine {results['engine']['version']}, parameters {results['engine']['parameters_sha256'][:12]}, "
        f"measured on {results['date']} in one run on {results['machine']['cpus']} cores.{sampled} "
        "The ratios are to be trusted, not the milliseconds of one machine."
    )


def _verdict(results: Mapping[str, Any]) -> str:
    judged = [(bar, _reached(results, bar)) for bar in bars() if "at" in bar]
    missed = [bar["text"] for bar, reached in judged if reached is False]
    left = [bar["text"] for bar, reached in judged if reached is None]
    text = f"{sum(reached is True for _, reached in judged)} of {len(judged)} bars are met."
    if missed:
        text += "\n\nNot met:\n\n" + "\n".join(f"* {each}" for each in missed)
    if left:
        text += "\n\nNot measured in this run:\n\n" + "\n".join(f"* {each}" for each in left)
    return text


def _quality(results: Mapping[str, Any], part: str) -> dict[str, dict[str, Any]]:
    return {key: v["quality"][part] for key, v in results["engines"].items() if "quality" in v}


def _hard(results: Mapping[str, Any]) -> str:
    found = _quality(results, "hard")
    sets = list(found[OURS]["sets"])
    table = [["set", *(f"{COLUMNS[key]}, {at}" for key in found for at in ("shipped", "1 %"))]]
    for name in [*sets, ""]:
        row = [name or "**macro**"]
        for each in found.values():
            pair = each["sets"][name] if name else {"shipped": each["macro_shipped"], "at_1pct": each["macro_at_1pct"]}
            row += [shown(pair["shipped"], "share"), shown(pair["at_1pct"], "share")]
        table.append(row)
    sizes = ", ".join(f"{COLUMNS[key]} {next(iter(e['sets'].values()))['n']}" for key, e in found.items())
    false = ", ".join(f"{COLUMNS[key]} {e['false_positives_shipped']:.2%}" for key, e in found.items())
    innocent = ", ".join(f"{COLUMNS[key]} {e['n_ordinary']:,}" for key, e in found.items())
    return (
        "## Hard query sets\n\n"
        "Recall of the very person meant, on names alone, against the persons of UN, FR, EU and OFAC: at the "
        "shipped threshold, and at the threshold that alerts on 1 % of ordinary people. "
        f"Queries in each set: {sizes}. Ordinary people: {innocent}. "
        f"Ordinary people alerted at the shipped threshold: {false}.\n\n"
        f"{_table(table)}\n\n"
        "![Recall at 1 % false positives of each hard set, by engine](hard_sets.svg)\n\n"
        "![Macro recall against the share of ordinary people alerted](false_positives.svg)\n\n"
        "![Name pairs: ROC of each engine](name_pairs.svg)"
    )


def _forms(results: Mapping[str, Any]) -> str:
    found = _quality(results, "forms")
    forms, false = list(found[OURS]["recall"]), list(found[OURS]["false_positives"])
    table = [["form", *(COLUMNS[key] for key in found)]]
    table += [[form, *(shown(each["recall"].get(form), "share") for each in found.values())] for form in forms]
    wrong = [["ordinary people alerted", *(COLUMNS[key] for key in found)]]
    wrong += [[name, *(_percent(each["false_positives"].get(name)) for each in found.values())] for name in false]
    sizes = ", ".join(f"{COLUMNS[key]} {each['n']} and {each['n_ordinary']:,}" for key, each in found.items())
    return (
        "## French civil-status forms\n\n"
        "Recall at the shipped threshold; people on no list write themselves plainly, or in one of these forms "
        f"drawn by chance. Persons in each form, and ordinary people: {sizes}.\n\n"
        f"{_table(table)}\n\n{_table(wrong)}\n\n"
        "![Recall of each French form, by engine](french_forms.svg)"
    )


def _percent(value: float | None) -> str:
    return _DASH if value is None else f"{value:.2%}"


_SPEED: Final = {
    "query": "One query: {n} queries, half ordinary people and half damaged listed persons, names alone, on persons "
    "drawn from the four lists until there are {names:,} distinct names. RapidFuzz compares with all of them; logic-v2 "
    "scores the candidates that the benchmark's blocking finds.",
    "million": "{names:,} names made by chance from common and rare given and family names: p99 {p99_ms:.1f} ms, "
    "{rss_mb:.0f} MB resident, PSS {pss_mb:.0f} MB after {n} queries; built in {build_seconds:.0f} s.",
    "stored": "Stored persons: {n:,} with birth date and nationality against all lists of the table below, from the "
    "start of two processes to the end of both: {seconds:.0f} s. "
    "A change of {changed} entries, its small index built before the watch starts: "
    "{changed_seconds:.1f} s.",
    "worker": "Worker: {rss_mb:.0f} MB resident after {n} queries, of which {own_mb:.0f} MB are its own.",
    "forked": "Two forked workers: each {rss_mb:.0f} MB resident, PSS {pss_mb:.0f} MB, {shared_mb:.0f} MB of its pages "
    "shared; both together {both:.0f} MB.",
    "cold": "Cold start: from starting Python to the first answer out of a prepared index, median of {n}; logic-v2's "
    "from starting Python to its first comparison.",
}


def _speed(results: Mapping[str, Any]) -> str:
    ours: Mapping[str, Any] = results["engines"][OURS]
    query, million, stored, delta = (ours[key] for key in ("query", "million", "stored", "delta"))
    worker, forked = ours["worker"], ours["forked"]
    notes = [
        _SPEED["query"].format(**query),
        _SPEED["million"].format(**million),
        _SPEED["stored"].format(changed=delta["entries"], changed_seconds=delta["seconds"], **stored),
        _SPEED["worker"].format(**worker),
        _SPEED["forked"].format(both=forked["pss_mb"], **forked["workers"][0]),
        _SPEED["cold"].format(**ours["cold"]),
    ]
    lines = "\n".join(f"* {note}" for note in notes)
    return f"## Time and memory\n\n{lines}\n\n![CPU of one query, by engine](speed.svg)"


def _how(results: Mapping[str, Any]) -> str:
    return (
        "## How it is measured\n\n"
        "* Our engine is called as its users call it: `compare`, `Index.search`, shipped parameters.\n"
        "* RapidFuzz's scorers and logic-v2 have no index. They score the 50 entries that a blocking of the "
        "benchmark's own finds (character trigrams by TF-IDF, over every spelling); the listed person is among them "
        f"in {_listed(results)} of the hard queries. Their times hold the scoring alone, ours the whole search.\n"
        "* logic-v2 (nomenklatura) runs in its own process and environment, locked with hashes, at yente's "
        "threshold of 0.7; it is slow, so it answers a sample, whose size stands above.\n"
        "* In hard sets and forms an answer counts when it is a record of the designee meant; of the perturbed UN "
        "persons the data does not say whom each means, so any alert counts. Where an engine cannot do a thing: –.\n"
        "* CPU times are those of the process, one thread. Memory is VmRSS; PSS divides pages among those who "
        "share them.\n\n"
        "**Looked at during development:** name pairs, entity checks, cross-list pairs, perturbed UN persons, and "
        "the ordinary people lie in the open and the parameters were chosen on them, so their figures flatter. Hard "
        "sets and forms are drawn anew here from all four lists with a seed that development does not use; while the "
        "parameters were chosen, sets of the same kinds made from the same lists were looked at."
    )


def _listed(results: Mapping[str, Any]) -> str:
    found = _quality(results, "hard")
    return shown(next((each["listed"] for key, each in found.items() if key != OURS), None), "share")


def _from_what(results: Mapping[str, Any]) -> str:
    lists = [["list", "publication", "entries", "content"]]
    lists += [
        [each["source"], each["publication_id"], f"{each['entries']:,}", each["content_sha256"][:12]]
        for each in results["lists"]
    ]
    versions = ", ".join(f"{name} {version}" for name, version in results["versions"].items())
    return (
        f"## From what\n\n{_table(lists)}\n\n{versions}. Seed: {results['seed']}. Parameters: "
        f"`{results['engine']['parameters_sha256']}`. Everything, with each set's figures: "
        "[bench/screening.json](../../bench/screening.json)."
    )
