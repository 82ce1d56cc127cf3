#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Takes the README's pictures from a demo institution in a temporary folder, with Debian's Chromium.

The demo is filled anew (about a minute), so that the pictures show what the code is now. Everything in them is
fictional; documents are specimens.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "images"
KYC = ROOT / ".venv" / "bin" / "kyc"
PASSWORD = "vestibule-demo-2026"  # noqa: S105 - the demo's own
MERCHANT, OFFICER, CASE = "demo-bijoux@merchant.example", "sam@institution.example", "Comptoir Fictif"
MAX_BYTES = 300_000
_WIDE, _PHONE = ViewportSize(width=1360, height=900), ViewportSize(width=390, height=844)
_READY_SECONDS = 240


def main() -> None:
    """Fill a demo, log in as merchant and officer, keep four pictures."""
    with tempfile.TemporaryDirectory(prefix="vestibule-pictures-") as folder, _demo(Path(folder)) as base:
        program = shutil.which("chromium")
        if program is None:
            sys.exit("Chromium is missing: make install-dev system-test")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
            _portal(browser, base)
            _console(browser, base, Path(folder))
            browser.close()


def _portal(browser: Browser, base: str) -> None:
    """The merchant's file, on a desk and on a telephone."""
    page = browser.new_context(viewport=_WIDE, device_scale_factor=1.5, locale="en-GB").new_page()
    page.goto(f"{base}/login")
    page.fill("input[name=email]", MERCHANT)
    page.fill("input[name=password]", PASSWORD)
    page.locator("main form button:not([type=button])").click()
    page.goto(f"{base}/file")
    _keep(page, "portal")
    page.set_viewport_size(_PHONE)
    _keep(page, "phone")


def _console(browser: Browser, base: str, folder: Path) -> None:
    """A case in review, and one of its documents."""
    page = browser.new_context(viewport=_WIDE, device_scale_factor=1.5, locale="en-GB").new_page()
    page.goto(f"{base}/console/login")
    page.fill("input[name=email]", OFFICER)
    page.fill("input[name=password]", PASSWORD)
    page.fill("input[name=code]", _run(folder, "code", OFFICER))
    page.locator("main form button:not([type=button])").click()
    page.get_by_role("link", name=re.compile(CASE)).first.click()
    _keep(page, "console")
    page.get_by_role("link", name=re.compile("Passport")).first.click()
    page.goto(f"{base}{page.get_by_role('link', name='On a page of its own').last.get_attribute('href')}")
    _keep(page, "document")


def _keep(page: Page, name: str) -> None:
    """One picture of what is visible, in few colours, and at the size of the window where it would weigh too much."""
    page.wait_for_load_state("networkidle")
    page.evaluate("Promise.all([...document.images].filter(each => each.currentSrc).map(each => each.decode()))")
    sharp = Image.open(BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
    size = page.viewport_size or _WIDE
    path = FOLDER / f"{name}.png"
    for picture in (sharp, sharp.resize((size["width"], size["height"]), Image.Resampling.LANCZOS)):
        for colours in (256, 128, 64):
            picture.quantize(colours, dither=Image.Dither.NONE).save(path, optimize=True)
            if path.stat().st_size <= MAX_BYTES:
                print(f"docs/images/{name}.png {path.stat().st_size // 1000} kB")
                return
    sys.exit(f"{path.name} is larger than {MAX_BYTES} bytes")


@contextmanager
def _demo(folder: Path) -> Iterator[str]:
    """A demo institution that is served while the block runs; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(
            [KYC, "demo", "--port", str(port)], env=_environment(folder), stdout=log, stderr=log
        ) as served,
    ):
        try:
            _wait_until_ready(served, port, folder / "log")
            yield f"http://127.0.0.1:{port}"
        finally:
            served.terminate()


def _wait_until_ready(served: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    end = time.monotonic() + _READY_SECONDS
    while time.monotonic() < end and served.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=2):
                return
        except OSError:
            time.sleep(0.5)
    sys.exit(f"The demo did not start:\n{log.read_text('utf-8')[-2000:]}")


def _run(folder: Path, *words: str) -> str:
    done = subprocess.run([KYC, *words], check=True, capture_output=True, text=True, env=_environment(folder))
    return done.stdout.strip()


def _environment(folder: Path) -> dict[str, str]:
    """No network: the pictures show the fictional list, and say so."""
    return {**os.environ, "KYC_DATA_DIR": str(folder / "data"), "KYC_ONLINE": "false", "OMP_THREAD_LIMIT": "1"}


if __name__ == "__main__":
    main()
