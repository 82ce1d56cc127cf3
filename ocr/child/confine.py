# SPDX-License-Identifier: Apache-2.0
"""Confinement that a reader puts on itself before it reads the first byte of a document."""

import ctypes
import errno
import fcntl
import os
import resource
import select
import signal
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from ocr.child import landlock
from ocr.models import DEFAULT_LIMITS, Limits

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_SET_NO_NEW_PRIVS = 38
_F_SETSIG = 10  # linux/fcntl.h; Python's fcntl does not name it
_CLONE_NEWUSER = 0x10000000
_CLONE_THREAD = 0x00010000
_SCRATCH_BYTES = 48 * 1024 * 1024  # the OCR program is handed its pictures as files
_OPEN_FILES = 64
_HIGHEST_DESCRIPTOR = 1 << 20  # fs.nr_open

# Nothing that a decoder or the OCR program needs; each gives EPERM. Signals to others, new sessions
# and groups are refused so that the parent's kill of the group always reaches everything.
_REFUSED_CALLS = (
    *("socket", "socketpair", "connect", "bind", "listen", "accept", "accept4"),
    *("sendto", "sendmsg", "sendmmsg"),
    *("ptrace", "process_vm_readv", "process_vm_writev", "kcmp", "pidfd_getfd", "process_madvise"),
    *("kill", "tkill", "tgkill", "pidfd_send_signal", "rt_sigqueueinfo", "rt_tgsigqueueinfo"),
    *("setsid", "setpgid", "unshare", "setns", "chroot", "pivot_root"),
    *("mount", "umount2", "move_mount", "open_tree", "fsopen", "fsmount", "mount_setattr"),
    *("keyctl", "add_key", "request_key", "bpf", "perf_event_open", "userfaultfd"),
    *("io_uring_setup", "io_uring_enter", "io_uring_register"),
    *("init_module", "finit_module", "delete_module", "kexec_load", "kexec_file_load", "reboot"),
    *("name_to_handle_at", "open_by_handle_at", "memfd_create", "swapon", "swapoff", "acct"),
    *("setuid", "setgid", "setreuid", "setregid", "setresuid", "setresgid", "setgroups", "capset"),
)

_PROGRAM_CALLS = ("execve", "execveat", "fork", "vfork")
_LIBC = ctypes.CDLL(None, use_errno=True)  # once: ctypes makes a class for each


class Cage:
    """What confines a reader; prepared before there is a document, so that entering it takes a few milliseconds."""

    def __init__(self, *, level: int, readable: Iterable[str], programs: bool) -> None:
        self._level = level
        if level >= 2:
            # The filter first: finding libseccomp reads and runs what Landlock closes.
            self._filter = _refused_calls(programs=programs)
            runnable = _runnable() if programs else []
            self._files = landlock.Rules(readable=readable, writable=["/dev/null"], runnable=runnable)

    def enter(self, *, kept: int, scratch: str | None, parent: int) -> None:
        """Confine this process and all it starts; raises OSError or RuntimeError if a promise fails.

        kept is the one descriptor that stays open, scratch the one folder that may be written, parent the process whose
        end is to be this one's too. Until limit() sets the bounds of the document that comes, the usual ones hold.
        """
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            raise RuntimeError("the parent is gone")
        _prctl(_PR_SET_NO_NEW_PRIVS, 1)
        _prctl(_PR_SET_DUMPABLE, 0)
        if self._level >= 2:
            self._files.enforce([scratch] if scratch else [])
            self._filter.load()
        os.closerange(3, kept)
        os.closerange(kept + 1, _HIGHEST_DESCRIPTOR)  # others may lead to another document
        _limit_resources(DEFAULT_LIMITS, for_good=False)


def limit(limits: Limits, leash: int) -> None:
    """Bound this process and all it starts for one document; raises OSError or RuntimeError if a promise fails."""
    hold_leash(leash)
    _limit_resources(limits, for_good=True)


def _limit_resources(limits: Limits, *, for_good: bool) -> None:
    for name, bound in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_FSIZE, _SCRATCH_BYTES),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(name, (bound, bound if for_good else resource.getrlimit(name)[1]))


def hold_leash(leash: int) -> None:
    """Let the kernel kill the whole process group the moment the service's end of the pipe closes.

    PR_SET_PDEATHSIG reaches only this process, is cleared for the OCR program that it starts and fires when the
    thread ends that started it; an asynchronous descriptor owned by the group has none of these faults, and kills
    also while C code holds this process.
    """
    fcntl.fcntl(leash, fcntl.F_SETOWN, -os.getpgrp())
    fcntl.fcntl(leash, _F_SETSIG, signal.SIGKILL)
    fcntl.fcntl(leash, fcntl.F_SETFL, fcntl.fcntl(leash, fcntl.F_GETFL) | os.O_ASYNC)
    os.set_inheritable(leash, False)
    watch = select.poll()
    watch.register(leash, select.POLLIN)
    if watch.poll(0):
        raise RuntimeError("the service is gone")


def _prctl(option: int, value: int) -> None:
    if _LIBC.prctl(option, value, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), f"prctl {option}")


def _runnable() -> list[str]:
    """Return the files that may be executed: the OCR program and the loader of dynamic programs."""
    found = [Path(path) for path in _first_in_path("tesseract")]
    for folder in ("/lib64", "/lib"):
        found += Path(folder).glob("ld-linux*")
    return [str(path.resolve()) for path in found]


def _first_in_path(name: str) -> Iterator[str]:
    for folder in os.environ.get("PATH", "").split(":"):
        if os.access(f"{folder}/{name}", os.X_OK):
            yield f"{folder}/{name}"
            return


def _refused_calls(*, programs: bool) -> Any:
    pyseccomp = import_module("pyseccomp")  # loads libseccomp, which level 1 does without
    rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    for name in _REFUSED_CALLS if programs else (*_REFUSED_CALLS, *_PROGRAM_CALLS):
        rules.add_rule(pyseccomp.ERRNO(errno.EPERM), name)
    into_user_namespace = pyseccomp.Arg(0, pyseccomp.MASKED_EQ, _CLONE_NEWUSER, _CLONE_NEWUSER)
    rules.add_rule(pyseccomp.ERRNO(errno.EPERM), "clone", into_user_namespace)
    if not programs:  # threads may be made, processes not
        a_process = pyseccomp.Arg(0, pyseccomp.MASKED_EQ, _CLONE_THREAD, 0)
        rules.add_rule(pyseccomp.ERRNO(errno.EPERM), "clone", a_process)
    # The flags of clone3 stand in memory that a filter cannot read; without it libc uses clone.
    rules.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "clone3")
    return rules
