# SPDX-License-Identifier: Apache-2.0
"""The case, the gate and everything around them: domain, store, services, web, API."""
