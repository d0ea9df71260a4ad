"""Shared set-up of all tests."""

from __future__ import annotations

import os
import tempfile

# Before Django reads its settings: tests keep their database and files in a folder of their own.
os.environ.setdefault("KESSAI_VAR", tempfile.mkdtemp(prefix="kessai-tests-"))

pytest_plugins = ["tests.databases"]
