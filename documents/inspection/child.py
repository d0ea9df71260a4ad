"""Looks at one file, in a process that can be killed.  No Django, no database, no network use.

    python -m documents.inspection.child ENDING PATH SECONDS LEGACY

Writes one line of JSON that ends the talk: {"kind": ending} or {"problem": finding, "place": part}.  What does not end in
time or needs too much memory is a bomb: the parent says so.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

from documents.inspection import KINDS, Problem, look

MEMORY = 1024 * 1024 * 1024


def main() -> int:
    """Look at the file named on the command line."""
    name, path, seconds, legacy = f"file.{sys.argv[1]}", Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4] == "1"
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 2))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with path.open("rb") as file:
        try:
            found = look(name, file, path.stat().st_size, legacy=legacy)
        except (MemoryError, RecursionError):
            found = None
    if found is None:
        answer: dict[str, object] = {"problem": "bomb", "place": ""}
    elif isinstance(found, Problem):
        answer = {"problem": str(found.finding), "place": found.place}
    else:
        answer = {"kind": next(ending for ending, kind in KINDS.items() if kind is found)}
    sys.stdout.write(json.dumps(answer | {"end": True}) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
