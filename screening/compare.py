# SPDX-License-Identifier: Apache-2.0
"""Two parties, both given as queries, compared by the rules of the search."""

from dataclasses import replace

from screening.facts import compare_facts, compare_order, facts_of_query
from screening.forms import alternatives, expand
from screening.names import ORGANISATION, PERSON, compare_names, prepare
from screening.results import Comparison, Query
from screening.score import Scored, contributions, score
from screening.similarity import matrix


def compare(query: Query, candidate: Query) -> Comparison:
    """Return how well two parties agree; every name of the candidate is one spelling of it."""
    kind = PERSON if PERSON in {query.type, candidate.type} else ORGANISATION
    mine, theirs = facts_of_query(query), facts_of_query(candidate)
    facts = compare_facts(mine, theirs, person=kind == PERSON) + compare_order(mine, theirs.given, theirs.family)
    best: Scored | None = None
    spelling = ""
    for form in expand(replace(query, type=kind)):
        for text in _spellings(candidate):
            listed = prepare(text, kind)
            if not listed.tokens:
                continue
            likeness = matrix(form.name.tokens, listed.tokens).tolist()
            name = compare_names(form.name, listed, likeness, kind, form.dropped)
            scored = score(form, listed, name, 0.0, facts)
            if best is None or (scored.score, scored.name.value) > (best.score, best.name.value):
                best, spelling = scored, text
    if best is None:
        return Comparison(0.0, alert=False, explanation=())
    return Comparison(best.score, best.alert, contributions(best, spelling))


def _spellings(candidate: Query) -> tuple[str, ...]:
    given = candidate.given_names or ""
    families = [name for name in (candidate.birth_name, candidate.usage_name) if name]
    return (*candidate.names, *alternatives(candidate), *(f"{given} {family}".strip() for family in families))
