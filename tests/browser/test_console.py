# SPDX-License-Identifier: Apache-2.0
"""The console as an officer meets it: by mouse, by keys, on a phone, without script, with a screen reader's rules."""

import io
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pyotp
import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, BrowserContext, Page, expect

from kyc.services import access, review
from ocr import Reading
from tests.console_site import PASSWORD, WHY, console_app, load_demo_list
from tests.house import COMPANY, House, kbis, open_house, passport, person
from tests.live import served
from tests.paths import ROOT

WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
AXE = ROOT / "build" / "axe" / "axe.min.js"
SCREENS = ROOT / "build" / "screens"
PATIENCE = 20_000


def pictured(reading: Reading) -> Reading:
    """The same reading with a picture that a browser can show, its values printed where their boxes stand."""
    page = reading.pages[0]
    picture = Image.new("RGB", (round(page.width), round(page.height)), "#fdfcf8")
    pencil = ImageDraw.Draw(picture)
    for field in reading.fields.values():
        assert field.box is not None
        pencil.text((field.box[0] + 2, field.box[1] - 1), field.value, fill="#1a2421")
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return replace(reading, pages=(replace(page, image=out.getvalue()),))


@dataclass
class Office:
    """A served console with one case of a listed owner, and one that is clean."""

    base: str
    house: House
    listed: str
    clean: str
    browser: Browser
    officers: int = 0

    def enter(self, *, role: str = "compliance_officer", script: bool = True, **options: Any) -> BrowserContext:
        """A browser in which a new officer is logged in."""
        self.officers += 1
        email = f"officer{self.officers}@example.org"
        _, secret = access.add_officer(
            self.house.deps, email=email, name=f"Officer {self.officers}", role=role, language="en", password=PASSWORD
        )
        context = self.browser.new_context(base_url=self.base, java_script_enabled=script, **options)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.goto("/console/login?lang=en")
        page.fill("#f-email", email)
        page.fill("#f-password", PASSWORD)
        page.fill("#f-code", pyotp.TOTP(secret).at(self.house.clock.now()))
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/console")
        page.close()
        return context


@pytest.fixture
def office(sqlite_url: str, tmp_path: Path, chromium: Browser) -> Iterator[Office]:
    with open_house(sqlite_url, tmp_path) as house:
        load_demo_list(house)
        listed = person("Karim", "Fictif", birth_date=date(1979, 3, 14))
        other = person("Jeanne", "Autrement")
        cases = [
            house.submitted(
                "shop-1", owner=listed, extract=pictured(kbis(COMPANY, listed)), identity=pictured(passport(other))
            ),
            house.submitted("shop-2", extract=pictured(kbis(COMPANY, person())), identity=pictured(passport(person()))),
        ]
        with served(console_app(house, https=False)) as base:
            yield Office(base, house, cases[0], cases[1], chromium)


def watched(context: BrowserContext) -> tuple[Page, list[str]]:
    """A page, and everything that its browser complains about: errors of scripts, of the content policy, of loading."""
    page, complaints = context.new_page(), list[str]()
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return page, complaints


def grave_faults(page: Page) -> list[str]:
    """What axe-core calls serious or critical."""
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{fault['id']}: {node['html'][:120]}"
        for fault in found["violations"]
        if fault["impact"] in ("serious", "critical")
        for node in fault["nodes"]
    ]


