# SPDX-License-Identifier: Apache-2.0
"""The `kyc` command. Every sub-command reads settings from the environment and says what it did in one line."""

import argparse
import getpass
import json
import os
import sys
from typing import NoReturn

import uvicorn

import ocr
from kyc.app import Application, build, log_to_stderr
from kyc.cli import demo, list_commands
from kyc.domain.errors import KycError
from kyc.services import access, jobs, oversight, platform
from kyc.services.duties import run_duties
from kyc.settings import Settings
from kyc.store.migrate import downgrade, upgrade


def main() -> None:
    """Run one sub-command; the exit status is 1 where it could not do its work."""
    os.umask(0o077)  # keys, database and lists are for this account only
    arguments = _parser().parse_args()
    try:
        arguments.run(arguments)
    except KeyboardInterrupt:
        sys.exit(130)  # as the shell reports a command that Ctrl-C ended; nothing half-done is kept
    except KycError as error:
        _fail(f"{error.code} {dict(error.params) or ''}".strip())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kyc", description="Merchant KYC and AML onboarding")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    serve = commands.add_parser("serve", help="serve portal, console and API")
    serve.set_defaults(run=_serve)

    demonstrate = commands.add_parser("demo", help="migrate, fill a demo institution, serve it")
    demonstrate.add_argument("--port", type=int, default=8000)
    demonstrate.set_defaults(run=lambda arguments: demo.run(arguments.port))

    migrate = commands.add_parser("migrate", help="bring the database to the newest schema, or to a revision")
    migrate.add_argument("revision", nargs="?", default="head")
    migrate.set_defaults(run=_migrate)

    code = commands.add_parser("code", help="the one-time code of a demo officer")
    code.add_argument("email")
    code.set_defaults(run=lambda arguments: _say(demo.code(arguments.email)))

    list_commands.add(commands, _application)

    officer = commands.add_parser("officer", help="enter a member of staff; the password is asked for")
    officer.add_argument("email")
    officer.add_argument("name")
    officer.add_argument("role")
    officer.add_argument("--language", choices=("fr", "en"), default="fr")
    officer.set_defaults(run=_officer)

    leaver = commands.add_parser("officer-leaves", help="end a member of staff's access and open sessions")
    leaver.add_argument("email")
    leaver.set_defaults(run=lambda arguments: access.deactivate_officer(_application().deps, arguments.email))

    revoke = commands.add_parser("api-key-revoke", help="end every key of this name")
    revoke.add_argument("name")
    revoke.set_defaults(
        run=lambda arguments: _say(f"{platform.revoke_api_key(_application().deps, arguments.name)} keys ended")
    )

    key = commands.add_parser("api-key", help="make a key for the payment platform; it is printed once")
    key.add_argument("name")
    key.add_argument("--live", action="store_true")
    key.add_argument("--scope", action="append", choices=platform.SCOPES, dest="scopes")
    key.set_defaults(run=_api_key)

    commands.add_parser("sweep", help="wake due jobs once").set_defaults(run=_sweep)
    commands.add_parser("audit", help="verify the audit chain").set_defaults(run=_audit)
    commands.add_parser("invariants", help="check what must always hold").set_defaults(run=_invariants)
    commands.add_parser("doctor", help="tell versions, sandbox level, database, keys, lists").set_defaults(run=_doctor)
    return parser


def _serve(_: argparse.Namespace) -> None:
    settings = Settings()
    uvicorn.run(
        settings.web_app,
        factory=True,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=settings.production,
        timeout_graceful_shutdown=5,  # seconds; a client that dawdles must not hold up the end
    )


def _migrate(arguments: argparse.Namespace) -> None:
    settings = Settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    if arguments.revision == "base":
        downgrade(settings.database)
    else:
        upgrade(settings.database, arguments.revision)
    _say(f"schema at {arguments.revision}")


def _officer(arguments: argparse.Namespace) -> None:
    password = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    application = _application()
    _, secret = access.add_officer(
        application.deps,
        email=arguments.email,
        name=arguments.name,
        role=arguments.role,
        language=arguments.language,
        password=password,
    )
    _say(f"enter this secret in an authenticator: {secret}")


def _api_key(arguments: argparse.Namespace) -> None:
    scopes = tuple(arguments.scopes or platform.SCOPES)
    key = platform.issue_api_key(_application().deps, name=arguments.name, livemode=arguments.live, scopes=scopes)
    _say(key)


def _sweep(_: argparse.Namespace) -> None:
    application = _application()
    run_duties(application.deps, application.list_intervals())
    _say(f"{jobs.sweep(application.deps)} jobs woken")


def _audit(_: argparse.Namespace) -> None:
    report = oversight.verify_audit(_application().deps)
    if report.broken_at is not None:
        _fail(f"the chain of {report.links} links is broken at {report.broken_at}")
    _say(f"{report.links} links hold; head {report.head}")


def _invariants(_: argparse.Namespace) -> None:
    broken = oversight.broken_invariants(_application().deps)
    for each in broken:
        _say(each)
    if broken:
        sys.exit(1)
    _say("all invariants hold")


def _doctor(_: argparse.Namespace) -> None:
    application = _application()
    with application.deps.db.read() as view:
        active = {row.source: row.publication_id for row in view.lists.active_versions()}
        dead = len(view.jobs.dead())
    report = {
        "reader": ocr.doctor(),
        "database": application.deps.db.engine.dialect.name,
        "broker": application.settings.broker_url.partition(":")[0],
        "lists": active,
        "dead_jobs": dead,
        "policies": application.deps.policies().reference(),
    }
    _say(json.dumps(report, indent=2, default=str))


def _application() -> Application:
    log_to_stderr("WARNING")
    return build(Settings())


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _fail(text: str) -> NoReturn:
    sys.stderr.write(f"kyc: {text}\n")
    sys.exit(1)
