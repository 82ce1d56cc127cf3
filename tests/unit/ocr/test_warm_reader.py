# SPDX-License-Identifier: Apache-2.0
"""Warm readers and their forks: one for each document, ready before it comes, and none that outlives its service."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ocr import DEFAULT_LIMITS, Kind, sandbox
from ocr.exchange import ABNORMAL
from ocr.nursery import Nursery
from ocr.sandbox import available_level
from ocr.specimens import EXAMPLES, draw
from tests.paths import ROOT
from tests.readers import ask, readers_that

pytestmark = pytest.mark.slow

LEVELS = range(1, available_level() + 1)
EXTRACT = draw(Kind.KBIS, EXAMPLES[Kind.KBIS], media="pdf")


@pytest.mark.parametrize("level", LEVELS)
def test_every_document_has_a_reader_of_its_own_that_knows_of_no_other(level: int, tmp_path: Path) -> None:
    code = """
met = getattr(warm, "met", None)
warm.met = os.read(document, 99).decode()
os.write(reply, json.dumps([os.getpid(), os.getppid(), met]).encode())
"""
    with readers_that(code, tmp_path) as nursery:
        answers = [json.loads(ask(nursery, level, word).reply) for word in (b"one", b"two", b"three")]
    readers, warm_readers, met = zip(*answers, strict=True)
    assert len(set(readers)) == 3
    assert len(set(warm_readers)) == 1
    assert set(met) == {None}


OPEN = """
def is_open(number):
    try:
        return bool(os.fstat(number))
    except OSError:
        return False
word = os.read(document, 9)
if word == b"wait":
    time.sleep(2)
os.write(reply, json.dumps([number for number in range(3, 1024) if is_open(number)]).encode())
"""


def test_a_reader_holds_no_descriptor_of_another(tmp_path: Path) -> None:
    with readers_that(OPEN, tmp_path) as nursery, ThreadPoolExecutor(2) as threads:
        ask(nursery, 1)
        waiting = threads.submit(ask, nursery, 1, b"wait")
        time.sleep(0.5)
        meanwhile = ask(nursery, 1)
        assert not waiting.done()
        assert len(json.loads(meanwhile.reply)) == 3
        assert len(json.loads(waiting.result().reply)) == 3


SAYS_WHETHER_IT_REHEARSED = "os.write(reply, b'%d %d' % (os.getpid(), hasattr(warm, 'rehearsed')))"


# The first fork is made at once; each later one finds that a second has passed.
ENDLESS_AFTER_THE_FIRST = "time.sleep(600 * (time.monotonic() - began > 0.9))"


def test_a_reader_waits_rehearsed_for_the_next_document(tmp_path: Path) -> None:
    rehearsal = "end = time.process_time() + 0.05\nwhile time.process_time() < end: pass\nwarm.rehearsed = True"
    with readers_that(SAYS_WHETHER_IT_REHEARSED, tmp_path, rehearsal=rehearsal) as nursery:
        readers = set()
        for _ in range(3):
            time.sleep(0.5)
            outcome = ask(nursery, 2)
            reader, rehearsed = outcome.reply.split()
            assert (rehearsed, outcome.failure) == (b"1", None)
            assert outcome.usage is not None
            assert outcome.usage.start_seconds >= 0.05 > outcome.usage.cpu_seconds
            readers.add(reader)
    assert len(readers) == 3


def test_a_document_does_not_wait_for_a_rehearsal(tmp_path: Path) -> None:
    rehearsal = f"{ENDLESS_AFTER_THE_FIRST}\nwarm.rehearsed = True"
    with readers_that(SAYS_WHETHER_IT_REHEARSED, tmp_path, rehearsal=rehearsal) as nursery:
        nursery.prepare(2)
        time.sleep(1)
        assert [ask(nursery, 2).reply.split()[1] for _ in range(3)] == [b"1", b"0", b"0"]


@pytest.mark.parametrize("level", [level for level in LEVELS if level == 2])
def test_no_document_can_write_into_the_folder_of_a_reader_that_waits(level: int, tmp_path: Path) -> None:
    code = """
try:
    open(os.read(document, 999).decode() + "/planted", "w").close()
except PermissionError:
    os.write(reply, b"refused")
