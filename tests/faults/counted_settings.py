"""The product's settings on a database that counts its commits."""

from __future__ import annotations

from config.settings import *  # noqa: F403 - settings on top of settings
from config.settings import DATABASES

DATABASES["default"]["ENGINE"] = "tests.faults.counting"
DATABASES["default"]["OPTIONS"].pop("pool")  # its threads would not survive a fork
