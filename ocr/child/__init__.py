# SPDX-License-Identifier: Apache-2.0
"""The reader child: the only code that decodes documents, run confined and once per document."""
