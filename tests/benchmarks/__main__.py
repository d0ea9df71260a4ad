"""`make bench`: approvals per second of the product beside the anchors, on SQLite and PostgreSQL, in one run.

    python -m tests.benchmarks [CASES] [ROUNDS]     DATABASE_URL names the PostgreSQL server

Product and anchors take turns, each run on a fresh database, with the same durability (SQLite: WAL, synchronous=FULL;
PostgreSQL: the server's own synchronous_commit).  The figure of each is the median of its rounds.
"""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from tests.benchmarks.places import ROOT, Place, postgres, shared_folder, sqlite

LINE = re.compile(r"^(\w+)\s+([\d.]+) approvals/s$", re.MULTILINE)


def product(place: Place, shared: Path, cases: int) -> dict[str, Any]:
    """One run of the product.  Ends the whole run when a row is missing."""
    command = [sys.executable, "-m", "tests.benchmarks.product", str(shared / "peers" / "approval.bpmn"), str(cases)]
    ended = subprocess.run(command, cwd=ROOT, env=place.environment(), stdout=subprocess.PIPE, text=True, check=False)
    if ended.returncode:
        raise SystemExit(f"the product's run on {place.name} failed")
    found: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return found


def anchors(place: Place, shared: Path, cases: int) -> dict[str, float]:
    """One run of the peers' bench, unchanged: it puts its SQLite file into the current folder."""
    environment = {key: value for key, value in os.environ.items() if key not in ("PEER_DB", "PEER_SYNC")}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    environment |= {"PEER_SYNC": "FULL"} | ({"PEER_DB": place.peers_url} if place.peers_url else {})
    ended = subprocess.run(
        [sys.executable, str(shared / "peers" / "bench.py"), str(cases)],
        cwd=place.folder,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    found = {name: float(rate) for name, rate in LINE.findall(ended.stdout)}
    if ended.returncode or set(found) != {"viewflow", "spiff"}:
        raise SystemExit(f"the anchors' run on {place.name} failed")
    return found


def compare(kind: str, folder: Path, shared: Path, cases: int, rounds: int) -> list[str]:
    """The lines of one database."""
    rates: dict[str, list[float]] = {"viewflow": [], "spiff": [], "process": [], "case": []}
    rows: dict[str, dict[str, float]] = {}
    for number in range(rounds):
        own = folder / f"{kind}-{number}"
        own.mkdir()
        with nullcontext(sqlite(own)) if kind == "sqlite" else postgres(own, os.environ["DATABASE_URL"]) as place:
            for name, rate in anchors(place, shared, cases).items():
                rates[name].append(rate)
            for name, figure in product(place, shared, cases).items():
                rates[name].append(figure["rate"])
                rows[name] = figure["rows"]
    return _lines(place.name, {name: statistics.median(found) for name, found in rates.items()}, rows)


def _lines(name: str, rate: dict[str, float], rows: dict[str, dict[str, float]]) -> list[str]:
    lines = [f"{name}"]
    lines += [f"  anchor {anchor:9s}{rate[anchor]:8.1f} approvals/s" for anchor in ("viewflow", "spiff")]
    for own in ("process", "case"):
        ratios = "   ".join(f"{rate[own] / rate[anchor]:.2f} × {anchor}" for anchor in ("viewflow", "spiff"))
        lines.append(f"  product {own:8s}{rate[own]:8.1f} approvals/s   {ratios}")
        lines.append("    rows a case: " + ", ".join(f"{count:g} {what}" for what, count in rows[own].items()))
    return lines


def main(cases: int, rounds: int) -> None:
    """Both databases, one after the other."""
    shared = shared_folder()
    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        raise SystemExit(
            "DATABASE_URL names no PostgreSQL server: .ci/services run postgres python -m tests.benchmarks"
        )
    out = sys.stdout
    out.write(f"{rounds} rounds of {cases} cases of 3 approvals each; median\n")
    with tempfile.TemporaryDirectory(prefix="kessai-bench-") as folder:
        for kind in ("sqlite", "postgres"):
            out.write("\n".join(compare(kind, Path(folder), shared, cases, rounds)) + "\n")
            out.flush()


if __name__ == "__main__":
    given = [int(text) for text in sys.argv[1:3]]
    main(*(given + [100, 3][len(given) :]))
