# SPDX-License-Identifier: Apache-2.0
"""A reader is confined, bounded and never outlives its service; the service never fails."""

import ast
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import pytest

from ocr import DEFAULT_LIMITS, Kind, Limits, Reading, doctor, sandbox
from ocr.reply import MalformedReplyError, decode, encode
from ocr.sandbox import available_level, read_at_level
from ocr.specimens import EXAMPLES, draw
from tests.paths import ROOT
from tests.readers import ask, readers_that

pytestmark = pytest.mark.slow

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


@pytest.mark.parametrize("level", LEVELS)
def test_a_passport_is_read_at_every_level_of_the_ladder(level: int) -> None:
    data = draw(Kind.PASSPORT, EXAMPLES[Kind.PASSPORT], media="jpeg")
    reading = read_at_level(data, limits=DEFAULT_LIMITS, level=level)
    assert reading.mrz is not None
    assert reading.mrz.valid


def test_what_is_refused_by_its_header_starts_no_child(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox._NURSERY, "read", lambda *_: pytest.fail("a reader was started"))
    reading = read_at_level(b"GIF89a", limits=DEFAULT_LIMITS, level=1)
    assert reading.refusal is not None
    assert reading.refusal.code == "document_type_not_supported"


FAULTS = {
    "crash": "os.kill(os.getpid(), signal.SIGSEGV)",
    "hang": "signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)",
    "deaf": "os.close(document); os.close(reply); time.sleep(60)",
    "flood": "while True: os.write(reply, bytes(65536))",
    "drip": "while True: os.write(reply, b'.'); time.sleep(0.01)",
    "silence": "pass",
    "nonsense": "os.write(reply, b'all is well')",
    "bad_utf8": "os.write(reply, b'VREAD1\\n\\x00\\x00\\x00\\x02\\xff\\xfe')",
    "cut_short": "os.write(reply, b'VREAD1\\n\\x7f\\xff\\xff\\xff{}')",
    "status": "os._exit(3)",
    "exception": "raise ValueError",
    "leaves a thread behind": "threading.Thread(target=time.sleep, args=(60,)).start()",
    "eats memory": "bytearray(1 << 31)",
    "eats descriptors": "while True: os.dup(0)",
}


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_reader_is_a_failed_reading_and_not_an_exception(fault: str, level: int, tmp_path: Path) -> None:
    limits = Limits(wall_seconds=1.0, reply_bytes=1 << 20)
    with readers_that(FAULTS[fault], tmp_path):
        started = time.monotonic()
        reading = read_at_level(EXTRACT, limits=limits, level=level)
        assert time.monotonic() - started < 20
        assert reading.refusal is not None
        assert reading.refusal.code == "reader_failed"


def test_a_child_that_needs_more_memory_than_allowed_is_contained() -> None:
    # The libraries alone need more than this, so that there is no room for the pixels of a page.
    picture = draw(Kind.KBIS, EXAMPLES[Kind.KBIS], media="png")
    reading = read_at_level(picture, limits=Limits(memory_bytes=64 << 20), level=1)
    assert reading.refusal is not None
    assert reading.refusal.code in {"reader_failed", "document_too_large"}


def test_the_working_folder_is_removed_and_abandoned_ones_are_swept(tmp_path: Path) -> None:
    abandoned = Path(tempfile.mkdtemp(prefix="vestibule-reader-999999999-"))
    mine = f"vestibule-reader-{os.getpid()}-*"
    before = set(Path(tempfile.gettempdir()).glob(mine))
    with readers_that("open(tempfile.mkstemp(dir=os.environ['TMPDIR'])[1], 'w').write('strip')", tmp_path) as nursery:
        ask(nursery, 1)
        assert not abandoned.exists()
        assert set(Path(tempfile.gettempdir()).glob(mine)) > before
    assert set(Path(tempfile.gettempdir()).glob(mine)) == before


def test_a_reply_survives_its_frame_and_no_other_frame_is_believed() -> None:
    reading = read_at_level(EXTRACT, limits=DEFAULT_LIMITS, level=1)
    frame = encode(reading)
    assert decode(frame, DEFAULT_LIMITS) == reading
    for bad in (b"", frame[:-5], frame + b"\x00\x00\x00\x01x", frame.replace(b"\xff\xd8\xff", b"GIF", 1)):
        with pytest.raises(MalformedReplyError):
            decode(bad, DEFAULT_LIMITS)


