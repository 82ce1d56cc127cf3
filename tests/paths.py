# SPDX-License-Identifier: Apache-2.0
"""Where the tests find the repository and the data that is never committed."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def shared_data() -> Path:
    """Return the folder of test data beside the repository; skip the test where there is none."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("test data not found: ../shared/data beside the repository")
    return folder
