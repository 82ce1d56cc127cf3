# SPDX-License-Identifier: Apache-2.0
"""What every benchmark asks on the command line, and where it writes."""

import argparse
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scripts.bench.environment import ROOT


def arguments(subject: str, data: str) -> argparse.Namespace:
    """Return quick, data and out of the command line of a benchmark."""
    parser = argparse.ArgumentParser(description=f"measure the {subject} beside its peers")
    parser.add_argument("--quick", action="store_true", help="samples of everything; no figure to be quoted")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data", help=data)
    parser.add_argument("--out", type=Path, default=ROOT, help="where bench/ and docs/benchmarks/ are written")
    return parser.parse_args()


def missing(data: Path, *names: str) -> str:
    """Return the sentence that says which of the data is not there, nothing where all is."""
    absent = [name for name in names if not (data / name).exists()]
    return f"No benchmark without its data: {', '.join(absent)} not found; name the folder with --data" * bool(absent)


def publish(out: Path, subject: str, results: Mapping[str, Any], text: str, python: Path | None) -> None:
    """Write results and page, and draw the plots with an interpreter that has matplotlib, if there is one."""
    written = out / "bench" / f"{subject}.json"
    page = out / "docs" / "benchmarks" / f"{subject}.md"
    for path in (written, page):
        path.parent.mkdir(parents=True, exist_ok=True)
    written.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    page.write_text(text, encoding="utf-8")
    if python is None:
        print("The plots are those of an earlier run: what draws them is not there", file=sys.stderr)
        return
    plots = ROOT / "scripts" / "bench" / "plots.py"
    subprocess.run([str(python), "-I", str(plots), subject, str(written), str(page.parent)], check=True)
