# SPDX-License-Identifier: Apache-2.0
"""Landlock by its three system calls (kernel documentation, userspace-api/landlock.rst).

Where the kernel has no Landlock nothing is done and enforce() says so; the seccomp filter and, at
level 3, the mount namespace stand beside it.
"""

import ctypes
import errno
import os
import stat
from collections.abc import Iterable

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
        abi = version()
        self._handled = _rights(abi)
        self._ruleset: int | None = None
        if abi == 0:
            return
        rules = _Ruleset(self._handled, _TCP if abi >= 4 else 0, _SCOPES if abi >= 6 else 0)
        # Older kernels refuse a larger structure than they know, unless the rest is zero; it is.
        self._ruleset = _call(_CREATE_RULESET, ctypes.byref(rules), ctypes.c_size_t(ctypes.sizeof(rules)), 0)
        _allow(self._ruleset, readable, _READ & self._handled)
        _allow(self._ruleset, writable, self._handled & ~_EXECUTE)
        _allow(self._ruleset, runnable, (_READ_FILE | _EXECUTE) & self._handled)

    def enforce(self, writable: Iterable[str]) -> bool:
        """Deny this process every other file for good, some more writable ones apart; False without Landlock."""
        if self._ruleset is None:
            return False
        _allow(self._ruleset, writable, self._handled & ~_EXECUTE)
        _call(_RESTRICT_SELF, self._ruleset, 0)
        os.close(self._ruleset)
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
