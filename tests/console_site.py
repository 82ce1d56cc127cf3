# SPDX-License-Identifier: Apache-2.0
"""The console over a house of real services: an application for clients in tests, and officers who log in."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyotp
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

from kyc.services import access, lists
from kyc.web import console, pages
from tests.house import PLATFORM, House, person
from tests.portal_site import csrf_of

ADDRESS = "https://kyc.example.org"
PASSWORD = "four eyes see more"
DEMO_LIST = Path(__file__).parent.parent / "kyc" / "adapters" / "data" / "demo_list.csv"
LISTED = person("Karim", "Fictif", birth_date=date(1979, 3, 14))
EXPOSED = person("Anaïs", "Témoin", birth_date=date(1968, 7, 2))
CLEAR = {
    "verdict": "clear",
    "reason_code": "different_birth_date",
    "compared": ["name", "birth_date"],
    "comment": "No.",
}
CONFIRM = {"verdict": "confirm", "compared": ["name", "birth_date"], "comment": "The same."}
WHY = "Everything was opened, compared and agrees."


def console_app(house: House, *, https: bool = True) -> FastAPI:
    """The console as the composition root puts it together."""
    app = FastAPI()
    app.state.deps = house.deps
    app.state.secure_cookies = https
    pages.install(app)
    app.include_router(console.router)
    return app


def load_demo_list(house: House) -> None:
    """Screen against the fictional list."""
    lists.import_file(house.deps, PLATFORM, DEMO_LIST)


@dataclass
class Desk:
    """An officer's browser: keeps cookies, follows no redirect by itself, posts with the token of its page."""

    client: TestClient
    house: House
    email: str
    secret: str
    token: str = ""

    def code(self) -> str:
        """The one-time code of this moment."""
        return pyotp.TOTP(self.secret).at(self.house.clock.now())

    def log_in(self, **changes: str) -> Response:
        """Send the log-in form of a fresh browser; `changes` replace its fields."""
        self.client.cookies.clear()
        self.token = ""
        token = csrf_of(self.client.get("/console/login?lang=en").text)
        fields = {"csrf": token, "email": self.email, "password": PASSWORD, "code": self.code(), **changes}
        return self.client.post("/console/login?lang=en", data=fields)

    def get(self, path: str) -> Response:
        """Fetch a page."""
        return self.client.get(path)

    def post(self, path: str, data: Mapping[str, object] | None = None) -> Response:
        """Post a form with the session's token."""
        self.token = self.token or csrf_of(self.get("/console/help").text)
        return self.client.post(path, data={"csrf": self.token, **(data or {})})

    def send(self, case_id: str, action: str, **fields: object) -> Response:
        """Post a form of a case as its page shows it: with token, version and what was seen."""
        text = self.get(f"/console/cases/{case_id}").text
        hidden = {name: hidden_value(text, name) for name in ("version", "seen")}
        return self.post(f"/console/cases/{case_id}/{action}", {**hidden, **fields})


def hidden_value(text: str, name: str) -> str:
    """The value of a hidden field, or an empty text where the page has none."""
    found = re.search(rf'name="{name}" value="([^"]*)"', text)
    return found.group(1) if found else ""


def desk(
    app: FastAPI, house: House, role: str = "compliance_officer", *, name: str = "Claire", language: str = "en"
) -> Desk:
    """A new officer of this role, logged in."""
    email = f"{name.lower()}@example.org"
    _, secret = access.add_officer(house.deps, email=email, name=name, role=role, language=language, password=PASSWORD)
    client = TestClient(app, base_url=ADDRESS, follow_redirects=False, raise_server_exceptions=False)
    seat = Desk(client, house, email, secret)
    assert seat.log_in().status_code == 303
    return seat


def words_of(text: str) -> str:
    """What a reader sees of a page, in one line."""
    without = re.sub(r"<(script|style|template)\b.*?</\1>", " ", text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", without)))


def alert_of(seat: Desk, case_id: str) -> str:
    """The id of the first alert on the case's page."""
    found = re.search(r'id="alert-(al_\w+)"', seat.get(f"/console/cases/{case_id}").text)
    assert found
    return found[1]


def make_ready(seat: Desk, house: House, case_id: str) -> None:
    """Open every document and enter two measures a party, by the forms of the page."""
    with house.deps.db.read() as view:
        merchant_id = view.cases.get(case_id).merchant_id
        documents = [row.id for row in view.documents.of_merchant(merchant_id)]
        parties = [row.id for row in view.merchants.parties(merchant_id)]
    for document_id in documents:
        assert seat.post(f"/console/cases/{case_id}/documents/{document_id}/open").status_code == 303
    for party_id in parties:
        for measure in ("document_copy", "first_payment"):
            answer = seat.post(
                f"/console/cases/{case_id}/measures/{party_id}", {"measure": measure, "evidence": "Seen"}
            )
            assert answer.status_code == 303