"""
    with readers_that(code, tmp_path, rehearsal=ENDLESS_AFTER_THE_FIRST, programs=True) as nursery:
        nursery.prepare(level)
        time.sleep(1)
        ask(nursery, level)
        (warm,) = nursery._warm.values()
        (folder,) = Path(warm.workplace).iterdir()
        assert ask(nursery, level, str(folder).encode()).reply == b"refused"


def test_a_rehearsal_is_bounded_as_a_document_is(tmp_path: Path) -> None:
    bounds = tmp_path / "bounds"
    rehearsal = f"import resource\nopen({str(bounds)!r}, 'w').write(str(resource.getrlimit(resource.RLIMIT_CPU)[0]))"
    with readers_that("", tmp_path, rehearsal=rehearsal) as nursery:
        nursery.prepare(1)
    assert int(bounds.read_text()) == DEFAULT_LIMITS.cpu_seconds


@pytest.mark.parametrize("rehearsal", ["raise ValueError", "os._exit(3)", "sys.stdout = warm = None; os.abort()"])
def test_a_rehearsal_that_fails_costs_no_document(rehearsal: str, tmp_path: Path) -> None:
    with readers_that("os.write(reply, b'well')", tmp_path, rehearsal=rehearsal) as nursery:
        for _ in range(3):
            time.sleep(0.3)
            assert ask(nursery, 2).reply == b"well"


def test_a_reader_that_is_killed_while_it_waits_costs_no_document(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    with readers_that("os.write(reply, b'well')", tmp_path, rehearsal=_noting_its_number(pids)) as nursery:
        for count in range(1, 4):
            assert ask(nursery, 1).reply == b"well"
            waiting = _numbers(pids, count + 1)[-1]
            os.kill(waiting, signal.SIGKILL)
            _expect_dead(waiting)


def test_a_reader_that_is_killed_before_the_warm_reader_hands_over_costs_no_document(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    rehearsal = _noting_its_number(pids)
    with (
        readers_that("os.write(reply, b'well')", tmp_path, rehearsal=rehearsal) as nursery,
        ThreadPoolExecutor(1) as pool,
    ):
        nursery.prepare(1)
        (warm,) = nursery._warm.values()
        (waiting,) = _numbers(pids, 1)
        time.sleep(0.3)  # it has said that it waits
        os.kill(warm.process.pid, signal.SIGSTOP)
        asked = pool.submit(ask, nursery, 1)
        time.sleep(0.3)
        os.kill(waiting, signal.SIGKILL)
        _expect_dead(waiting)
        os.kill(warm.process.pid, signal.SIGCONT)
        assert asked.result().reply == b"well"


def test_a_reader_that_waits_ends_with_its_service(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    with readers_that("os.write(reply, b'well')", tmp_path, rehearsal=_noting_its_number(pids)) as nursery:
        assert ask(nursery, 1).reply == b"well"
        waiting = _numbers(pids, 2)[-1]
        assert _is_alive(waiting)
    _expect_dead(waiting)


def test_a_warm_reader_that_was_killed_is_replaced(tmp_path: Path) -> None:
    with readers_that("os.write(reply, b'%d' % os.getppid())", tmp_path) as nursery:
        first = int(ask(nursery, 1).reply)
        os.kill(first, signal.SIGKILL)
        second = int(ask(nursery, 1).reply)
    assert first != second


def test_a_warm_reader_that_dies_under_a_document_fails_this_one_only(tmp_path: Path) -> None:
    code = """
