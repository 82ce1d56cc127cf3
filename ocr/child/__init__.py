# SPDX-License-Identifier: Apache-2.0
"""The readers: the only code that decodes documents, one confined process for each."""
