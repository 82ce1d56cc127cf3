# SPDX-License-Identifier: Apache-2.0
"""Each law of laws.py catches what it forbids and lets pass what it allows."""

import pytest

from tests.lint import laws

HEAD = '# SPDX-License-Identifier: Apache-2.0\n"""A module."""\n'

# law, path of the file, text that follows HEAD
BREAKS = [
    ("commit_belongs_to_the_unit_of_work", "kyc/services/intake.py", "session.commit()"),
    ("time_comes_from_the_clock", "kyc/domain/case.py", "at = datetime.now(UTC)"),
    ("time_comes_from_the_clock", "ocr/identity.py", "at = datetime.datetime.utcnow()"),
    ("time_comes_from_the_clock", "kyc/services/jobs.py", "day = date.today()"),
    ("time_comes_from_the_clock", "screening/score.py", "at = time.time()"),
    ("broad_except_only_at_the_edge", "kyc/a.py", "try:\n    f()\nexcept Exception:\n    pass"),
    ("broad_except_only_at_the_edge", "kyc/a.py", "try:\n    f()\nexcept:\n    pass"),
    (
        "broad_except_only_at_the_edge",
        "kyc/a.py",
        "try:\n    f()\nexcept (ValueError, Exception) as e:\n    raise Other from e",
    ),
    ("log_event_is_a_constant", "kyc/a.py", 'log.info(f"case {case.id}")'),
    ("log_event_is_a_constant", "kyc/a.py", 'logger.error("case %s" % case_id)'),
    ("log_event_is_a_constant", "kyc/a.py", 'self._log.log(20, "a" + b)'),
    ("no_personal_data_in_logs", "kyc/a.py", 'log.info("read", extra={"surname": value})'),
    ("no_personal_data_in_logs", "kyc/a.py", 'log.info("read %s", person.birth_date)'),
    ("no_personal_data_in_logs", "kyc/a.py", 'log.info("sent", extra={"to": email})'),
    ("processes_only_in_the_sandbox", "kyc/a.py", "import subprocess"),
    ("processes_only_in_the_sandbox", "ocr/mrz.py", "from multiprocessing import Pool"),
    ("processes_only_in_the_sandbox", "workers/app.py", 'os.system("ls")'),
    ("no_unsafe_calls", "kyc/a.py", "import pickle"),
    ("no_unsafe_calls", "kyc/a.py", "yaml.load(text)"),
    ("no_unsafe_calls", "kyc/a.py", "eval(text)"),
    ("no_unsafe_calls", "tests/a.py", 'run("ls", shell=True)'),
    ("no_unsafe_calls", "kyc/a.py", "httpx.get(url, verify=False)"),
    ("no_unsafe_calls", "screening/a.py", "numpy.load(path, allow_pickle=True)"),
    ("functions_fit_a_screen", "kyc/a.py", "def f():\n" + "    x = 1\n" * 60),
    ("modules_stay_small", "kyc/a.py", "x = 1\n" * 399),
    ("no_promise_to_do_it_later", "kyc/a.py", "x = 1  # TO" + "DO: y"),
]
KEEPS = [
    ("commit_belongs_to_the_unit_of_work", "kyc/store/uow.py", "session.commit()"),
    ("time_comes_from_the_clock", "kyc/adapters/system_clock.py", "at = datetime.now(UTC)"),
    ("time_comes_from_the_clock", "kyc/domain/case.py", "at = clock.now()"),
    ("time_comes_from_the_clock", "kyc/services/jobs.py", "start = time.monotonic()"),
    ("broad_except_only_at_the_edge", "kyc/a.py", "try:\n    f()\nexcept ValueError:\n    pass"),
    (
        "broad_except_only_at_the_edge",
        "kyc/store/uow.py",
        "try:\n    f()\nexcept BaseException:\n    rollback()\n    raise",
    ),
    ("log_event_is_a_constant", "kyc/a.py", 'log.info("case.opened", extra={"case": case_id})'),
    ("log_event_is_a_constant", "kyc/a.py", 'logger.log(level, "case.opened")'),
    ("log_event_is_a_constant", "kyc/a.py", "math.log(x + 1)"),
    ("log_event_is_a_constant", "kyc/a.py", "catalogue.info(a + b)"),
    ("no_personal_data_in_logs", "kyc/a.py", 'log.info("read", extra={"document": document.id})'),
    ("no_personal_data_in_logs", "tests/a.py", 'log.info("read", extra={"surname": value})'),
    ("processes_only_in_the_sandbox", "ocr/sandbox.py", "import subprocess"),
    ("processes_only_in_the_sandbox", "ocr/training/train.py", "import subprocess"),
    ("processes_only_in_the_sandbox", "tests/servers.py", "import subprocess"),
    ("processes_only_in_the_sandbox", "kyc/a.py", "from .subprocess import x"),
    ("no_unsafe_calls", "kyc/a.py", "yaml.safe_load(text)"),
    ("no_unsafe_calls", "kyc/a.py", "webhook.verify(body, headers)"),
    ("no_unsafe_calls", "kyc/a.py", "httpx.get(url, verify=True)"),
    ("functions_fit_a_screen", "kyc/a.py", "def f():\n" + "    x = 1\n" * 59),
    ("modules_stay_small", "kyc/a.py", "x = 1\n" * 398),
    ("no_promise_to_do_it_later", "kyc/a.py", 'WORDS = "TO" "DO"  # Spanish: all'),
]


@pytest.mark.parametrize(("law", "path", "text"), BREAKS)
def test_a_law_catches_what_it_forbids(law: str, path: str, text: str) -> None:
    assert list(laws.LAWS[law](laws.Module.parse(path, HEAD + text)))


@pytest.mark.parametrize(("law", "path", "text"), KEEPS)
def test_a_law_lets_pass_what_it_allows(law: str, path: str, text: str) -> None:
    assert not list(laws.LAWS[law](laws.Module.parse(path, HEAD + text)))


@pytest.mark.parametrize("text", ["x = 1", '"""Said."""', "# SPDX-License-Identifier: Apache-2.0\nx"])
def test_a_file_without_header_or_docstring_is_caught(text: str) -> None:
    module = laws.Module.parse("kyc/a.py", text)
    assert list(laws.begins_with_licence_and_promise(module)) == [1]


def test_a_header_may_follow_the_line_that_names_the_interpreter() -> None:
    module = laws.Module.parse("scripts/a.py", f"#!/usr/bin/env python3\n{HEAD}")
    assert not list(laws.broken(module))


def test_every_law_has_a_text_that_breaks_it_and_one_that_keeps_it() -> None:
    shown_elsewhere = {"begins_with_licence_and_promise"}
    for examples in (BREAKS, KEEPS):
        assert {law for law, _, _ in examples} | shown_elsewhere == set(laws.LAWS)


def test_a_broken_law_is_reported_with_place_and_reason() -> None:
    module = laws.Module.parse("kyc/a.py", f"{HEAD}import pickle")
    [line] = laws.broken(module)
    assert line.startswith("kyc/a.py:3: no_unsafe_calls: Nothing that runs what it reads")
