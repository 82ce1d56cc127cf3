# SPDX-License-Identifier: Apache-2.0
"""The project's own laws, read off the syntax tree: what ruff and mypy cannot know.

Each law is a function from a Module to the lines that break it. LAWS at the end names them all;
test_laws.py shows for each one a text that breaks it and one that keeps it.
"""

import ast
import io
import re
import tokenize
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from types import MappingProxyType

PRODUCT = ("kyc", "ocr", "screening", "workers")
MAX_FUNCTION = 60
MAX_MODULE = 400

# The edges of a process: below them nothing is left that could catch what nobody foresaw.
BROAD_EXCEPT_EDGES = (
    "workers/embedded.py",  # the edge of the sweeper's thread: one bad round must not end all others
    "kyc/services/jobs.py",  # the edge of a job: whatever fails counts as an attempt, the queue keeps moving
    "ocr/child/main.py",  # the sandboxed reader: a traceback would quote the document
    "ocr/child/signatures.py",  # whatever fails in a crooked signature, the pages are read all the same
)
FROZEN_HOMES = ("kyc/store/migrations/versions/",)  # never edited again; Alembic's shape
SUBPROCESS_HOMES = ("ocr/sandbox.py", "ocr/child/warm.py", "ocr/training/", "scripts/", "tests/")
CLOCK_HOMES = ("kyc/adapters/", "scripts/", "tests/")
COMMIT_HOMES = ("kyc/store/uow.py", "tests/")

CLOCK_CALLS = frozenset(
    f"{owner}.{call}"
    for owner, calls in {
        "datetime": ("now", "utcnow", "today"),
        "date": ("today",),
        "time": ("time", "time_ns"),
    }.items()
    for call in calls
)
PROCESS_CALL = re.compile(r"os\.(system|popen|fork|forkpty|posix_spawnp?|(exec|spawn)[lv]\w*)")
PROCESS_MODULES = frozenset({"subprocess", "multiprocessing", "pty"})
UNSAFE_MODULES = frozenset({"pickle", "cPickle", "marshal", "shelve", "dill", "jsonpickle"})
UNSAFE_KEYWORDS = MappingProxyType({"shell": True, "verify": False, "allow_pickle": True})
LOG_CALLS = {"debug", "info", "warning", "error", "exception", "critical", "log"}
PERSONAL_FIELDS = {
    *("surname", "given_names", "usage_name", "birth_name", "birth_date", "birth_place"),
    *("address", "email", "phone", "iban", "document_number", "mrz", "password", "token"),
}
LATER = re.compile(r"\b(TOD[O]|FIXM[E])\b")


@dataclass(frozen=True, slots=True)
class Module:
    """A Python file: its path from the repository's root with slashes, its text, its tree and what stands in it."""

    path: str
    text: str
    tree: ast.Module
    nodes: tuple[ast.AST, ...]  # of the tree, walked once for all laws
    calls: tuple[ast.Call, ...]

    @classmethod
    def parse(cls, path: str, text: str) -> "Module":
        """Return the module of `text`; SyntaxError when it is not Python."""
        tree = ast.parse(text, path)
        nodes = tuple(ast.walk(tree))
        return cls(path, text, tree, nodes, tuple(node for node in nodes if isinstance(node, ast.Call)))

    def stands_in(self, places: tuple[str, ...]) -> bool:
        """Return whether the file is one of `places` or below one that ends with a slash."""
        return any(self.path == p or (p.endswith("/") and self.path.startswith(p)) for p in places)

    def is_product(self) -> bool:
        """Return whether the file is part of the service, not of its tests or tools."""
        return PurePosixPath(self.path).parts[0] in PRODUCT


Law = Callable[[Module], Iterator[int]]


def dotted(node: ast.expr) -> str:
    """Return the last two names of a dotted expression ("datetime.now"), else ""."""
    match node:
        case ast.Attribute(value=ast.Name(id=owner) | ast.Attribute(attr=owner), attr=name):
            return f"{owner}.{name}"
        case ast.Name(id=name):
            return name
        case _:
            return ""


