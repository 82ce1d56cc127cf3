# SPDX-License-Identifier: Apache-2.0
"""Fetching the official lists over HTTP: gently, conditionally, and never half a file.

The authorities' servers redirect to presigned links, answer 404 to HEAD, make files while one waits and
fail in bursts (lists.md sections 3 and 4). So: one GET of the stable address, redirects followed but never
kept or logged, three tries with growing waits, and a temporary file that becomes the list only when whole.
"""

import os
import tempfile
import time
import tomllib
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import httpx
from pydantic import BaseModel, ConfigDict, Field

from kyc.adapters.outbound import keep_addresses_out_of_logs, seconds_to_wait
from kyc.domain.errors import UnavailableError
from kyc.domain.policy import Dated
from kyc.ports import Fetched, Validators

#: Told while a file comes in: the source, bytes so far, bytes in all where the server says.
Progress = Callable[[str, int, int | None], None]

SHIPPED = Path(__file__).parent.parent / "policies" / "sources"
_PACKAGED_MINUTES = 60
_WAITS = (5.0, 30.0)  # before the second and the third try; the job has longer waits of its own
_LONGEST_WAIT = 300.0
_MAX_REDIRECTS = 5
_PROBE_BYTES = 512
_CHUNK_BYTES = 16 * 1024
_PROGRESS_STEP = 1_000_000
_PARIS = ZoneInfo("Europe/Paris")


