# SPDX-License-Identifier: Apache-2.0
"""Fictional lists that are large enough for one entry to come, go or change without a gate minding."""

from dataclasses import dataclass, replace
from pathlib import Path

from kyc.services import lists
from tests.house import PLATFORM, House

HEADER = "list,id,type,category,name,aliases,birth_dates,nationalities,countries,identifiers,programme,functions,url"


@dataclass(frozen=True)
class Row:
    """One entry of a fictional list."""

    id: str
    name: str
    aliases: str = ""
    birth_dates: str = ""
    category: str = "sanction"
    programme: str = "FICTIONAL"
    type: str = "person"

    def line(self) -> str:
        """The entry as the list's CSV has it."""
        cells = ("DEMO", self.id, self.type, self.category, self.name, self.aliases, self.birth_dates)
        return ",".join((*cells, "FR", "", "", self.programme, "", ""))


LISTED = Row("1", "Karim FICTIF", "K. FICTIF", "1979-03-14")
OTHER = Row("2", "Odile NOUVELLE", "O. Nouvelle", "1980-01-15")
#: Nobody whom a test declares is called anything like these.
CROWD = tuple(
    Row(f"9{n:02}", f"Zzyx{chr(65 + n % 26)}{chr(65 + n // 26)} QUORVHUST", f"QV{n}", "1901") for n in range(80)
)


def publish(house: House, *rows: Row, folder: Path | None = None) -> str:
    """Bring in a list of these entries and the crowd; returns the state that it got. Nothing is screened yet."""
    path = (folder or house.deps.lists_folder.parent) / "published.csv"
    path.write_text("\n".join((HEADER, *(row.line() for row in (*CROWD, *rows)))) + "\n", "utf-8")
    house.clock.move(seconds=1)
    return lists.import_file(house.deps, PLATFORM, path).state


def changed(row: Row, **values: str) -> Row:
    """The same entry, saying something else."""
    return replace(row, **values)
