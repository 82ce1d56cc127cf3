# SPDX-License-Identifier: Apache-2.0
"""A whole installation as it is run: its programs, the same services in the test's own process, people, a receiver."""

import os
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from kyc.app import Application, build
from kyc.services import access, accounts, lists, platform
from kyc.services.access import Officer
from kyc.services.deps import Deps
from kyc.settings import Settings
from kyc.store.migrate import upgrade
from tests.acceptance.processes import Program
from tests.house import PLATFORM
from tests.servers import free_port


@dataclass
class Receiver:
    """The platform's webhook receiver: counts each message by its id and accepts it."""

    seen: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Installation:
    """Where it lives, how its programs find it, and its services for the test's own use."""

    folder: Path
    environment: dict[str, str]
    application: Application
    api_key: str
    officers: tuple[Officer, Officer]
    receiver: Receiver

    @property
    def deps(self) -> Deps:
        """The services' needs, connected to the same database, keys and blobs."""
        return self.application.deps

    @property
    def port(self) -> int:
        """Where the web answers."""
        return self.application.settings.port

    def serve(self) -> Program:
        """`kyc serve`."""
        return self.program("web", sys.executable, "-m", "kyc", "serve")

    def worker(self) -> Program:
        """The worker of production: two processes."""
        return self.program(
            "worker", *_CELERY, "worker", "--pool", "prefork", "--concurrency", "2", "--loglevel", "WARNING"
        )

    def beat(self) -> Program:
        """The clock of production; it keeps nothing, so it needs no file of its own."""
        return self.program("beat", *_CELERY, "beat", "--pidfile=", "--loglevel", "WARNING")

    def program(self, name: str, *command: str) -> Program:
        """A program in this installation's environment; its output is kept in the installation's folder."""
        return Program(name, command, self.environment, self.folder / f"{name}.log")

    def account(self, reference: str) -> tuple[str, str]:
        """A new account: ids of the merchant and of its company."""
        with self.deps.db.write() as uow:
            created = accounts.create_account(
                self.deps, uow, PLATFORM, livemode=False, external_reference=reference, language="fr"
            )
        with self.deps.db.read() as view:
            return created.merchant_id, view.merchants.company(created.merchant_id).id


_CELERY = (sys.executable, "-m", "celery", "-A", "workers.app")


@contextmanager
def installed(folder: Path, **settings: str) -> Iterator[Installation]:
    """A migrated installation in `folder` with the fictional lists, two officers, a key and a webhook receiver."""
    given = {"data_dir": str(folder / "data"), "port": str(free_port()), "online": "false", **settings}
    given["allow_loopback_webhooks"] = "true"
    environment = {**os.environ, **{f"KYC_{name.upper()}": value for name, value in given.items()}}
    (folder / "tmp").mkdir()
    environment["TMPDIR"] = str(folder / "tmp")
    environment["OMP_THREAD_LIMIT"] = "1"
    chosen = Settings.model_validate(given)
    chosen.data_dir.mkdir(parents=True)
    upgrade(chosen.database)
    application = build(chosen)
    try:
        with _listening() as (url, receiver):
            yield _furnished(folder, environment, application, url, receiver)
    finally:
        application.deps.db.engine.dispose()
        application.celery.close()


def _furnished(
    folder: Path, environment: dict[str, str], application: Application, url: str, receiver: Receiver
) -> Installation:
    deps = application.deps
    lists.sync(deps, lists.DEMO)
    key = platform.issue_api_key(deps, name="acceptance", livemode=False, scopes=platform.SCOPES)
    with deps.db.write() as uow:
        platform.add_endpoint(deps, uow, PLATFORM, livemode=False, url=url, allow_loopback=True)
    officers = _officer(deps, "claire@example.org"), _officer(deps, "denis@example.org")
    return Installation(folder, environment, application, key, officers, receiver)


def _officer(deps: Deps, email: str) -> Officer:
    role = "compliance_officer"
    name = email.partition("@")[0].title()
    officer_id, _ = access.add_officer(deps, email=email, name=name, role=role, language="fr", password="x" * 16)
    return officer_of(deps, officer_id)


def officer_of(deps: Deps, officer_id: str) -> Officer:
    """An officer who is logged in, by id."""
    role = "compliance_officer"
    return Officer(officer_id, officer_id, role, "fr", "csrf", frozenset(deps.policies().roles.roles[role]))


@contextmanager
def _listening() -> Iterator[tuple[str, Receiver]]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", "0")))
            receiver.seen[self.headers.get("webhook-id", "")] += 1
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/hook", receiver
        finally:
            server.shutdown()
            thread.join()
