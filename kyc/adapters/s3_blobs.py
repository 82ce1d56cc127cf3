# SPDX-License-Identifier: Apache-2.0
"""Blobs in an S3-compatible store (extra `s3`); what is stored is already encrypted."""

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from kyc.domain.errors import NotFoundError, UnavailableError


class S3Blobs:
    """`Blobs` in one bucket; S3 answers a PUT only once the object is durable."""

    def __init__(self, bucket: str, *, endpoint_url: str = "", region: str = "") -> None:
        self._bucket = bucket
        self._client = boto3.client("s3", endpoint_url=endpoint_url or None, region_name=region or None)

    def put(self, name: str, data: bytes) -> None:
        """Store durably."""
        try:
            self._client.put_object(Bucket=self._bucket, Key=name, Body=data)
        except (BotoCoreError, ClientError) as error:
            raise UnavailableError("STORAGE_UNAVAILABLE") from error

    def get(self, name: str) -> bytes:
        """The stored bytes."""
        try:
            body: bytes = self._client.get_object(Bucket=self._bucket, Key=name)["Body"].read()
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in ("NoSuchKey", "404"):
                raise NotFoundError("BLOB_NOT_FOUND") from error
            raise UnavailableError("STORAGE_UNAVAILABLE") from error
        except BotoCoreError as error:
            raise UnavailableError("STORAGE_UNAVAILABLE") from error
        return body

    def delete(self, name: str) -> None:
        """Forget the bytes."""
        try:
            self._client.delete_object(Bucket=self._bucket, Key=name)
        except (BotoCoreError, ClientError) as error:
            raise UnavailableError("STORAGE_UNAVAILABLE") from error

    def names(self) -> list[str]:
        """Every stored name."""
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket)
        return sorted(item["Key"] for page in pages for item in page.get("Contents", []))
