# SPDX-License-Identifier: Apache-2.0
"""Use cases: one function, one transaction."""