class SourceRule(BaseModel):
    """How one source is asked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str
    file: Annotated[str, Field(pattern=r"^[a-z_]+(\.[a-z]+){1,2}$")]
    interval_minutes: Annotated[int, Field(ge=5)]
    probe: str = ""
    user_agent: str = ""
    answer_seconds: Annotated[float, Field(gt=0)] = 60.0
    total_seconds: Annotated[float, Field(gt=0)] = 900.0
    max_bytes: Annotated[int, Field(gt=0)] = 256 * 1024 * 1024


class SourcesPolicy(Dated):
    """A dated file of sources."""

    sources: Mapping[str, SourceRule]


class _TryAgainError(Exception):
    """The server may do better in a moment; `wait` is what it asked for, in seconds."""

    def __init__(self, code: str, wait: int = 0) -> None:
        super().__init__(code)
        self.code = code
        self.wait = wait


def load_sources(folder: Path, day: date) -> SourcesPolicy:
    """The newest file of `folder` that is valid on `day`; UnavailableError where there is none."""
    files = [SourcesPolicy.model_validate(tomllib.loads(path.read_text("utf-8"))) for path in folder.glob("*.toml")]
    valid = [policy for policy in files if policy.valid_from <= day]
    if not valid:
        raise UnavailableError("POLICY_MISSING", policy="sources")
    return max(valid, key=lambda policy: policy.valid_from)


class HttpLists:
    """Fills the port ListSources; `packaged` maps sources that come with the program to their files.

    Files land in `folder` under the name that the source's rule gives; a new one replaces the last. `rules` is the
    folder of dated source files, `contact` an address that publishers see in the User-Agent.
    """

    def __init__(
        self,
        folder: Path,
        *,
        contact: str = "",
        packaged: Mapping[str, Path] | None = None,
        rules: Path = SHIPPED,
        progress: Progress | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._folder = folder
        self._user_agent = f"Vestibule/0.1 (+{contact})" if contact else "Vestibule/0.1"
        self.packaged = packaged or {}
        self._rules = rules
        self._progress = progress
        self._sleep = sleep
        self._ssl_context = httpx.create_ssl_context()
        keep_addresses_out_of_logs()

    def intervals(self) -> dict[str, int]:
        """Minutes between checks of each source, packaged ones included."""
        return dict.fromkeys(self.packaged, _PACKAGED_MINUTES) | {
            name: rule.interval_minutes for name, rule in self._sources().items()
        }

    def fetch(self, source: str, known: Validators) -> Fetched | None:
        """The published file, or None where it has not changed.

        UnavailableError LIST_SOURCE_UNKNOWN, LIST_UNREACHABLE, LIST_EMPTY, LIST_TOO_LARGE or LIST_REDIRECT_REFUSED.
        """
        if source in self.packaged:
            return _packaged(self.packaged[source], known)
        rule = self._sources().get(source)
        if rule is None:
            raise UnavailableError("LIST_SOURCE_UNKNOWN")
        headers = {"user-agent": rule.user_agent or self._user_agent, "accept": "*/*", "accept-encoding": "gzip"}
        timeout = httpx.Timeout(rule.answer_seconds, connect=min(15.0, rule.answer_seconds))
        with httpx.Client(verify=self._ssl_context, headers=headers, timeout=timeout) as client:
            publication = self._published_at(client, rule)
            if publication and publication == known.publication_id:
                return None
            return self._with_tries(client, source, rule, known, publication)

    def _sources(self) -> Mapping[str, SourceRule]:
        return load_sources(self._rules, datetime.now(UTC).date()).sources

    def _published_at(self, client: httpx.Client, rule: SourceRule) -> str:
        """What the cheap probe says, as an ISO time, or an empty text where it says nothing of use."""
        if not rule.probe:
            return ""
        try:
            with client.stream("GET", rule.probe) as response:
                response.raise_for_status()
                text = next(response.iter_text(_PROBE_BYTES), "")
            return _paris_time(text)
        except (httpx.HTTPError, ValueError):
            return ""  # the probe only saves a download; without it the file itself answers

    def _with_tries(
        self, client: httpx.Client, source: str, rule: SourceRule, known: Validators, publication: str
    ) -> Fetched | None:
        waits = iter(_WAITS)
        while True:
            try:
                return self._download(client, source, rule, known, publication)
            except _TryAgainError as error:
                wait = next(waits, None)
                if wait is None or error.wait > _LONGEST_WAIT:
                    raise UnavailableError(error.code, retry_after=error.wait) from error
                self._sleep(max(wait, error.wait))

    def _download(
        self, client: httpx.Client, source: str, rule: SourceRule, known: Validators, publication: str
    ) -> Fetched | None:
        conditions = {"if-none-match": known.etag, "if-modified-since": known.last_modified}
        headers = {name: value for name, value in conditions.items() if value}
        end = time.monotonic() + rule.total_seconds
        url = httpx.URL(rule.url)
        try:
            for _ in range(_MAX_REDIRECTS + 1):
                with client.stream("GET", url, headers=headers) as response:
                    following = response.next_request
                    if following is not None:
                        url = _permitted(url, following.url)
                        continue
                    if response.status_code == httpx.codes.NOT_MODIFIED and headers:
                        return None
                    _refuse_failure(response)
                    path = self._keep(response, source, rule, end)
                    return Fetched(path, _validators(response, publication))
        except httpx.HTTPError as error:
            raise _TryAgainError("LIST_UNREACHABLE") from error
        raise UnavailableError("LIST_REDIRECT_REFUSED")

    def _keep(self, response: httpx.Response, source: str, rule: SourceRule, end: float) -> Path:
        """Write the body beside its final name and move it there only when it is whole (httpx checks the length)."""
        self._folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{rule.file}.", dir=self._folder)
        try:
            with os.fdopen(handle, "wb") as file:
                self._copy(response, file.write, source, rule, end)
            target = self._folder / rule.file
            Path(name).replace(target)
        finally:
            with suppress(FileNotFoundError):
                Path(name).unlink()
        return target

    def _copy(
        self, response: httpx.Response, write: Callable[[bytes], object], source: str, rule: SourceRule, end: float
    ) -> None:
        length = response.headers.get("content-length", "")
        total = int(length) if length.isdecimal() and "content-encoding" not in response.headers else None
        received, told = 0, 0
        for chunk in _unpacked(response):
            received += len(chunk)
            if received > rule.max_bytes:
                raise UnavailableError("LIST_TOO_LARGE")
            if time.monotonic() > end:
                raise _TryAgainError("LIST_UNREACHABLE")
            write(chunk)
            if self._progress and received - told >= _PROGRESS_STEP:
                told = received
                self._progress(source, received, total)
        if not received:
            raise _TryAgainError("LIST_EMPTY")
        if self._progress:
            self._progress(source, received, total)


def _unpacked(response: httpx.Response) -> Iterator[bytes]:
    """The body without its transfer compression; httpx.DecodingError where that is damaged or cut short.

    httpx would unpack it too, but takes the beginning of a gzip stream for the whole.
    """
    encoding = response.headers.get("content-encoding", "identity").lower()
    if encoding == "identity":
        yield from response.iter_raw()
        return
    if encoding != "gzip":
        raise httpx.DecodingError("an encoding that was not asked for")
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)  # 16: a gzip header, with its checksum at the end
    try:
        for chunk in response.iter_raw(_CHUNK_BYTES):
            yield unpacker.decompress(chunk)
    except zlib.error as error:
        raise httpx.DecodingError("damaged") from error
    if not unpacker.eof:
        raise httpx.DecodingError("cut short")


def _packaged(path: Path, known: Validators) -> Fetched | None:
    digest = sha256(path.read_bytes()).hexdigest()
    return None if known.publication_id == digest else Fetched(path, Validators(publication_id=digest))


def _paris_time(text: str) -> str:
    """`22/11/2026 10:36:17`, perhaps in quotes, as an ISO time; ValueError for anything else."""
    moment = datetime.strptime(text.strip().strip('"'), "%d/%m/%Y %H:%M:%S").replace(tzinfo=_PARIS)
    return moment.isoformat()


def _permitted(current: httpx.URL, following: httpx.URL) -> httpx.URL:
    """A redirect may lead to another host, never out of TLS."""
    if following.scheme != "https" and current.scheme == "https":
        raise UnavailableError("LIST_REDIRECT_REFUSED")
    return following


def _refuse_failure(response: httpx.Response) -> None:
    """Anything but 200 is no list: 5xx, 408 and 429 may pass, the rest is a change at the authority's end."""
    status = response.status_code
    if status == httpx.codes.OK:
        return
    if status in (408, 429) or status >= 500:
        asked = seconds_to_wait(response.headers.get("retry-after", ""), datetime.now(UTC))
        raise _TryAgainError("LIST_UNREACHABLE", asked or 0)
    raise UnavailableError("LIST_UNREACHABLE", status=status)


def _validators(response: httpx.Response, publication: str) -> Validators:
    headers = response.headers
    return Validators(headers.get("etag", ""), headers.get("last-modified", ""), publication)
