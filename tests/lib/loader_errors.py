# Copyright (c) 2026 The copyto authors
# SPDX-License-Identifier: BSL-1.0
"""How the models of lib/loaders.py say that an engine would not load something."""


class Refused(Exception):
    """The engine says that it cannot, and loads nothing."""


class Undocumented(Exception):
    """The documentation does not say what the engine does."""
