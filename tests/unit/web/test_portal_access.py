# SPDX-License-Identifier: Apache-2.0
"""Coming in and staying in: links, log-in, sessions, cookies, languages, forms that came too late."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi import FastAPI

from tests.house import House
from tests.portal_site import PASSWORD, browser, contact_of, csrf_of, invitation, log_in

WELCOME = "Votre dossier est à compléter"


def credentials(**more: object) -> dict[str, object]:
    return {"email": "jeanne@example.org", "password": PASSWORD, "language": "fr", **more}


def test_a_link_sets_a_password_and_opens_the_file(house: House, site: FastAPI) -> None:
    user, path = browser(site), invitation(house, house.account())
    page = user.get(path)
    assert "Créer votre accès" in page.text
    assert "dpo@example.org" in page.text
    assert "5 ans" in page.text
    answer = user.post(path, credentials(), page=path)
    assert (answer.status_code, answer.headers["location"]) == (303, "/file")
    assert WELCOME in user.get("/file").text


def test_the_link_speaks_the_merchants_language_unless_another_is_asked_for(house: House, site: FastAPI) -> None:
    user, path = browser(site), invitation(house, house.account())
    assert '<html lang="fr">' in user.get(path, **{"accept-language": "en"}).text
    assert '<html lang="nl">' in user.get(f"{path}?lang=nl").text
    user.post(f"{path}?lang=nl", credentials(language="nl"), page=path)
    assert contact_of(house, user).language == "nl"


def test_wrong_particulars_are_explained_and_what_was_typed_stays(house: House, site: FastAPI) -> None:
    user, path = browser(site), invitation(house, house.account())
    answer = user.post(path, credentials(email="jeanne@", password="short"), page=path)
    assert answer.status_code == 422
    assert 'value="jeanne@"' in answer.text
    assert "Ce mot de passe est trop court" in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "short" not in re.sub(r'class="[^"]*"', "", answer.text)


def test_an_address_that_is_taken_is_explained(house: House, site: FastAPI) -> None:
    log_in(site, house, house.account("a"), email="jeanne@example.org")
    user, path = browser(site), invitation(house, house.account("b"))
    assert "a déjà un accès" in user.post(path, credentials(), page=path).text


@pytest.mark.parametrize(
    ("fate", "words"), [("used", "déjà servi"), ("expired", "plus valable"), ("unknown", "ne reconnaissons pas")]
)
def test_a_link_that_does_not_work_says_what_to_do_next(house: House, site: FastAPI, fate: str, words: str) -> None:
    user, path = browser(site), invitation(house, house.account())
    if fate == "used":
        user.post(path, credentials(), page=path)
        user = browser(site)
    elif fate == "expired":
        house.clock.move(days=15)
    else:
        path = "/invitation/unknown"
    for answer in (user.get(path), user.post(path, credentials(), page="/login")):
        assert answer.status_code == 410
        assert words in answer.text
        assert "nouveau lien" in answer.text
        assert 'href="/login"' in answer.text


def test_log_in_leads_to_the_page_that_was_asked_for(house: House, site: FastAPI) -> None:
    log_in(site, house, house.account(), email="jeanne@example.org")
    user = browser(site)
    answer = user.get("/file/people?x=1")
    assert answer.status_code == 303
    login = answer.headers["location"]
    assert parse_qs(urlsplit(login).query) == {"next": ["/file/people?x=1"]}
    answer = user.post("/login", credentials(next="/file/people?x=1"), page=login)
    assert (answer.status_code, answer.headers["location"]) == (303, "/file/people?x=1")


@pytest.mark.parametrize(
    "target", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", ""]
)
def test_nobody_is_sent_to_another_site_after_log_in(house: House, site: FastAPI, target: str) -> None:
    log_in(site, house, house.account(), email="jeanne@example.org")
    user = browser(site)
    assert user.post("/login", credentials(next=target), page="/login").headers["location"] == "/file"


def test_a_wrong_password_says_no_more_than_that_and_keeps_the_address(house: House, site: FastAPI) -> None:
    log_in(site, house, house.account(), email="jeanne@example.org")
    user = browser(site)
    known = user.post("/login", credentials(password="wrong"), page="/login")
    unknown = user.post("/login", credentials(email="nobody@example.org", password="wrong"), page="/login")
    assert known.status_code == unknown.status_code == 401
    assert "jeanne@example.org" in known.text
    assert known.text.replace("jeanne", "") == unknown.text.replace("nobody", "")


def test_guessing_is_slowed_down_and_the_page_says_for_how_long(house: House, site: FastAPI) -> None:
    user = browser(site)
    answers = [user.post("/login", credentials(password="wrong"), page="/login").text for _ in range(6)]
    assert "15 minutes" in answers[-1]
    assert "15 minutes" not in answers[0]


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(house: House, site: FastAPI) -> None:
    user, path = browser(site), invitation(house, house.account())
    answer = user.post(path, credentials(), page=path)
    cookies = [header for header in answer.headers.get_list("set-cookie") if header.startswith("session=")]
    assert len(cookies) == 1
    flags = {part.strip().lower() for part in cookies[0].split(";")[1:]}
    assert flags == {"httponly", "secure", "samesite=lax", "path=/"}


def test_only_two_cookies_are_ever_set(house: House, site: FastAPI) -> None:
    user, path = browser(site), invitation(house, house.account())
    for page in ("/", "/login", "/privacy", "/help", "/accessibility", path, "/nowhere"):
        user.get(page)
    user.post(path, credentials(), page=path)
    user.get("/file")
    assert {cookie.name for cookie in user.client.cookies.jar} == {"session", "csrftoken"}


def test_logging_in_makes_a_new_session_and_ends_the_old_one(house: House, site: FastAPI) -> None:
    user = log_in(site, house, house.account(), email="jeanne@example.org")
    old = user.client.cookies["session"]
    page = browser(site)
    token = csrf_of(page.get("/login").text)
    page.hold(old)
    page.client.post("/login", data=credentials(csrf=token))
    stale = browser(site)
    stale.hold(old)
    assert stale.get("/file").status_code == 303


def test_logging_out_ends_the_session_on_the_server(house: House, site: FastAPI) -> None:
    user = log_in(site, house, house.account())
    session = user.client.cookies["session"]
    answer = user.post("/logout")
    assert answer.headers["location"] == "/login?bye=1"
    thief = browser(site)
    thief.hold(session)
    assert thief.get("/file").headers["location"].startswith("/login")


def test_a_browser_with_a_console_cookie_too_still_finds_the_portal(house: House, site: FastAPI) -> None:
    user = log_in(site, house, house.account())
    session = user.client.cookies["session"]
    both = browser(site)
    assert both.get("/file", cookie=f"session={session}; session=other").status_code == 200


@pytest.mark.parametrize(
    "headers", [{"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "https://evil.example"}]
)
def test_a_form_that_another_site_sends_is_refused(house: House, site: FastAPI, headers: dict[str, str]) -> None:
    user = log_in(site, house, house.account())
    answer = user.post("/file/company", {"legal_name": "Evil"}, headers=headers)
    assert answer.status_code == 403
    assert "Evil" not in answer.text
    assert "Evil" not in user.get("/file/company").text


@pytest.mark.parametrize("path", ["/file/company", "/file/people/new", "/file/submit", "/language", "/logout"])
def test_a_form_without_its_token_changes_nothing(house: House, site: FastAPI, path: str) -> None:
    user = log_in(site, house, house.account())
    answer = user.client.post(path, data={"csrf": "guess", "language": "en"})
    assert answer.status_code == 403
    assert '<html lang="fr">' in user.get("/file").text


def test_text_typed_before_the_session_ended_is_given_back_after_log_in(house: House, site: FastAPI) -> None:
    user = log_in(site, house, house.account(), email="jeanne@example.org")
    token = csrf_of(user.get("/file/company").text)
    house.clock.move(hours=2)
    late = user.client.post(
        "/file/company", data={"csrf": token, "legal_name": "Librairie & Cie", "activity": "Livres"}
    )
    assert late.status_code == 401
    held = re.search(r'name="held" value="([^"]*)"', late.text)
    assert held is not None
    back = user.client.post(
        "/login",
        data=credentials(csrf=csrf_of(late.text), held_path="/file/company", held=held.group(1).replace("&amp;", "&")),
    )
    assert back.status_code == 200
    assert 'action="/file/company"' in back.text
    assert 'value="Librairie &amp; Cie"' in back.text
    saved = user.client.post(
        "/file/company", data={"csrf": csrf_of(back.text), "legal_name": "Librairie & Cie", "activity": "Livres"}
    )
    assert saved.status_code == 422  # incomplete, but kept
    assert "Librairie &amp; Cie" in user.get("/file/company").text


def test_a_form_of_an_older_log_in_is_given_back_too(house: House, site: FastAPI) -> None:
    user = log_in(site, house, house.account())
    answer = user.client.post("/file/company", data={"csrf": "older", "legal_name": "Librairie"})
    assert answer.status_code == 403
    assert 'name="legal_name" value="Librairie"' in answer.text
    assert csrf_of(answer.text) == contact_of(house, user).csrf


def test_typed_text_is_carried_to_our_own_forms_only(house: House, site: FastAPI) -> None:
    log_in(site, house, house.account(), email="jeanne@example.org")
    user = browser(site)
    for path in ("https://evil.example/file/company", "/logout", "/file/submit", "/file/people/../../x"):
        answer = user.post("/login", credentials(held_path=path, held="a=b"), page="/login")
        assert answer.status_code == 303
        user = browser(site)


def test_the_language_is_remembered_in_the_account(house: House, site: FastAPI) -> None:
    user = log_in(site, house, house.account())
    answer = user.post("/language", {"language": "en", "next": "/file/people"})
    assert answer.headers["location"] == "/file/people"
    assert '<html lang="en">' in user.get("/file").text


@pytest.mark.parametrize("path", ["/login", "/privacy", "/help", "/accessibility", "/invitation/unknown"])
@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_open_pages_speak_each_language_and_carry_it_in_their_links(site: FastAPI, path: str, language: str) -> None:
    page = browser(site).get(f"{path}?lang={language}").text
    assert f'<html lang="{language}">' in page
    assert f'href="/privacy?lang={language}"' in page


def test_the_notice_says_all_that_the_law_wants_said(house: House, site: FastAPI) -> None:
    page = browser(site).get("/privacy?lang=fr").text
    for said in (
        "Exemple Paiement, SAS",
        "RCS Paris 000 100 057",
        "dpo@example.org",
        "L. 561-45",
        "CNIL",
        "5 ans",
        "Obligation légale",
        "Contrat avec l",
        "Version 2026-11",
        "portabilité",
        "session et csrftoken",
    ):
        assert said in page
    assert "Aucun de ces traitements ne repose sur votre consentement" in page


def test_the_notice_is_the_same_for_everybody(house: House, site: FastAPI) -> None:
    refused = log_in(site, house, house.account("b")).get("/privacy").text
    other = log_in(site, house, house.account("a")).get("/privacy").text
    hide = re.compile(r'value="[^"]*"')
    assert hide.sub("", refused) == hide.sub("", other)


@pytest.mark.parametrize("path", ["/login", "/privacy", "/nowhere", "/static/base.css"])
def test_every_answer_has_the_safe_headers(site: FastAPI, path: str) -> None:
    headers = browser(site).get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["strict-transport-security"].startswith("max-age=31536000")


def test_pages_are_not_stored_and_static_files_with_their_hash_are_kept(site: FastAPI) -> None:
    user = browser(site)
    page = user.get("/login")
    assert page.headers["cache-control"] == "no-store"
    style = re.search(r'href="(/static/base.css\?v=[^"]+)"', page.text)
    assert style is not None
    assert "immutable" in user.get(style.group(1)).headers["cache-control"]
    assert "immutable" not in user.get("/static/base.css?v=other").headers["cache-control"]


def test_unknown_addresses_and_faults_are_pages_with_a_way_out(house: House, site: FastAPI) -> None:
    @site.get("/fault")
    def fault() -> None:
        raise RuntimeError("secret-detail")

    user = browser(site)
    lost, broken = user.get("/nowhere?lang=en"), user.get("/fault?lang=en")
    assert (lost.status_code, broken.status_code) == (404, 500)
    assert "This page does not exist" in lost.text
    assert 'href="/?lang=en"' in lost.text
    assert "Something went wrong on our side" in broken.text
    assert "secret-detail" not in broken.text
    assert "default-src 'none'" in broken.headers["content-security-policy"]


def test_error_pages_speak_the_language_of_the_account(house: House, site: FastAPI) -> None:
    user = log_in(site, house, house.account(), language="nl")
    assert "Deze pagina bestaat niet" in user.get("/file/people/nobody", **{"accept-language": "fr"}).text


def test_the_file_is_for_those_who_are_logged_in(house: House, site: FastAPI) -> None:
    merchant = house.account()
    with house.deps.db.read() as view:
        company = view.merchants.company(merchant).id
    for path in (
        "/file",
        "/file/status",
        "/file/submit",
        "/file/company",
        "/file/people",
        "/file/people/new",
        f"/file/documents/registration_document/{company}",
        f"/file/documents/registration_document/{company}/phone.svg",
        "/file/received/doc_1/pages/1",
    ):
        answer = browser(site).get(path)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/login?next=")
