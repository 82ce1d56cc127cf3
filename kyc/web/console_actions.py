# SPDX-License-Identifier: Apache-2.0
"""What officers send: each form is one use case; one that is refused comes back with everything that was typed."""

from collections.abc import Callable, Mapping

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from kyc.domain.case import State
from kyc.domain.decision import Outcome
from kyc.domain.errors import ConflictError, FieldProblem, InvalidError
from kyc.services import review
from kyc.web import csrf
from kyc.web.console_case import case_page, not_accepted
from kyc.web.console_session import PATH, ConsoleRoute, Posted, Sent
from kyc.web.forms import fields_of, raw_text, text, texts_of
from kyc.web.pages import status_of

router = APIRouter(prefix=f"{PATH}/cases/{{case_id}}", route_class=ConsoleRoute)
#: What is said after a decision, by the state that it led to.
_DECIDED = {
    State.APPROVED: "approved",
    State.REFUSED: "refused",
    State.PENDING_SECOND_APPROVAL: "proposed",
    State.IN_REVIEW: "sent_back",
    State.SUSPENDED: "sent_back",
}


@router.post("/take")
def take(case_id: str, sent: Posted) -> Response:
    """Assign the case to oneself."""
    here = sent.visit
    return _do(sent, case_id, "take", lambda: review.take_case(here.deps, here.officer, case_id), "taken", "case")


@router.post("/documents/{document_id}/open")
def open_document(case_id: str, document_id: str, sent: Posted) -> Response:
    """Record that the document was looked at, and show it; a script asks with `quiet` and stays on its page."""
    review.open_document(sent.visit.deps, sent.visit.officer, case_id, document_id)
    if text(sent.form, "quiet"):
        return Response(status_code=204)
    return RedirectResponse(f"{PATH}/cases/{case_id}/documents/{document_id}", status_code=303)


@router.post("/alerts/{alert_id}")
def settle_alert(case_id: str, alert_id: str, sent: Posted) -> Response:
    """Clear an alert as somebody else, or confirm the match."""
    here, form = sent.visit, sent.form
    verdict = text(form, "verdict")

    def settle() -> None:
        if verdict not in ("clear", "confirm"):
            raise InvalidError("FORM_INVALID", problems=(FieldProblem("verdict", "required"),))
        review.settle_alert(
            here.deps,
            here.officer,
            case_id,
            alert_id,
            confirmed=verdict == "confirm",
            reason_code=text(form, "reason_code") if verdict == "clear" else "",
            compared=texts_of(form, "compared"),
            comment=raw_text(form, "comment").strip(),
        )

    done = "alert_confirmed" if verdict == "confirm" else "alert_cleared"
    return _do(sent, case_id, f"alert-{alert_id}", settle, done, "alerts")


@router.post("/findings/{finding_id}")
def resolve_finding(case_id: str, finding_id: str, sent: Posted) -> Response:
    """Accept a finding with a reason, or note that it was corrected."""
    here, form = sent.visit, sent.form

    def resolve() -> None:
        review.resolve_finding(
            here.deps,
            here.officer,
            case_id,
            finding_id,
            resolution=text(form, "resolution"),
            comment=raw_text(form, "comment").strip(),
        )

    return _do(sent, case_id, f"finding-{finding_id}", resolve, "finding_resolved", "findings")


@router.post("/measures/{party_id}")
def record_measure(case_id: str, party_id: str, sent: Posted) -> Response:
    """Enter a verification measure with what proves it."""
    here, form = sent.visit, sent.form

    def record() -> None:
        review.record_measure(
            here.deps,
            here.officer,
            case_id,
            party_id,
            measure=text(form, "measure"),
            evidence=raw_text(form, "evidence").strip(),
        )

    return _do(sent, case_id, f"measure-{party_id}", record, "measure_recorded", f"verification-{party_id}")


@router.post("/request")
def request_information(case_id: str, sent: Posted) -> Response:
    """Ask the merchant for what is ticked, each with its reason."""
    here, form = sent.visit, sent.form
    items = tuple((name, text(form, f"reason:{name}")) for name in texts_of(form, "item"))

    def request() -> None:
        review.request_information(here.deps, here.officer, case_id, _version(sent), items)

    return _do(sent, case_id, "request", request, "requested", "request")


@router.post("/recall")
def recall(case_id: str, sent: Posted) -> Response:
    """Take the case back while the merchant has not answered."""
    here = sent.visit
    return _do(
        sent,
        case_id,
        "recall",
        lambda: review.recall(here.deps, here.officer, case_id, _version(sent)),
        "recalled",
        "case",
    )


@router.post("/decision")
def decide(case_id: str, sent: Posted) -> Response:
    """Approve or refuse."""
    here, form = sent.visit, sent.form
    wanted = text(form, "outcome")

    def decided() -> State:
        if wanted not in set(Outcome):
            raise InvalidError("FORM_INVALID", problems=(FieldProblem("outcome", "required"),))
        return review.decide(
            here.deps,
            here.officer,
            case_id,
            _version(sent),
            outcome=Outcome(wanted),
            rationale=_rationale(sent),
            reason_code=text(form, "reason_code") if wanted == Outcome.REFUSE else "",
        )

    return _do(sent, case_id, "decision", decided, _DECIDED, "case")


@router.post("/decision/second")
def decide_second(case_id: str, sent: Posted) -> Response:
    """Agree with the first officer, or send the case back."""
    here = sent.visit
    wanted = text(sent.form, "outcome")

    def decided() -> State:
        if wanted not in ("approve", "send_back"):
            raise InvalidError("FORM_INVALID", problems=(FieldProblem("outcome", "required"),))
        return review.second_decision(
            here.deps, here.officer, case_id, _version(sent), approve=wanted == "approve", rationale=_rationale(sent)
        )

    return _do(sent, case_id, "second", decided, _DECIDED, "case")


@router.post("/decision/reinstate")
def reinstate(case_id: str, sent: Posted) -> Response:
    """Open the gate again for a suspended merchant."""
    here = sent.visit

    def reinstated() -> State:
        return review.reinstate(here.deps, here.officer, case_id, _version(sent), _rationale(sent))

    return _do(sent, case_id, "reinstate", reinstated, {**_DECIDED, State.APPROVED: "reinstated"}, "case")


@router.post("/decision/suspend")
def suspend(case_id: str, sent: Posted) -> Response:
    """Block an active merchant at once, with a reason."""
    here = sent.visit

    def suspended() -> None:
        review.suspend(here.deps, here.officer, case_id, _version(sent), _rationale(sent))

    return _do(sent, case_id, "suspend", suspended, "suspended", "case")


def _do(
    sent: Sent,
    case_id: str,
    form: str,
    action: Callable[[], State | None],
    done: str | Mapping[State, str],
    anchor: str,
) -> Response:
    """Run one use case: afterwards the case again, or the form as it was sent with what is wrong."""
    try:
        state = action()
    except (InvalidError, ConflictError) as error:
        attempt = not_accepted(form, error, fields_of(sent.form, without=(csrf.FIELD,)))
        return case_page(sent.visit, case_id, attempt=attempt, status=status_of(error))
    said = done if isinstance(done, str) else done[state or State.IN_REVIEW]
    return RedirectResponse(f"{PATH}/cases/{case_id}?done={said}#{anchor}", status_code=303)


def _rationale(sent: Sent) -> str:
    return raw_text(sent.form, "rationale").strip()


def _version(sent: Sent) -> int:
    """The version of the case that the officer saw; a form without one counts as one that came too late."""
    version = text(sent.form, "version")
    return int(version) if version.isdecimal() else 0