def overflows(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


def document_of(office: Office, case_id: str, requirement: str) -> str:
    with office.house.deps.db.read() as view:
        rows = view.documents.of_merchant(view.cases.get(case_id).merchant_id)
    return next(row.id for row in rows if row.requirement == requirement)


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", [WIDE, PHONE], ids=["wide", "phone"])
def test_every_page_is_accessible_fits_the_screen_and_keeps_the_content_policy(
    office: Office, screen: dict[str, int], scheme: str
) -> None:
    SCREENS.mkdir(parents=True, exist_ok=True)
    paths = {
        "queue": "/console",
        "drafts": "/console?view=draft",
        "listed": f"/console/cases/{office.listed}",
        "clean": f"/console/cases/{office.clean}",
        "document": f"/console/cases/{office.clean}/documents/"
        + document_of(office, office.clean, "registration_document"),
        "lists": "/console/lists",
        "audit": "/console/audit",
        "help": "/console/help",
        "missing": "/console/cases/none",
    }
    with closing(office.enter(viewport=screen, color_scheme=scheme)) as context:
        page, complaints = watched(context)
        for name, path in paths.items():
            page.goto(path)
            page.screenshot(path=SCREENS / f"console-{name}-{screen['width']}-{scheme}.png", full_page=True)
            assert grave_faults(page) == [], name
            assert not overflows(page), name
        assert [text for text in complaints if "404" not in text] == []
    options: dict[str, Any] = {"viewport": screen, "color_scheme": scheme}
    with closing(office.browser.new_context(base_url=office.base, **options)) as context:
        page, complaints = watched(context)
        page.goto("/console/login")
        page.screenshot(path=SCREENS / f"console-login-{screen['width']}-{scheme}.png")
        assert grave_faults(page) == []
        assert complaints == []


@pytest.mark.slow
def test_keys_lead_from_the_queue_to_a_decision_without_a_mouse(office: Office) -> None:
    house = office.house
    with closing(office.enter(viewport=WIDE)) as context:
        page, complaints = watched(context)
        page.goto("/console")
        page.keyboard.press("/")
        page.keyboard.type("case nobody has")
        expect(page.locator("#cases [data-row]:not([hidden])")).to_have_count(0)
        page.keyboard.press("Control+A")
        page.keyboard.press("Delete")
        page.keyboard.press("Escape")
        page.keyboard.press("j")
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/cases/{office.clean}")
        with house.deps.db.read() as view:
            parties = view.merchants.parties(view.cases.get(office.clean).merchant_id)
            officer = view.access.officer_by_email("officer1@example.org")
        assert officer is not None
        seat = access.Officer(officer.id, "", officer.role, "en", "", frozenset({"case:review"}))
        for party in parties:
            for measure in ("document_copy", "first_payment"):
                review.record_measure(house.deps, seat, office.clean, party.id, measure=measure, evidence="Seen")
        page.reload()
        expect(page.locator("#decide-approve")).to_be_disabled()
        for _ in range(2):
            page.keyboard.press("o")
            page.wait_for_timeout(300)
        expect(page.locator(".blocked__title")).to_have_text("Nothing stands in the way of approval")
        expect(page.locator("#decide-approve")).to_be_enabled()
        page.keyboard.press("x")
        expect(page.locator("#decide")).to_be_focused()
        page.locator("#decide-approve").focus()
        page.keyboard.press("Space")
        page.keyboard.press("n")
        page.keyboard.type("Short")
        expect(page.locator("#decide-rationale-count")).to_have_text("5 of at least 20 characters")
        page.keyboard.type(f". {WHY}")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("[data-done]")).to_contain_text("Approved")
        expect(page).not_to_have_url(re.compile("done="))
        assert complaints == []
    assert house.state(office.clean) == "approved"


@pytest.mark.slow
def test_no_single_key_changes_anything(office: Office) -> None:
    with closing(office.enter(viewport=WIDE)) as context:
        page, _ = watched(context)
        page.goto(f"/console/cases/{office.listed}")
        before = office.house.version(office.listed)
        for key in "abcdefhijklmnpqrstuvwxyz[]0123456789":
            page.keyboard.press(key)
            if key == "n":
                page.keyboard.press("Escape")
        expect(page).to_have_url(re.compile(f"/console/cases/{office.listed}(#.*)?$"))
    assert office.house.version(office.listed) == before
    assert office.house.state(office.listed) == "in_review"


