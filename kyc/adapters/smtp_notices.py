# SPDX-License-Identifier: Apache-2.0
"""E-mail to merchants over SMTP, always inside TLS; plain text, nothing that tracks."""

import smtplib
import ssl
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from enum import StrEnum

from kyc.domain.errors import UnavailableError


class Security(StrEnum):
    """How TLS begins; there is no way without it (RFC 8314)."""

    IMPLICIT = "implicit"
    STARTTLS = "starttls"


class SmtpNotices:
    """Fills the port Notices. `sender` is the address of the institution; `seconds` bound each step of the dialogue."""

    def __init__(
        self,
        host: str,
        port: int,
        *,
        sender: str,
        security: Security = Security.STARTTLS,
        username: str = "",
        password: str = "",
        seconds: float = 15.0,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        self._host = host
        self._port = port
        self._sender = sender
        self._security = security
        self._username = username
        self._password = password
        self._seconds = seconds
        self._ssl_context = ssl_context or ssl.create_default_context()

    def send(self, recipient: str, subject: str, text: str) -> None:
        """Hand one message to the relay; UnavailableError MAIL_NOT_SENT where that failed, for whatever reason."""
        message = compose(self._sender, recipient, subject, text)
        try:
            with self._connected() as relay:
                if self._username:
                    relay.login(self._username, self._password)
                relay.send_message(message)
        except (OSError, smtplib.SMTPException) as error:
            raise UnavailableError("MAIL_NOT_SENT") from error

    def _connected(self) -> smtplib.SMTP:
        if self._security is Security.IMPLICIT:
            return smtplib.SMTP_SSL(self._host, self._port, timeout=self._seconds, context=self._ssl_context)
        relay = smtplib.SMTP(self._host, self._port, timeout=self._seconds)
        try:
            relay.starttls(context=self._ssl_context)
        except (OSError, smtplib.SMTPException):
            relay.close()
            raise
        return relay


def compose(sender: str, recipient: str, subject: str, text: str) -> EmailMessage:
    """A plain message that says that a machine wrote it (RFC 3834), so that no out-of-office note answers."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = recipient
    message["Subject"] = subject
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2].strip("> "))
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    return message
