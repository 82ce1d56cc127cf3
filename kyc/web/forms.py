# SPDX-License-Identifier: Apache-2.0
"""Reading forms: bounded in size, and never through a file on disk (uploads are personal data)."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass

from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser

from kyc.domain.errors import InvalidError
from kyc.domain.party import clean_text

_MAX_FIELDS = 200
_MAX_FILES = 20
#: What a form without files may weigh, in bytes.
PLAIN_BYTES = 256 * 1024
#: What one post of files may weigh, in bytes: three of the largest.
UPLOAD_BYTES = 64 * 1024 * 1024
#: After that many bytes we stop listening instead of answering in words.
_PATIENCE_BYTES = 4 * UPLOAD_BYTES


@dataclass(frozen=True, slots=True)
class Upload:
    """One file that was sent: the name it had, and its bytes."""

    filename: str
    data: bytes


class MemoryParser(MultiPartParser):
    """Keeps files in memory: nothing unencrypted touches a disk."""

    spool_max_size = UPLOAD_BYTES + 1


async def read_form(request: Request, limit: int = PLAIN_BYTES) -> FormData:
    """The fields and files of a POST; InvalidError where it is larger than `limit` bytes or malformed."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    stream = _bounded(request, limit)
    parser: MultiPartParser | FormParser
    if kind == "multipart/form-data":
        parser = MemoryParser(request.headers, stream, max_files=_MAX_FILES, max_fields=_MAX_FIELDS)
    elif kind == "application/x-www-form-urlencoded":
        parser = FormParser(request.headers, stream, max_fields=_MAX_FIELDS, max_part_size=PLAIN_BYTES)
    else:
        raise InvalidError("FORM_MALFORMED")
    try:
        return await parser.parse()
    except MultiPartException as error:
        raise InvalidError("FORM_MALFORMED") from error


def text(form: FormData, name: str) -> str:
    """A field's text without control marks and needless blanks; empty where it was not sent."""
    value = form.get(name, "")
    return clean_text(value) if isinstance(value, str) else ""


def raw_text(form: FormData, name: str) -> str:
    """A field's text as it was typed: passwords, and paragraphs that keep their lines."""
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


def texts_of(form: FormData, name: str) -> tuple[str, ...]:
    """Every value of a field that may be sent several times, without empty ones."""
    found = (clean_text(value) for value in form.getlist(name) if isinstance(value, str))
    return tuple(value for value in found if value)


def uploads(form: FormData, name: str) -> tuple[Upload, ...]:
    """The files of a field; a file input that was left empty sends a nameless empty file, which is none."""
    files = [value for value in form.getlist(name) if isinstance(value, UploadFile)]
    return tuple(Upload(each.filename or "", data) for each in files if (data := each.file.read()) or each.filename)


def fields_of(form: FormData, *, without: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """The text fields as they were sent, to hand them back to the user."""
    return tuple((name, value) for name, value in form.multi_items() if isinstance(value, str) and name not in without)


async def _bounded(request: Request, limit: int) -> AsyncGenerator[bytes, None]:
    """The body up to `limit` bytes; what is beyond is listened to for a while, so that the browser hears the answer."""
    seen = 0
    async for chunk in request.stream():
        seen += len(chunk)
        if seen <= limit:
            yield chunk
        elif seen > _PATIENCE_BYTES:
            break
    if seen > limit:
        raise InvalidError("REQUEST_TOO_LARGE")
