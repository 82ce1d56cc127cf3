# SPDX-License-Identifier: Apache-2.0
"""The command line: serve, migrate, demo, lists, staff and keys, audit, doctor."""

from kyc.cli.main import main

__all__ = ["main"]
