"""`make bundle`: everything a machine without a network needs, in one archive."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from config.bundle.archive import build
from config.bundle.contents import Incomplete

ROOT = Path(__file__).resolve().parent.parent.parent


def main() -> None:
    """Build, and say where it is."""
    parser = argparse.ArgumentParser(prog="make bundle", description=__doc__)
    parser.add_argument("--to", type=Path, default=ROOT / "dist", help="the folder for the archive")
    parser.add_argument("--wheels", type=Path, help="a folder of wheels that were fetched before")
    asked = parser.parse_args()
    try:
        archive = build(ROOT, asked.to, wheels_from=asked.wheels)
    except Incomplete as lacking:
        raise SystemExit(str(lacking)) from None
    beside = archive.with_name(archive.name + ".sha256")
    sys.stdout.write(f"{archive}  {archive.stat().st_size / 1e6:.1f} MB\nSHA-256  {beside.read_text().split()[0]}\n")


main()
