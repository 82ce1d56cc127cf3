# SPDX-License-Identifier: Apache-2.0
"""A served portal and watched pages for the merchant's tests in a browser."""

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

import ocr
from tests.browser.merchant import Portal, Visit, serving, working
from tests.house import open_house
from tests.servers import free_port


@pytest.fixture
def portal(request: pytest.FixtureRequest, sqlite_url: str, tmp_path: Path) -> Iterator[Portal]:
    """Serve the portal with the real reader at work; where a test says "still", it does the jobs itself."""
    port = free_port()
    still = getattr(request, "param", "") == "still"
    with open_house(sqlite_url, tmp_path, reader=None if still else ocr.read) as house:
        url = f"http://127.0.0.1:{port}"
        house.deps = dataclasses.replace(house.deps, portal_url=url)
        with serving(house, port), nullcontext() if still else working(house):
            yield Portal(house, url)


@pytest.fixture
def visit(chromium: Browser, portal: Portal) -> Iterator[Callable[..., Visit]]:
    """Open pages in a browser of a given size."""
    contexts: list[BrowserContext] = []

    def start(session: str = "", **options: object) -> Visit:
        context = chromium.new_context(locale="fr-FR", bypass_csp=bool(options.pop("inject", True)), **options)  # type: ignore[arg-type]
        contexts.append(context)
        if session:
            context.add_cookies([{"name": "session", "value": session, "url": portal.url}])
        page = context.new_page()
        page.set_default_timeout(60_000)
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        return Visit(page, portal.url, problems)

    yield start
    for context in contexts:
        context.close()
