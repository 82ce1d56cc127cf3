# SPDX-License-Identifier: Apache-2.0
"""From invitation to open gate, as people do it: real pages in a real browser, real worker, real reading, real lists.

The merchant uses a phone, the officers a desk; the platform uses its API key and receives signed webhooks. The
beneficial owner's passport is the ICAO's own specimen where the test data is there: it expired in 2012, so the
file also shows a document to replace, a finding to accept and four eyes.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.request import Request, urlopen

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from kyc.services import access
from ocr import Kind
from ocr.specimens import draw
from tests.acceptance.installation import Installation, installed
from tests.acceptance.processes import Program, running, wait_for
from tests.paths import ROOT

pytestmark = pytest.mark.slow

PASSWORD = "a long enough secret"
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
ICAO_SPECIMEN = "documents/mrz_specimens/konstantint+PassportEye/tests__data__passport-td3.jpg"
COMPANY = {
    "legal_name": "Librairie Exemple",
    "siren": "000 100 008",
    "activity": "Vente de livres",
    "street": "1 rue de la Page",
    "postal_code": "99000",
    "city": "Montfleury",
}
KBIS = {
    "company_name": "LIBRAIRIE EXEMPLE",
    "siren": "000100008",
    "registered_address": "1 Rue de la Page 99000 Montfleury",
    "officers": [
        {
            "role": "Président",
            "surname": "EXEMPLE",
            "given_names": "Jeanne Marie",
            "birth_date": "1984-05-14",
            "birth_place": "Montfleury (99)",
        }
    ],
}


@dataclass(frozen=True, slots=True)
class Someone:
    """A person as the merchant types them."""

    given_names: str
    birth_name: str
    birth: tuple[str, str, str]


JEANNE = Someone("Jeanne Marie", "Exemple", ("14", "5", "1984"))
ANNA = Someone("Anna Maria", "Eriksson", ("12", "8", "1974"))


@dataclass
class Officer:
    """An officer's credentials; each one-time code is used once."""

    email: str
    secret: str


@dataclass
class World:
    """The running installation and who acts in it."""

    house: Installation
    browser: Browser
    folder: Path
    claire: Officer
    diane: Officer

    @property
    def base(self) -> str:
        """Where everything is served."""
        return f"http://127.0.0.1:{self.house.port}"

    def api(self, method: str, path: str, body: object = None, key: str = "") -> dict[str, object]:
        """A call of the payment platform."""
        headers = {"authorization": f"Bearer {self.house.api_key}", "content-type": "application/json"}
        if key:
            headers["idempotency-key"] = key
        data = json.dumps(body).encode() if body is not None else None
        with urlopen(Request(f"{self.base}{path}", data, headers, method=method), timeout=10) as answer:
            found: dict[str, object] = json.load(answer)
            return found

    def page(self, size: dict[str, int]) -> Page:
        """A fresh browser window; an error in its console fails the test."""
        page = self.browser.new_context(viewport=size, locale="fr-FR").new_page()  # type: ignore[arg-type]
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: pytest.fail(f"{page.url}: {error}"))
        return page

    def picture(self, page: Page, name: str) -> None:
        """Keep a screenshot for people to look at."""
        page.screenshot(path=self.folder / f"{name}.png", full_page=True)


@pytest.fixture
def world(chromium: Browser, tmp_path: Path) -> Iterator[World]:
    """An installation that serves, two officers with authenticators, a browser."""
    pictures = Path(os.environ.get("VESTIBULE_PICTURES", tmp_path / "pictures"))
    pictures.mkdir(parents=True, exist_ok=True)
    with installed(tmp_path) as house:
        officers = [_hire(house, "path-claire@example.org", "compliance_officer")]
        officers.append(_hire(house, "path-diane@example.org", "senior_compliance_officer"))
        web: Program = house.serve()
        with running(web):
            wait_for(lambda: _ready(house.port), 30, "the web is ready")
            yield World(house, chromium, pictures, *officers)


def _hire(house: Installation, email: str, role: str) -> Officer:
    _, secret = access.add_officer(
        house.deps, email=email, name=email.partition("@")[0], role=role, language="fr", password=PASSWORD
    )
    return Officer(email, secret)


