# SPDX-License-Identifier: Apache-2.0
"""E-mail for the demo and for tests: each message becomes an .eml file that a mail program opens."""

import os
import secrets
from datetime import UTC, datetime
from email.policy import SMTP
from pathlib import Path

from kyc.adapters.smtp_notices import compose
from kyc.domain.errors import UnavailableError


class FolderNotices:
    """Fills the port Notices; files are readable by their owner only, for they carry addresses."""

    def __init__(self, folder: Path, *, sender: str = "noreply@localhost") -> None:
        self._folder = folder
        self._sender = sender

    def send(self, recipient: str, subject: str, text: str) -> None:
        """Write one message, whole or not at all; UnavailableError MAIL_NOT_SENT where the folder refuses it."""
        data = compose(self._sender, recipient, subject, text).as_bytes(policy=SMTP)
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%f}-{secrets.token_hex(4)}"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            unfinished = self._folder / f".{name}"
            with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(data)
            unfinished.rename(self._folder / f"{name}.eml")
        except OSError as error:
            raise UnavailableError("MAIL_NOT_SENT") from error
