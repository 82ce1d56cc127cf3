# SPDX-License-Identifier: Apache-2.0
"""Streaming XML without DTD, entities or namespaces: records as small trees of local names."""

import io
from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from screening.models import UnrecognisedList

_MAX_DEPTH: Final = 60
_PAST: Final = "modification"  # SECO keeps the old states of a target inside it, as whole targets


def root(raw: bytes) -> Element:
    """Return the root as it starts: its local name and its attributes. Raises UnrecognisedList like `records`."""
    return next(element for _, element in _events(raw))


def records(raw: bytes, tags: frozenset[str], depth: int) -> Iterator[Element]:
    """Yield each element at `depth` (the root's is 1): the records, named in `tags`, and what stands beside them.

    Old states inside SECO's modifications are not yielded. Raises UnrecognisedList for a file that is cut short, not
    XML, declares a DTD or entities, or has records at another depth, where they would be overlooked.
    """
    level = past = 0
    for event, element in _events(raw):
        if event == "start":
            level += 1
            past += element.tag == _PAST
            if level > _MAX_DEPTH:
                raise UnrecognisedList("XML nested too deeply")
            if element.tag in tags and level != depth and not past:
                raise UnrecognisedList(f"{element.tag} stands at another place than the records of this list")
            continue
        if level == depth:
            yield element
            element.clear()
        past -= element.tag == _PAST
        level -= 1


def _events(raw: bytes) -> Iterator[tuple[str, Element]]:
    """Yield starts and ends of elements with their local names: OFAC changed its namespace in 2024."""
    try:
        for event, element in iterparse(io.BytesIO(raw), ("start", "end"), forbid_dtd=True, forbid_entities=True):
            element.tag = element.tag.rpartition("}")[2]
            yield event, element
    except ParseError as error:
        raise UnrecognisedList(f"broken or cut-off XML: {error}") from error
    except DefusedXmlException as error:
        raise UnrecognisedList("XML with a DTD or entities is refused") from error
    except (LookupError, ValueError) as error:
        raise UnrecognisedList(f"XML in an unknown encoding: {error}") from error


def child_text(element: Element, path: str) -> str:
    """Return the stripped text below `path`, or the empty text."""
    return (element.findtext(path) or "").strip()


def child_texts(element: Element, path: str) -> list[str]:
    """Return the stripped texts of every element at `path` that has one."""
    return [text for item in element.findall(path) if (text := (item.text or "").strip())]
