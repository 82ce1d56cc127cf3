# SPDX-License-Identifier: Apache-2.0
"""The file in the merchant's words: checklist, the one next action, an honest timeline, the picture of shares.

States that differ for officers only (processing, in review, waiting for a second officer) are one state here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from markupsafe import Markup

from kyc.domain.case import State
from kyc.domain.checks import parse_date
from kyc.domain.errors import FieldProblem
from kyc.domain.party import WHOLE
from kyc.domain.policy import RequirementsPolicy
from kyc.domain.requirement import Requirement, Status, is_owner_by_share
from kyc.services.portal_view import Asked, FileDocument, FilePerson, FileView
from kyc.web.i18n import Texts
from kyc.web.portal_forms import grouped_siren

#: How long each thing takes, in minutes; told so that people can plan.
MINUTES = {
    "company_details": 3,
    "registration_document": 2,
    "representative_details": 1,
    "owners_details": 1,
    "person_details": 4,
    "identity_document": 2,
}
DOCUMENTS = ("registration_document", "identity_document")
_DATES = ("birth_date", "issue_date", "expiry_date")


class Phase(StrEnum):
    """Where the file stands, as the merchant sees it."""

    FILL = "fill"
    READY = "ready"
    ASKED = "asked"
    WITH_US = "with_us"
    AGAIN_WITH_US = "again_with_us"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


_PHASES = {
    State.PROCESSING: Phase.WITH_US,
    State.IN_REVIEW: Phase.WITH_US,
    State.PENDING_SECOND_APPROVAL: Phase.WITH_US,
    State.INFO_REQUESTED: Phase.ASKED,
    State.APPROVED: Phase.ACCEPTED,
    State.SUSPENDED: Phase.AGAIN_WITH_US,
    State.REFUSED: Phase.REFUSED,
    State.WITHDRAWN: Phase.WITHDRAWN,
    State.TERMINATED: Phase.ENDED,
}


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the checklist."""

    requirement: Requirement
    title: Markup
    href: str
    chip: str
    chip_key: str
    glyph: str
    minutes: int
    problem: str


@dataclass(frozen=True, slots=True)
class Request:
    """One thing that was asked for, in fixed neutral words, and whether something newer was sent since."""

    title: Markup
    reason_key: str
    href: str
    answered: bool


@dataclass(frozen=True, slots=True)
class Action:
    """The page's one next action."""

    text: Markup
    href: str
    note: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the timeline: `done`, `now` or `next`, with a sentence on when."""

    state: str
    key: str
    when: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One file as the merchant sees it: the key of its problem, if any, and what was read."""

    document: FileDocument
    problem_key: str
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Share:
    """One person's part of the bar: name, percentage, and position in hundredths of the whole."""

    name: str
    points: int
    x: float
    width: float
    tone: int


def phase_of(view: FileView) -> Phase:
    """Where the file stands."""
    if view.state is State.DRAFT:
        return Phase.READY if view.ready_to_submit else Phase.FILL
    return _PHASES[view.state]


def items_of(view: FileView, words: Texts) -> tuple[Item, ...]:
    """The checklist in the order in which a person would answer it."""
    return tuple(_item(view, words, each) for each in view.requirements)


def requests_of(view: FileView, words: Texts) -> tuple[Request, ...]:
    """What was asked for and is not closed yet; nothing while we look at the file ourselves."""
    if view.state is not State.INFO_REQUESTED:
        return ()
    by_name = {each.name: each for each in view.requirements}
    return tuple(
        _request(view, words, each, by_name[each.requirement]) for each in view.asked if each.requirement in by_name
    )


def next_action(view: FileView, words: Texts) -> Action | None:
    """The one thing to do now, or None where there is nothing to do."""
    if not view.editable:
        return None
    waiting = next((each for each in requests_of(view, words) if not each.answered), None)
    if waiting is not None:
        return Action(waiting.title, waiting.href, waiting.reason_key)
    step = view.next_requirement
    if step is not None:
        item = _item(view, words, step)
        verb, note = ("fix", item.problem) if item.problem else ("do", f"portal.why.{step.code}")
        if step.problem == "confirm_reading":
            verb, note = "confirm", "portal.next.confirm_note"
        return Action(words.t(f"portal.next.{verb}", what=item.title), item.href, note)
    key = "submit" if view.state is State.DRAFT else "submit_again"
    return Action(words.t(f"portal.next.{key}"), "/file/submit", f"portal.next.{key}_note")


def minutes_left(view: FileView) -> int:
    """Estimated minutes of what waits for the merchant."""
    return sum(MINUTES[each.code] for each in view.requirements if each.status in (Status.TO_DO, Status.TO_FIX))


def timeline(view: FileView, words: Texts, now: datetime) -> tuple[Step, ...]:
    """What happened and what comes, with dates where there are any, and no promise that is already broken."""
    phase = phase_of(view)
    sent = (Step("done", "sent", words.day(view.submitted_at)),) if view.submitted_at else ()
    if phase is Phase.WITHDRAWN:  # what never happened is not shown as done
        ended = words.day(view.ended_on) if view.ended_on else ""
        return (*sent, Step("done", "closed", ended))
    filled = Step("now" if phase in (Phase.FILL, Phase.READY) else "done", "fill", "")
    steps = [filled, *(sent or (Step("next", "sent", ""),))]
    if phase is Phase.ASKED:
        asked_at = max((each.at for each in view.asked), default=None)
        steps.append(Step("now", "asked", words.day(asked_at) if asked_at else ""))
    return (*steps, _review_step(view, words, now, phase), *_outcome(view, words, phase))


