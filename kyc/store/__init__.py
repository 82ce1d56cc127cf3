# SPDX-License-Identifier: Apache-2.0
"""Rows and queries: the only place that speaks SQL."""
