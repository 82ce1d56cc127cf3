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


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def records(raw: bytes, tags: frozenset[str], depth: int) -> Iterator[Element]:
    """Yield the root's start, then each element named in `tags` at `depth` (root is 1).

    Namespaces are cut off: OFAC changed its own in 2024. Records nested deeper, such as the old
    states inside SECO's modifications, are not yielded. Raises UnrecognisedList for a file that is
    cut short, not XML, or declares a DTD or entities.
    """
    level = 0
    root: Element | None = None
    try:
        for event, element in iterparse(io.BytesIO(raw), ("start", "end"), forbid_dtd=True, forbid_entities=True):
            if event == "start":
                level += 1
                element.tag = _local(element.tag)
                if level > _MAX_DEPTH:
                    raise UnrecognisedList("XML nested too deeply")
                if root is None:
                    root = element
                    yield element
                continue
            if level == depth and element.tag in tags:
                yield element
                element.clear()
            level -= 1
    except ParseError as error:
        raise UnrecognisedList(f"broken or cut-off XML: {error}") from error
    except DefusedXmlException as error:
        raise UnrecognisedList("XML with a DTD or entities is refused") from error


def root_tag(raw: bytes) -> str:
    """Return the local name of the root; raises UnrecognisedList like `records`."""
    return next(records(raw, frozenset(), 0)).tag


def child_text(element: Element, path: str) -> str:
    """Return the stripped text below `path`, or the empty text."""
    return (element.findtext(path) or "").strip()


def child_texts(element: Element, path: str) -> list[str]:
    """Return the stripped texts of every element at `path` that has one."""
    return [text for item in element.findall(path) if (text := (item.text or "").strip())]
