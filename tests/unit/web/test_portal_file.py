# SPDX-License-Identifier: Apache-2.0
"""The page "Your file": company, people, shares, submission, and what each state says and does not say."""

import re
from dataclasses import replace

import pytest
from fastapi import FastAPI

from kyc.domain.case import State
from kyc.domain.decision import Outcome
from kyc.domain.party import Roles
from kyc.services import access, accounts, dossier, intake, review
from kyc.services.portal_view import FileView, file_view
from kyc.web.i18n import LANGUAGES
from tests.house import COMPANY, MERCHANT, PLATFORM, SIREN, House, kbis, person
from tests.portal_site import TELLING, Browser, contact_of, log_in, visible

COMPANY_FORM: dict[str, object] = {
    "legal_name": "Librairie Exemple",
    "siren": "000 100 057",
    "legal_form": "SAS",
    "activity": "Vente de livres",
    "street": "1 rue du Spécimen",
    "postal_code": "75001",
    "city": "Paris",
    "country": "FR",
}
PERSON_FORM: dict[str, object] = {
    "roles": ["representative", "beneficial_owner"],
    "birth_name": "Exemple",
    "given_names": "Jeanne",
    "birth_day": "15",
    "birth_month": "1",
    "birth_year": "1980",
    "birth_place": "Lyon",
    "birth_country": "FR",
    "nationalities": ["FR", "", "BE"],
    "street": "2 rue du Spécimen",
    "postal_code": "75002",
    "city": "Paris",
    "country": "FR",
    "capital": "33,33",
    "votes": "40.5 %",
}


def view_of(house: House, merchant_id: str) -> FileView:
    return file_view(house.deps, merchant_id)


def in_state(house: House, state: State) -> str:
    """A merchant whose case is in this state; returns the merchant's id."""
    if state is State.DRAFT:
        return house.account()
    case_id = house.submitted()
    officer = house.officer().id if state is State.PENDING_SECOND_APPROVAL else None
    with house.deps.db.write() as uow:
        case = uow.cases.get(case_id)
        merchant_id = case.merchant_id
        uow.cases.change(case, case.version, uow.now, state=state.value, proposed_by=officer)
        if state in (State.TERMINATED, State.WITHDRAWN, State.REFUSED):
            accounts.start_clock(
                house.deps, uow, uow.merchants.get(merchant_id), uow.cases.get(case_id), uow.now.date()
            )
    return merchant_id


def test_a_new_file_names_one_thing_to_do(house: House, site: FastAPI) -> None:
    page = log_in(site, house, house.account()).get("/file").text
    assert page.count("button--bright") == 1
    assert 'class="button button--bright" href="/file/company"' in page
    assert "0 sur 4 points terminés" in page
    assert "encore 7 minutes" in page
    assert "Compte de test" in page


def test_a_live_account_has_no_test_banner(house: House, site: FastAPI) -> None:
    assert "Compte de test" not in log_in(site, house, house.account(livemode=True)).get("/file").text


def test_a_whole_company_is_kept_and_leads_back_to_the_list(house: House, site: FastAPI) -> None:
    merchant = house.account()
    user = log_in(site, house, merchant)
    answer = user.post("/file/company", COMPANY_FORM)
    assert (answer.status_code, answer.headers["location"]) == (303, "/file?said=company")
    assert replace(view_of(house, merchant).company, trade_name="", website="") == COMPANY
    assert "sont enregistrées" in user.get("/file?said=company").text


def test_an_incomplete_company_is_kept_and_what_is_missing_is_named(house: House, site: FastAPI) -> None:
    merchant = house.account()
    user = log_in(site, house, merchant)
    answer = user.post("/file/company", {**COMPANY_FORM, "siren": "123 456 789", "city": ""})
    assert answer.status_code == 422
    assert "C&#39;est enregistré" in answer.text
    assert '<a href="#f-siren">Ce numéro SIREN n&#39;est pas valable' in answer.text
    assert '<a href="#f-city">Indiquez la ville' in answer.text
    assert 'value="123 456 789"' in answer.text
    assert view_of(house, merchant).company.legal_name == "Librairie Exemple"
    assert "Il manque encore" in user.get("/file/company").text


