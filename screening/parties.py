# SPDX-License-Identifier: Apache-2.0
"""Parties prepared once, to be asked after each change of the lists whom it may concern.

Reading a name costs more than finding that it is near nothing new: what the readings of all stored parties
are is kept in arrays, and these are held against the small index of a change at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import Any, Final, Self

import numpy as np

from screening.align import Weighted
from screening.batch import Batch, Texts
from screening.bounds import Asked
from screening.candidates import Wanted
from screening.ceiling import FACTS_TOLD, facts_hope
from screening.facts import facts_of_query
from screening.forms import expand
from screening.layout import (
    Array,
    UnusableIndex,
    content_name,
    load_array,
    load_blob,
    locate,
    read_manifest,
    stable_hash,
    write,
)
from screening.names import PERSON
from screening.parameters import ENGINE_VERSION, parameters_sha256
from screening.results import Query
from screening.rows import Rows
from screening.search import asked_of, facts_bonus, told_of
from screening.similarity import Readings
from screening.spelling import Spelled
from screening.stored import KINDS, Stored

_FORMAT: Final = "parties 4"  # to be raised with every change of what is kept or how words are read
_TOGETHER: Final = 4096  # parties held against a change at once: megabytes of working memory
_ROWS: Final = ("forms", "form_words", "numbers")
_COLUMNS: Final = ("places", "weights", "dropped", "penalty", "hopes", "told")
_KEYS: Final = ("groups", "keys")
_PARTS: Final = ("starts", "values")


@dataclass(frozen=True, slots=True)
class _Prepared:
    """The parties of one kind, by row.

    `places` tells where each stood among all. Row p of `forms` are its readings, row f of `form_words` the words of a
    reading by their position in the texts of the batch, with their `weights` in the same order; `dropped`
    and `penalty` are by reading. `numbers` are the hashes of its identifiers, `spelled` tells of the texts.
    """

    places: Array
    batch: Batch
    spelled: Spelled
    forms: Rows
    form_words: Rows
    weights: Array
    dropped: Array
    penalty: Array
    hopes: Array
    told: Array
    numbers: Rows

    @classmethod
    def of(cls, kind: str, queries: Sequence[Query]) -> Self:
        """Prepare those of some parties that are of the kind and have a name."""
        expanded = ((at, query, expand(query)) for at, query in enumerate(queries) if query.type == kind)
        parties = [party for party in expanded if party[2]]
        forms = [form for _, _, own in parties for form in own]
        words = [form.name.words for form in forms]
        batch = Batch.of([asked_of(own) for _, _, own in parties], person=kind == PERSON)
        place = {text: number for number, text in enumerate(batch.words.texts)}
        facts = [facts_of_query(query) for _, query, _ in parties]
        told = [told_of(each, kind) for each in facts]
        firsts = np.cumsum([0, *(len(own) for _, _, own in parties)])
        return cls(
            places=np.asarray([at for at, _, _ in parties], dtype=np.int64),
            batch=batch,
            spelled=Spelled.of(batch.words.texts),
            forms=Rows(firsts, np.arange(len(forms))),
            form_words=Rows.of([[place[word] for word in each.tokens] for each in words]),
            weights=np.asarray([*chain.from_iterable(each.weights for each in words)], dtype=np.float64),
            dropped=np.asarray([form.dropped for form in forms], dtype=np.float64),
            penalty=np.asarray([form.penalty for form in forms], dtype=np.float64),
            hopes=np.asarray([facts_hope(query) for _, query, _ in parties], dtype=np.float32),
            told=np.asarray(told, dtype=np.int16).reshape(-1, FACTS_TOLD),
            numbers=Rows.of([sorted(map(stable_hash, each.numbers)) for each in facts], np.int64),
        )

    def asked(self, first: int, row: int) -> Asked:
        """Return what to ask for the readings of the party `row` places after `first`."""
        forms = self.forms.row(first + row).tolist()
        names = []
        for form in forms:
            start, stop = self.form_words.starts[form : form + 2].tolist()
            tokens = tuple(self.batch.words.texts[word] for word in self.form_words.values[start:stop].tolist())
            names.append(Weighted(tokens, tuple(self.weights[start:stop].tolist())))
        return Asked(tuple(names), tuple(self.dropped[forms].tolist()), tuple(self.penalty[forms].tolist()))

    def concerned(self, stored: Stored, kind: str, least: float) -> set[int]:
        """Return the places of those that an entry of the index may be, by names or by a number."""
        owners, hashes = self.numbers.flat()
        found = set(self.places[owners[stored.numbered(hashes)]].tolist())
        names = stored.names[kind]
        if not len(names):
            return found
        near = names.look_up(self.spelled)
        for first in range(0, len(self.places), _TOGETHER):
            hopes, told, places = (each[first : first + _TOGETHER] for each in (self.hopes, self.told, self.places))
            wanted = Wanted(np.full(len(hopes), least, np.float32), hopes, facts_bonus(stored, kind, hopes, told, {}))
            batch = self.batch.part(first, first + _TOGETHER)
            chosen = names.chosen(batch, near, partial(self.asked, first), wanted)
            found.update(int(places[row]) for row, candidates in chosen.items() if len(candidates.names))
        return found

    @property
    def columns(self) -> dict[str, Array]:
        """Return what has a value for each party, reading, word of a reading, or word, by name."""
        own = {key: getattr(self, key) for key in _COLUMNS}
        told = {"asked_weights": self.batch.weights, "traits": self.batch.traits}
        read = self.spelled.read
        return {**own, **told, "lengths": read.lengths, "vowels": read.vowels, "letters": self.spelled.letters}

    @property
    def rows(self) -> dict[str, Rows]:
        """Return what has several values for each, by name."""
        own = {key: getattr(self, key) for key in _ROWS} | {key: getattr(self.spelled, key) for key in _KEYS}
        batch = self.batch
        return {**own, "words": batch.words.rows, "runs": batch.runs.rows, "made_up": batch.made_up}

    @property
    def texts(self) -> dict[str, Sequence[Any]]:
        """Return the different words and words written together, and how the words are heard and seen, by name."""
        words, heard, seen = self.spelled.read.texts
        return {"words": words, "heard": heard, "seen": seen, "runs": self.batch.runs.texts}

    @classmethod
    def load(cls, path: Path, kind: str) -> Self:
        """Return those that were written to a directory."""

        def column(key: str) -> Array:
            return load_array(path, f"{kind}_{key}")

        def rows(key: str) -> Rows:
            return Rows(*(load_array(path, f"{kind}_{key}_{part}") for part in _PARTS))

        def texts(key: str) -> tuple[str, ...]:
            return tuple(load_blob(path, f"{kind}_{key}").tobytes().decode().split("\n")[:-1])

        words = texts("words")
        read = Readings((words, texts("heard"), texts("seen")), column("lengths"), column("vowels"))
        runs = Texts.made(texts("runs"), rows("runs"))
        own: dict[str, Any] = {key: column(key) for key in _COLUMNS} | {key: rows(key) for key in _ROWS}
        return cls(
            batch=Batch(
                Texts.made(words, rows("words")), runs, rows("made_up"), column("asked_weights"), column("traits")
            ),
            spelled=Spelled(words, read, column("letters"), *map(rows, _KEYS)),
            **own,
        )


class Parties:
    """Stored parties in the order in which they were given, prepared to be asked whom a change concerns."""

    def __init__(self, count: int, kinds: dict[str, _Prepared]) -> None:
        self._count, self._kinds = count, kinds

    @classmethod
    def of(cls, queries: Sequence[Query]) -> Self:
        """Prepare parties; those that are new or changed later can be prepared as `Parties` of their own."""
        return cls(len(queries), {kind: _Prepared.of(kind, queries) for kind in KINDS})

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open prepared parties; raises UnusableIndex where there are none, or other rules prepared them."""
        path = locate(Path(path))
        manifest = read_manifest(path)
        if manifest.get("parties") is None or manifest["rules"] != _rules():
            raise UnusableIndex("prepared for another engine: prepare the parties again")
        return cls(manifest["parties"], {kind: _Prepared.load(path, kind) for kind in KINDS})

    def save(self, out: Path) -> Path:
        """Write them into a directory of their own inside `out`, where `open` finds them, and return it.

        Those written before stay beside it. The files hold the names of the parties: keep them as safe as these,
        and erase them with these.
        """
        arrays: dict[str, Array] = {}
        texts: dict[str, bytes] = {}
        for kind, own in self._kinds.items():
            arrays |= {f"{kind}_{key}": each for key, each in own.columns.items()}
            for key, rows in own.rows.items():
                arrays |= {f"{kind}_{key}_{part}": getattr(rows, part) for part in _PARTS}
            texts |= {
                f"{kind}_{key}": "".join(f"{text}\n" for text in each).encode() for key, each in own.texts.items()
            }
        parts = [*(each.tobytes() for each in arrays.values()), *texts.values()]
        name = content_name([*_rules(), str(self._count), *(sha256(part).hexdigest() for part in parts)])
        return write(Path(out), name, arrays, texts, {"parties": self._count, "rules": _rules()})

    def __len__(self) -> int:
        return self._count

    def concerned(self, stored: Stored, least: float) -> list[int]:
        """Return in order the places of the parties that a search in the index may answer with `least` or more."""
        return sorted(set().union(*(own.concerned(stored, kind, least) for kind, own in self._kinds.items())))


def _rules() -> list[str]:
    return [_FORMAT, ENGINE_VERSION, parameters_sha256()]
