# SPDX-License-Identifier: Apache-2.0
"""The publications in the data folder that are searched."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

# Whose persons the query sets are made from, and what those sets are searched in.
REGISTERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "FR": "fr_gels/reconstructed_Registrenationaldesgels_2026-05-31.json.xz",
        "EU": "eu_fsf/reconstructed_2026-05-01-FULL-1_1.xml.xz",
        "UN": "un/un_consolidated_2026-08.xml.xz",
        "OFAC": "ofac/sdn_2024-05.xml.xz",
    }
)
# The perturbed UN persons stand on this publication; three of them have since been taken off the list.
UN_PERTURBED: Final = "un/un_consolidated_2026-02.xml.xz"
SANCTIONS: Final = (
    *REGISTERS.values(),
    "ofac/consolidated_nonsdn_2024-05.xml.xz",
    "uk/reconstructed_UK-Sanctions-List_2026-08-22.xml.xz",
    "ch_seco/reconstructed_consolidated-list_2026-02-18.xml.xz",
)
PEPS: Final = (
    "pep/fr_hatvp_liste_2025-08-09.csv.xz",
    "pep/mep_meps_all_2024-10.csv.xz",
    "pep/us_legislators-current.csv.xz",
    "pep/us_legislators-historical_2026-04-22.csv.xz",
    "pep/everypolitician_persons_2015-11-30.csv.xz",
)
EVERY: Final = (*SANCTIONS, *PEPS)
