# SPDX-License-Identifier: Apache-2.0
"""Fetching the official lists over HTTP: gently, conditionally, and never half a file.

The authorities' servers redirect to presigned links, answer 404 to HEAD, make files while one waits and
fail in bursts (lists.md sections 3 and 4). So: one GET of the stable address, redirects followed to permitted
hosts but never kept or logged, three tries with growing waits, and a temporary file that becomes the list only
when whole.
"""

import os
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from threading import Event, Thread

import httpx

from kyc.adapters import list_probes
from kyc.adapters.list_rules import SHIPPED, SourceRule, load_sources
from kyc.adapters.outbound import keep_addresses_out_of_logs, seconds_to_wait
from kyc.domain.errors import KycError, UnavailableError
from kyc.ports import Fetched, Validators

#: Told while a file comes in: the source, bytes so far, bytes in all where the server says.
Progress = Callable[[str, int, int | None], None]

_PACKAGED_MINUTES = 60
_WAITS = (5.0, 30.0)  # before the second and the third try; the job has longer waits of its own
_LONGEST_WAIT = 300.0
_MAX_REDIRECTS = 5
_CHUNK_BYTES = 16 * 1024
_PROGRESS_STEP = 1_000_000
_LOOK_SECONDS = 0.1
_WEB_PAGES = ("text/html", "application/xhtml+xml")
#: A connection that a server is about to close must not be used for the next try: every request has its own.
_LIMITS = httpx.Limits(max_keepalive_connections=0)


class _TryAgainError(Exception):
    """The server may do better in a moment; `wait` is what it asked for, in seconds."""

    def __init__(self, code: str, wait: int = 0) -> None:
        super().__init__(code)
        self.code = code
        self.wait = wait


class HttpLists:
    """Fills the port ListSources; `packaged` maps sources that come with the program to their files.

    Files land in `folder` under the name that the source's rule gives; a new one replaces the last. `rules` is the
    folder of dated source files, `contact` an address that publishers see in the User-Agent, `tokens` personal
    access tokens by source.
    """

    def __init__(
        self,
        folder: Path,
        *,
        contact: str = "",
        packaged: Mapping[str, Path] | None = None,
        rules: Path = SHIPPED,
        tokens: Mapping[str, str] | None = None,
        progress: Progress | None = None,
        sleep: Callable[[float], object] | None = None,
    ) -> None:
        self._folder = folder
        self._user_agent = f"Vestibule/0.1 (+{contact})" if contact else "Vestibule/0.1"
        self.packaged = packaged or {}
        self._rules = rules
        self._tokens = tokens or {}
        self._progress = progress
        self._stopping = Event()
        self._sleep = sleep or self._stopping.wait
        self._ssl_context = httpx.create_ssl_context()
        keep_addresses_out_of_logs()

    def intervals(self) -> dict[str, int]:
        """Minutes between checks of each source, packaged ones included."""
        return dict.fromkeys(self.packaged, _PACKAGED_MINUTES) | {
            name: rule.interval_minutes for name, rule in self._sources().items()
        }

    def stop(self) -> None:
        """Let go of whatever is being fetched, now and from now on: the process is ending."""
        self._stopping.set()

    def fetch(self, source: str, known: Validators) -> Fetched:
        """The published file; without a path where it has not changed.

        UnavailableError LIST_SOURCE_UNKNOWN, LIST_UNREACHABLE, LIST_EMPTY, LIST_TOO_SHORT, LIST_TOO_LARGE,
        LIST_WEB_PAGE, LIST_REDIRECT_REFUSED, or STOPPING where the process is ending.
        """
        if self._stopping.is_set():
            raise UnavailableError("STOPPING")
        if source in self.packaged:
            return _packaged(self.packaged[source], known)
        rule = self._sources().get(source)
        if rule is None:
            raise UnavailableError("LIST_SOURCE_UNKNOWN")
        longest = (len(_WAITS) + 1) * (rule.total_seconds + rule.answer_seconds) + len(_WAITS) * _LONGEST_WAIT
        return self._abandonable(lambda: self._fetch(source, rule, known), longest)

    def _abandonable(self, work: Callable[[], Fetched], seconds: float) -> Fetched:
        """Do the work where it can be left behind: a name server or a peer that hangs must not hold up the end.

        A blocked system call cannot be interrupted from Python; a daemon thread ends with the process. `seconds` is
        for servers that send the head of an answer byte by byte, which no other limit sees.
        """
        end = time.monotonic() + seconds
        answers: list[Fetched | KycError] = []
        done = Event()

        def run() -> None:
            try:
                answers.append(work())
            except KycError as error:
                answers.append(error)
            finally:
                done.set()

        Thread(target=run, name="list-fetch", daemon=True).start()
        while not done.wait(_LOOK_SECONDS) and time.monotonic() < end:
            if self._stopping.is_set():
                raise UnavailableError("STOPPING")
        answer = answers[0] if answers else UnavailableError("LIST_UNREACHABLE")
        if isinstance(answer, KycError):
            raise answer
        return answer

    def _fetch(self, source: str, rule: SourceRule, known: Validators) -> Fetched:
        headers = {"user-agent": rule.user_agent or self._user_agent, "accept": "*/*", "accept-encoding": "gzip"}
        timeout = httpx.Timeout(rule.answer_seconds, connect=min(15.0, rule.answer_seconds))
        with httpx.Client(verify=self._ssl_context, headers=headers, timeout=timeout, limits=_LIMITS) as client:
            mark = list_probes.ask(client, rule) if rule.probe else list_probes.Mark()
            if mark.text and mark.text == known.publication_id and _recently_confirmed(rule, known):
                return Fetched(None, known)
            fetched = self._with_tries(client, source, rule, known)
        validators = replace(fetched.validators, publication_id=mark.text, published_at=mark.published_at)
        return replace(fetched, validators=validators)

    def _sources(self) -> Mapping[str, SourceRule]:
        return load_sources(self._rules, datetime.now(UTC).date()).sources

    def _with_tries(self, client: httpx.Client, source: str, rule: SourceRule, known: Validators) -> Fetched:
        waits = iter(_WAITS)
        while True:
            try:
                return self._download(client, source, rule, known)
            except _TryAgainError as error:
                wait = next(waits, None)
                if wait is None or error.wait > _LONGEST_WAIT:
                    raise UnavailableError(error.code, retry_after=error.wait) from error
                self._sleep(max(wait, error.wait))
                if self._stopping.is_set():
                    raise UnavailableError("STOPPING") from error

    def _download(self, client: httpx.Client, source: str, rule: SourceRule, known: Validators) -> Fetched:
        conditions = {"if-none-match": known.etag, "if-modified-since": known.last_modified}
        headers = {name: value for name, value in conditions.items() if value}
        end = time.monotonic() + rule.total_seconds
        url = httpx.URL(rule.address(self._tokens.get(source, "")))
        try:
            for _ in range(_MAX_REDIRECTS + 1):
                with client.stream("GET", url, headers=headers) as response:
                    following = response.next_request
                    if following is not None:
                        url = _permitted(rule, url, following.url)
                        continue
                    if response.status_code == httpx.codes.NOT_MODIFIED and headers:
                        return Fetched(None, replace(known, confirmed_at=datetime.now(UTC)), url.host)
                    _refuse_failure(response)
                    path = self._keep(response, source, rule, end)
                    return Fetched(path, _validators(response), url.host)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
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
        if received < rule.min_bytes:
            raise _TryAgainError("LIST_TOO_SHORT" if received else "LIST_EMPTY")
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


