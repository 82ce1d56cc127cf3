# SPDX-License-Identifier: Apache-2.0
"""Sending files: each is answered for, each problem has a way out, and nothing of another merchant is seen."""

import re
from dataclasses import replace
from datetime import date

import pytest
from fastapi import FastAPI
from httpx2 import Response

from kyc.domain.party import Roles
from kyc.services import dossier
from kyc.services.portal_view import file_view
from ocr import Kind, Reading, Refusal, Remark
from tests.house import COMPANY, MERCHANT, House, kbis, passport, person, png, reading
from tests.portal_site import Browser, log_in, visible


def refused(code: str) -> Reading:
    """A reading that the reader refused."""
    return replace(reading(Kind.UNKNOWN, {}), pages=(), refusal=Refusal(code, "x"))


class Sending:
    """A merchant with a company, about to send files."""

    def __init__(self, house: House, site: FastAPI) -> None:
        self.house = house
        self.merchant = house.account()
        self.user: Browser = log_in(site, house, self.merchant)
        with house.deps.db.read() as view:
            self.company = view.merchants.company(self.merchant).id
        self.path = f"/file/documents/registration_document/{self.company}"

    def send(self, *files: tuple[str, bytes], script: bool = False) -> Response:
        headers = {"accept": "application/json"} if script else {}
        parts = [("files", (name, data, "application/octet-stream")) for name, data in files]
        return self.user.post(self.path, files=parts, headers=headers)

    def read(self, result: object) -> str:
        """Send a file that is read as `result`; returns the page."""
        data = png(len(self.house.readings))
        self.house.readings[data] = result  # type: ignore[assignment]  # a reading
        self.send(("kbis.png", data))
        self.house.run_jobs()
        return self.user.get(self.path).text

    @property
    def documents(self) -> list[str]:
        return [each.id for each in file_view(self.house.deps, self.merchant).documents]


@pytest.fixture
def sending(house: House, site: FastAPI) -> Sending:
    return Sending(house, site)


def test_the_page_says_what_is_accepted_how_old_and_how_large(sending: Sending) -> None:
    page = sending.user.get(sending.path).text
    assert "moins de 3 mois" in page
    assert "20 Mo" in page
    assert 'capture="environment"' in page
    assert 'enctype="multipart/form-data"' in page
    assert " multiple " in page


def test_several_files_are_taken_at_once_without_a_script(sending: Sending) -> None:
    answer = sending.send(("recto.png", png(1)), ("verso.png", png(2)))
    assert (answer.status_code, answer.headers["location"]) == (303, f"{sending.path}#files")
    page = sending.user.get(sending.path).text
    assert "recto.png" in page
    assert "verso.png" in page
    assert "Lecture en cours" in page
    assert '<noscript><meta http-equiv="refresh"' in page
    assert "Actualiser la page" in page


def test_a_bad_file_does_not_hold_up_a_good_one(sending: Sending) -> None:
    answer = sending.send(("notes.txt", b"hello"), ("kbis.png", png(1)), ("empty.pdf", b""))
    assert answer.status_code == 422
    assert "notes.txt : Ce type de fichier" in answer.text
    assert "empty.pdf : Ce fichier est vide" in answer.text
    assert len(sending.documents) == 1


def test_a_script_gets_the_answer_for_each_file(sending: Sending) -> None:
    good = sending.send(("kbis.png", png(1)), script=True)
    assert (good.status_code, good.json()) == (200, {"files": [{"name": "kbis.png", "taken": True, "text": ""}]})
    bad = sending.send(("notes.txt", b"hello"), script=True)
    assert bad.status_code == 422
    assert not bad.json()["files"][0]["taken"]


def test_the_same_file_twice_is_kept_once_and_said(sending: Sending) -> None:
    sending.send(("kbis.png", png(1)))
    answer = sending.send(("copy.png", png(1)))
    assert "Vous avez déjà envoyé ce fichier" in answer.text
    assert len(sending.documents) == 1
    both = sending.send(("a.png", png(2)), ("b.png", png(2)), script=True).json()["files"]
    assert [bool(each["text"]) for each in both] == [False, True]


def test_sending_nothing_is_explained(sending: Sending) -> None:
    assert "Aucun fichier" in sending.send(("", b"")).text


def test_too_many_files_are_explained_with_a_way_out(sending: Sending) -> None:
    answer = sending.send(*((f"{n}.png", png(n)) for n in range(5)))
    assert "déjà 4 fichiers" in answer.text
    assert "un seul PDF" in answer.text
    assert len(sending.documents) == 4
    assert len(sending.house.deps.blobs.names()) == 4


