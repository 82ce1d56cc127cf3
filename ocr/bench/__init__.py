# SPDX-License-Identifier: Apache-2.0
"""Measures of the reader on documents whose content is known; no part of the service."""
