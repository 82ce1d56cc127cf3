# SPDX-License-Identifier: Apache-2.0
"""Choosing the policies in force on a day from the dated files beside the code."""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from kyc.domain.errors import UnavailableError
from kyc.domain.policy import (
    Dated,
    Policies,
    RequirementsPolicy,
    RetentionPolicy,
    RolesPolicy,
    ThresholdsPolicy,
)

_MODELS: Mapping[str, type[Dated]] = {
    "requirements": RequirementsPolicy,
    "thresholds": ThresholdsPolicy,
    "retention": RetentionPolicy,
    "roles": RolesPolicy,
}
SHIPPED = Path(__file__).parent.parent / "policies"


class PolicyBook:
    """All policy files of one folder; every version stays, the newest valid one on a day is in force."""

    def __init__(self, folder: Path = SHIPPED) -> None:
        self._versions = {name: _load(folder / name, model) for name, model in _MODELS.items()}
        self.on = lru_cache(maxsize=8)(self._on)

    def _on(self, day: date) -> Policies:
        """The policies in force on `day`; UnavailableError where one of them has not begun yet."""
        chosen, digests = {}, {}
        for name, versions in self._versions.items():
            valid = [(policy, digest) for policy, digest in versions if policy.valid_from <= day]
            if not valid:
                raise UnavailableError("POLICY_MISSING", policy=name)
            chosen[name], digests[name] = max(valid, key=lambda each: each[0].valid_from)
        return Policies.model_validate({**chosen, "digests": digests})


def _load(folder: Path, model: type[Dated]) -> list[tuple[Dated, str]]:
    loaded = []
    for file in sorted(folder.glob("*.toml")):
        raw = file.read_bytes()
        policy = model.model_validate(tomllib.loads(raw.decode()))
        loaded.append((policy, sha256(raw).hexdigest()))
    return loaded
