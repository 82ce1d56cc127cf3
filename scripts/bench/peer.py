#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""nomenklatura's logic-v2 as a process that speaks lines of JSON; run in its own environment.

    python -I scripts/bench/peer.py

The requests and answers are those of `screening.bench.engines.Peer`. Nothing of this project is
imported here.
"""

import itertools
import json
import sys
import time
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from followthemoney import EntityProxy, model
from nomenklatura.matching import get_algorithm

# The score from which yente, the service built on the algorithm, calls a result a match.
THRESHOLD = 0.7


def proxy(party: Mapping[str, Any], number: int) -> EntityProxy:
    """Return the entity that a party is in the data model of the peer."""
    person = party["schema"] == "Person"
    entity = model.make_entity(party["schema"])
    entity.id = f"party-{number}"
    entity.add("name", list(party["names"]))
    entity.add("weakAlias", list(party.get("weak", ())))
    entity.add("country", [code.lower() for code in party["country"]])
    if person:
        entity.add("birthDate", list(party["birth_date"]))
        entity.add("nationality", [code.lower() for code in party["nationality"]])
    number_property = "imoNumber" if party["schema"] == "Vessel" else "idNumber" if person else "registrationNumber"
    entity.add(number_property, list(party["identifiers"]), quiet=True)
    return entity


def resident_mb() -> float:
    """Return the memory of this process that is resident, in megabytes."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))
    return int(kilobytes) / 1024


def main() -> int:
    """Answer requests until there are no more."""
    algorithm = get_algorithm("logic-v2")
    if algorithm is None:
        return 1
    config = algorithm.default_config()
    print(json.dumps({"version": version("nomenklatura"), "threshold": THRESHOLD}), flush=True)
    entities: list[EntityProxy] = []
    numbers = itertools.count(1)  # the peer keeps what it read of an entity under its id: none comes twice
    for line in sys.stdin:
        request = json.loads(line)
        if "entities" in request:
            entities = [proxy(party, next(numbers)) for party in request["entities"]]
            answer: dict[str, Any] = {"rss_mb": resident_mb()}
        else:
            sides = request.get("pair") or [request["query"]]
            query = proxy(sides[0], next(numbers))
            listed = (
                [proxy(sides[1], next(numbers))] if len(sides) > 1 else [entities[n] for n in request["candidates"]]
            )
            began = time.process_time()
            scores = [algorithm.compare(query, each, config).score for each in listed]
            answer = {"scores": scores, "cpu_ms": (time.process_time() - began) * 1000}
        print(json.dumps(answer), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
