# SPDX-License-Identifier: Apache-2.0
"""The closed family of errors that a use case may raise; nothing here knows HTTP.

`code` is stable and machine-readable; pages and API map it to a sentence in the reader's language.
`params` carries only what such a sentence needs and never personal data.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One field of a form or body that is wrong: its name and a message code."""

    field: str
    code: str


class KycError(Exception):
    """Something that the caller can understand and react to."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params: Mapping[str, object] = params


class InvalidError(KycError):
    """The input cannot be accepted as it is."""

    def __init__(self, code: str, *, problems: tuple[FieldProblem, ...] = (), **params: object) -> None:
        super().__init__(code, **params)
        self.problems = problems


class UnauthenticatedError(KycError):
    """Nobody, or somebody who could not prove who they are."""


class ForbiddenError(KycError):
    """Known, but not allowed to do this."""


class NotFoundError(KycError):
    """No such thing, or none that this caller may know of."""


class ConflictError(KycError):
    """The thing is not in a state that allows this now."""


class UnavailableError(KycError):
    """Something that we depend on does not answer; nothing was changed."""