def test_a_reading_without_pictures_has_the_same_fields_and_none_are_believed() -> None:
    bare = replace(DEFAULT_LIMITS, pictures=False)
    pictured, reading = (read_at_level(EXTRACT, limits=limits, level=1) for limits in (DEFAULT_LIMITS, bare))
    assert reading.fields == pictured.fields
    assert [page.image for page in reading.pages] == [b""] * len(pictured.pages)
    assert decode(encode(reading), bare) == reading
    for frame, limits in ((encode(reading), DEFAULT_LIMITS), (encode(pictured), bare)):
        with pytest.raises(MalformedReplyError):
            decode(frame, limits)


def test_a_reply_with_more_pages_than_allowed_is_not_believed() -> None:
    frame = encode(read_at_level(EXTRACT, limits=DEFAULT_LIMITS, level=1))
    with pytest.raises(MalformedReplyError):
        decode(frame, Limits(max_pages=0))


ATTEMPTS = """
{
    "socket": lambda: socket.socket().close(),
    "connect": lambda: socket.create_connection(("127.0.0.1", 9)),
    "socket pair": lambda: socket.socketpair(),
    "read a password file": lambda: open("/etc/passwd").close(),
    "read a key file": lambda: open(SECRET).close(),
    "list a folder": lambda: os.listdir(os.path.dirname(SECRET)),
    "write outside": lambda: open(SECRET + ".new", "w").close(),
    "write into the package": lambda: open(warm.__file__, "a").close(),
    "write into the folder of all readings": lambda: open(os.environ["TMPDIR"] + "/note", "w").close(),
    "run a shell": lambda: subprocess.run(["/bin/sh", "-c", "true"], check=True),
    "signal the parent": lambda: os.kill(os.getppid(), 0),
    "signal everyone": lambda: os.kill(-1, 0),
    "read the parent's memory": lambda: open(f"/proc/{os.getppid()}/mem").close(),
    "read the parent's environment": lambda: open(f"/proc/{os.getppid()}/environ").close(),
    "leave the group": os.setsid,
    "join another group": lambda: os.setpgid(0, os.getppid()),
    "raise a limit": lambda: __import__("resource").setrlimit(__import__("resource").RLIMIT_AS, (-1, -1)),
}
"""
PROBE = """
SECRET = {secret!r}
def succeeds(action):
    try:
        action()
    except (OSError, ValueError):
        return False
    return True
attempts = {attempts}
if not {programs}:
    attempts["fork"] = lambda: os.fork() or os._exit(0)
    attempts["become another program"] = lambda: os.execv("/bin/true", ["/bin/true"])
allowed = {{"start a thread": lambda: threading.Thread(target=int).start()}}
if {programs}:
    allowed["run the OCR program"] = lambda: subprocess.run(["tesseract", "--version"], check=True, capture_output=True)
    allowed["write into its own folder"] = lambda: open(tempfile.mkstemp()[1], "w").close()
found = [[name for name in group if succeeds(group[name])] for group in (attempts, allowed)]
os.write(reply, json.dumps(found).encode())
"""


@pytest.mark.parametrize("level", [level for level in LEVELS if level >= 2])
@pytest.mark.parametrize("programs", [False, True])
def test_a_reader_can_do_nothing_but_read_and_run_the_ocr_program(level: int, programs: bool, tmp_path: Path) -> None:  # noqa: FBT001
    secret = tmp_path / "key"
    secret.write_text("secret")
    code = PROBE.format(secret=str(secret), attempts=ATTEMPTS.strip(), programs=programs)
    with readers_that(code, tmp_path, programs=programs) as nursery:
        outcome = ask(nursery, level)
    assert outcome.failure is None
    succeeded, allowed = json.loads(outcome.reply)
    assert succeeded == []
    assert allowed == ["start a thread", *(["run the OCR program", "write into its own folder"] if programs else [])]


def test_the_doctor_says_what_holds_here() -> None:
    found = doctor()
    assert found["mrz_model"] is True
    assert found["sandbox_level"] == available_level()
    assert isinstance(found["languages"], list)
    assert "fra" in found["languages"]


def test_a_reading_is_a_reading_whatever_the_bytes() -> None:
    assert isinstance(read_at_level(b"\x00" * 100, limits=DEFAULT_LIMITS, level=1), Reading)
