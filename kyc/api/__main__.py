# SPDX-License-Identifier: Apache-2.0
"""Write the OpenAPI description: `python -m kyc.api > docs/openapi.json`."""

import json

from kyc.api import openapi

print(json.dumps(openapi(), indent=2, ensure_ascii=False))
