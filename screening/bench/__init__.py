# SPDX-License-Identifier: Apache-2.0
"""Measures of the engine on labelled data; no part of the service."""
