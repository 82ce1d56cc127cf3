# SPDX-License-Identifier: Apache-2.0
"""`python -m kyc`."""

from kyc.cli import main

main()