def test_a_legal_form_that_is_not_in_the_list_can_be_typed(house: House, site: FastAPI) -> None:
    merchant = house.account()
    user = log_in(site, house, merchant)
    user.post(
        "/file/company", {**COMPANY_FORM, "legal_form": "other", "legal_form_other": "Groupement d'intérêt économique"}
    )
    assert view_of(house, merchant).company.legal_form == "Groupement d'intérêt économique"
    page = user.get("/file/company").text
    assert '<option value="other" selected>' in page
    assert "Groupement d&#39;intérêt économique" in page


def test_a_person_is_kept_with_roles_shares_and_nationalities(house: House, site: FastAPI) -> None:
    merchant = house.account()
    user = log_in(site, house, merchant)
    answer = user.post("/file/people/new", PERSON_FORM)
    assert (answer.status_code, answer.headers["location"]) == (303, "/file?said=person")
    (found,) = view_of(house, merchant).people
    assert found.roles == Roles(True, True, 3333, 4050)
    assert found.person.nationalities == ("FR", "BE")
    page = user.get(f"/file/people/{found.id}").text
    assert 'value="33,33"' in page
    assert 'value="1980"' in page
    assert page.count(" selected>") >= 3


def test_the_same_person_sent_twice_is_one_person(house: House, site: FastAPI) -> None:
    merchant = house.account()
    user = log_in(site, house, merchant)
    for _ in range(3):
        assert user.post("/file/people/new", PERSON_FORM).status_code == 303
    assert len(view_of(house, merchant).people) == 1


def test_an_incomplete_new_person_is_saved_once_and_its_form_goes_on_with_that_person(
    house: House, site: FastAPI
) -> None:
    merchant = house.account()
    user = log_in(site, house, merchant)
    answer = user.post("/file/people/new", {**PERSON_FORM, "birth_place": ""})
    (found,) = view_of(house, merchant).people
    assert answer.status_code == 422
    assert f'action="/file/people/{found.id}"' in answer.text
    assert user.post(f"/file/people/{found.id}", PERSON_FORM).status_code == 303
    assert len(view_of(house, merchant).people) == 1


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("birth_day", "31", "n&#39;existe pas"),
        ("birth_year", "quatre-vingts", "n&#39;existe pas"),
        ("capital", "un tiers", "deux décimales"),
        ("capital", "33,333", "deux décimales"),
        ("votes", "100,01", "entre 0 et 100"),
    ],
)
def test_what_cannot_be_understood_is_said_before_anything_is_saved(
    house: House, site: FastAPI, field: str, value: str, said: str
) -> None:
    merchant = house.account()
    user = log_in(site, house, merchant)
    answer = user.post("/file/people/new", {**PERSON_FORM, "birth_month": "2", field: value})
    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{value}"' in answer.text
    assert "Rien n&#39;est encore enregistré" in answer.text
    assert view_of(house, merchant).people == ()


def test_shares_beyond_the_whole_are_refused_with_a_reason(house: House, site: FastAPI) -> None:
    merchant = house.account()
    user = log_in(site, house, merchant)
    user.post("/file/people/new", {**PERSON_FORM, "capital": "60"})
    answer = user.post("/file/people/new", {**PERSON_FORM, "given_names": "Paul", "capital": "40,01"})
    assert answer.status_code == 422
    assert "le total dépasse 100" in answer.text
    assert user.post("/file/people/new", {**PERSON_FORM, "given_names": "Paul", "capital": "40"}).status_code == 303


def test_the_picture_of_shares_has_the_same_numbers_as_its_table(house: House, site: FastAPI) -> None:
    merchant = house.account()
    user = log_in(site, house, merchant)
    dossier.declare_person(house.deps, MERCHANT, merchant, None, person("Jeanne"), Roles(True, True, 6000, 5000))
    dossier.declare_person(house.deps, MERCHANT, merchant, None, person("Paul"), Roles(False, False, 3350, 1000))
    page = user.get("/file/people").text
    assert re.findall(r'shares__part--(\d)" x="([\d.]+)" y="0" width="([\d.]+)"', page) == [
        ("0", "0.0", "60.0"),
        ("1", "60.0", "33.5"),
        ("0", "0.0", "50.0"),
        ("1", "50.0", "10.0"),
    ]
    assert page.count("6,5\u00a0%") == 1
    assert page.count("33,5\u00a0%") == 2
    assert "Paul Exemple détient 33,5" in page
    assert "plus de 25\u00a0%" in page


