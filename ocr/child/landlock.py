# SPDX-License-Identifier: Apache-2.0
"""Landlock by its three system calls (kernel documentation, userspace-api/landlock.rst).

Where the kernel has no Landlock nothing is done and enforce() says so; the seccomp filter and, at
level 3, the mount namespace stand beside it.
"""

import ctypes
import errno
import os
import stat
from collections.abc import Iterable, Sequence

# Generic system call numbers, the same on every architecture since Linux 5.1.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION_FLAG = 1
_RULE_PATH_BENEATH = 1

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_REFER, _TRUNCATE, _IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15
_FIRST_VERSION = (1 << 13) - 1  # the rights of ABI 1: execute to make_sym
_FILE_RIGHTS = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV
_READ = _READ_FILE | _READ_DIR
_TCP = 0b11  # bind and connect, ABI 4
_SCOPES = 0b11  # abstract UNIX sockets and signals, ABI 6
_LIBC = ctypes.CDLL(None, use_errno=True)  # once: ctypes makes a class for each


class _Ruleset(ctypes.Structure):
    _fields_ = (
        ("handled_access_fs", ctypes.c_uint64),
        ("handled_access_net", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32))


def version() -> int:
    """Return the ABI version of the kernel's Landlock, 0 where it is absent or switched off."""
    found = _LIBC.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _VERSION_FLAG)
    return max(0, int(found))


class Rules:
    """The files that a process may use; made once, enforced by each process for itself."""

    def __init__(self, *, readable: Iterable[str], writable: Iterable[str], runnable: Iterable[str]) -> None:
        self._abi = version()
        handled = _rights(self._abi)
        readable, writable, runnable = tuple(readable), tuple(writable), tuple(runnable)
        self._allowed = (
            (readable, _READ & handled),
            (writable, handled & ~_EXECUTE),
            (runnable, (_READ_FILE | _EXECUTE) & handled),
        )
        self._ruleset = None if self._abi == 0 else self._made()

    def _made(self, writable: Iterable[str] = ()) -> int:
        """Return the descriptor of a ruleset that allows some more folders to be written."""
        handled = _rights(self._abi)
        rules = _Ruleset(handled, _TCP if self._abi >= 4 else 0, _SCOPES if self._abi >= 6 else 0)
        # Older kernels refuse a larger structure than they know, unless the rest is zero; it is.
        ruleset = _call(_CREATE_RULESET, ctypes.byref(rules), ctypes.c_size_t(ctypes.sizeof(rules)), 0)
        for paths, rights in (*self._allowed, (writable, handled & ~_EXECUTE)):
            _allow(ruleset, paths, rights)
        return ruleset

    def enforce(self, writable: Sequence[str]) -> bool:
        """Deny this process every other file for good, some more writable ones apart; False without Landlock.

        A ruleset is one object in the kernel for all forks that hold it, so what is added for one goes into its own.
        """
        if self._ruleset is None:
            return False
        ruleset = self._made(writable) if writable else self._ruleset
        _call(_RESTRICT_SELF, ruleset, 0)
        os.close(ruleset)
        return True


def _rights(abi: int) -> int:
    handled = _FIRST_VERSION
    for since, right in ((2, _REFER), (3, _TRUNCATE), (5, _IOCTL_DEV)):
        if abi >= since:
            handled |= right
    return handled


def _allow(ruleset: int, paths: Iterable[str], rights: int) -> None:
    for path in paths:
        try:
            descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except FileNotFoundError:
            continue
        try:
            folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
            rule = _PathBeneath(rights if folder else rights & _FILE_RIGHTS, descriptor)
            _call(_ADD_RULE, ruleset, _RULE_PATH_BENEATH, ctypes.byref(rule), 0)
        finally:
            os.close(descriptor)


def _call(number: int, *arguments: object) -> int:
    result = int(_LIBC.syscall(number, *arguments))
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"landlock: {errno.errorcode.get(code, code)}")
    return result
