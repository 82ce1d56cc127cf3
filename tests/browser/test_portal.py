# SPDX-License-Identifier: Apache-2.0
"""A merchant's whole way in a real browser: wide, on a phone, and without JavaScript; each page checked by axe-core."""

import dataclasses
import struct
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

import ocr
from kyc.domain.decision import Outcome
from kyc.services import dossier, review
from ocr import Kind
from ocr.specimens import draw
from tests.house import COMPANY, MERCHANT, House, open_house
from tests.portal_site import PASSWORD, invitation, log_in, portal_app
from tests.servers import free_port

pytestmark = [pytest.mark.browser, pytest.mark.slow]
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


def files(folder: Path) -> tuple[Path, Path]:
    """A specimen Kbis and a specimen passport on disk."""
    extract, passport = folder / "kbis.pdf", folder / "passeport.jpg"
    extract.write_bytes(draw(Kind.KBIS, KBIS, media="pdf"))
    passport.write_bytes(draw(Kind.PASSPORT, PASSPORT, media="jpeg"))
    return extract, passport


def fill_company(page: Page) -> None:
    page.get_by_label("Dénomination sociale").fill("Librairie Exemple")
    page.get_by_label("Numéro SIREN").fill("000100057")
    page.get_by_label("Forme juridique", exact=True).select_option("SAS")
    page.get_by_label("Activité").fill("Vente de livres")
    page.get_by_label("Numéro et rue").fill("1 rue du Spécimen")
    page.get_by_label("Code postal").fill("75001")
    page.get_by_label("Ville", exact=True).fill("Paris")
    page.get_by_role("button", name="Enregistrer").click()


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


def next_action(page: Page) -> None:
    page.get_by_role("link", name="Continuer").click()


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_a_merchant_goes_from_the_link_to_a_file_that_is_with_us(
    portal: Portal, visit: Callable[..., Visit], tmp_path: Path, size: dict[str, object]
) -> None:
    extract, passport = files(tmp_path)
    seen = visit(**size)
    page = seen.page
    page.goto(portal.invitation(portal.house.account()))
    seen.check("invitation")
    page.get_by_label("Votre adresse e-mail professionnelle").fill("jeanne@example.org")
    page.get_by_label("Choisissez un mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Afficher").click()
    expect(page.get_by_label("Choisissez un mot de passe")).to_have_attribute("type", "text")
    page.get_by_role("button", name="Créer l'accès et commencer").click()
    page.wait_for_url("**/file")
    seen.check("a new file")

    next_action(page)
    seen.check("company")
    fill_company(page)
    page.wait_for_url("**/file?said=company")

    next_action(page)
    seen.check("upload")
    page.set_input_files("#f-files", extract)
    expect(page.get_by_text("Est-ce exact ?")).to_be_visible(timeout=90_000)
    expect(page.locator("dd", has_text="LIBRAIRIE EXEMPLE")).to_be_visible()
    seen.check("a reading")
    page.get_by_role("button", name="Oui, c'est exact").click()
    page.wait_for_url("**/file?said=answer")

    next_action(page)
    seen.check("people")
    page.get_by_role("link", name="Ajouter une personne").click()
    seen.check("a new person")
    fill_person(page)
    page.wait_for_url("**/file?said=person")

    next_action(page)
    page.set_input_files("#f-files", passport)
    expect(page.get_by_text("Est-ce exact ?")).to_be_visible(timeout=90_000)
    seen.check("an identity document")
    page.get_by_role("button", name="Oui, c'est exact").click()
    page.wait_for_url("**/file?said=answer")

    next_action(page)
    page.wait_for_url("**/file/submit")
    seen.check("review")
    page.get_by_role("button", name="Envoyer le dossier").dblclick()
    expect(page.get_by_role("heading", name="Votre dossier est chez nous")).to_be_visible()
    seen.check("with us")
    page.go_back()
    page.reload()
    expect(page.get_by_role("heading", name="Votre dossier est chez nous")).to_be_visible()


