"""`make bench`: what the product does in the time in which others do one, on SQLite and PostgreSQL, in one run.

    python -m tests.benchmarks [CASES] [ROUNDS]     DATABASE_URL names the PostgreSQL server

Only ratios are printed: they say the same on every machine.  Product and anchors take turns, each run on a fresh database,
with the same durability (SQLite: WAL, synchronous=FULL; PostgreSQL: the server's own synchronous_commit); a ratio is that
of the medians of the rounds.  Ends with 1 when a ratio misses its bound.
"""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks import feel
from tests.benchmarks.places import ROOT, Place, postgres, shared_folder, sqlite

LINE = re.compile(r"^(\w+)\s+([\d.]+) approvals/s$", re.MULTILINE)
AT_LEAST = {("process", "viewflow"): 1.6, ("process", "spiff"): 1.2}
STEPS, CHILDREN, AT_MOST = 5000, 1000, 1.2


@dataclass(frozen=True, slots=True)
class Ratio:
    """One line of the table; without bounds it is only shown."""

    place: str
    name: str
    value: float
    least: float | None = None
    most: float | None = None

    @property
    def reached(self) -> bool:
        """Whether it keeps its bounds."""
        return (self.least is None or self.value >= self.least) and (self.most is None or self.value <= self.most)

    def line(self) -> str:
        """As it is printed."""
        bound = f"≥ {self.least}" if self.least is not None else f"≤ {self.most}" if self.most is not None else ""
        verdict = ("reached" if self.reached else "MISSED") if bound else ""
        return f"{self.place:11s}{self.name:58s}{self.value:8.2f} ×  {bound:7s}{verdict}".rstrip()


def product(place: Place, *words: str) -> dict[str, Any]:
    """What one run of the product found out.  Ends everything when it failed."""
    command = [sys.executable, "-m", *words]
    ended = subprocess.run(command, cwd=ROOT, env=place.environment(), stdout=subprocess.PIPE, text=True, check=False)
    if ended.returncode:
        raise SystemExit(f"the product's run on {place.name} failed: {' '.join(words)}")
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


def compare(kind: str, folder: Path, shared: Path, cases: int, rounds: int) -> Iterator[Ratio]:
    """The ratios of one database."""
    rates: dict[str, list[float]] = {"viewflow": [], "spiff": [], "process": [], "case": []}
    for number in range(rounds):
        with _fresh(kind, folder / f"{kind}-{number}") as place:
            for name, rate in anchors(place, shared, cases).items():
                rates[name].append(rate)
            drawing = str(shared / "peers" / "approval.bpmn")
            for name, figure in product(place, "tests.benchmarks.product", drawing, str(cases)).items():
                rates[name].append(figure["rate"])
    rate = {name: statistics.median(found) for name, found in rates.items()}
    what = {"process": "approvals of the peers' process", "case": "approvals of a whole 起案"}
    for own, said in what.items():
        for anchor in ("viewflow", "spiff"):
            least = AT_LEAST.get((own, anchor))
            yield Ratio(place.name, f"{said}, beside {anchor}", rate[own] / rate[anchor], least)
    with _fresh(kind, folder / f"{kind}-sizes") as place:
        found = product(place, "tests.benchmarks.sizes", str(STEPS), str(CHILDREN))
    yield Ratio(place.name, f"a step after {STEPS:,} others, beside a first", found["long"], most=AT_MOST)
    yield Ratio(place.name, f"one of {CHILDREN:,} children, beside one of few", found["broad"], most=AT_MOST)


def _fresh(kind: str, folder: Path) -> Any:
    folder.mkdir()
    return nullcontext(sqlite(folder)) if kind == "sqlite" else postgres(folder, os.environ["DATABASE_URL"])


def of_feel() -> Iterator[Ratio]:
    """The ratios of expressions, which need no database."""
    names = {"spiff": "FEEL, beside SpiffWorkflow's Python", "feelin": "FEEL, beside feelin on Node"}
    for other, value in feel.measure().items():
        yield Ratio("", names[other], value)


def main(cases: int, rounds: int) -> int:
    """Both databases, one after the other, and expressions."""
    shared = shared_folder()
    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        raise SystemExit(
            "DATABASE_URL names no PostgreSQL server: .ci/services run postgres python -m tests.benchmarks"
        )
    out, missed = sys.stdout, 0
    out.write(f"{rounds} rounds of {cases} cases of 3 approvals each\n")
    with tempfile.TemporaryDirectory(prefix="kessai-bench-") as folder:
        for ratios in (
            compare("sqlite", Path(folder), shared, cases, rounds),
            compare("postgres", Path(folder), shared, cases, rounds),
            of_feel(),
        ):
            for ratio in ratios:
                missed += not ratio.reached
                out.write(ratio.line() + "\n")
                out.flush()
    out.write(f"{missed} missed\n" if missed else "all reached\n")
    return 1 if missed else 0


if __name__ == "__main__":
    given = [int(text) for text in sys.argv[1:3]]
    sys.exit(main(*(given + [100, 3][len(given) :])))
