# SPDX-License-Identifier: Apache-2.0
"""Plain values and rules of the subject: no I/O, no clock, no database."""