def _ready(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def test_from_invitation_to_open_gate_and_to_the_five_years(world: World) -> None:
    created = world.api("POST", "/v1/merchant_accounts", {"external_reference": "shop-1"}, key="create-1")
    account = str(created["id"])
    invitation = created["invitation"]
    assert isinstance(invitation, dict)
    assert world.api("GET", f"/v1/merchant_accounts/{account}/gate?capability=bnpl_payments")["allowed"] is False

    merchant = world.page(PHONE)
    path = str(invitation["url"]).partition("/invitation/")[2]
    set_password(world, merchant, f"{world.base}/invitation/{path}")
    fill_company(merchant, world)
    add_person(merchant, world, JEANNE, roles=("representative", "beneficial_owner"), share="60")
    add_person(merchant, world, ANNA, roles=("beneficial_owner",), share="40")
    send_documents(merchant, world)
    hand_in(merchant, world)

    claire = log_in(world, world.claire)
    open_case(claire, "Librairie Exemple")
    world.picture(claire, "5-case")
    look_at_documents(claire)
    accept_findings(claire)
    record_measures(claire)
    approve(claire, "Tout a été comparé; le passeport expiré est expliqué par le spécimen.")
    expired = icao_specimen() is not None
    if expired:
        diane = log_in(world, world.diane)
        open_case(diane, "Librairie Exemple", queue="second")
        look_at_documents(diane)
        agree(diane, "Relu et approuvé: mêmes personnes, mêmes documents.")
        world.picture(diane, "6-approved")

    gate = world.api("GET", f"/v1/merchant_accounts/{account}/gate?capability=bnpl_payments")
    assert gate["allowed"] is True, gate
    wait_for(lambda: bool(world.house.receiver.seen), 20, "a webhook arrived")
    merchant.goto(f"{world.base}/file")
    world.picture(merchant, "7-merchant-approved")

    ended = world.api(
        "POST", f"/v1/merchant_accounts/{account}/relationship_end", {"ended_on": today(world)}, key="end-1"
    )
    assert world.api("GET", f"/v1/merchant_accounts/{account}/gate?capability=bnpl_payments")["allowed"] is False
    retention = ended["retention"]
    assert isinstance(retention, dict)
    year = int(today(world)[:4])
    assert str(retention["retain_until"]).startswith(str(year + 5))
    merchant.goto(f"{world.base}/file")
    expect(merchant.locator("main")).to_contain_text(str(year + 5))
    world.picture(merchant, "8-merchant-ended")


def today(world: World) -> str:
    """The date as the installation sees it."""
    return world.house.deps.today().isoformat()


def icao_specimen() -> Path | None:
    """The ICAO's specimen passport, where the test data stands beside the repository."""
    path = ROOT.parent / "shared" / "data" / ICAO_SPECIMEN
    return path if path.exists() else None


def set_password(world: World, page: Page, url: str) -> None:
    """Open the invitation and set a password."""
    page.goto(url)
    world.picture(page, "1-invitation-phone")
    page.fill("input[name=email]", "contact@merchant.example")
    page.fill("input[name=password]", PASSWORD)
    press(page, "form[action^='/invitation']")
    page.wait_for_url("**/file")
    world.picture(page, "2-file-phone")


def press(page: Page, form: str) -> None:
    """Send a form by its button."""
    page.locator(f"{form} button:not([type=button])").last.click()


def fill_company(page: Page, world: World) -> None:
    """The company's form, once with a mistyped SIREN."""
    page.goto(f"{world.base}/file/company")
    for name, value in COMPANY.items():
        page.fill(f"[name={name}]", value)
    page.fill("[name=siren]", "000 100 009")
    page.select_option("[name=legal_form]", index=1)
    press(page, "form[action='/file/company']")
    expect(page.locator("[name=siren]")).to_have_attribute("aria-invalid", "true")
    assert page.input_value("[name=activity]") == COMPANY["activity"], "what was typed is kept"
    page.fill("[name=siren]", COMPANY["siren"])
    press(page, "form[action='/file/company']")
    page.wait_for_load_state()


def add_person(page: Page, world: World, who: Someone, *, roles: tuple[str, ...], share: str) -> None:
    """One person's form."""
    page.goto(f"{world.base}/file/people/new")
    for role in roles:
        page.check(f"[name=roles][value={role}]")
    page.fill("[name=birth_name]", who.birth_name)
    page.fill("[name=given_names]", who.given_names)
    for field, value in zip(("birth_day", "birth_month", "birth_year"), who.birth, strict=True):
        page.fill(f"[name={field}]", value)
    page.fill("[name=birth_place]", "Montfleury")
    page.select_option("[name=birth_country]", "FR")
    page.locator("[name=nationalities]").first.select_option("FR")
    for field in ("street", "postal_code", "city"):
        page.fill(f"[name={field}]", COMPANY[field])
    page.fill("[name=capital]", share)
    page.fill("[name=votes]", share)
    press(page, "form[action='/file/people/new']")
    page.wait_for_load_state()


def send_documents(page: Page, world: World) -> None:
    """An extract, a drawn passport and the ICAO's; each is read, shown back and answered for."""
    page.goto(f"{world.base}/file")
    links = page.locator("a[href*='/file/documents/']").evaluate_all("all => [...new Set(all.map(a => a.pathname))]")
    extract = next(link for link in links if "registration_document" in link)
    jeanne, anna = [link for link in links if "identity_document" in link]
    real = icao_specimen()
    second = real.read_bytes() if real else drawn_passport(ANNA, "F")
    files = {
        extract: ("kbis.pdf", "application/pdf", draw(Kind.KBIS, {**KBIS, "issue_date": today(world)}, media="pdf")),
        jeanne: ("passeport.jpg", "image/jpeg", drawn_passport(JEANNE, "F")),
        anna: ("passport.jpg", "image/jpeg", second),
    }
    for link, (name, kind, data) in files.items():
        page.goto(f"{world.base}{link}")
        page.set_input_files("input[name=files]", {"name": name, "mimeType": kind, "buffer": data})
        anyway = page.locator("[data-sending] button").last
        expect(anyway.or_(page.locator("button[name=answer]")).first).to_be_visible(timeout=60_000)
        if anyway.is_visible():
            world.picture(page, "3-advice-phone")
            anyway.click()
        answer = page.locator("button[name=answer]").first
        answer.wait_for(timeout=60_000)
        world.picture(page, f"3-read-{name.partition('.')[0]}-phone")
        answer.click()
        page.wait_for_load_state()


def drawn_passport(who: Someone, sex: str) -> bytes:
    """A marked specimen passport of one of the people above."""
    day, month, year = (int(part) for part in who.birth)
    facts = {
        "surname": who.birth_name.upper(),
        "given_names": who.given_names,
        "birth_date": f"{year:04}-{month:02}-{day:02}",
        "sex": sex,
    }
    return draw(Kind.PASSPORT, facts, media="jpeg")


def hand_in(page: Page, world: World) -> None:
    """The summary and the one button."""
    page.goto(f"{world.base}/file/submit")
    world.picture(page, "4-submit-phone")
    press(page, "form[action='/file/submit']")
    page.wait_for_url("**/file**")
    with world.house.deps.db.read() as view:
        merchant = view.merchants.by_reference("shop-1", livemode=False)
    assert merchant is not None
    wait_for(lambda: _state(world, merchant.id) == "in_review", 60, "the case is ready for review")


def _state(world: World, merchant_id: str) -> str:
    with world.house.deps.db.read() as view:
        return view.cases.of_merchant(merchant_id).state


def log_in(world: World, officer: Officer) -> Page:
    """Password and one-time code."""
    page = world.page(DESK)
    page.goto(f"{world.base}/console/login")
    page.fill("input[name=email]", officer.email)
    page.fill("input[name=password]", PASSWORD)
    page.fill("input[name=code]", pyotp.TOTP(officer.secret).now())
    page.press("input[name=code]", "Enter")
    page.wait_for_url("**/console")
    expect(page.locator("body")).to_contain_text("fictives")
    return page


def open_case(page: Page, company: str, *, queue: str = "") -> None:
    """From the queue to the case."""
    if queue:
        page.locator(f"a[href*='{queue}']").first.click()
        page.wait_for_load_state()
    page.get_by_text(company).first.click()
    page.wait_for_url("**/console/cases/**")


def look_at_documents(page: Page) -> None:
    """Open every document of the case."""
    case = page.url.partition("?")[0].partition("#")[0]
    for number in range(page.locator("form[action*='/documents/'] button").count()):
        page.locator("form[action*='/documents/'] button").nth(number).click()
        page.wait_for_load_state("networkidle")
        if page.url.partition("?")[0].partition("#")[0] != case:
            page.goto(case)
    page.goto(case)


def submit_form(page: Page, form: str, *, choose: dict[str, str], write: dict[str, str]) -> None:
    """Open, fill and send one form of the case page."""
    page.evaluate("() => document.querySelectorAll('details').forEach(each => { each.open = true; })")
    place = page.locator(form).first
    for name, value in choose.items():
        place.locator(f"[name={name}][value='{value}']").check()
    for name, value in write.items():
        place.locator(f"textarea[name={name}], input[name={name}]").fill(value)
    place.locator("button:not([type=button])").last.click()
    page.wait_for_load_state("networkidle")


def accept_findings(page: Page) -> None:
    """Every open finding is accepted with a reason."""
    while page.locator("form[action*='/findings/']").count():
        submit_form(
            page,
            "form[action*='/findings/']",
            choose={"resolution": "accepted"},
            write={"comment": "Spécimen de test."},
        )


def record_measures(page: Page) -> None:
    """Two measures for the company and for each person."""
    forms = page.locator("form[action*='/measures/']").evaluate_all(
        "all => all.map(form => form.getAttribute('action'))"
    )
    for action in forms:
        for measure in ("document_copy", "first_payment"):
            page.evaluate("() => document.querySelectorAll('details').forEach(each => { each.open = true; })")
            form = page.locator(f"form[action='{action}']")
            form.locator("select[name=measure]").select_option(measure)
            form.locator("[name=evidence]").fill("Vu et comparé.")
            form.locator("button:not([type=button])").last.click()
            page.wait_for_load_state("networkidle")


def approve(page: Page, rationale: str) -> None:
    """The decision of the first officer."""
    submit_form(page, "form#decision", choose={"outcome": "approve"}, write={"rationale": rationale})


def agree(page: Page, rationale: str) -> None:
    """The decision of the second officer."""
    page.evaluate("() => document.querySelectorAll('details').forEach(each => { each.open = true; })")
    form = page.locator("form#second")
    form.locator("input[type=radio]").first.check()
    form.locator("textarea[name=rationale]").fill(rationale)
    form.locator("button:not([type=button])").last.click()
    page.wait_for_load_state("networkidle")
