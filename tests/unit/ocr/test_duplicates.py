# SPDX-License-Identifier: Apache-2.0
"""The same picture keeps its hash through scaling, compression and light; another picture has another."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from ocr import Kind, read
from ocr.child.prepare import perceptual_hash
from ocr.duplicates import are_alike, distance
from ocr.models import Page
from ocr.specimens import EXAMPLES, draw


def picture(seed: int) -> NDArray[np.uint8]:
    """Soft patches of colour, as a photo has them."""
    chance = np.random.default_rng(seed)
    patches = chance.integers(0, 256, (9, 12, 3)).astype(np.uint8)
    return np.asarray(cv2.resize(patches, (800, 600), interpolation=cv2.INTER_CUBIC), np.uint8)


def test_a_picture_scaled_compressed_and_lit_is_alike() -> None:
    original = picture(1)
    _, packed = cv2.imencode(".jpg", cv2.resize(original, (400, 300)), [cv2.IMWRITE_JPEG_QUALITY, 40])
    again = cv2.convertScaleAbs(np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR)), alpha=0.9, beta=10)
    assert are_alike(perceptual_hash(original), perceptual_hash(np.asarray(again, np.uint8)))


def test_other_pictures_are_not_alike() -> None:
    hashes = [perceptual_hash(picture(seed)) for seed in range(12)]
    pairs = [(one, other) for index, one in enumerate(hashes) for other in hashes[:index]]
    assert not any(are_alike(one, other) for one, other in pairs)


def test_a_distance_counts_bits() -> None:
    assert distance("0000000000000000", "8000000000000001") == 2
    assert not are_alike("", "")


def test_a_reading_of_before_has_no_hash() -> None:
    assert Page.from_json({"number": 1, "width": 9, "height": 9}).phash == ""


@pytest.mark.slow
def test_pages_carry_their_hash_whatever_way_they_were_held() -> None:
    card = EXAMPLES[Kind.PASSPORT]
    first, turned = (read(draw(Kind.PASSPORT, card, media="jpeg", degrade=way)).pages[0] for way in (None, "rotate180"))
    assert are_alike(first.phash, turned.phash)