def test_the_threshold_of_owners_follows_the_policy_in_force(house: House, site: FastAPI) -> None:
    house.clock.move(days=240)
    assert "25\u00a0% ou plus" in log_in(site, house, house.account()).get("/file/people").text


def test_a_person_is_removed_after_a_question_and_removing_twice_is_fine(house: House, site: FastAPI) -> None:
    merchant = house.account()
    user = log_in(site, house, merchant)
    person_id, _ = dossier.declare_person(house.deps, MERCHANT, merchant, None, person(), Roles(True, True))
    assert "Retirer Jeanne Exemple" in user.get(f"/file/people/{person_id}/remove").text
    for _ in range(2):
        assert user.post(f"/file/people/{person_id}/remove").headers["location"] == "/file?said=removed"
    assert view_of(house, merchant).people == ()


def test_another_merchants_people_do_not_exist(house: House, site: FastAPI) -> None:
    other = house.account("other")
    person_id, _ = dossier.declare_person(house.deps, MERCHANT, other, None, person(), Roles(True, True))
    user = log_in(site, house, house.account("mine"))
    assert user.get(f"/file/people/{person_id}").status_code == 404
    assert user.get(f"/file/people/{person_id}/remove").status_code == 404
    assert user.post(f"/file/people/{person_id}", PERSON_FORM).status_code == 404
    user.post(f"/file/people/{person_id}/remove")
    assert len(view_of(house, other).people) == 1


def test_an_incomplete_file_cannot_be_sent_and_says_what_is_missing(house: House, site: FastAPI) -> None:
    user = log_in(site, house, house.account())
    assert "il reste à faire" in user.get("/file/submit").text
    answer = user.post("/file/submit")
    assert answer.status_code == 409
    assert 'href="/file/company"' in answer.text


def test_a_complete_file_is_read_through_and_sent_once(house: House, site: FastAPI) -> None:
    merchant = house.account()
    house.complete_file(merchant)
    user = log_in(site, house, merchant)
    assert 'href="/file/submit"' in user.get("/file").text
    page = user.get("/file/submit").text
    for said in ("Librairie Exemple", SIREN[:3], "15 janvier 1980", "100\u00a0% du capital", "5 jours", "a.png"):
        assert said in page
    for _ in range(2):
        assert user.post("/file/submit").headers["location"] == "/file"
    assert "Votre dossier est chez nous" in user.get("/file").text
    assert user.get("/file/submit").headers["location"] == "/file"


def test_a_sent_file_says_when_an_answer_is_due_and_admits_being_late(house: House, site: FastAPI) -> None:
    merchant = in_state(house, State.IN_REVIEW)
    page = log_in(site, house, merchant).get("/file").text
    assert "au plus tard le 27 novembre 2026" in page
    assert "Vous n&#39;avez rien à faire" in page
    house.clock.move(days=6)
    page = log_in(site, house, merchant, email="other@example.org").get("/file").text
    assert "C&#39;est plus long que prévu" in page


def test_a_sent_file_can_be_read_but_not_changed(house: House, site: FastAPI) -> None:
    merchant = in_state(house, State.IN_REVIEW)
    user = log_in(site, house, merchant)
    view = view_of(house, merchant)
    for path in (
        "/file/company",
        f"/file/people/{view.people[0].id}",
        f"/file/documents/registration_document/{view.company_id}",
    ):
        page = user.get(path).text
        assert "ne peut plus être modifiée" in page
        assert set(re.findall(r'method="post" action="([^"]+)"', page)) == {"/language", "/logout"}
    answer = user.post("/file/company", COMPANY_FORM)
    assert answer.status_code == 409
    assert "a changé" in answer.text


def test_what_officers_see_apart_is_one_state_for_the_merchant(house: House, site: FastAPI) -> None:
    hide = re.compile(r'(value|href|src|id|aria-labelledby)="[^"]*"')
    merchant = in_state(house, State.PROCESSING)
    user = log_in(site, house, merchant)
    pages = []
    for state in (State.PROCESSING, State.IN_REVIEW, State.PENDING_SECOND_APPROVAL):
        officer = house.officer().id if state is State.PENDING_SECOND_APPROVAL else None
        with house.deps.db.write() as uow:
            case = uow.cases.of_merchant(merchant)
            uow.cases.change(case, case.version, uow.now, state=state.value, proposed_by=officer)
        pages.append(hide.sub("", user.get("/file").text))
    assert pages[0] == pages[1] == pages[2]