def test_the_whole_way_works_without_javascript(portal: Portal, visit: Callable[..., Visit], tmp_path: Path) -> None:
    extract, passport = files(tmp_path)
    page = visit(java_script_enabled=False, **PHONE).page
    page.goto(portal.invitation(portal.house.account()))
    page.get_by_label("Votre adresse e-mail professionnelle").fill("jeanne@example.org")
    page.get_by_label("Choisissez un mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Créer l'accès et commencer").click()
    next_action(page)
    fill_company(page)
    next_action(page)
    send_plainly(page, extract)
    next_action(page)
    page.get_by_role("link", name="Ajouter une personne").click()
    fill_person(page)
    next_action(page)
    send_plainly(page, passport)
    next_action(page)
    page.get_by_role("button", name="Envoyer le dossier").click()
    expect(page.get_by_role("heading", name="Votre dossier est chez nous")).to_be_visible()


def send_plainly(page: Page, file: Path) -> None:
    """Send a file with the plain form, reload until it is read, confirm it."""
    page.set_input_files("input[name=files]", file)
    page.get_by_role("button", name="Envoyer", exact=True).click()
    expect(page.get_by_role("heading", name="Vos fichiers")).to_be_visible()
    for _ in range(90):
        if page.get_by_text("Est-ce exact ?").count():
            break
        page.get_by_role("link", name="Actualiser la page").click()
        page.wait_for_timeout(1000)
    page.get_by_role("button", name="Oui, c'est exact").click()


def test_a_dark_small_picture_gets_advice_and_can_still_be_sent(
    portal: Portal, visit: Callable[..., Visit], tmp_path: Path
) -> None:
    merchant = portal.house.account()
    seen = open_upload(portal, visit, merchant)
    picture = tmp_path / "sombre.png"
    picture.write_bytes(plain_png(300, 200, 12))
    seen.page.set_input_files("#f-files", [picture, tmp_path / "vide.pdf"] if empty(tmp_path / "vide.pdf") else [])
    expect(seen.page.get_by_text("La photo est sombre")).to_be_visible()
    expect(seen.page.get_by_text("La photo est petite")).to_be_visible()
    expect(seen.page.get_by_text("Ce fichier est vide")).to_be_visible()
    seen.check("advice")
    seen.page.get_by_role("button", name="L'envoyer ainsi").click()
    expect(seen.page.get_by_role("heading", name="sombre.png")).to_be_visible()
    expect(seen.page.get_by_role("button", name="L'envoyer quand même")).to_be_visible(timeout=90_000)
    seen.page.get_by_role("button", name="L'envoyer quand même").click()
    seen.page.wait_for_url("**/file?said=answer")


def test_an_upload_is_tried_again_when_the_connection_fails(
    portal: Portal, visit: Callable[..., Visit], tmp_path: Path
) -> None:
    seen = open_upload(portal, visit, portal.house.account())
    failures = iter([True, False])

    def fail_once(route: Route) -> None:
        if route.request.method == "POST" and next(failures):
            route.abort("connectionreset")
        else:
            route.fallback()

    seen.page.route("**/file/documents/**", fail_once)
    seen.page.set_input_files("#f-files", files(tmp_path)[0])
    expect(seen.page.get_by_role("heading", name="kbis.pdf")).to_be_visible()


def test_the_way_through_a_confirmation_works_by_keyboard(
    portal: Portal, visit: Callable[..., Visit], tmp_path: Path
) -> None:
    seen = open_upload(portal, visit, portal.house.account())
    page = seen.page
    page.set_input_files("#f-files", files(tmp_path)[0])
    expect(page.get_by_text("Est-ce exact ?")).to_be_visible(timeout=90_000)
    page.reload()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.value") == "correct":
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/file?said=answer")


