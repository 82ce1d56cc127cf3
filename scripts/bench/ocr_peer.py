#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A peer of the reader as a process that speaks lines of JSON; run in the peer's own environment.

    python -I scripts/bench/ocr_peer.py passporteye|fastmrz|tesseract [MODEL_FOLDER]

MODEL_FOLDER holds mrz.traineddata, our model for zones; without it a peer reads with what it brings.
A request is {"file": PATH}, or {"page": PATH} for the whole text of a page. The answer is {"zone": lines,
"valid": its own verdict, null where it has none, "cpu_ms"} or {"text", "cpu_ms"}. Nothing of this project is
imported here.
"""

import json
import os
import resource
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

Zone = tuple[list[str], bool | None]


def passporteye(models: str) -> tuple[str, Callable[[str], Zone]]:
    """Return the version of PassportEye and what reads a zone with it."""
    library, text = import_module("passporteye"), import_module("passporteye.mrz.text")
    words = f"--tessdata-dir {models} -l mrz" if models else ""

    def read(file: str) -> Zone:
        try:
            zone = library.read_mrz(file, extra_cmdline_params=words)
        except (KeyError, IndexError, TypeError, ValueError):  # it stumbles over zones found at its second try
            return [], False
        if zone is None:
            return [], False
        return list(text.MRZOCRCleaner.apply(zone.aux["raw_text"])), bool(zone.valid)

    return version("PassportEye"), read


def fastmrz(models: str) -> tuple[str, Callable[[str], Zone]]:
    """Return the version of fastmrz and what reads a zone with it."""
    import_module("cv2").setNumThreads(1)
    reader = import_module("fastmrz").FastMRZ(tessdata_path=models)

    def read(file: str) -> Zone:
        text = reader.get_details(file, ignore_parse=True)
        try:
            valid = bool(reader.validate_mrz(text)["is_valid"])
        except (ValueError, IndexError):  # it fails on dates and names that it does not expect
            valid = False
        return text.split("\n"), valid

    return version("fastmrz"), read


def tesseract(models: str) -> tuple[str, Callable[[str], Zone]]:
    """Return the version of the program and what reads a whole picture with it; it knows no check digits."""
    banner = subprocess.run(["tesseract", "--version"], check=True, capture_output=True, text=True).stdout
    words = ["--tessdata-dir", models, "-l", "mrz"] if models else ["-l", "eng"]

    def read(file: str) -> Zone:
        return recognised(file, ["--psm", "11", *words]).splitlines(), None

    return banner.split()[1], read


def recognised(file: str, words: list[str]) -> str:
    """Return the text that the program reads, nothing where it fails."""
    done = subprocess.run(["tesseract", file, "stdout", *words], check=False, capture_output=True)
    return done.stdout.decode("utf-8", "replace")


def spent() -> float:
    """Return the CPU seconds of this process and of the programs it waited for."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def main(arguments: list[str]) -> int:
    """Answer requests until there are no more."""
    warnings.simplefilter("ignore")
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as out:
        os.dup2(2, 1)  # what a library prints is no answer
        peer = {"passporteye": passporteye, "fastmrz": fastmrz, "tesseract": tesseract}[arguments[0]]
        name, read = peer(str(Path(arguments[1])) if len(arguments) > 1 else "")
        print(json.dumps({"version": name}), file=out, flush=True)
        for line in sys.stdin:
            request = json.loads(line)
            began = spent()
            if "page" in request:
                found: dict[str, Any] = {"text": recognised(request["page"], ["--psm", "4", "-l", "fra"])}
            else:
                found = dict(zip(("zone", "valid"), read(request["file"]), strict=True))
            print(json.dumps(found | {"cpu_ms": (spent() - began) * 1000}), file=out, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
