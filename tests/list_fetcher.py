# SPDX-License-Identifier: Apache-2.0
"""The adapter that fetches lists, on a server of the test that answers as the test says."""

import json
from dataclasses import dataclass, field
from pathlib import Path

from kyc.adapters.http_lists import HttpLists
from kyc.ports import Validators
from tests.house import DEMO_LIST
from tests.receiver import Receiver

Rule = str | float | list[str]
NOTHING_KNOWN = Validators()


@dataclass
class Fetcher:
    """An adapter that knows one source, FR, on the receiver; it never really waits."""

    server: Receiver
    folder: Path
    waits: list[float] = field(default_factory=list)
    progress: list[tuple[str, int, int | None]] = field(default_factory=list)
    tokens: dict[str, str] = field(default_factory=dict)

    def with_rule(self, **rule: Rule) -> HttpLists:
        """The adapter for a rule of one source, which is FR unless `source` names another."""
        rules = self.folder / "rules"
        rules.mkdir(exist_ok=True)
        source = rule.pop("source", "FR")
        lines = {"url": self.server.url("/list"), "file": "fr.json", "interval_minutes": 60, **rule}
        text = 'version = "t"\nvalid_from = 2026-01-01\nsource = "test"\n[sources.' + f"{source}]\n"
        text += "".join(f"{key} = {json.dumps(value)}\n" for key, value in lines.items())
        (rules / "2026-01-01.toml").write_text(text, "utf-8")
        return HttpLists(
            self.folder / "incoming",
            contact="https://institution.example/contact",
            packaged={"DEMO": DEMO_LIST},
            rules=rules,
            tokens=self.tokens,
            progress=lambda *told: self.progress.append(told),
            sleep=self.waits.append,
        )

    def files(self) -> list[str]:
        """What is left in the folder."""
        incoming = self.folder / "incoming"
        return sorted(path.name for path in incoming.iterdir()) if incoming.exists() else []
