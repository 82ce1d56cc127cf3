# SPDX-License-Identifier: Apache-2.0
"""How each authority is asked: dated files of addresses, intervals, limits and permitted hosts."""

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kyc.domain.errors import UnavailableError
from kyc.domain.policy import Dated

SHIPPED = Path(__file__).parent.parent / "policies" / "sources"
_TOKEN = "{token}"  # noqa: S105 - the place of a token, not one


class SourceRule(BaseModel):
    """How one source is asked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str
    token: str = ""
    file: Annotated[str, Field(pattern=r"^[a-z_]+(\.[a-z]+){1,2}$")]
    interval_minutes: Annotated[int, Field(ge=5)]
    probe: str = ""
    probe_kind: Literal["", "paris_time", "feed", "headers"] = ""
    probe_hours: Annotated[int, Field(gt=0)] = 24
    hosts: tuple[str, ...] = ()
    user_agent: str = ""
    answer_seconds: Annotated[float, Field(gt=0)] = 60.0
    total_seconds: Annotated[float, Field(gt=0)] = 900.0
    min_bytes: Annotated[int, Field(gt=0)] = 1
    max_bytes: Annotated[int, Field(gt=0)] = 256 * 1024 * 1024

    @model_validator(mode="after")
    def _probe_has_kind(self) -> Self:
        if bool(self.probe) != bool(self.probe_kind):
            raise ValueError("probe and probe_kind come together")
        return self

    def address(self, token: str = "") -> str:
        """The address of the file; a personal token takes the place of the published one."""
        return self.url.replace(_TOKEN, token or self.token)

    def permits(self, host: str) -> bool:
        """Whether a redirect may lead to this host: one of `hosts`, or below one that begins with a dot."""
        return any(host == each or (each.startswith(".") and host.endswith(each)) for each in self.hosts)


class SourcesPolicy(Dated):
    """A dated file of sources."""

    sources: Mapping[str, SourceRule]


def load_sources(folder: Path, day: date) -> SourcesPolicy:
    """The newest file of `folder` that is valid on `day`; UnavailableError where there is none."""
    files = [SourcesPolicy.model_validate(tomllib.loads(path.read_text("utf-8"))) for path in folder.glob("*.toml")]
    valid = [policy for policy in files if policy.valid_from <= day]
    if not valid:
        raise UnavailableError("POLICY_MISSING", policy="sources")
    return max(valid, key=lambda policy: policy.valid_from)
