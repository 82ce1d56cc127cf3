# SPDX-License-Identifier: Apache-2.0
"""Functions of pdfium called many times over: with plain numbers in place of the typed pointers of ctypes.

Those are made and checked anew for each call, which takes several times as long as what pdfium does.
"""

import ctypes
from collections.abc import Callable
from typing import Any, Final

NUMBER: Final = ctypes.c_int
PLACE: Final = ctypes.c_void_p


def plainly(function: Any, result: type, *arguments: type) -> Callable[..., int]:
    """Return a function of pdfium that takes and returns numbers and addresses of memory."""
    return ctypes.PYFUNCTYPE(result, *arguments)(address(function))


def address(thing: Any) -> int:
    """Return the address of a function, or that a pointer holds."""
    return ctypes.cast(thing, ctypes.c_void_p).value or 0
