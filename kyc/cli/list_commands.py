# SPDX-License-Identifier: Apache-2.0
"""`kyc lists`: bring official lists in, look at what is screened against, and at what a version changed."""

import argparse
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from kyc.app import Application
from kyc.domain.case import Actor, ActorKind
from kyc.domain.errors import KycError
from kyc.services import list_changes, lists, lists_view
from kyc.services.list_changes import ChangeView
from kyc.services.lists import Imported
from kyc.services.lists_view import ListsView, SourceView, VersionView
from kyc.web.i18n import CONSOLE, texts

_CLI = Actor(ActorKind.SYSTEM, "cli")
_SHOWN = 200
_BY_HAND = "Fetch the file in a browser from the authority and run: kyc lists import FILE"
#: What to do next about a problem; the problem itself is said in the console's words.
_NEXT = {
    "LIST_UNREACHABLE": f"It is tried again by itself. If it lasts: {_BY_HAND}",
    "LIST_EMPTY": f"It is tried again by itself. If it lasts: {_BY_HAND}",
    "LIST_TOO_SHORT": f"It is tried again by itself. If it lasts: {_BY_HAND}",
    "LIST_WEB_PAGE": f"Open the authority's page: it may be closed for maintenance, or have moved. {_BY_HAND}",
    "LIST_REDIRECT_REFUSED": "If the authority moved, name the host in a new file in kyc/policies/sources.",
    "LIST_LICENCE_NEEDED": "With the licence bought, name the source in KYC_LICENSED_LISTS and import again.",
    "LIST_UNREADABLE": "Compare the file with the authority's page; import it as it was published, not re-saved.",
    "LIST_QUARANTINED": "Two persons release it on the console's page of lists, or it stays out.",
    "LIST_REFUSED": "The earlier version stays. Compare with the authority's page and wait for its next publication.",
    "LISTS_BUSY": "Run the command again in a minute.",
}


def add(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", application: Callable[[], Application]
) -> None:
    """Give the command line its `lists`."""
    parser = commands.add_parser("lists", help="sanctions and PEP lists: import, sync, status, diff")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    bring = actions.add_parser("import", help="import official list files through the gates")
    bring.add_argument("files", nargs="+", type=Path)
    bring.set_defaults(run=lambda arguments: _import(application(), arguments.files))
    sync = actions.add_parser("sync", help="fetch sources now (all configured ones by default)")
    sync.add_argument("sources", nargs="*")
    sync.set_defaults(run=lambda arguments: _sync(application(), arguments.sources))
    status = actions.add_parser("status", help="what is screened against, how fresh it is, what went wrong")
    status.set_defaults(run=lambda _: _status(application()))
    compare = actions.add_parser("diff", help="what the newest version of a source changed, or a version by its id")
    compare.add_argument("which", metavar="SOURCE|VERSION")
    compare.set_defaults(run=lambda arguments: _diff(application(), arguments.which))


def _import(application: Application, files: list[Path]) -> None:
    failed = False
    for file in files:
        _say(f"{file.name}: reading")
        try:
            result = lists.import_file(application.deps, _CLI, file)
        except (KycError, OSError) as error:
            failed = True
            _complain(file.name, error)
            continue
        failed |= _tell(file.name, result)
    if failed:
        sys.exit(1)


def _sync(application: Application, sources: list[str]) -> None:
    failed = False
    for source in sources or [name for name in application.list_intervals() if name != lists.DEMO]:
        _say(f"{source}: fetching")
        try:
            result = lists.sync(application.deps, source)
        except KycError as error:
            failed = True
            _complain(source, error)
            continue
        if result is None:
            _say(f"{source}: not changed since the last check")
        else:
            failed |= _tell(source, result)
    if failed:
        sys.exit(1)


def _tell(name: str, result: Imported) -> bool:
    """Say what came of a file; returns whether somebody has to do something."""
    said = {
        "active": "in use now; everybody is screened again for what changed",
        "unchanged": "is in use already; the check is noted",
        "quarantined": "HELD BACK by a gate; the earlier version stays in use",
        "refused": "REFUSED by a gate; the earlier version stays in use",
    }
    rejected = f", {result.rejected} records unreadable" if result.rejected else ""
    _say(
        f"{name}: {result.source} of {result.publication_id}, {result.entries} entries{rejected}: {said[result.state]}"
    )
    for problem in result.problems:
        _say(f"  {problem.severity}: {problem.text}")
    wrong = result.state in ("quarantined", "refused")
    if wrong:
        _say(f"  next: {_NEXT[f'LIST_{result.state.upper()}']}")
    return wrong


