# SPDX-License-Identifier: Apache-2.0
"""Every setting in one frozen place, read from the environment (KYC_…) by the composition root only.

Production refuses to start on a default or missing secret, on SQLite, or on the in-process broker.
"""

import re
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_EMBEDDED = "workers.embedded:web"
_KEY = re.compile(r"[0-9a-fA-F]{64}")


class Controller(BaseModel):
    """Who is responsible under GDPR; printed on notices and letters (policy section 2)."""

    model_config = ConfigDict(frozen=True)

    name: str = "Alma, SAS"
    registration: str = "RCS Nanterre 839 100 575"
    address: str = "176 avenue Charles de Gaulle, 92200 Neuilly-sur-Seine"
    dpo_email: str = "dpo@getalma.eu"


class Mail(BaseModel):
    """Outgoing mail; without a host, messages are written to a folder."""

    model_config = ConfigDict(frozen=True)

    host: str = ""
    port: int = 587
    username: str = ""
    password: SecretStr = SecretStr("")
    sender: str = "noreply@localhost"


class S3(BaseModel):
    """An S3-compatible store for blobs; without a bucket, blobs are local files."""

    model_config = ConfigDict(frozen=True)

    bucket: str = ""
    endpoint_url: str = ""
    region: str = ""


class Settings(BaseSettings):
    """The settings of one process."""

    model_config = SettingsConfigDict(env_prefix="KYC_", env_nested_delimiter="__", frozen=True, extra="ignore")

    environment: Literal["development", "production"] = "development"
    data_dir: Path = Path("var")
    database_url: str = ""
    broker_url: str = "memory://localhost/"
    base_url: str = "http://127.0.0.1:8000"
    host: str = "127.0.0.1"
    port: int = 8000
    online: bool = True
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    master_key: SecretStr = SecretStr("")
    web_app: str = _EMBEDDED
    allow_loopback_webhooks: bool = False
    allow_weak_sandbox: bool = False
    document_trust_dir: Path | None = Field(default=None, description="Folder of certificates that sign documents")
    contact: str = Field(default="", description="Shown to list publishers in the User-Agent")
    list_tokens: dict[str, SecretStr] = Field(default={}, description="Personal tokens of list publishers by source")
    licensed_lists: frozenset[Literal["OPENSANCTIONS"]] = Field(
        default=frozenset(), description="Sources that need a paid licence, which the institution holds"
    )
    controller: Controller = Controller()
    mail: Mail = Mail()
    s3: S3 = S3()

    @property
    def database(self) -> str:
        """The database's URL; a file below the data folder by default."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'vestibule.db').absolute()}"

    @property
    def production(self) -> bool:
        """True where defaults that are fine on a desk are refused."""
        return self.environment == "production"

    @model_validator(mode="after")
    def _refuse_defaults_in_production(self) -> Self:
        if not self.production:
            return self
        wrong = []
        if not _KEY.fullmatch(self.master_key.get_secret_value()):
            wrong.append("KYC_MASTER_KEY must be 32 bytes as hex")
        if not self.mail.host:
            wrong.append("KYC_MAIL__HOST is missing")
        if self.web_app == _EMBEDDED:
            wrong.append("KYC_WEB_APP must be kyc.app:web; workers run beside it")
        if not self.database_url.startswith("postgresql"):
            wrong.append("KYC_DATABASE_URL must name a PostgreSQL database")
        if self.broker_url.startswith("memory:"):
            wrong.append("KYC_BROKER_URL must name RabbitMQ or Redis")
        if not self.base_url.startswith("https://"):
            wrong.append("KYC_BASE_URL must begin with https://")
        if self.allow_loopback_webhooks:
            wrong.append("KYC_ALLOW_LOOPBACK_WEBHOOKS is for tests only")
        if wrong:
            raise ValueError("not fit for production: " + "; ".join(wrong))
        return self
