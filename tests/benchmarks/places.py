"""Where a benchmark runs: a folder and databases of its own, made for it and gone afterwards."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True, slots=True)
class Place:
    """One kind of database: addresses for the product and for the peers (empty: a SQLite file in `folder`)."""

    name: str
    folder: Path
    product_url: str
    peers_url: str

    def environment(self) -> dict[str, str]:
        """The product's environment: only what is named here counts, whatever the caller's shell holds."""
        inherited = {key: value for key, value in os.environ.items() if key not in _OURS}
        return inherited | {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": self.product_url,
            "KESSAI_VAR": str(self.folder / "var"),
        }


_OURS = {"DATABASE_URL", "REDIS_URL", "OBJECT_STORE_URL", "KESSAI_VAR", "PEER_DB", "PEER_SYNC"}


def shared_folder() -> Path:
    """Where the anchors lie: KESSAI_SHARED, else beside the checkout.  Ends the run with a sentence when absent."""
    folder = Path(os.environ.get("KESSAI_SHARED", ROOT.parent / "shared"))
    if not (folder / "peers" / "bench.py").is_file():
        raise SystemExit(f"{folder}/peers/bench.py is missing. Name the folder in KESSAI_SHARED.")
    return folder.resolve()


def sqlite(folder: Path) -> Place:
    """SQLite files in the folder; the product's settings and the peers' both use WAL and synchronous=FULL."""
    return Place("SQLite", folder, "", "")


@contextmanager
def postgres(folder: Path, url: str) -> Iterator[Place]:
    """Two fresh databases on the server of `url`, one for the product and one for the peers."""
    import psycopg

    made = {part: f"bench_{part}_{os.getpid()}" for part in ("product", "peers")}
    with psycopg.connect(url, autocommit=True) as connection:
        for name in made.values():
            connection.execute(f'CREATE DATABASE "{name}"')
    try:
        yield Place("PostgreSQL", folder, _on(url, made["product"]), _on(url, made["peers"]))
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            for name in made.values():
                connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _on(url: str, database: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))
