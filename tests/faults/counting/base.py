"""PostgreSQL whose COMMITs are counted, and which kills the whole process right before or right after the one that is named.

As ENGINE of a child process of the tests.  A change outside of any transaction is committed by the server with its
statement; it counts as well.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any

from django.db.backends.postgresql import base

BEFORE, AFTER = "before", "after"
NO_CHANGE = ("SELECT", "SET", "BEGIN")


class Deadline:
    """When the process dies: at which commit, and on which side of it.  0: never."""

    commit = 0
    side = AFTER
    counted = 0

    @classmethod
    def around(cls, act: Callable[[], Any]) -> Any:
        """Do what commits."""
        cls.counted += 1
        if (cls.counted, BEFORE) == (cls.commit, cls.side):
            os.kill(os.getpid(), signal.SIGKILL)
        done = act()
        if (cls.counted, AFTER) == (cls.commit, cls.side):
            os.kill(os.getpid(), signal.SIGKILL)
        return done


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own, counting."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.execute_wrappers.append(self._counted)

    def _commit(self) -> Any:
        return Deadline.around(super()._commit)

    def _counted(self, execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if self.in_atomic_block or sql.lstrip().upper().startswith(NO_CHANGE):
            return execute(sql, params, many, context)
        return Deadline.around(lambda: execute(sql, params, many, context))
