# SPDX-License-Identifier: Apache-2.0
"""E-mail to merchants: plain text, inside TLS or not at all, and never half a message in the demo's folder."""

import email
import smtplib
import socket
import ssl
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from kyc.adapters.folder_notices import FolderNotices
from kyc.adapters.smtp_notices import Security, SmtpNotices
from kyc.domain.errors import UnavailableError
from tests.certificates import Authority

RECIPIENT = "jeanne.exemple@example.org"
SUBJECT = "Votre dossier marchand : un complément est nécessaire"
TEXT = "Bonjour,\n\nConnectez-vous à votre espace.\n"


@dataclass
class Relay:
    """A mail relay on this machine: what it offers, refuses, and was given."""

    tls: ssl.SSLContext
    implicit: bool = False
    offers_starttls: bool = True
    refuses: str = ""
    commands: list[str] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    messages: list[bytes] = field(default_factory=list)
    port: int = 0

    def serve(self, connection: socket.socket) -> None:
        """Hold one dialogue (RFC 5321, RFC 3207), as far as smtplib needs it."""
        if self.implicit:
            connection = self.tls.wrap_socket(connection, server_side=True)
        connection.sendall(b"220 relay\r\n")
        lines = connection.makefile("rb")
        while line := lines.readline():
            command = line.decode().strip()
            verb = command.partition(" ")[0].upper()
            self.commands.append(verb)
            self.encrypted.append(isinstance(connection, ssl.SSLSocket))
            if verb == self.refuses:
                connection.sendall(b"550 no\r\n")
            elif verb == "EHLO":
                offer = b"250-STARTTLS\r\n" if self.offers_starttls and not self.encrypted[-1] else b""
                connection.sendall(b"250-relay\r\n" + offer + b"250-AUTH PLAIN\r\n250 8BITMIME\r\n")
            elif verb == "STARTTLS":
                connection.sendall(b"220 go\r\n")
                connection = self.tls.wrap_socket(connection, server_side=True)
                lines = connection.makefile("rb")
            elif verb == "DATA":
                connection.sendall(b"354 go\r\n")
                self.messages.append(b"".join(iter(lines.readline, b".\r\n")))
                connection.sendall(b"250 taken\r\n")
            elif verb == "QUIT":
                connection.sendall(b"221 bye\r\n")
                break
            else:
                connection.sendall(b"235 ok\r\n" if verb == "AUTH" else b"250 ok\r\n")
        lines.close()
        connection.close()


@contextmanager
def relaying(relay: Relay) -> Iterator[Relay]:
    """Serve until the test is over."""
    listener = socket.create_server(("127.0.0.1", 0))
    relay.port = listener.getsockname()[1]

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with connection, suppress(OSError):
                    relay.serve(connection)

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield relay
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


@pytest.fixture(scope="module")
def authority() -> Authority:
    """An authority that the clients of these tests trust."""
    return Authority()


def notices(relay: Relay, authority: Authority, **options: str) -> SmtpNotices:
    """The adapter in front of a relay."""
    security = Security.IMPLICIT if relay.implicit else Security.STARTTLS
    return SmtpNotices(
        "localhost",
        relay.port,
        sender="Vestibule <noreply@institution.example>",
        security=security,
        seconds=2,
        ssl_context=authority.client(),
        **options,
    )


def read(data: bytes) -> EmailMessage:
    """A message as a mail program sees it."""
    message = email.message_from_bytes(data, policy=default)
    assert isinstance(message, EmailMessage)
    return message


@pytest.mark.parametrize("implicit", [False, True])
def test_a_message_goes_out_inside_tls_as_plain_text(authority: Authority, *, implicit: bool) -> None:
    with relaying(Relay(authority.server("localhost"), implicit=implicit)) as relay:
        notices(relay, authority).send(RECIPIENT, SUBJECT, TEXT)
    (data,) = relay.messages
    message = read(data)
    assert (message["To"], message["Subject"]) == (RECIPIENT, SUBJECT)
    assert message["From"] == "Vestibule <noreply@institution.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].endswith("@institution.example>")
    assert message.get_content_type() == "text/plain"
    assert not message.is_multipart()
    assert message.get_content().replace("\r\n", "\n") == TEXT
    assert relay.encrypted[relay.commands.index("MAIL")]


def test_credentials_are_given_inside_tls_only(authority: Authority) -> None:
    with relaying(Relay(authority.server("localhost"))) as relay:
        notices(relay, authority, username="vestibule", password="secret").send(RECIPIENT, SUBJECT, TEXT)
    assert relay.encrypted[relay.commands.index("AUTH")]


def test_a_relay_without_tls_gets_nothing(authority: Authority) -> None:
    with (
        relaying(Relay(authority.server("localhost"), offers_starttls=False)) as relay,
        pytest.raises(UnavailableError, match="MAIL_NOT_SENT"),
    ):
        notices(relay, authority, username="vestibule", password="secret").send(RECIPIENT, SUBJECT, TEXT)
    assert not {"AUTH", "MAIL", "DATA"} & set(relay.commands)


@pytest.mark.parametrize("implicit", [False, True])
def test_a_relay_with_another_certificate_gets_nothing(authority: Authority, *, implicit: bool) -> None:
    with (
        relaying(Relay(Authority().server("localhost"), implicit=implicit)) as relay,
        pytest.raises(UnavailableError, match="MAIL_NOT_SENT") as raised,
    ):
        notices(relay, authority).send(RECIPIENT, SUBJECT, TEXT)
    assert relay.messages == []
    assert RECIPIENT not in str(raised.value)


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA", "AUTH"])
def test_whatever_the_relay_refuses_may_be_tried_again(authority: Authority, verb: str) -> None:
    with (
        relaying(Relay(authority.server("localhost"), refuses=verb)) as relay,
        pytest.raises(UnavailableError, match="MAIL_NOT_SENT") as raised,
    ):
        notices(relay, authority, username="vestibule", password="secret").send(RECIPIENT, SUBJECT, TEXT)
    assert isinstance(raised.value.__cause__, smtplib.SMTPException)


def test_a_relay_that_is_not_there_may_be_tried_again(authority: Authority) -> None:
    with relaying(Relay(authority.server("localhost"))) as relay:
        pass
    with pytest.raises(UnavailableError, match="MAIL_NOT_SENT"):
        notices(relay, authority).send(RECIPIENT, SUBJECT, TEXT)


def test_a_line_break_in_a_subject_makes_no_second_header(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="linefeed"):
        FolderNotices(tmp_path).send(RECIPIENT, "Hello\r\nBcc: all@example.org", TEXT)
    assert list(tmp_path.iterdir()) == []


def test_the_folder_holds_one_whole_message_a_file_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    for _ in range(3):
        FolderNotices(folder).send(RECIPIENT, SUBJECT, TEXT)
    files = sorted(folder.iterdir())
    assert [file.suffix for file in files] == [".eml"] * 3
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert read(files[0].read_bytes())["Subject"] == SUBJECT


def test_a_folder_that_cannot_be_written_may_be_tried_again(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file stands where the folder should be")
    with pytest.raises(UnavailableError, match="MAIL_NOT_SENT"):
        FolderNotices(tmp_path / "mail").send(RECIPIENT, SUBJECT, TEXT)