def _complain(name: str, error: KycError | OSError) -> None:
    if isinstance(error, OSError):
        _say(f"{name}: cannot be read: {error.strerror}")
        return
    detail = "".join(f" ({key}: {error.params[key]})" for key in ("reason", "host", "status") if key in error.params)
    _say(f"{name}: {_problem(error.code)}{detail}")
    _say(f"  next: {_NEXT.get(error.code, _BY_HAND)}")


def _problem(code: str) -> str:
    words = texts(CONSOLE, "en")
    key = f"lists.problem.{code}"
    return words.plain(key) if key in words else words.plain("lists.problem.other", code=code)


def _status(application: Application) -> None:
    deps = application.deps
    view, now = lists_view.everything(deps), deps.now()
    intervals = application.list_intervals()
    if view.list_set is None:
        _say("NO LIST IS IN USE: nothing can be approved. Run: kyc lists sync, or kyc lists import FILE")
    elif view.demo:
        _say("THE LISTS ARE FICTIONAL: live accounts cannot be approved.")
    missing = [name for name in view.required_live if name not in {each.source for each in view.sources if each.active}]
    if missing:
        _say(f"MISSING for live accounts: {', '.join(missing)}")
    for each in view.sources:
        if each.active or each.problem or each.phase:
            _say(_line(each, now, intervals.get(each.source)))
        if each.problem and each.problem_at:
            _say(f"         problem {_ago(now - each.problem_at)}: {_problem(each.problem)}")
            _say(f"         next: {_NEXT.get(each.problem, _BY_HAND)}")
    _tell_held(view)
    if view.rescreening:
        _say("Everybody is being screened again for what changed.")
    if view.waiting_cases:
        _say(f"{view.waiting_cases} cases wait for a whole screening.")


def _line(each: SourceView, now: datetime, interval: int | None) -> str:
    freshness = {"fresh": "fresh", "ageing": "AGEING", "stale": "STALE", "never": "NEVER"}[each.freshness]
    checked = f"checked {_ago(now - each.checked_at)}" if each.checked_at else "never checked"
    version = f"{each.active.publication_id}, {each.active.entries} entries" if each.active else "no version in use"
    asked = f", asked every {_span(timedelta(minutes=interval))}" if interval else ""
    limit = f", blocks after {_span(timedelta(hours=each.block_after_hours))}"
    going_on = f"; now {each.phase}" + (f" {each.progress} %" if each.progress else "") if each.phase else ""
    return f"{each.source:<8} {freshness:<7} {checked}{asked}{limit}; {version}{going_on}"


def _tell_held(view: ListsView) -> None:
    for version in view.versions:
        if version.state != "quarantined":
            continue
        first = (
            f"{version.vouched_by} stands for it, one more person is needed" if version.vouched_by_id else "two persons"
        )
        _say(f"HELD BACK: {version.source} of {version.publication_id} ({version.id}); to release: {first}")
        for problem in version.problems:
            _say(f"         {problem['severity']}: {problem['text']}")


def _diff(application: Application, which: str) -> None:
    deps = application.deps
    view = lists_view.everything(deps)
    version = next((each for each in view.versions if which in (each.id, each.source)), None)
    if version is None:
        _say(f"{which}: no such source or version; see kyc lists status")
        sys.exit(1)
    _say(_head(version))
    for each in list_changes.changes_of(deps, version.id, limit=_SHOWN):
        for line in _changed(each):
            _say(line)
    total = sum(version.delta.values()) if version.compared else 0
    if total > _SHOWN:
        _say(f"and {total - _SHOWN} more, on the console's page of lists")


def _head(version: VersionView) -> str:
    if not version.compared:
        return (
            f"{version.source} of {version.publication_id} ({version.id}): the first version, nothing to compare with"
        )
    delta = version.delta
    counts = f"+{delta['added']} -{delta['removed']} ~{delta['changed']}"
    return f"{version.source} of {version.publication_id} ({version.id}), against the version before it: {counts}"


def _changed(each: ChangeView) -> list[str]:
    sign = {"added": "+", "removed": "-", "changed": "~"}[each.kind]
    lines = [f"{sign} {each.ref} {each.name}"]
    for field in each.fields:
        parts = [f"no longer {', '.join(field.gone)}"] if field.gone else []
        parts += [f"now {', '.join(field.come)}"] if field.come else []
        lines.append(f"    {field.field}: {'; '.join(parts) or 'other details'}")
    return lines


def _ago(age: timedelta) -> str:
    return f"{_span(age)} ago" if age >= timedelta(0) else "in the future (look at the clock)"


def _span(span: timedelta) -> str:
    minutes = round(span.total_seconds() / 60)
    if minutes < 120:
        return f"{minutes} min"
    hours = round(minutes / 60)
    return f"{hours} h" if hours <= 72 else f"{round(hours / 24)} days"


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
