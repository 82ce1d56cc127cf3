# SPDX-License-Identifier: Apache-2.0
"""How the two models of ocr/data are made, from drawn lines and nothing else."""
