# SPDX-License-Identifier: Apache-2.0
"""Values that a reading is made of; frozen, each survives a round trip through plain JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Self, TypeAlias, cast, get_args

from ocr import plain
from ocr.plain import Json, MalformedValueError, member

Box: TypeAlias = tuple[float, float, float, float]
MrzFormat: TypeAlias = Literal["TD1", "TD2", "TD3", "CNI", "MRVA", "MRVB"]
Severity: TypeAlias = Literal["info", "low", "medium", "high"]


class Kind(StrEnum):
    """What a document is, as far as the reading could tell."""

    CNI = "cni"
    CNIE = "cnie"
    PASSPORT = "passport"
    RESIDENCE_PERMIT = "residence_permit"
    EU_IDENTITY_CARD = "eu_identity_card"
    VISA = "visa"
    KBIS = "kbis"
    EXTRAIT_K = "extrait_k"
    RNE_ATTESTATION = "rne_attestation"
    SIRENE_NOTICE = "sirene_notice"
    JOAFE = "joafe"
    STATUTS = "statuts"
    UNKNOWN = "unknown"


class Source(StrEnum):
    """Where on the document a value was read."""

    TEXT_LAYER = "text_layer"
    MRZ = "mrz"
    VISUAL_ZONE = "visual_zone"
    BARCODE = "barcode"
    OCR = "ocr"


class Media(StrEnum):
    """A file format that the reader decodes."""

    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"
    HEIC = "heic"
    WEBP = "webp"


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one reading; sizes in bytes, times in seconds, sides in pixels.

    compare_print has the print beside a valid zone read too, and compared with it (0.2 to 0.5 s of CPU). Without
    pictures, pages have neither image nor perceptual hash, and those of a PDF whose text layer says all are not drawn.
    """

    max_bytes: int = 20 * 1024 * 1024
    max_pixels: int = 40_000_000
    max_side: int = 20_000
    max_pages: int = 30
    ocr_pages: int = 4
    wall_seconds: float = 18.0
    cpu_seconds: int = 16
    memory_bytes: int = 1024 * 1024 * 1024
    reply_bytes: int = 48 * 1024 * 1024
    compare_print: bool = False
    pictures: bool = True


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Field:
    """One value read: confidence 0..1, page from 1, box in units of that page from its top left."""

    value: str
    raw: str
    confidence: float
    page: int
    box: Box | None
    source: Source
    alternatives: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Json]:
        """Return the field as plain JSON."""
        return {
            "value": self.value,
            "raw": self.raw,
            "confidence": self.confidence,
            "page": self.page,
            "box": None if self.box is None else [*self.box],
            "source": self.source.value,
            "alternatives": [*self.alternatives],
        }

    @classmethod
    def from_json(cls, row: Mapping[str, object]) -> Self:
        """Rebuild a field, raising MalformedValueError for anything to_json does not write."""
        confidence = plain.number(member(row, "confidence"))
        if not 0 <= confidence <= 1:
            raise MalformedValueError("a confidence lies between 0 and 1")
        return cls(
            value=plain.text(member(row, "value")),
            raw=plain.text(member(row, "raw")),
            confidence=confidence,
            page=plain.integer(member(row, "page")),
            box=_box(member(row, "box")),
            source=Source(plain.text(member(row, "source"))),
            alternatives=_texts(member(row, "alternatives")),
        )


@dataclass(frozen=True, slots=True)
class Page:
    """One page: width and height in upright pixels (pictures) or points (PDF), re-rendered.

    The image is a JPEG of at most 2,000 pixels a side without any metadata of the original; phash is the perceptual
    hash of the upright picture, 64 bits in hexadecimal (see ocr/duplicates.py), empty in readings older than it.
    Both are empty where no pictures were asked for.
    """

    number: int
    width: float
    height: float
    image: bytes
    phash: str = ""

    def to_json(self) -> dict[str, Json]:
        """Return number, width, height and hash; the image travels beside the JSON."""
        return {"number": self.number, "width": self.width, "height": self.height, "phash": self.phash}

    @classmethod
    def from_json(cls, row: Mapping[str, object], image: bytes = b"") -> Self:
        """Rebuild a page around its image, raising MalformedValueError for another shape."""
        return cls(
            number=plain.integer(member(row, "number")),
            width=plain.number(member(row, "width")),
            height=plain.number(member(row, "height")),
            image=image,
            phash=plain.text(row.get("phash", "")),
        )