@pytest.mark.parametrize("state", State)
def test_no_state_tips_the_merchant_off(house: House, site: FastAPI, state: State) -> None:
    user = log_in(site, house, in_state(house, state))
    for language in LANGUAGES:
        access.set_language(house.deps, contact=contact_of(house, user), language=language)
        for path in ("/file", "/file/status", "/file/people", "/file/company"):
            page = user.get(path)
            assert page.status_code == 200
            assert TELLING.search(visible(page.text)) is None


def test_what_is_asked_stands_on_top_in_neutral_words_and_is_ticked_off_when_sent(house: House, site: FastAPI) -> None:
    case_id = house.submitted()
    officer = house.officer()
    asked = (("company.registration_document", "document_too_old"), ("company.details", "details_to_correct"))
    review.request_information(house.deps, officer, case_id, house.version(case_id), asked)
    with house.deps.db.read() as view:
        merchant = view.cases.get(case_id).merchant_id
        company = view.merchants.company(merchant).id
    user = log_in(site, house, merchant)
    page = user.get("/file").text
    assert "Il nous manque encore quelque chose" in page
    assert "trop ancien" in page
    assert officer.name not in page
    assert f'button--bright" href="/file/documents/registration_document/{company}"' in page
    assert "trop ancien" in user.get(f"/file/documents/registration_document/{company}").text
    house.clock.move(minutes=5)
    sent = house.upload(merchant, company, "registration_document", kbis(COMPANY))
    house.run_jobs()
    intake.confirm(house.deps, MERCHANT, merchant, sent, "correct")
    page = user.get("/file").text
    assert 'button--bright" href="/file/company"' in page
    assert "renvoyer le dossier" in page
    assert user.post("/file/submit").status_code == 303
    assert "Votre dossier est chez nous" in user.get("/file").text


def test_a_refusal_is_neutral_and_tells_of_the_right_to_another_look(house: House, site: FastAPI) -> None:
    case_id = house.submitted()
    officer = house.officer()
    review.decide(
        house.deps, officer, case_id, house.version(case_id),
        outcome=Outcome.REFUSE, rationale="internal words that nobody outside may read", reason_code="risk_too_high",
    )  # fmt: skip
    with house.deps.db.read() as view:
        merchant = view.cases.get(case_id).merchant_id
    page = log_in(site, house, merchant).get("/file").text
    assert "qu&#39;une autre personne" in page
    assert "dpo@example.org" in page
    assert "22 novembre 2031" in page
    assert "internal words" not in page
    assert "risk_too_high" not in page


def test_an_ended_relationship_says_until_when_the_file_is_kept(house: House, site: FastAPI) -> None:
    page = log_in(site, house, in_state(house, State.TERMINATED)).get("/file").text
    assert "La relation est terminée" in page
    assert "jusqu&#39;au 22 novembre 2031 inclus" in page


def test_a_withdrawn_application_names_no_date_that_would_tell_of_an_alert(house: House, site: FastAPI) -> None:
    page = log_in(site, house, in_state(house, State.WITHDRAWN)).get("/file").text
    assert "Votre demande est close" in page
    assert "Conservation" not in page


def test_a_withdrawn_application_shows_nothing_as_done_that_never_happened(house: House, site: FastAPI) -> None:
    merchant = house.account()
    with house.deps.db.write() as uow:
        accounts.end_relationship(house.deps, uow, PLATFORM, merchant, uow.now.date(), livemode=False)
    page = log_in(site, house, merchant).get("/file").text
    assert page.count("timeline__step--done") == 1
    assert "Étude par une personne" not in page


def test_names_are_shown_as_typed_and_never_as_markup(house: House, site: FastAPI) -> None:
    merchant = house.account()
    evil = '<img src=x onerror="alert(1)">{lang}'
    dossier.declare_person(house.deps, MERCHANT, merchant, None, person(evil, "O'Neil"), Roles(True, True))
    user: Browser = log_in(site, house, merchant)
    for path in ("/file", "/file/people", "/file/submit"):
        page = user.get(path).text
        assert "<img src=x" not in page
        assert "&lt;img src=x" in page
        assert "{lang}" in page