if os.read(document, 9) == b"kill":
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(60)
os.write(reply, b"well")
"""
    with readers_that(code, tmp_path) as nursery:
        assert ask(nursery, 1, b"kill").failure == ABNORMAL
        assert ask(nursery, 1).reply == b"well"


def test_a_warm_reader_serves_so_many_documents_and_so_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with readers_that("os.write(reply, b'%d' % os.getppid())", tmp_path) as nursery:
        monkeypatch.setattr("ocr.nursery._MOST_DOCUMENTS", 2)
        used = [int(ask(nursery, 1).reply) for _ in range(4)]
        assert used[0] == used[1] != used[2] == used[3]
        assert not _is_alive(used[0])
        monkeypatch.setattr("ocr.nursery._MOST_SECONDS", 0.0)
        assert int(ask(nursery, 1).reply) not in used


def test_a_warm_reader_that_is_replaced_finishes_what_it_has_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = "time.sleep(2 * (os.read(document, 9) == b'wait')); os.write(reply, b'%d' % os.getppid())"
    monkeypatch.setattr("ocr.nursery._MOST_DOCUMENTS", 1)
    with readers_that(code, tmp_path) as nursery, ThreadPoolExecutor(2) as threads:
        waiting = threads.submit(ask, nursery, 1, b"wait")
        time.sleep(0.5)
        other = int(ask(nursery, 1).reply)
        first = int(waiting.result().reply)
        assert first != other
        assert not _is_alive(first)


def test_a_reader_that_cannot_start_is_a_failed_reading(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sandbox, "_CHILD", tmp_path / "nothing.py")
        nursery = Nursery(sandbox._start)
        assert ask(nursery, 1).failure == "The reader could not be started."


def test_the_warm_reader_has_one_thread_when_it_forks(tmp_path: Path) -> None:
    nursery = Nursery(sandbox._start)
    try:
        assert ask(nursery, 2, EXTRACT).failure is None
        (warm,) = nursery._warm.values()
        assert len(list(Path(f"/proc/{warm.process.pid}/task").iterdir())) == 1
    finally:
        nursery.close()


ENDLESS = """
beside = subprocess.Popen(["sleep", "600"])
open({pids!r}, "w").write(f"{{os.getpid()}} {{beside.pid}} {{os.getppid()}}")
time.sleep(600)
"""
PARENT = """
import os, sys, threading
sys.path.insert(0, {root!r})
from pathlib import Path
from tests.readers import ask, readers_that
with readers_that({code!r}, Path({folder!r}), programs=True) as nursery:
    reading = threading.Thread(target=ask, args=(nursery, 1))
    reading.start()
    if {forks}:
        import time
        time.sleep(1)
        if os.fork() == 0:
            os.execv("/bin/sleep", ["sleep", "5"])
    reading.join()
"""


@pytest.mark.parametrize("forks", [False, True])
def test_nothing_outlives_a_parent_that_is_killed(tmp_path: Path, forks: bool) -> None:  # noqa: FBT001
    pids = tmp_path / "pids"
    code = ENDLESS.format(pids=str(pids))
    program = PARENT.format(root=str(ROOT), code=code, folder=str(tmp_path), forks=forks)
    parent = subprocess.Popen([sys.executable, "-c", program])
    started = [int(pid) for pid in next(_texts_of(pids)).split()]
    assert len(started) == 3
    assert all(_is_alive(pid) for pid in started)
    time.sleep(1.5 * forks)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    _expect_dead(*started)


def test_what_a_reader_started_ends_with_its_document(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    code = f"beside = subprocess.Popen(['sleep', '600']); open({str(pids)!r}, 'w').write(str(beside.pid))"
    with readers_that(code, tmp_path, programs=True) as nursery:
        assert ask(nursery, 1).failure is None
        _expect_dead(int(pids.read_text()))


def test_a_fork_of_this_process_starts_readers_of_its_own(tmp_path: Path) -> None:
    with readers_that("os.write(reply, b'%d' % os.getppid())", tmp_path) as nursery:
        mine = int(ask(nursery, 1).reply)
        ours, theirs = os.pipe()
        pid = os.fork()
        if pid == 0:
            nursery.forget()  # the hook of the module knows its own nursery only
            os.write(theirs, ask(nursery, 1).reply)
            nursery.close()
            os._exit(0)
        os.waitpid(pid, 0)
        assert int(os.read(ours, 99)) != mine
        assert int(ask(nursery, 1).reply) == mine
        os.close(ours)
        os.close(theirs)


def _texts_of(file: Path) -> Iterator[str]:
    """Yield what stands in a file, once something does, again and again."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if file.exists() and file.read_text():
            yield file.read_text()
        time.sleep(0.05)
    pytest.fail("the child did not start")


def _noting_its_number(file: Path) -> str:
    return f"open({str(file)!r}, 'a').write(f'{{os.getpid()}} ')"


def _numbers(file: Path, count: int) -> list[int]:
    """Return the numbers that forks have noted, once there are so many."""
    return next([int(pid) for pid in text.split()] for text in _texts_of(file) if text.count(" ") >= count)


def _expect_dead(*pids: int) -> None:
    deadline = time.monotonic() + 4
    while any(_is_alive(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(_is_alive(pid) for pid in pids)


def _is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state not in {"Z", "X"}
