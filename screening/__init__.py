# SPDX-License-Identifier: Apache-2.0
"""Screening of merchants and persons against sanctions and PEP lists: files in, reasons out.

No network, no database: lists are read with `parse`, judged with `check`, compared with `diff`,
prepared with `build_index` and searched with `Index.search`.
"""

from screening.changes import Change, Delta, GateProblem, diff
from screening.compare import compare
from screening.gates import check
from screening.index import Index, build_index
from screening.layout import UnusableIndex
from screening.lists.reader import LICENSED, parse
from screening.models import (
    Category,
    Entry,
    EntryType,
    Function,
    Identifier,
    ListFile,
    ListSource,
    Name,
    PartialDate,
    RejectedRecord,
    UnlicensedList,
    UnrecognisedList,
)
from screening.parameters import ENGINE_VERSION, PARAMETERS, parameters_sha256
from screening.parties import Parties
from screening.results import Comparison, Contribution, Hit, Query

__all__ = [
    "ENGINE_VERSION",
    "LICENSED",
    "PARAMETERS",
    "Category",
    "Change",
    "Comparison",
    "Contribution",
    "Delta",
    "Entry",
    "EntryType",
    "Function",
    "GateProblem",
    "Hit",
    "Identifier",
    "Index",
    "ListFile",
    "ListSource",
    "Name",
    "PartialDate",
    "Parties",
    "Query",
    "RejectedRecord",
    "UnlicensedList",
    "UnrecognisedList",
    "UnusableIndex",
    "build_index",
    "check",
    "compare",
    "diff",
    "parameters_sha256",
    "parse",
]