def test_a_file_that_is_too_large_is_explained(sending: Sending) -> None:
    answer = sending.send(("big.png", png(1) + b"\0" * 20_000_001), script=True)
    assert "trop lourd" in answer.json()["files"][0]["text"]


def test_a_post_beyond_all_measure_is_answered_in_words(sending: Sending) -> None:
    answer = sending.send(*((f"{n}.png", b"\0" * 17_000_000) for n in range(4)))
    assert answer.status_code == 422
    assert "un par un" in answer.text


def test_a_session_that_ended_is_told_to_the_script(sending: Sending) -> None:
    sending.user.get(sending.path)
    sending.house.clock.move(hours=2)
    answer = sending.user.client.post(
        sending.path, data={"csrf": "x"}, files=[("files", ("a.png", png(1)))], headers={"accept": "application/json"}
    )
    assert answer.status_code == 401
    assert answer.json()["login"] is True


def test_what_was_read_is_shown_and_can_be_confirmed(sending: Sending) -> None:
    page = sending.read(kbis(COMPANY, person()))
    for said in ("LIBRAIRIE EXEMPLE", "000\u00a0100\u00a0057", "2 novembre 2026", "Est-ce exact"):
        assert said in page
    (document,) = sending.documents
    assert f"/file/received/{document}/pages/1" in page
    answer = sending.user.post(f"/file/received/{document}/answer", {"answer": "correct"})
    assert answer.headers["location"] == "/file?said=answer"
    assert "Confirmé" in sending.user.get(sending.path).text


def test_a_difference_can_be_reported(sending: Sending) -> None:
    sending.read(kbis(COMPANY, person()))
    sending.user.post(f"/file/received/{sending.documents[0]}/answer", {"answer": "disputed"})
    assert "signalé une différence" in sending.user.get(sending.path).text


def test_every_problem_of_a_file_has_help_and_a_way_past_it(sending: Sending) -> None:
    page = sending.read(kbis(COMPANY, person(), issued=date(2026, 1, 1)))
    assert "trop ancien" in page
    assert "monidenum.fr" in page
    assert "une personne le regardera" in page
    (document,) = sending.documents
    sending.user.post(f"/file/received/{document}/answer", {"answer": "sent_anyway"})
    page = sending.user.get(sending.path).text
    assert "Une personne regardera ce fichier tel qu&#39;il est" in page
    assert sending.user.get("/file/status").json()["documents"] == {document: False}


@pytest.mark.parametrize(
    "result", [reading(Kind.UNKNOWN, {}), reading(Kind.KBIS, {})], ids=["wrong type", "nothing read"]
)
def test_what_a_person_can_look_at_can_be_sent_as_it_is(sending: Sending, result: object) -> None:
    page = sending.read(result)
    assert 'value="sent_anyway"' in page
    assert "Remplacer le fichier" in page
    sending.user.post(f"/file/received/{sending.documents[0]}/answer", {"answer": "sent_anyway"})
    assert "À corriger" not in visible(sending.user.get(sending.path).text)


@pytest.mark.parametrize("code", ["document_password_protected", "a_code_of_next_year"])
def test_what_nobody_can_open_is_replaced_and_not_sent_as_it_is(sending: Sending, code: str) -> None:
    page = sending.read(refused(code))
    assert 'value="sent_anyway"' not in page
    assert "Remplacer le fichier" in page


def test_remarks_on_authenticity_stay_among_officers(sending: Sending) -> None:
    remark = Remark("text_layer_differs", "high", "The text was altered.")
    page = sending.read(replace(kbis(COMPANY, person()), authenticity=(remark,)))
    assert "altered" not in page
    assert "text_layer" not in page
    assert "Est-ce exact" in page


def test_a_file_can_be_taken_back_and_taking_it_back_twice_is_fine(sending: Sending) -> None:
    sending.read(kbis(COMPANY, person()))
    (document,) = sending.documents
    assert sending.user.post(f"/file/received/{document}/remove").headers["location"] == f"{sending.path}#send"
    assert sending.user.post(f"/file/received/{document}/remove").headers["location"] == "/file?said=file"
    assert sending.documents == []


def test_an_answer_before_the_reading_is_a_page_with_a_way_out(sending: Sending) -> None:
    sending.send(("kbis.png", png(1)))
    answer = sending.user.post(f"/file/received/{sending.documents[0]}/answer", {"answer": "correct"})
    assert answer.status_code == 409
    assert "Revenir à l" in answer.text