def _packaged(path: Path, known: Validators) -> Fetched:
    digest = sha256(path.read_bytes()).hexdigest()
    return Fetched(None if known.publication_id == digest else path, Validators(publication_id=digest))


def _recently_confirmed(rule: SourceRule, known: Validators) -> bool:
    """Whether the file's own address answered within the time for which its probe is believed."""
    limit = timedelta(hours=rule.probe_hours)
    return known.confirmed_at is not None and timedelta(0) <= datetime.now(UTC) - known.confirmed_at <= limit


def _permitted(rule: SourceRule, current: httpx.URL, following: httpx.URL) -> httpx.URL:
    """A redirect leads to the same host or to one that the rule names, never out of TLS."""
    downgraded = following.scheme != "https" and current.scheme == "https"
    if downgraded or not (following.host == current.host or rule.permits(following.host)):
        raise UnavailableError("LIST_REDIRECT_REFUSED", host=following.host)
    return following


def _refuse_failure(response: httpx.Response) -> None:
    """Anything but 200 is no list: 5xx, 408 and 429 may pass, the rest is a change at the authority's end."""
    status = response.status_code
    if status in (408, 429) or status >= 500:
        asked = seconds_to_wait(response.headers.get("retry-after", ""), datetime.now(UTC))
        raise _TryAgainError("LIST_UNREACHABLE", asked or 0)
    if status != httpx.codes.OK:
        raise UnavailableError("LIST_UNREACHABLE", status=status)
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in _WEB_PAGES:
        raise UnavailableError("LIST_WEB_PAGE")


def _validators(response: httpx.Response) -> Validators:
    headers = response.headers
    return Validators(headers.get("etag", ""), headers.get("last-modified", ""), confirmed_at=datetime.now(UTC))
