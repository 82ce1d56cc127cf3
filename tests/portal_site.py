# SPDX-License-Identifier: Apache-2.0
"""The portal over a house of real services: an application for clients in tests, and a contact who is logged in."""

import re
from dataclasses import dataclass
from types import SimpleNamespace

from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

from kyc.services import access
from kyc.services.access import Contact
from kyc.web import pages, portal
from tests.house import House

CONTROLLER = SimpleNamespace(
    name="Exemple Paiement, SAS",
    registration="RCS Paris 000 100 057",
    address="1 rue du Spécimen, 75001 Paris",
    dpo_email="dpo@example.org",
)
PASSWORD = "correct horse battery"
ADDRESS = "https://kyc.example.org"
#: Stems that would tip a merchant off, in three languages (CMF L561-18; AMLR article 73).
TELLING = re.compile(
    r"\b(sanction\w*|sancti\w*|pep|politi\w*|risk\w*|risque\w*|risico\w*|suspi\w*|soup[cç]on\w*|verden\w*|vermoed\w*|tracfin|"
    r"str|freez\w*|frozen|gel\b|gel[ée]s?|bevroren|bevriez\w*|alert\w*|listed|screening|criblage|watchlist|embargo)\b",
    re.IGNORECASE,
)


def portal_app(house: House, *, https: bool = True) -> FastAPI:
    """The portal as the composition root puts it together."""
    app = FastAPI()
    app.state.deps = house.deps
    app.state.controller = CONTROLLER
    app.state.secure_cookies = https
    pages.install(app)
    app.include_router(portal.router)
    return app


@dataclass
class Browser:
    """A client that keeps cookies, follows no redirect by itself and finds the token of the form it posts."""

    client: TestClient

    def hold(self, session: str) -> None:
        """Take over a session, as the log-in's answer would set it."""
        self.client.cookies.set("session", session, domain=ADDRESS.removeprefix("https://"), path="/")

    def get(self, path: str, **headers: str) -> Response:
        """Fetch a page."""
        return self.client.get(path, headers=headers)

    def post(
        self, path: str, data: dict[str, object] | None = None, *, page: str = "/file", **more: object
    ) -> Response:
        """Post a form with the token that `page` shows."""
        token = csrf_of(self.get(page).text)
        return self.client.post(path, data={"csrf": token, **(data or {})}, **more)  # type: ignore[arg-type]


def csrf_of(html: str) -> str:
    """The token of the first form of a page, or an empty text."""
    found = re.search(r'name="csrf" value="([^"]*)"', html)
    return found.group(1) if found else ""


def visible(html: str) -> str:
    """The words of a page without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def browser(app: FastAPI) -> Browser:
    """A new browser without cookies."""
    return Browser(TestClient(app, base_url=ADDRESS, follow_redirects=False, raise_server_exceptions=False))


def invitation(house: House, merchant_id: str) -> str:
    """A fresh invitation's path."""
    with house.deps.db.write() as uow:
        url, _ = access.invite(house.deps, uow, merchant_id)
    return url.removeprefix(ADDRESS)


def log_in(app: FastAPI, house: House, merchant_id: str, *, email: str = "", language: str = "fr") -> Browser:
    """A browser whose user accepted an invitation of this merchant."""
    token = invitation(house, merchant_id).rpartition("/")[2]
    session = access.accept_invitation(
        house.deps, token, email=email or f"{merchant_id}@example.org", password=PASSWORD, language=language
    )
    user = browser(app)
    user.hold(session)
    return user


def contact_of(house: House, user: Browser) -> Contact:
    """Who this browser is logged in as."""
    return access.contact_of(house.deps, user.client.cookies["session"])
