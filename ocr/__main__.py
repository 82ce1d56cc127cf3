# SPDX-License-Identifier: Apache-2.0
"""Command line of the reader: read files, draw specimens, report what the machine offers."""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ocr import DEFAULT_LIMITS, Kind, Limits, Reading, doctor, prepare, read
from ocr.models import Refusal, refused
from ocr.plain import Json

_DRAWN = (
    *(Kind.PASSPORT, Kind.CNIE, Kind.CNI, Kind.RESIDENCE_PERMIT),
    *(Kind.EU_IDENTITY_CARD, Kind.VISA, Kind.KBIS, Kind.EXTRAIT_K),
    *(Kind.RNE_ATTESTATION, Kind.SIRENE_NOTICE, Kind.JOAFE, Kind.STATUTS),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status: 1 where a file was refused or a part missing."""
    options = _parser().parse_args(arguments)
    if options.command == "read":
        limits = replace(DEFAULT_LIMITS, compare_print=options.compare, pictures=False)
        return _read(options.files, limits, options.trust)
    if options.command == "specimen":
        return _specimen(Kind(options.kind), options.out, options.degrade)
    found = doctor()
    print(json.dumps(found, ensure_ascii=False, indent=1))
    return 0 if found["tesseract"] and found["mrz_model"] else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ocr", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    reader = commands.add_parser("read", help="read files and print one JSON line for each")
    reader.add_argument("files", nargs="+", type=Path)
    reader.add_argument("--compare", action="store_true", help="read the print beside a valid zone too, and compare")
    reader.add_argument("--trust", type=_folder, help="folder of certificates whose signatures count")
    drawer = commands.add_parser("specimen", help="draw a fictional document, marked as such")
    drawer.add_argument("kind", choices=_DRAWN)
    drawer.add_argument("--out", type=Path, required=True, help="ends in .png, .jpg, .webp or .pdf")
    drawer.add_argument("--degrade", help="scan200, photo_easy, photo_glare, rotate90, ...")
    commands.add_parser("doctor", help="report OCR engine, model and sandbox level")
    return parser


def _folder(text: str) -> Path:
    if not Path(text).is_dir():
        raise argparse.ArgumentTypeError(f"{text} is no folder")
    return Path(text)


def _read(files: Sequence[Path], limits: Limits, trust: Path | None) -> int:
    any_refused = False
    prepare(trust=trust)  # no part of the seconds that a document takes
    for file in files:
        reading = _reading(file, limits, trust)
        any_refused = any_refused or reading.refusal is not None
        print(json.dumps(_line(file, reading), ensure_ascii=False), flush=True)
    return 1 if any_refused else 0


def _reading(file: Path, limits: Limits, trust: Path | None) -> Reading:
    """Read a file; one that cannot be opened is refused, and those behind it are read all the same."""
    try:
        data = file.read_bytes()
    except OSError as error:
        return refused(Refusal("reader_failed", f"The file cannot be opened: {error.strerror}."))
    return read(data, limits=limits, trust=trust)


def _line(file: Path, reading: Reading) -> dict[str, Json]:
    row = reading.to_json()
    shown = ("value", "raw", "confidence", "page", "box", "source")
    fields = {name: field.to_json() for name, field in reading.fields.items()}
    return {
        "file": str(file),
        "kind": row["kind"],
        "pages": len(reading.pages),
        "fields": {name: {part: field[part] for part in shown} for name, field in fields.items()},
        "mrz": row["mrz"],
        "quality": row["quality"],
        "authenticity": row["authenticity"],
        "refusal": row["refusal"],
        "seconds": round(reading.seconds, 3),
    }


def _specimen(kind: Kind, out: Path, degrade: str | None) -> int:
    # Drawing needs the picture libraries, which reading keeps out of this process.
    from ocr.specimens import EXAMPLES, draw  # noqa: PLC0415

    media = {".jpg": "jpeg", ".jpeg": "jpeg"}.get(out.suffix, out.suffix.removeprefix("."))
    out.write_bytes(draw(kind, EXAMPLES[kind], media=media, degrade=degrade))
    return 0


if __name__ == "__main__":
    sys.exit(main())