def test_help_while_typing_says_what_seems_wrong_and_stops_nobody(portal: Portal, visit: Callable[..., Visit]) -> None:
    merchant = portal.house.account()
    seen = visit(session_of(portal, merchant), **WIDE)
    page = seen.page
    page.goto(f"{portal.url}/file/company")
    siren = page.get_by_label("Numéro SIREN")
    siren.fill("123456789")
    expect(page.get_by_text("Un chiffre ne semble pas juste")).to_be_visible()
    siren.fill("000100057")
    expect(page.get_by_text("Le numéro est bien formé")).to_be_visible()
    expect(siren).to_have_value("000\u00a0100\u00a0057")
    expect(page.get_by_label("Autre forme juridique")).to_be_hidden()
    page.get_by_label("Forme juridique", exact=True).select_option("other")
    expect(page.get_by_label("Autre forme juridique")).to_be_visible()
    page.goto(f"{portal.url}/file/people/new")
    page.get_by_label("Part du capital").fill("60,5")
    expect(page.get_by_text("60,5 % du capital, 0 % des votes")).to_be_visible()
    page.get_by_label("Part des votes").fill("101")
    expect(page.get_by_text("Le total dépasse 100 %")).to_be_visible()


@pytest.mark.parametrize("portal", ["still"], indirect=True)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_every_state_and_open_page_is_accessible(
    portal: Portal, visit: Callable[..., Visit], size: dict[str, object], scheme: str
) -> None:
    house = portal.house
    waiting, asked, refused = (with_us(house, name) for name in ("waiting", "asked", "refused"))
    officer = house.officer()
    items = (("company.registration_document", "document_too_old"), ("company.details", "details_to_correct"))
    review.request_information(house.deps, officer, asked[1], house.version(asked[1]), items)
    version = house.version(refused[1])
    review.decide(
        house.deps, officer, refused[1], version, outcome=Outcome.REFUSE, rationale="x" * 30, reason_code="other"
    )
    for merchant, _ in (waiting, asked, refused):
        seen = visit(session_of(portal, merchant), color_scheme=scheme, **size)
        for path in ("/file", "/file/company", "/file/people"):
            seen.page.goto(portal.url + path)
            seen.check(f"{merchant} {path}")
    seen = visit(color_scheme=scheme, **size)
    for path in ("/login", "/privacy", "/help?lang=nl", "/accessibility?lang=en"):
        seen.page.goto(portal.url + path)
        seen.check(path)


def test_pages_work_under_their_own_content_policy(portal: Portal, visit: Callable[..., Visit], tmp_path: Path) -> None:
    seen = open_upload(portal, visit, portal.house.account(), inject=False)
    seen.page.set_input_files("#f-files", files(tmp_path)[0])
    expect(seen.page.get_by_text("Est-ce exact ?")).to_be_visible(timeout=90_000)
    drawn = seen.page.locator(".doc__pages img").first
    assert drawn.evaluate("image => image.naturalWidth") > 100
    seen.page.get_by_text("Continuer sur votre téléphone").click()
    code = seen.page.get_by_alt_text("Code QR")
    expect(code).to_be_visible()
    assert seen.page.locator(".masthead .icon use").first.bounding_box() is not None
    assert seen.problems == []


def test_two_tabs_do_not_get_in_each_others_way(portal: Portal, visit: Callable[..., Visit]) -> None:
    merchant = portal.house.account()
    seen = visit(session_of(portal, merchant), **WIDE)
    other = seen.page.context.new_page()
    for page in (seen.page, other):
        page.goto(f"{portal.url}/file/people/new")
    for page in (seen.page, other):
        fill_person(page)
        page.wait_for_url("**/file?said=person")
    expect(other.get_by_role("heading", name="Jeanne Exemple")).to_have_count(1)
    dossier.declare_company(portal.house.deps, MERCHANT, merchant, COMPANY)
    other.reload()
    expect(other.get_by_text("Librairie Exemple")).to_be_visible()


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