def test_another_merchants_files_do_not_exist(sending: Sending, site: FastAPI) -> None:
    sending.read(kbis(COMPANY, person()))
    (document,) = sending.documents
    thief = log_in(site, sending.house, sending.house.account("other"))
    assert thief.get(f"/file/received/{document}/pages/1").status_code == 404
    assert thief.get(sending.path).status_code == 404
    assert thief.get(f"{sending.path}/phone.svg").status_code == 404
    assert thief.post(f"/file/received/{document}/answer", {"answer": "correct"}).status_code == 404
    thief.post(f"/file/received/{document}/remove")
    assert thief.post(sending.path, files=[("files", ("a.png", png(9)))]).status_code == 404
    assert sending.documents == [document]


def test_pictures_of_pages_are_never_stored_by_browsers(sending: Sending) -> None:
    sending.read(kbis(COMPANY, person()))
    answer = sending.user.get(f"/file/received/{sending.documents[0]}/pages/1")
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["cache-control"] == "no-store"
    assert sending.user.get(f"/file/received/{sending.documents[0]}/pages/2").status_code == 404
    assert sending.user.get(f"/file/received/{sending.documents[0]}/pages/x").status_code == 404


def test_the_code_for_the_phone_holds_the_address_and_no_key(sending: Sending) -> None:
    answer = sending.user.get(f"{sending.path}/phone.svg")
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.text.lstrip().startswith("<?xml")
    assert sending.user.client.cookies["session"] not in answer.text


def test_an_identity_document_asks_for_both_sides_of_its_owner(sending: Sending) -> None:
    owner = person()
    person_id, _ = dossier.declare_person(
        sending.house.deps, MERCHANT, sending.merchant, None, owner, Roles(True, True)
    )
    sending.path = f"/file/documents/identity_document/{person_id}"
    page = sending.read(passport(owner, expires=date(2020, 1, 1)))
    assert "Jeanne Exemple" in page
    assert "Recto et verso" in page
    assert "n&#39;est plus valable" in page
    assert "1 janvier 2020" in page


def test_a_document_of_the_wrong_party_does_not_exist(sending: Sending) -> None:
    assert sending.user.get(f"/file/documents/identity_document/{sending.company}").status_code == 404
    assert sending.user.get(f"/file/documents/company_details/{sending.company}").status_code == 404


def test_file_names_are_shown_as_text(sending: Sending) -> None:
    sending.send(('<b>"kbis".png', png(1)))
    assert "<b>" not in re.sub(r"<body.*?>", "", sending.user.get(sending.path).text)


def test_a_file_may_come_before_the_details(sending: Sending) -> None:
    assert "Est-ce exact" in sending.read(kbis(COMPANY, person()))


def test_a_difference_that_is_mended_in_the_details_is_no_problem_any_more(sending: Sending) -> None:
    dossier.declare_company(sending.house.deps, MERCHANT, sending.merchant, replace(COMPANY, siren="732829320"))
    assert "Le numéro SIREN n&#39;est pas celui" in sending.read(kbis(COMPANY, person()))
    dossier.declare_company(sending.house.deps, MERCHANT, sending.merchant, COMPANY)
    assert "Est-ce exact" in sending.user.get(sending.path).text
    dossier.declare_company(sending.house.deps, MERCHANT, sending.merchant, replace(COMPANY, siren="732829320"))
    assert "Le numéro SIREN n&#39;est pas celui" in sending.user.get(sending.path).text


def test_two_sides_of_a_card_in_two_files_are_a_whole_card(sending: Sending) -> None:
    owner = person()
    person_id, _ = dossier.declare_person(
        sending.house.deps, MERCHANT, sending.merchant, None, owner, Roles(True, True)
    )
    sending.path = f"/file/documents/identity_document/{person_id}"
    front = Remark("document_missing_back", "medium", "Only the front is shown.")
    back = Remark("document_missing_front", "medium", "Only the back is shown.")
    assert "Le verso manque" in sending.read(replace(passport(owner), quality=(front,)))
    page = sending.read(replace(passport(owner), quality=(back,)))
    assert "manque" not in visible(page)
    assert page.count("Est-ce exact") == 2
    sending.user.post(f"/file/received/{sending.documents[0]}/answer", {"answer": "correct"})
    assert "Terminé" in sending.user.get("/file").text