def _outcome(view: FileView, words: Texts, phase: Phase) -> tuple[Step, ...]:
    """How it went on after the review, as far as it did."""
    answered = words.day(view.answered_at) if view.answered_at else ""
    accepted = Step("done", "accepted", answered)
    match phase:
        case Phase.ACCEPTED:
            return (accepted,)
        case Phase.AGAIN_WITH_US:
            return (accepted, Step("now", "again", ""))
        case Phase.ENDED:
            return (accepted, Step("done", "ended", words.day(view.ended_on) if view.ended_on else ""))
        case Phase.REFUSED:
            return (Step("done", "refused", answered),)
        case _:
            return (Step("next", "answer", ""),)


def title_of(view: FileView, words: Texts, requirement: Requirement) -> Markup:
    """What a requirement is called on the page; a person's own carries the name."""
    if requirement.code in ("person_details", "identity_document"):
        return words.t(f"portal.item.{requirement.code}", name=name_of(view, words, requirement.party_id))
    return words.t(f"portal.item.{requirement.code}")


def name_of(view: FileView, words: Texts, person_id: str | None) -> str:
    """A person's name, or a stand-in while it is not typed yet."""
    found = next((each.person.display_name for each in view.people if each.id == person_id), "")
    return found or words.plain("portal.people.unnamed")


def shares(people: Sequence[FilePerson], field: str, words: Texts) -> tuple[Share, ...]:
    """The stacked bar of capital or votes; the SVG is 100 wide."""
    result, start = [], 0.0
    for tone, each in enumerate(people):
        points = getattr(each.roles, field)
        if points:
            width = points * 100 / WHOLE
            name = each.person.display_name or words.plain("portal.people.unnamed")
            result.append(Share(name, points, round(start, 2), round(width, 2), tone % 6))
            start += width
    return tuple(result)


def owners_missed(people: Sequence[FilePerson], policy: RequirementsPolicy) -> tuple[FilePerson, ...]:
    """People whose share alone makes them beneficial owners, and who are not marked so."""
    return tuple(each for each in people if is_owner_by_share(each.roles, policy) and not each.roles.beneficial_owner)


def shown_document(document: FileDocument, words: Texts) -> Shown:
    """One file in the reader's words."""
    values = tuple((words.plain(f"portal.read.{name}"), _value(name, value, words)) for name, value in document.values)
    return Shown(document, problem_key(document.problem, words) if document.problem else "", values)


def problem_key(code: str, words: Texts) -> str:
    """The key of the sentence on what is wrong with a file; unknown codes have a general one."""
    key = f"portal.file_problems.{code}"
    return key if key in words else "portal.file_problems.other"


def field_problems(problems: Sequence[FieldProblem], words: Texts) -> dict[str, str]:
    """One sentence a field: the first one wins."""
    found: dict[str, str] = {}
    for each in problems:
        name = each.field.removeprefix("address.")
        key = f"portal.fields.{each.code}"
        own = f"portal.fields.{each.code}_{name}"
        found.setdefault(name, words.plain(own if own in words else key))
    return found


def _item(view: FileView, words: Texts, requirement: Requirement) -> Item:
    chip, key, glyph = _chip(view, words, requirement)
    problem = ""
    if requirement.status is Status.TO_FIX and requirement.problem:
        problem = problem_key(requirement.problem, words)
    return Item(
        requirement=requirement,
        title=title_of(view, words, requirement),
        href=href_of(requirement),
        chip=chip,
        chip_key=f"portal.chip.{key}",
        glyph=glyph,
        minutes=MINUTES[requirement.code],
        problem=problem,
    )


def _chip(view: FileView, words: Texts, requirement: Requirement) -> tuple[str, str, str]:
    if any(each.href == href_of(requirement) and not each.answered for each in requests_of(view, words)):
        return "fix", "asked", "message-square"
    if requirement.status is Status.DONE:
        return "done", "done", "check"
    if not view.editable:
        return "wait", "with_us", "clock"
    if requirement.status is Status.BEING_CHECKED:
        reading = any(each.state == "received" for each in view.documents_for(requirement))
        return "wait", "reading" if reading else "with_us", "clock"
    if requirement.status is Status.TO_FIX:
        return "fix", "to_fix", "triangle-alert"
    if requirement.problem == "confirm_reading":
        return "fix", "to_confirm", "eye"
    return "todo", "to_do", "circle-dashed"


def href_of(requirement: Requirement) -> str:
    """The page on which a requirement is answered."""
    match requirement.code:
        case "company_details":
            return "/file/company"
        case "representative_details" | "owners_details":
            return "/file/people"
        case "person_details":
            return f"/file/people/{requirement.party_id}"
        case code:
            return f"/file/documents/{code}/{requirement.party_id}"


def _request(view: FileView, words: Texts, asked: Asked, requirement: Requirement) -> Request:
    newer = any(each.uploaded_at > asked.at for each in view.documents_for(requirement))
    return Request(
        title=title_of(view, words, requirement),
        reason_key=f"portal.asked.{asked.reason}",
        href=href_of(requirement),
        answered=newer and requirement.status in (Status.DONE, Status.BEING_CHECKED),
    )


def _review_step(view: FileView, words: Texts, now: datetime, phase: Phase) -> Step:
    if phase is Phase.WITH_US:
        if view.due_at is None:
            return Step("now", "review", "")
        key = "portal.timeline.expected" if now <= view.due_at else "portal.timeline.late"
        return Step("now", "review", words.plain(key, date=words.day(view.due_at)))
    waiting = phase in (Phase.FILL, Phase.READY, Phase.ASKED)
    return Step("next" if waiting else "done", "review", "")


def _value(name: str, value: str, words: Texts) -> str:
    if name in _DATES:
        day = parse_date(value)
        return words.day(day) if day else value
    return grouped_siren(value) if name == "siren" else value
