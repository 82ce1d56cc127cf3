# SPDX-License-Identifier: Apache-2.0
"""What the merchant's tests in a browser share: a served portal, a watched page, specimen files."""

import dataclasses
import struct
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from playwright.sync_api import Page

from ocr import Kind
from ocr.specimens import draw
from tests.house import House
from tests.portal_site import invitation, log_in, portal_app

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "build" / "axe" / "axe.min.js"
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
WIDE = {"viewport": {"width": 1280, "height": 900}}
KBIS = {
    "company_name": "LIBRAIRIE EXEMPLE",
    "siren": "000100057",
    "legal_form": "SAS",
    "registered_address": "1 RUE DU SPECIMEN 75001 PARIS",
    "issue_date": "2026-11-02",
}
PASSPORT = {
    "surname": "EXEMPLE",
    "given_names": "JEANNE",
    "birth_date": "1980-01-15",
    "sex": "F",
    "birth_place": "LYON",
    "expiry_date": "2031-05-01",
}


@dataclasses.dataclass
class Portal:
    """A served portal over a house whose jobs run by themselves."""

    house: House
    url: str

    def invitation(self, merchant_id: str) -> str:
        """The address of a fresh link."""
        return invitation(self.house, merchant_id).replace(self.house.deps.portal_url, self.url)


@contextmanager
def serving(house: House, port: int) -> Iterator[None]:
    """Run the web server in a thread."""
    config = uvicorn.Config(
        portal_app(house, https=False), port=port, log_level="warning", http="h11", ws="none", loop="asyncio"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield
    server.should_exit = True
    thread.join(timeout=10)


@contextmanager
def working(house: House) -> Iterator[None]:
    """Do due jobs in a thread."""
    done = threading.Event()

    def work() -> None:
        while not done.wait(0.1):
            house.run_jobs()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    yield
    done.set()
    thread.join(timeout=90)


@dataclasses.dataclass
class Visit:
    """A page under watch: nothing may break the content policy or fail in the console."""

    page: Page
    url: str
    problems: list[str]

    def check(self, name: str) -> None:
        """Nothing serious by axe, nothing cut off, nothing in the console."""
        assert self.problems == [], name
        if AXE.is_file():
            self.page.evaluate(AXE.read_text("utf-8"))
            found = self.page.evaluate("axe.run()")["violations"]
            assert [(each["id"], each["nodes"][0]["target"]) for each in found] == [], name
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{name} is wider than its window"


def files(folder: Path) -> tuple[Path, Path]:
    """A specimen Kbis and a specimen passport on disk."""
    extract, passport = folder / "kbis.pdf", folder / "passeport.jpg"
    extract.write_bytes(draw(Kind.KBIS, KBIS, media="pdf"))
    passport.write_bytes(draw(Kind.PASSPORT, PASSPORT, media="jpeg"))
    return extract, passport


def fill_person(page: Page) -> None:
    page.get_by_label("Représentant légal").check()
    page.get_by_label("Bénéficiaire effectif").check()
    page.get_by_label("Nom de naissance").fill("Exemple")
    page.get_by_label("Tous les prénoms").fill("Jeanne")
    for label, value in (("Jour", "15"), ("Mois", "1"), ("Année", "1980")):
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_label("Ville de naissance").fill("Lyon")
    page.get_by_label("Pays de naissance").select_option("FR")
    page.get_by_label("Numéro et rue").fill("2 rue du Spécimen")
    page.get_by_label("Code postal").fill("75002")
    page.get_by_label("Ville", exact=True).fill("Paris")
    page.get_by_label("Part du capital").fill("60,5")
    page.get_by_label("Part des votes").fill("60.5")
    page.get_by_role("button", name="Enregistrer").click()


def with_us(house: House, reference: str) -> tuple[str, str]:
    """A merchant whose file was handed in: (merchant's id, case's id)."""
    case_id = house.submitted(reference)
    with house.deps.db.read() as view:
        return view.cases.get(case_id).merchant_id, case_id


def session_of(portal: Portal, merchant_id: str) -> str:
    """The session of a new contact of this merchant."""
    app = portal_app(portal.house, https=False)
    session: str = log_in(app, portal.house, merchant_id).client.cookies["session"]
    return session


def open_upload(portal: Portal, visit: Callable[..., Visit], merchant_id: str, **options: object) -> Visit:
    """The page on which this merchant sends the company's extract."""
    with portal.house.deps.db.read() as view:
        company = view.merchants.company(merchant_id).id
    seen = visit(session_of(portal, merchant_id), **WIDE, **options)
    seen.page.goto(f"{portal.url}/file/documents/registration_document/{company}")
    return seen


def empty(path: Path) -> bool:
    """Make an empty file."""
    path.write_bytes(b"")
    return True


def plain_png(width: int, height: int, grey: int) -> bytes:
    """A picture of one grey."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + bytes([grey]) * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
