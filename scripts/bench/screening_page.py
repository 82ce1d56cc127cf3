# SPDX-License-Identifier: Apache-2.0
"""The results of the screening as docs/benchmarks/screening.md."""

from collections.abc import Mapping
from typing import Any, Final

from scripts.bench.board import DASH, OURS, Board, heading, shown, table

COLUMNS: Final = {OURS: "ours", "token_sort": "token_sort 80", "wratio": "WRatio 90", "logic_v2": "logic-v2"}
BOARD: Final = Board.of("screening.bench", COLUMNS)


def markdown(results: Mapping[str, Any]) -> str:
    """Return the page, complete."""
    engine = f"Engine {results['engine']['version']}, parameters {results['engine']['parameters_sha256'][:12]}"
    parts = [
        heading(results, "Screening", "screening", engine),
        *BOARD.markdown(results),
        _hard(results),
        _forms(results),
        _speed(results),
        _how(results),
        _from_what(results),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _quality(results: Mapping[str, Any], part: str) -> dict[str, dict[str, Any]]:
    return {key: v["quality"][part] for key, v in results["engines"].items() if "quality" in v}


def _hard(results: Mapping[str, Any]) -> str:
    found = _quality(results, "hard")
    sets = list(found[OURS]["sets"])
    rows = [["set", *(f"{COLUMNS[key]}, {at}" for key in found for at in ("shipped", "1 %"))]]
    for name in [*sets, ""]:
        row = [name or "**macro**"]
        for each in found.values():
            pair = each["sets"][name] if name else {"shipped": each["macro_shipped"], "at_1pct": each["macro_at_1pct"]}
            row += [shown(pair["shipped"], "share"), shown(pair["at_1pct"], "share")]
        rows.append(row)
    sizes = ", ".join(f"{COLUMNS[key]} {next(iter(e['sets'].values()))['n']}" for key, e in found.items())
    false = ", ".join(f"{COLUMNS[key]} {e['false_positives_shipped']:.2%}" for key, e in found.items())
    innocent = ", ".join(f"{COLUMNS[key]} {e['n_ordinary']:,}" for key, e in found.items())
    return (
        "## Hard query sets\n\n"
        "Recall of the very person meant, on names alone, against the persons of UN, FR, EU and OFAC: at the "
        "shipped threshold, and at the threshold that alerts on 1 % of ordinary people. "
        f"Queries in each set: {sizes}. Ordinary people: {innocent}. "
        f"Ordinary people alerted at the shipped threshold: {false}.\n\n"
        f"{table(rows)}\n\n"
        "![Recall at 1 % false positives of each hard set, by engine](hard_sets.svg)\n\n"
        "![Macro recall against the share of ordinary people alerted](false_positives.svg)\n\n"
        "![Name pairs: ROC of each engine](name_pairs.svg)"
    )


def _forms(results: Mapping[str, Any]) -> str:
    found = _quality(results, "forms")
    forms, false = list(found[OURS]["recall"]), list(found[OURS]["false_positives"])
    rows = [["form", *(COLUMNS[key] for key in found)]]
    rows += [[form, *(shown(each["recall"].get(form), "share") for each in found.values())] for form in forms]
    wrong = [["ordinary people alerted", *(COLUMNS[key] for key in found)]]
    wrong += [[name, *(_percent(each["false_positives"].get(name)) for each in found.values())] for name in false]
    sizes = ", ".join(f"{COLUMNS[key]} {each['n']} and {each['n_ordinary']:,}" for key, each in found.items())
    return (
        "## French civil-status forms\n\n"
        "Recall at the shipped threshold; people on no list write themselves plainly, or in one of these forms "
        f"drawn by chance. Persons in each form, and ordinary people: {sizes}.\n\n"
        f"{table(rows)}\n\n{table(wrong)}\n\n"
        "![Recall of each French form, by engine](french_forms.svg)"
    )


def _percent(value: float | None) -> str:
    return DASH if value is None else f"{value:.2%}"


_SPEED: Final = {
    "query": "One query: {n} queries, half ordinary people and half damaged listed persons, names alone, on persons "
    "drawn from the four lists until there are {names:,} distinct names. RapidFuzz compares with all of them; logic-v2 "
    "scores the candidates that the benchmark's blocking finds. All are asked three times, ours and RapidFuzz in new "
    "processes in turn; of each query the least counts, as a busy machine only adds.",
    "million": "{names:,} names made by chance from common and rare given and family names: p99 {p99_ms:.1f} ms, "
    "{rss_mb:.0f} MB resident, PSS {pss_mb:.0f} MB after {n} queries; built in {build_seconds:.0f} s.",
    "stored": "Stored persons: {n:,} with birth date and nationality against all lists of the table below, from the "
    "start of two processes to the end of both: {seconds:.0f} s. "
    "The same persons against a change of {entries} entries: {changed_seconds:.1f} s from the start of two processes "
    "to the end of both, {searched:,} of them searched for in the end. Before the watch starts, the change's small "
    "index is built, and the persons are prepared once for all later changes, in {prepare_seconds:.0f} s.",
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
        _SPEED["stored"].format(**{**delta, **stored, "changed_seconds": delta["seconds"]}),
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
        f"## From what\n\n{table(lists)}\n\n{versions}. Seed: {results['seed']}. Parameters: "
        f"`{results['engine']['parameters_sha256']}`. Everything, with each set's figures: "
        "[bench/screening.json](../../bench/screening.json)."
    )
