# SPDX-License-Identifier: Apache-2.0
"""Single pages in a real browser: advice on pictures, broken connections, the keyboard, each state, two tabs."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from kyc.domain.decision import Outcome
from kyc.services import dossier, review
from tests.browser.merchant import (
    PHONE,
    WIDE,
    Portal,
    Visit,
    empty,
    files,
    fill_person,
    open_upload,
    plain_png,
    session_of,
    with_us,
)
from tests.house import COMPANY, MERCHANT

pytestmark = [pytest.mark.browser, pytest.mark.slow]


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
    assert drawn.evaluate("image => image.decode().then(() => image.naturalWidth)") > 100
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