@pytest.mark.slow
def test_a_cell_of_the_grid_opens_the_page_at_its_box_and_both_sides_move_together(office: Office) -> None:
    card = document_of(office, office.listed, "identity_document")
    with closing(office.enter(viewport=WIDE)) as context:
        page, complaints = watched(context)
        page.goto(f"/console/cases/{office.listed}")
        page.locator("#comparison a.cell--differ").first.click()
        viewer = page.locator(f"#viewer-{card}")
        box = viewer.locator(".box[data-field=surname]")
        expect(box).to_have_class("box is-placed is-chosen")
        expect(viewer.locator(".values__row[data-field=surname]")).to_have_class("values__row is-chosen")
        expect(page.locator(f"#document-{card} .seen")).to_have_text("Opened")
        viewer.locator(".values__row[data-field=birth_date]").hover()
        expect(viewer.locator(".box[data-field=birth_date]")).to_have_class("box is-placed is-chosen")
        picture = viewer.locator(".sheet__picture")
        upright = picture.bounding_box()
        viewer.get_by_role("button", name="Turn").click()
        turned = picture.bounding_box()
        assert upright
        assert turned
        assert upright["height"] > upright["width"]
        assert abs(turned["width"] / turned["height"] - upright["height"] / upright["width"]) < 0.02
        viewer.get_by_role("button", name="Larger").click()
        larger = picture.bounding_box()
        assert larger
        assert larger["width"] > turned["width"] * 1.4
        page.locator("#beside").click()
        expect(page.locator(".viewer:not([hidden])")).to_have_count(2)
        assert not overflows(page)
        page.screenshot(path=SCREENS / "console-beside-1280.png")
        assert grave_faults(page) == []
        assert complaints == []


@pytest.mark.slow
def test_boxes_stand_where_the_values_are_printed(office: Office) -> None:
    extract = document_of(office, office.clean, "registration_document")
    with closing(office.enter(viewport=WIDE)) as context:
        page, _ = watched(context)
        page.goto(f"/console/cases/{office.clean}/documents/{extract}?page=1&field=siren")
        box, picture = page.locator(".box[data-field=siren]"), page.locator(".sheet__picture")
        expect(box).to_have_class("box is-placed is-chosen")
        expect(picture).to_be_visible()
        # Both in one look: the page may be scrolling to the chosen box.
        left, top = page.evaluate(
            """() => {
              const box = document.querySelector(".box[data-field=siren]").getBoundingClientRect();
              const whole = document.querySelector(".sheet__picture").getBoundingClientRect();
              return [(box.x - whole.x) / whole.width, (box.y - whole.y) / whole.height];
            }"""
        )
        assert left == pytest.approx(10 / 595, abs=0.005)
        assert top == pytest.approx(10 / 842, abs=0.005)


@pytest.mark.slow
def test_the_next_open_point_is_one_key_away_and_opens_its_form(office: Office) -> None:
    with closing(office.enter(viewport=WIDE)) as context:
        page, _ = watched(context)
        page.goto(f"/console/cases/{office.listed}")
        focused: Callable[[], str] = lambda: page.evaluate("document.activeElement.id")  # noqa: E731 - read often below
        seen = []
        for _ in range(8):
            page.keyboard.press("x")
            seen.append(focused().partition("-")[0])
        assert seen[:2] == ["document", "document"]
        assert seen[2] == "alert"
        assert "finding" in seen
        assert "verification" in seen


@pytest.mark.slow
def test_everything_works_without_script(office: Office) -> None:
    with closing(office.enter(script=False, viewport=PHONE)) as context:
        page = context.new_page()
        page.goto(f"/console/cases/{office.listed}")
        page.locator("#docs .doc__open").first.click()
        expect(page.locator(".sheet__picture").first).to_be_visible()
        expect(page.locator(".values__row").first).to_contain_text("SIREN")
        expect(page.get_by_text("Opened")).to_be_visible()
        page.get_by_role("link", name="Back to the case").click()
        alert = page.locator("article.alert").first
        alert.get_by_label("Name", exact=True).check()
        alert.get_by_label("Birth date").check()
        alert.get_by_label("Somebody else", exact=True).check()
        alert.get_by_label("Why somebody else").select_option("different_person")
        alert.get_by_label("What you found").fill("Another place of birth.")
        alert.get_by_role("button", name="Record").click()
        expect(page.get_by_role("status").first).to_contain_text("Alert cleared as somebody else.")


@pytest.mark.slow
def test_the_end_of_a_session_is_announced_and_can_wait(office: Office) -> None:
    with closing(office.enter(viewport=WIDE)) as context:
        page, _ = watched(context)
        page.clock.install()
        page.goto(f"/console/cases/{office.clean}")
        expect(page.locator("#idle")).to_be_hidden()
        page.clock.run_for(26 * 60_000)
        expect(page.locator("#idle-text")).to_contain_text("You will be signed out in")
        page.get_by_role("button", name="Stay signed in").click()
        expect(page.locator("#idle")).to_be_hidden()
