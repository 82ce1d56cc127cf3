# SPDX-License-Identifier: Apache-2.0
"""Start of the warm reader, run as a file by an isolated interpreter (python -I)."""

import sys
from pathlib import Path

# The isolated interpreter knows neither the working directory nor PYTHONPATH (python -I).
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from ocr.child.warm import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
