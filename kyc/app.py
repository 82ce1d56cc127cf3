# SPDX-License-Identifier: Apache-2.0
"""The composition root: settings in, a ready application out."""

import logging
import sys
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from celery import Celery
from fastapi import FastAPI
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError

import ocr
from kyc import api
from kyc.adapters.celery_hints import CeleryHints, celery_app
from kyc.adapters.file_keys import FileKeys, master_key
from kyc.adapters.folder_notices import FolderNotices
from kyc.adapters.http_lists import HttpLists
from kyc.adapters.json_logs import JsonFormatter
from kyc.adapters.local_blobs import LocalBlobs
from kyc.adapters.smtp_notices import SmtpNotices
from kyc.adapters.system_clock import SystemClock
from kyc.adapters.webhooks import HttpWebhooks
from kyc.domain.errors import KycError, UnavailableError
from kyc.ports import Blobs, Notices
from kyc.services.deps import Deps
from kyc.services.indexes import Indexes
from kyc.services.lists import note_progress
from kyc.services.policies import PolicyBook
from kyc.services.vault import INSTALLATION, Vault
from kyc.settings import Settings
from kyc.store.database import make_engine
from kyc.store.uow import Database
from kyc.web import pages
from kyc.web.console import router as console_router
from kyc.web.portal import router as portal_router
from kyc.web.reference import router as reference_router
from screening import ListSource

_READING = replace(ocr.DEFAULT_LIMITS, compare_print=True)  # an officer decides on it: worth half a second
_SANDBOX = 2  # rlimits and seccomp (docs/adr/0003-sandbox-ladder.md)
_DEMO_LIST = Path(__file__).parent / "adapters" / "data" / "demo_list.csv"


@dataclass(frozen=True, slots=True)
class Application:
    """Everything that a process needs: the use cases' needs, Celery for workers, the settings."""

    deps: Deps
    celery: Celery
    settings: Settings
    lists: HttpLists

    def list_intervals(self) -> dict[str, int]:
        """Minutes between checks of each source; without a network only the packaged demo list is looked at."""
        if self.settings.online:
            return self.lists.intervals()
        return {source: minutes for source, minutes in self.lists.intervals().items() if source in self.lists.packaged}

    def prepare_reader(self) -> None:
        """Start what reads documents, some two seconds, before the first one comes."""
        ocr.prepare(trust=self.settings.document_trust_dir)


def build(settings: Settings) -> Application:
    """Put the application together; nothing is started yet."""
    _refuse_weak_sandbox(settings)
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    keys = FileKeys(settings.data_dir / "keys", _master_key(settings))
    keys.create(INSTALLATION)
    clock = SystemClock()
    celery = celery_app(settings.broker_url)
    hints = CeleryHints(celery)
    lists_folder = settings.data_dir / "lists"
    db = Database(make_engine(settings.database), clock.now, hints.wake)
    sources = HttpLists(
        folder=lists_folder / "incoming",
        contact=settings.contact,
        packaged={} if settings.production else {"DEMO": _DEMO_LIST},
        tokens={name: token.get_secret_value() for name, token in settings.list_tokens.items()},
        progress=partial(note_progress, db),
    )
    deps = Deps(
        db=db,
        blobs=_blobs(settings),
        keys=keys,
        vault=Vault(keys),
        clock=clock,
        book=PolicyBook(),
        notices=_notices(settings),
        webhooks=HttpWebhooks(allow_loopback=settings.allow_loopback_webhooks),
        hints=hints,
        list_sources=sources,
        read_document=partial(ocr.read, limits=_READING, trust=settings.document_trust_dir),
        indexes=Indexes(lists_folder),
        lists_folder=lists_folder,
        portal_url=settings.base_url,
        online=settings.online,
        licensed_lists=frozenset(map(ListSource, settings.licensed_lists)),
    )
    return Application(deps, celery, settings, sources)


def web() -> FastAPI:
    """The web application alone, beside workers of their own; uvicorn calls this (`KYC_WEB_APP=kyc.app:web`)."""
    settings = Settings()
    log_to_stderr(settings.log_level)
    return create_web(build(settings))


def create_web(application: Application) -> FastAPI:
    """The web application: portal, console, API and health."""
    settings = application.settings
    web = FastAPI(title="Vestibule merchant accounts API", version="0.1.0", docs_url=None, redoc_url=None)
    web.state.deps = application.deps
    web.state.controller = settings.controller
    web.state.secure_cookies = settings.base_url.startswith("https://")
    web.state.allow_insecure_webhooks = settings.allow_loopback_webhooks
    api.install(web)
    pages.install(web)  # outermost: the API's early answers get safe headers too
    web.include_router(api.router)
    web.include_router(console_router)
    web.include_router(portal_router)
    web.include_router(reference_router)
    _add_health(web, application)
    return web


def log_to_stderr(level: str = "INFO") -> None:
    """JSON lines with event names and ids; never personal data."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for chatty in ("celery", "kombu", "httpx"):  # a line for each hint and request tells nothing that the tables do not
        logging.getLogger(chatty).setLevel(logging.WARNING)


def _add_health(web: FastAPI, application: Application) -> None:
    @web.get("/health/live", include_in_schema=False)
    def live() -> dict[str, str]:
        return {"status": "live"}

    @web.get("/health/ready", include_in_schema=False)
    def ready() -> JSONResponse:
        """Ready means: the database answers, the policies in force load, the installation's key opens."""
        deps = application.deps
        try:
            with deps.db.read() as view:
                view.audit.head()
            deps.policies()
            deps.keys.get(INSTALLATION)
        except (KycError, SQLAlchemyError, OSError) as error:
            return JSONResponse({"status": "unready", "problem": type(error).__name__}, status_code=503)
        return JSONResponse({"status": "ready"})


def _refuse_weak_sandbox(settings: Settings) -> None:
    """Documents of strangers are not opened in production without seccomp, unless somebody took that on."""
    if settings.production and not settings.allow_weak_sandbox and int(str(ocr.doctor()["sandbox_level"])) < _SANDBOX:
        raise UnavailableError("SANDBOX_TOO_WEAK")


def _master_key(settings: Settings) -> bytes:
    given = settings.master_key.get_secret_value()
    return bytes.fromhex(given) if given else master_key(settings.data_dir / "master.key")


def _blobs(settings: Settings) -> Blobs:
    if not settings.s3.bucket:
        return LocalBlobs(settings.data_dir / "blobs")
    from kyc.adapters.s3_blobs import S3Blobs  # noqa: PLC0415 - boto3 is an extra

    return S3Blobs(settings.s3.bucket, endpoint_url=settings.s3.endpoint_url, region=settings.s3.region)


def _notices(settings: Settings) -> Notices:
    if not settings.mail.host:
        return FolderNotices(settings.data_dir / "mail", sender=settings.mail.sender)
    return SmtpNotices(
        host=settings.mail.host,
        port=settings.mail.port,
        username=settings.mail.username,
        password=settings.mail.password.get_secret_value(),
        sender=settings.mail.sender,
    )
