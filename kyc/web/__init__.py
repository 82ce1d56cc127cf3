# SPDX-License-Identifier: Apache-2.0
"""Server-rendered pages: the merchant's portal and the officers' console."""
