"""A process that forks a child for every line it reads, so that none has to load the product anew.

A line is JSON: {"database", "commit", "side", "at"}; the answer is JSON too: {"signal", "commits", "told"}.
Run as `python -m tests.faults.forks` under tests.faults.counted_settings.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
import traceback
from typing import Any

import django


def child(asked: dict[str, Any], pipe: int) -> None:
    """Carry the story on; dies where it is told to."""
    from django.db import connection

    from tests.faults import story
    from tests.faults.counting.base import Deadline

    connection.settings_dict["NAME"] = asked["database"]
    Deadline.commit, Deadline.side, Deadline.counted = asked["commit"], asked["side"], 0
    story.carry_on(dt.datetime.fromisoformat(asked["at"]))
    said = {"commits": Deadline.counted, "told": story.told()}
    with os.fdopen(pipe, "w") as out:
        json.dump(said, out)


def serve() -> None:
    """One child after the other."""
    from tests.faults import story  # noqa: F401 - loaded once, for all children
    from workflow import jobs  # noqa: F401 - as above

    for line in sys.stdin:
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(reading)
            try:
                child(json.loads(line), writing)
            except BaseException:
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as pipe:
            said = pipe.read()
        _pid, status = os.waitpid(pid, 0)
        answer = {
            "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0,
            "code": os.waitstatus_to_exitcode(status),
        }
        sys.stdout.write(json.dumps(answer | (json.loads(said) if said else {})) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    django.setup()
    serve()
