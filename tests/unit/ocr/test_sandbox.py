# SPDX-License-Identifier: Apache-2.0
"""The reader child is confined, bounded and never outlives its parent; the parent never fails."""

import ast
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ocr import DEFAULT_LIMITS, Kind, Limits, Reading, doctor, sandbox
from ocr.reply import MalformedReplyError, decode, encode
from ocr.sandbox import available_level, read_at_level
from ocr.specimens import EXAMPLES, draw
from tests.paths import ROOT

DECODERS = {"cv2", "PIL", "pypdfium2", "pytesseract", "numpy", "zxingcpp", "pi_heif", "reportlab"}
LEVELS = range(1, available_level() + 1)
EXTRACT = draw(Kind.KBIS, EXAMPLES[Kind.KBIS], media="pdf")


def test_importing_the_package_loads_no_decoder() -> None:
    code = f"import sys, ocr, ocr.__main__; print(sorted({DECODERS!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_only_the_child_and_the_specimens_import_decoders() -> None:
    for file in (ROOT / "ocr").rglob("*.py"):
        if {"child", "specimens", "training"} & set(file.parts):
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            names = [name.name for name in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not {name.split(".")[0] for name in names} & DECODERS, file


@pytest.mark.parametrize("level", LEVELS)
def test_an_extract_is_read_at_every_level_of_the_ladder(level: int) -> None:
    reading = read_at_level(EXTRACT, limits=DEFAULT_LIMITS, level=level)
    assert reading.refusal is None
    assert reading.fields["siren"].value == "999000003"
    assert len(reading.pages) == 1
    assert b"Exif" not in reading.pages[0].image


@pytest.mark.slow
@pytest.mark.parametrize("level", LEVELS)
def test_a_passport_is_read_at_every_level_of_the_ladder(level: int) -> None:
    data = draw(Kind.PASSPORT, EXAMPLES[Kind.PASSPORT], media="jpeg")
    reading = read_at_level(data, limits=DEFAULT_LIMITS, level=level)
    assert reading.mrz is not None
    assert reading.mrz.valid


def test_what_is_refused_by_its_header_starts_no_child(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "_run", lambda *_: pytest.fail("a child was started"))
    reading = read_at_level(b"GIF89a", limits=DEFAULT_LIMITS, level=1)
    assert reading.refusal is not None
    assert reading.refusal.code == "document_type_not_supported"


FAULTS = {
    "crash": "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
    "hang": "import time; time.sleep(60)",
    "deaf": "import os, time; os.close(0); os.close(1); time.sleep(60)",
    "flood": "import sys\nwhile True: sys.stdout.write('0' * 65536)",
    "silence": "pass",
    "nonsense": "print('all is well')",
    "bad_utf8": "import os; os.write(1, b'VREAD1\\n\\x00\\x00\\x00\\x02\\xff\\xfe')",
    "cut_short": "import os; os.write(1, b'VREAD1\\n\\x7f\\xff\\xff\\xff{}')",
    "status": "import sys; sys.exit(3)",
    "polluter": "import os; os.write(1, b'warning: ' * 9)",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_child_is_a_failed_reading_and_not_an_exception(
    fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "child.py"
    script.write_text(FAULTS[fault])
    monkeypatch.setattr(sandbox, "_CHILD", script)
    limits = Limits(wall_seconds=1.0, reply_bytes=1 << 20)
    started = time.monotonic()
    reading = read_at_level(EXTRACT, limits=limits, level=1)
    assert time.monotonic() - started < 5
    assert reading.refusal is not None
    assert reading.refusal.code == "reader_failed"


def test_a_child_that_needs_more_memory_than_allowed_is_contained() -> None:
    # The libraries alone need more than this, so that the child cannot even start to read.
    reading = read_at_level(EXTRACT, limits=Limits(memory_bytes=64 << 20), level=1)
    assert reading.refusal is not None
    assert reading.refusal.code in {"reader_failed", "document_too_large"}


def test_the_working_folder_is_removed_and_abandoned_ones_are_swept() -> None:
    abandoned = Path(tempfile.mkdtemp(prefix="vestibule-reader-999999999-"))
    read_at_level(EXTRACT, limits=DEFAULT_LIMITS, level=1)
    assert not abandoned.exists()
    assert not list(Path(tempfile.gettempdir()).glob(f"vestibule-reader-{os.getpid()}-*"))


def test_a_reply_survives_its_frame_and_no_other_frame_is_believed() -> None:
    reading = read_at_level(EXTRACT, limits=DEFAULT_LIMITS, level=1)
    frame = encode(reading)
    assert decode(frame, DEFAULT_LIMITS) == reading
    for bad in (b"", frame[:-5], frame + b"\x00\x00\x00\x01x", frame.replace(b"\xff\xd8\xff", b"GIF", 1)):
        with pytest.raises(MalformedReplyError):
            decode(bad, DEFAULT_LIMITS)


def test_a_reply_with_more_pages_than_allowed_is_not_believed() -> None:
    frame = encode(read_at_level(EXTRACT, limits=DEFAULT_LIMITS, level=1))
    with pytest.raises(MalformedReplyError):
        decode(frame, Limits(max_pages=0))


PROBE = """
import json, os, socket, subprocess, sys, tempfile, threading
root, level, leash, parent, workplace, secret, programs = sys.argv[1:]
sys.path.insert(0, root)
from ocr.child import confine
from ocr.models import Limits
readable = ["/usr", "/lib", "/lib64", "/etc/ld.so.cache", sys.prefix, sys.base_prefix, root + "/ocr"]
confine.confine(limits=Limits(), level=int(level), workplace=workplace, readable=readable, leash=int(leash),
                parent=int(parent), programs=bool(programs))
def succeeds(action):
    try:
        action()
    except OSError:
        return False
    return True
attempts = {
    "socket": lambda: socket.socket().close(),
    "read a password file": lambda: open("/etc/passwd").close(),
    "read a key file": lambda: open(secret).close(),
    "write outside": lambda: open(secret + ".new", "w").close(),
    "run a shell": lambda: subprocess.run(["/bin/sh", "-c", "true"], check=True),
    "signal the parent": lambda: os.kill(int(parent), 0),
    "leave the group": os.setsid,
    "unshare": lambda: os.unshare(0x10000000) if hasattr(os, "unshare") else os.setsid(),
    "fork": lambda: os.fork() or os._exit(0),
    "become another program": lambda: os.execv("/bin/true", ["/bin/true"]),
}
if programs:
    del attempts["fork"], attempts["become another program"]
allowed = {
    "start a thread": lambda: threading.Thread(target=int).start(),
    "write into the workplace": lambda: open(workplace + "/strip", "w").close(),
    "run the OCR program": lambda: subprocess.run(["tesseract", "--version"], check=True, capture_output=True),
}
print(json.dumps([[name for name in group if succeeds(group[name])] for group in (attempts, allowed)]))
"""


@pytest.mark.parametrize("level", [level for level in LEVELS if level >= 2])
@pytest.mark.parametrize("programs", ["", "yes"])
def test_a_confined_child_can_do_nothing_but_read_and_run_the_ocr_program(
    level: int, programs: str, tmp_path: Path
) -> None:
    secret, workplace = tmp_path / "key", tmp_path / "work"
    secret.write_text("secret")
    workplace.mkdir()
    inside = "/tmp" if level == 3 else str(workplace)
    leash, held = os.pipe()
    arguments = [str(ROOT), str(level), str(leash), str(os.getpid()), inside, str(secret), programs]
    argv = [sys.executable, "-I", "-c", PROBE, *arguments]
    try:
        done = subprocess.run(
            [*sandbox._bubblewrap(inside), *argv] if level == 3 else argv,
            capture_output=True, text=True, check=False, pass_fds=(leash,), start_new_session=True,
            env=sandbox._environment(inside), cwd=workplace,
        )  # fmt: skip
    finally:
        os.close(leash)
        os.close(held)
    assert done.returncode == 0, done.stderr
    succeeded, allowed = json.loads(done.stdout)
    assert succeeded == []
    assert allowed == ["start a thread", "write into the workplace", *(["run the OCR program"] if programs else [])]


GRANDCHILD = """
import json, subprocess, sys, time
sys.path.insert(0, {root!r})
from ocr.child import confine
from ocr.models import Limits
order = json.loads(sys.argv[1])
confine.confine(limits=Limits(), level=1, workplace=order["workplace"], readable=[], leash=order["leash"],
                parent=order["parent"], programs=True)
child = subprocess.Popen(["sleep", "600"])
open({pids!r}, "w").write(str(child.pid))
time.sleep(600)
"""
PARENT = """
import sys
sys.path.insert(0, {root!r})
from pathlib import Path
from ocr import DEFAULT_LIMITS, sandbox
sandbox._CHILD = Path({script!r})
sandbox.read_at_level(b"%PDF-1.7 obj trailer", limits=DEFAULT_LIMITS, level=1)
"""


def test_nothing_outlives_a_parent_that_is_killed(tmp_path: Path) -> None:
    pids, script = tmp_path / "pid", tmp_path / "child.py"
    script.write_text(GRANDCHILD.format(root=str(ROOT), pids=str(pids)))
    parent = subprocess.Popen([sys.executable, "-c", PARENT.format(root=str(ROOT), script=str(script))])
    grandchild = int(next(_text_of(pids)))
    assert _is_alive(grandchild)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    deadline = time.monotonic() + 5
    while _is_alive(grandchild) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _is_alive(grandchild)


def _text_of(file: Path) -> Iterator[str]:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if file.exists() and file.read_text():
            yield file.read_text()
        time.sleep(0.05)
    pytest.fail("the child did not start")


def _is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state not in {"Z", "X"}


def test_the_doctor_says_what_holds_here() -> None:
    found = doctor()
    assert found["mrz_model"] is True
    assert found["sandbox_level"] == available_level()
    assert isinstance(found["languages"], list)
    assert "fra" in found["languages"]


def test_a_reading_is_a_reading_whatever_the_bytes() -> None:
    assert isinstance(read_at_level(b"\x00" * 100, limits=DEFAULT_LIMITS, level=1), Reading)
