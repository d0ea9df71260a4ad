"""python -m tests.conformance SUITE [DIR] | all

Prints "N passed, M failed" and one line for each failure.  CONFORMANCE_DIR names the folders (beside the checkout by
default).  `all` runs every suite and fails when a case that passed before (passing.txt) does not any more, when a folder is
missing, or when a suite holds no cases; `all --keep` writes what passes now.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests.conformance.suites import SUITES, Verdict

HERE = Path(__file__).resolve().parent
PASSING = HERE / "passing.txt"


def folder() -> Path:
    """Where the suites lie."""
    shared = os.environ.get("KESSAI_SHARED", str(HERE.parent.parent.parent / "shared"))
    return Path(os.environ.get("CONFORMANCE_DIR", f"{shared}/conformance"))


def run(suite: str, where: Path) -> list[Verdict]:
    """The verdicts of a suite, told as they are.  Raises SystemExit for a folder without cases."""
    verdicts = list(SUITES[suite](where)) if where.is_dir() else []
    if not verdicts:
        raise SystemExit(f"{suite}: no cases in {where}")
    passed = sum(not verdict.problem for verdict in verdicts)
    print(f"== {suite}: {passed} passed, {len(verdicts) - passed} failed", end="")
    runs, good = sum(v.runs for v in verdicts), sum(v.runs_passed for v in verdicts)
    print(f" (runs: {good} passed, {runs - good} failed)" if runs != len(verdicts) else "")
    for verdict in verdicts:
        if verdict.problem:
            print(f"  {verdict.name}: {verdict.problem}")
    return verdicts


def lost(now: set[str], before: set[str]) -> list[str]:
    """What passed before and does not now."""
    return sorted(before - now)


def everything(*, keep: bool) -> int:
    """Every suite; status 1 when something was lost."""
    now = {f"{suite} {v.name}" for suite in SUITES for v in run(suite, folder() / suite) if not v.problem}
    if keep:
        PASSING.write_text("".join(f"{name}\n" for name in sorted(now)), encoding="utf-8")
    gone = lost(now, set(PASSING.read_text(encoding="utf-8").splitlines()))
    for name in gone:
        print(f"passed before, fails now: {name}")
    print(f"== all: {len(now)} pass, {len(gone)} were lost")
    return 1 if gone else 0


def main(arguments: list[str]) -> int:
    """The command."""
    if not arguments or arguments[0] not in (*SUITES, "all"):
        print(__doc__)
        return 2
    if arguments[0] == "all":
        return everything(keep="--keep" in arguments)
    where = Path(arguments[1]) if len(arguments) > 1 else folder() / arguments[0]
    return 1 if any(verdict.problem for verdict in run(arguments[0], where)) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
