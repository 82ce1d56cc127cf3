# SPDX-License-Identifier: Apache-2.0
"""A merchant's whole way in a real browser: wide, on a phone, and without JavaScript; each page checked by axe-core."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.merchant import PHONE, WIDE, Portal, Visit, files, fill_person
from tests.portal_site import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def fill_company(page: Page) -> None:
    page.get_by_label("Dénomination sociale").fill("Librairie Exemple")
    page.get_by_label("Numéro SIREN").fill("000100057")
    page.get_by_label("Forme juridique", exact=True).select_option("SAS")
    page.get_by_label("Activité").fill("Vente de livres")
    page.get_by_label("Numéro et rue").fill("1 rue du Spécimen")
    page.get_by_label("Code postal").fill("75001")
    page.get_by_label("Ville", exact=True).fill("Paris")
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
