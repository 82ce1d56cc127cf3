# SPDX-License-Identifier: Apache-2.0
"""The results of the reader as docs/benchmarks/ocr.md."""

from collections.abc import Mapping
from typing import Any, Final

from scripts.bench.board import DASH, OURS, Board, Results, heading, shown, table

COLUMNS: Final = {OURS: "ours", "passporteye": "PassportEye", "fastmrz": "fastmrz", "tesseract": "tesseract"}
# As installed, without our model for zones; fastmrz reads nothing without one.
STOCK: Final = {"passporteye_stock": "PassportEye as installed", "tesseract_stock": "tesseract as installed"}
BOARD: Final = Board.of("ocr.bench", COLUMNS)
_ALL: Final = COLUMNS | STOCK


def markdown(results: Results) -> str:
    """Return the page, complete."""
    engine = f"tesseract {results['engine']['tesseract']}, sandbox level {results['engine']['sandbox_level']}"
    parts = [
        heading(results, "Reading documents", "ocr", engine),
        *BOARD.markdown(results),
        _real(results),
        _damages(results, "french", "French documents", "ocr_french.svg", "as many as the table says"),
        _damages(results, "own", "Own specimens", "ocr_own.svg", "invented people on six kinds of cards"),
        _extracts(results),
        _signatures(results),
        _time(results),
        _HOW,
        _from_what(results),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _measured(results: Results, part: str) -> dict[str, dict[str, Any]]:
    """Return one part of each engine that has it, in the order of the columns."""
    engines = results["engines"]
    return {key: engines[key][part] for key in _ALL if part in engines.get(key, {})}


def _ratio(counts: Mapping[str, int] | None) -> str:
    """Return exact of n, and how many wrong ones were called valid."""
    if counts is None:
        return DASH
    wrong = f", {counts['wrong']} wrong" if counts["wrong"] else ""
    return f"{counts['exact']} of {counts['n']}{wrong}"


def _real(results: Results) -> str:
    found = _measured(results, "real")
    rows = [["document", *(_ALL[key] for key in found)]]
    rows += [[kind, *(_ratio(each["by_kind"].get(kind)) for each in found.values())] for kind in found[OURS]["by_kind"]]
    rows.append(["**all**", *(_ratio(each) for each in found.values())])
    unsound = found[OURS]["unsound"]
    return (
        "## Real specimens\n\n"
        "Zones of which every character of every line is right; “wrong” are those called valid that are not what "
        f"stands there. {unsound['n']} are printed with wrong check digits: "
        f"{unsound['accepted']} of them called valid by ours.\n\n"
        f"{table(rows)}\n\n"
        "![Zones read exactly, by set and engine](ocr_zones.svg)"
    )


def _damages(results: Results, part: str, title: str, plot: str, what: str) -> str:
    found = _measured(results, part)
    rows = [["damage", *(_ALL[key] for key in found)]]
    names = list(found[OURS]["by_damage"])
    rows += [[name, *(_ratio(each["by_damage"].get(name)) for each in found.values())] for name in names]
    rows.append(["**zone in sight**", *(_ratio(each["readable"]) for each in found.values())])
    return (
        f"## {title}\n\n"
        f"Zones read exactly, {what}. Glare and a cut edge take characters away: the right answer is a rejection.\n\n"
        f"{table(rows)}\n\n"
        f"![{title}: zones read exactly, by damage and engine]({plot})"
    )


_MEDIA: Final = {"text_layer": "text layer", "scan": "scan, 200 dpi", "photo": "phone photo"}


def _extracts(results: Results) -> str:
    found = _measured(results, "extracts")
    rows = [["extracts", "n", "values read by ours", "CPU", "CPU, fields alone", "not read by ours"]]
    rows[0] += ["in tesseract's text", "CPU"]
    for medium, text in _MEDIA.items():
        one, other = (found.get(key, {}).get(medium, {}) for key in (OURS, "tesseract"))
        row = [
            text,
            str(one["n"]),
            shown(one["share"], "share"),
            shown(one["cpu_ms"], "ms"),
            shown(one["fields_cpu_ms"], "ms"),
        ]
        row += ["; ".join(one["missing"]) or DASH, shown(other.get("share"), "share"), shown(other.get("cpu_ms"), "ms")]
        rows.append(row)
    return (
        "## Register extracts\n\n"
        "A value counts for ours where a field holds it, as printed or as understood, and nothing else beside it; for "
        "tesseract (French, psm 4) where it stands anywhere in the plain text, which is less. The verification code "
        "counts in text layers alone. Fields alone is what the command line does: without the clean picture of each "
        "page for people and its perceptual hash.\n\n"
        f"{table(rows)}\n\n"
        "![Values of extracts read, by medium](ocr_extracts.svg)\n\n"
        f"{_registers(results)}"
    )


def _registers(results: Results) -> str:
    found = _measured(results, "registers")[OURS]
    rows = [["own specimens: fields read", *(f"{text}, of fields" for text in _MEDIA.values())]]
    for kind in found["text_layer"]["by_kind"]:
        counts = [found[medium]["by_kind"][kind] for medium in _MEDIA]
        rows.append([f"{kind}, {counts[0]['n']} drawn", *map(_fields, counts)])
    rows.append(["CPU a page", *(shown(found[medium]["cpu_ms"], "ms") for medium in _MEDIA)])
    return (
        "Register documents of our own, of invented companies and in several layouts; a field counts where it has its "
        f"name and exactly its value. Statutes are told by their kind alone.\n\n{table(rows)}"
    )


def _fields(counts: Mapping[str, int]) -> str:
    """Return fields read of all, and how many documents were taken for another kind."""
    strangers = counts["n"] - counts["known"]
    return f"{counts['read']} of {counts['fields']}" + (f", {strangers} not known" if strangers else "")


def _signatures(results: Results) -> str:
    remarks = _measured(results, "signatures")[OURS]["remarks"]
    rows = [["file", "what the officer is told"]]
    rows += [[name, " ".join(f"`{code}` {text}" for code, text in each) or DASH] for name, each in remarks.items()]
    return f"## Signed PDFs\n\n{table(rows)}"


def _time(results: Results) -> str:
    found = _measured(results, "cpu")
    rows = [["engine", "photos", "p50", "p95", "mean"]]
    rows += [
        [_ALL[key], str(each["n"]), *(shown(each[name], "ms") for name in ("p50_ms", "p95_ms", "mean_ms"))]
        for key, each in found.items()
    ]
    over = _measured(results, "overhead").get(OURS, {})
    pipeline = (
        f"* Whole pipeline on {over['n']} scanned page(s): {over['whole_ms']:.0f} ms; the bare call of "
        f"{over['engine']} on the same grey pages: {over['bare_ms']:.0f} ms. "
        "Both read each page in turn, nine times, and the least of each counts: a busy machine slows both. The bare "
        "call has the picture decoded and the model loaded, and gives the words with their boxes."
        if over
        else ""
    )
    return (
        "## Time\n\n"
        "CPU of a document with a zone: all real specimens and French documents. Peers count the programs they start."
        "\n\n"
        f"{table(rows)}\n\n"
        "![CPU of a photo with a zone, by engine](ocr_speed.svg)\n\n"
        f"* Start of the warm reader, once a process and left out above: {found[OURS]['start_seconds']:.2f} s. What "
        f"the reader of each document does before it comes, left out as well: {found[OURS]['fork_ms']:.1f} ms of CPU "
        f"to confine itself and to rehearse.\n{pipeline}{_of_text_layers(results)}"
    )


def _of_text_layers(results: Results) -> str:
    """Return what the bare calls of pypdfium2 took in the same run, by which this machine can be told from others."""
    found = _measured(results, "text_layers").get(OURS, {})
    if not found:
        return ""
    return (
        f"\n* Fields of an extract with a text layer: {found['fields_ms']:.1f} ms, and {found['start_ms']:.1f} ms that "
        f"its reader spent before it came; pypdfium2 bare on the same {found['n']} files: {found['text_ms']:.1f} ms "
        f"for the plain text, {found['drawn_ms']:.1f} ms for the page in grey at 200 dpi. In turn as well, nine times "
        "each, the least counts. The bars were set on a machine where these took 5 and 10 ms."
    )


_HOW: Final = (
    "## How it is measured\n\n"
    "* Ours is called as its users call it: `ocr.read`, file bytes in, in the sandboxed child; CPU is that of the fork "
    "which reads the document, from the document's coming to the fork's end, as its warm parent reports it; between "
    "two documents lies a tenth of a second in which the next fork gets ready. The limit of time is ten minutes.\n"
    "* Peers run in processes and environments of their own, locked with hashes (`requirements/bench/`), made at "
    "the first run. They are no dependencies of the product, are not installed with it and stand in none of the "
    "locks that `make licences` covers: PassportEye is MIT, fastmrz AGPL.\n"
    "* Neither peer brings a model for OCR-B and no registry package carries one, so they are given ours "
    "(`ocr/data/mrz.traineddata`), and so is tesseract (whole picture, psm 11); “as installed” is without it.\n"
    "* PassportEye's and fastmrz's own verdict counts as valid, lines as they clean them. Tesseract has none: the "
    "zone in its text and the verdict are those of our codec.\n"
    "* Each engine reads each picture once, as sent, with one thread; ours first and alone, then the peers side by "
    "side. Extracts of the shared data are read fifteen times, the least counts, as a busy machine only adds.\n\n"
    "**Looked at during development:** the documents of the shared data lie in the open and were read many times "
    "while the reader was built, so these figures flatter. The own specimens are drawn from invented people with a "
    "seed that neither training nor tests use, by the code that the models were trained with."
)


def _from_what(results: Results) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in results["versions"].items())
    return (
        f"## From what\n\n{versions}. Seed of the specimens: {results['seed']}. Everything, with the files that were "
        "missed: [bench/ocr.json](../../bench/ocr.json)."
    )