@dataclass(frozen=True, slots=True)
class Mrz:
    """A machine-readable zone: lines as read, and which check digits hold (Doc 9303-3, 4.9)."""

    format: MrzFormat
    lines: tuple[str, ...]
    valid: bool
    checks: dict[str, bool]

    def to_json(self) -> dict[str, Json]:
        """Return the zone as plain JSON."""
        return {
            "format": self.format,
            "lines": [*self.lines],
            "valid": self.valid,
            "checks": {**self.checks},
        }

    @classmethod
    def from_json(cls, row: Mapping[str, object]) -> Self:
        """Rebuild a zone, raising MalformedValueError for an unknown format or shape."""
        checks = plain.mapping(member(row, "checks"))
        return cls(
            format=cast("MrzFormat", _one_of(member(row, "format"), get_args(MrzFormat))),
            lines=_texts(member(row, "lines")),
            valid=plain.flag(member(row, "valid")),
            checks={name: plain.flag(held) for name, held in checks.items()},
        )


@dataclass(frozen=True, slots=True)
class Remark:
    """An observation on quality or authenticity, written for an officer in English."""

    code: str
    severity: Severity
    text: str
    page: int | None = None

    def to_json(self) -> dict[str, Json]:
        """Return the remark as plain JSON."""
        return {
            "code": self.code,
            "severity": self.severity,
            "text": self.text,
            "page": self.page,
        }

    @classmethod
    def from_json(cls, row: Mapping[str, object]) -> Self:
        """Rebuild a remark, raising MalformedValueError for an unknown severity or shape."""
        page = member(row, "page")
        return cls(
            code=plain.text(member(row, "code")),
            severity=cast("Severity", _one_of(member(row, "severity"), get_args(Severity))),
            text=plain.text(member(row, "text")),
            page=None if page is None else plain.integer(page),
        )


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a file was not read: a document error code of the gate API, or reader_failed."""

    code: str
    text: str

    def to_json(self) -> dict[str, Json]:
        """Return the refusal as plain JSON."""
        return {"code": self.code, "text": self.text}

    @classmethod
    def from_json(cls, row: Mapping[str, object]) -> Self:
        """Rebuild a refusal, raising MalformedValueError for another shape."""
        return cls(code=plain.text(member(row, "code")), text=plain.text(member(row, "text")))


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything one document gave: fields by name, the zone if any, remarks, or a refusal."""

    kind: Kind
    pages: tuple[Page, ...]
    fields: dict[str, Field]
    mrz: Mrz | None
    quality: tuple[Remark, ...]
    authenticity: tuple[Remark, ...]
    refusal: Refusal | None
    seconds: float
    engine: str

    def to_json(self) -> dict[str, Json]:
        """Return the reading as plain JSON, without the pictures of its pages."""
        return {
            "kind": self.kind.value,
            "pages": [page.to_json() for page in self.pages],
            "fields": {name: field.to_json() for name, field in self.fields.items()},
            "mrz": None if self.mrz is None else self.mrz.to_json(),
            "quality": [remark.to_json() for remark in self.quality],
            "authenticity": [remark.to_json() for remark in self.authenticity],
            "refusal": None if self.refusal is None else self.refusal.to_json(),
            "seconds": self.seconds,
            "engine": self.engine,
        }

    @classmethod
    def from_json(cls, row: Mapping[str, object], images: Sequence[bytes] = ()) -> Self:
        """Rebuild a reading; images, where given, are one JPEG per page in order."""
        rows = [plain.mapping(page) for page in plain.items(member(row, "pages"))]
        if images and len(images) != len(rows):
            raise MalformedValueError("there must be one image per page")
        fields = plain.mapping(member(row, "fields"))
        zone, refusal = member(row, "mrz"), member(row, "refusal")
        return cls(
            kind=Kind(plain.text(member(row, "kind"))),
            pages=tuple(
                Page.from_json(page, image) for page, image in zip(rows, images or [b""] * len(rows), strict=True)
            ),
            fields={name: Field.from_json(plain.mapping(field)) for name, field in fields.items()},
            mrz=None if zone is None else Mrz.from_json(plain.mapping(zone)),
            quality=_remarks(member(row, "quality")),
            authenticity=_remarks(member(row, "authenticity")),
            refusal=None if refusal is None else Refusal.from_json(plain.mapping(refusal)),
            seconds=plain.number(member(row, "seconds")),
            engine=plain.text(member(row, "engine")),
        )


def refused(refusal: Refusal, seconds: float = 0.0) -> Reading:
    """Return the reading of a file that was not read."""
    return Reading(Kind.UNKNOWN, (), {}, None, (), (), refusal, seconds, "")


def _box(value: object) -> Box | None:
    if value is None:
        return None
    sides = [plain.number(side) for side in plain.items(value)]
    if len(sides) != 4:
        raise MalformedValueError("a box has four sides")
    return (sides[0], sides[1], sides[2], sides[3])


def _texts(value: object) -> tuple[str, ...]:
    return tuple(plain.text(entry) for entry in plain.items(value))


def _remarks(value: object) -> tuple[Remark, ...]:
    return tuple(Remark.from_json(plain.mapping(entry)) for entry in plain.items(value))


def _one_of(value: object, allowed: Sequence[str]) -> str:
    word = plain.text(value)
    if word not in allowed:
        raise MalformedValueError(f"{word!r} is not one of {', '.join(allowed)}")
    return word