def imports(module: Module) -> Iterator[tuple[int, str]]:
    """Yield the line and the top-level name of every module imported."""
    for node in module.nodes:
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name.partition(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module.partition(".")[0]


def commit_belongs_to_the_unit_of_work(module: Module) -> Iterator[int]:
    """One use case is one transaction: only the unit of work commits."""
    if not module.stands_in(COMMIT_HOMES):
        for call in module.calls:
            if isinstance(call.func, ast.Attribute) and call.func.attr == "commit":
                yield call.lineno


def time_comes_from_the_clock(module: Module) -> Iterator[int]:
    """Deadlines of the law are computed from the Clock port, so that a test can set the date."""
    if not module.stands_in(CLOCK_HOMES):
        for call in module.calls:
            if dotted(call.func) in CLOCK_CALLS:
                yield call.lineno


def is_broad(kind: ast.expr | None) -> bool:
    """Return whether an except clause of this type catches what nobody foresaw."""
    if isinstance(kind, ast.Tuple):
        return any(is_broad(each) for each in kind.elts)
    return kind is None or dotted(kind) in {"Exception", "BaseException"}


def broad_except_only_at_the_edge(module: Module) -> Iterator[int]:
    """A fault nobody foresaw is caught at the edge of the process, or raised again at once."""
    if module.stands_in(BROAD_EXCEPT_EDGES):
        return
    for node in module.nodes:
        if isinstance(node, ast.ExceptHandler) and is_broad(node.type):
            last = node.body[-1]
            if not (isinstance(last, ast.Raise) and last.exc is None):
                yield node.lineno


def log_calls(module: Module) -> Iterator[ast.Call]:
    """Yield the calls of a logger: any name that ends in log, logger or logging."""
    for call in module.calls:
        if isinstance(call.func, ast.Attribute) and call.func.attr in LOG_CALLS:
            owner = dotted(call.func).partition(".")[0].lower().strip("_")
            if owner.endswith(("log", "logger", "logging")):
                yield call


def log_event_is_a_constant(module: Module) -> Iterator[int]:
    """An event's name is searched for in the logs, and a built string may carry personal data."""
    for call in log_calls(module):
        words = call.args[1:2] if dotted(call.func).endswith(".log") else call.args[:1]
        if not all(isinstance(word, ast.Constant) for word in words):
            yield call.lineno


def names_logged(call: ast.Call) -> Iterator[str]:
    """Yield the names in a log call: keywords, keys of extra, attributes, variables."""
    for keyword in call.keywords:
        if keyword.arg == "extra" and isinstance(keyword.value, ast.Dict):
            yield from (str(k.value) for k in keyword.value.keys if isinstance(k, ast.Constant))
        elif keyword.arg:
            yield keyword.arg
    for value in [*call.args, *(keyword.value for keyword in call.keywords)]:
        for node in ast.walk(value):
            if isinstance(node, ast.Attribute):
                yield node.attr
            elif isinstance(node, ast.Name):
                yield node.id


def no_personal_data_in_logs(module: Module) -> Iterator[int]:
    """Logs hold ids only: they are read by more people, and kept longer, than the file itself."""
    if module.is_product():
        for call in log_calls(module):
            if PERSONAL_FIELDS & set(names_logged(call)):
                yield call.lineno


def processes_only_in_the_sandbox(module: Module) -> Iterator[int]:
    """Another program is started in one place, with limits, or not at all."""
    if module.stands_in(SUBPROCESS_HOMES):
        return
    yield from (line for line, name in imports(module) if name in PROCESS_MODULES)
    yield from (call.lineno for call in module.calls if PROCESS_CALL.fullmatch(dotted(call.func)))


def no_unsafe_calls(module: Module) -> Iterator[int]:
    """Nothing that runs what it reads, no shell, no unchecked certificate."""
    yield from (line for line, name in imports(module) if name in UNSAFE_MODULES)
    for call in module.calls:
        if dotted(call.func) in {"eval", "exec", "yaml.load", "yaml.unsafe_load"}:
            yield call.lineno
        for keyword in call.keywords:
            value = keyword.value.value if isinstance(keyword.value, ast.Constant) else None
            unsafe = UNSAFE_KEYWORDS.get(keyword.arg or "")
            if unsafe is not None and value is unsafe:
                yield call.lineno


def functions_fit_a_screen(module: Module) -> Iterator[int]:
    """A function has at most MAX_FUNCTION lines, its docstring and decorators included."""
    if module.stands_in(FROZEN_HOMES):
        return
    for node in module.nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            if (node.end_lineno or first) - first + 1 > MAX_FUNCTION:
                yield node.lineno


def modules_stay_small(module: Module) -> Iterator[int]:
    """A module has at most MAX_MODULE lines."""
    if module.text.count("\n") > MAX_MODULE and not module.stands_in(FROZEN_HOMES):
        yield MAX_MODULE


def begins_with_licence_and_promise(module: Module) -> Iterator[int]:
    """A file begins with its SPDX header, and says in a docstring what it is for."""
    head = module.text.splitlines()[:2]
    if "# SPDX-License-Identifier: Apache-2.0" not in head or not ast.get_docstring(module.tree):
        yield 1


def no_promise_to_do_it_later(module: Module) -> Iterator[int]:
    """What is not done is an issue, not a comment."""
    if not LATER.search(module.text):
        return  # tokens are dear
    for token in tokenize.generate_tokens(io.StringIO(module.text).readline):
        if token.type == tokenize.COMMENT and LATER.search(token.string):
            yield token.start[0]


LAWS: Mapping[str, Law] = MappingProxyType(
    {
        law.__name__: law
        for law in (
            begins_with_licence_and_promise,
            broad_except_only_at_the_edge,
            commit_belongs_to_the_unit_of_work,
            functions_fit_a_screen,
            log_event_is_a_constant,
            modules_stay_small,
            no_personal_data_in_logs,
            no_promise_to_do_it_later,
            no_unsafe_calls,
            processes_only_in_the_sandbox,
            time_comes_from_the_clock,
        )
    }
)


def broken(module: Module) -> Iterator[str]:
    """Yield one line of text for each place where the module breaks a law."""
    for name, law in LAWS.items():
        for line in law(module):
            yield f"{module.path}:{line}: {name}: {law.__doc__}"
