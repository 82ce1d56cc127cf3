# SPDX-License-Identifier: Apache-2.0
"""`python -m screening`."""

import sys

from screening.cli import main

if __name__ == "__main__":
    sys.exit(main())
