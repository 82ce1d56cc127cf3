# SPDX-License-Identifier: Apache-2.0
"""Real readers in real sandboxes whose work is a piece of code of the test, in place of decoding."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ocr import DEFAULT_LIMITS, Limits, Media, sandbox
from ocr.exchange import Outcome
from ocr.nursery import Nursery
from tests.paths import ROOT

# `document` and `reply` are the descriptors of the code, which runs confined in a fork of the warm reader.
_SCRIPT = """
import sys
sys.path.insert(0, {root!r})
import importlib, json, os, signal, socket, subprocess, tempfile, threading, time
from ocr.child import warm

began = time.monotonic()

def answer(read, media, limits, document, reply):
{code}

def rehearse():
{rehearsal}

warm.answer = answer
loaded = warm.Loaded(lambda *_: None, {programs}, rehearse)
sys.exit(warm.main(sys.argv[1], lambda trust: loaded))
"""


@contextmanager
def readers_that(code: str, folder: Path, *, rehearsal: str = "", programs: bool = False) -> Iterator[Nursery]:
    """Let every reading run `code`; programs as where the OCR engine is one that has to be started.

    rehearsal is what a fork runs before there is a document.
    """
    script = folder / "reader.py"
    bodies = {"code": _body(code), "rehearsal": _body(rehearsal)}
    script.write_text(_SCRIPT.format(root=str(ROOT), programs=programs, **bodies))
    original = sandbox._bubblewrap

    def with_script(workplace: str, trust: Path | None) -> list[str]:
        *command, end = original(workplace, trust)
        return [*command, "--ro-bind", str(script), str(script), end]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sandbox, "_CHILD", script)
        patch.setattr(sandbox, "_bubblewrap", with_script)
        nursery = Nursery(sandbox._start)
        patch.setattr(sandbox, "_NURSERY", nursery)
        try:
            yield nursery
        finally:
            nursery.close()


def _body(code: str) -> str:
    return "\n".join("    " + line for line in code.strip().splitlines()) or "    pass"


def ask(nursery: Nursery, level: int, data: bytes = b"%PDF", limits: Limits = DEFAULT_LIMITS) -> Outcome:
    """Have one document read and return what the reader answered, undecoded."""
    return nursery.read(data, Media.PDF, limits, level)
