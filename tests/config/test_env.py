"""Settings from the environment: typed, listed, and an odd value stops the start with a sentence."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from config import env

pytestmark = pytest.mark.pure

ROOT = Path(__file__).resolve().parent.parent.parent
ODD = [
    ("KESSAI_DEBUG", "yes", "KESSAI_DEBUG must be 0 or 1, not 'yes'"),
    ("KESSAI_HTTPS", "", "KESSAI_HTTPS must be 0 or 1, not ''"),
    ("KESSAI_MAX_FILE_MB", "-1", "KESSAI_MAX_FILE_MB must be a whole number, not '-1'"),
    ("KESSAI_MAX_CASE_MB", "１０", "KESSAI_MAX_CASE_MB must be a whole number, not '１０'"),
    (
        "DATABASE_URL",
        "mysql://x/y",
        "DATABASE_URL must be postgres://… or postgresql://… or sqlite://…, not 'mysql://x/y'",
    ),
    ("REDIS_URL", "localhost:6379", "REDIS_URL must be redis://… or rediss://…, not 'localhost:6379'"),
    ("OBJECT_STORE_URL", "https://a/b", "OBJECT_STORE_URL must be s3+http://… or s3+https://…, not 'https://a/b'"),
]


def test_nothing_given_is_one_machine() -> None:
    values = env.read({})
    assert set(values) == {variable.name for variable in env.VARIABLES}
    assert (values["DATABASE_URL"], values["REDIS_URL"], values["OBJECT_STORE_URL"]) == ("", "", "")
    assert (values["KESSAI_DEBUG"], values["KESSAI_DEMO"], values["KESSAI_MAX_FILE_MB"]) == (False, False, 50)
    assert values["KESSAI_HOSTS"] == ["127.0.0.1", "localhost"]


def test_every_variable_says_what_it_is_for() -> None:
    assert [variable.name for variable in env.VARIABLES if len(variable.purpose) < 10] == []


@pytest.mark.parametrize(("name", "value", "sentence"), ODD, ids=[row[0] for row in ODD])
def test_an_odd_value_is_told_with_its_name(name: str, value: str, sentence: str) -> None:
    with pytest.raises(env.OddSetting) as odd:
        env.read({name: value})
    assert str(odd.value) == sentence


@pytest.mark.parametrize(
    ("name", "value"), [("KESSAI_DEBUG", "maybe"), ("DATABASE_URL", "postgres://app@127.0.0.1"), ("REDIS_URL", "x")]
)
def test_the_program_itself_does_not_start(name: str, value: str, tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "KESSAI_VAR": str(tmp_path), name: value}
    command = [sys.executable, "manage.py", "check"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(name) and "Traceback" not in done.stderr


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("s3+https://key:secret@store.example/box\n")
    assert (
        env.read({"OBJECT_STORE_URL_FILE": str(file)})["OBJECT_STORE_URL"] == "s3+https://key:secret@store.example/box"
    )


def test_databases_are_read(tmp_path: Path) -> None:
    sqlite = env.database("", tmp_path)
    assert sqlite["NAME"] == str(tmp_path / "kessai.sqlite3")
    assert "synchronous=FULL" in sqlite["OPTIONS"]["init_command"]
    postgres = env.database("postgres://us%40er:pa%2Fss@db:5433/city", tmp_path)
    assert {key: postgres[key] for key in ("USER", "PASSWORD", "HOST", "PORT", "NAME")} == {
        "USER": "us@er", "PASSWORD": "pa/ss", "HOST": "db", "PORT": "5433", "NAME": "city",
    }  # fmt: skip
    with pytest.raises(env.OddSetting, match="names no database"):
        env.database("postgres://user@db", tmp_path)


def test_object_stores_are_read() -> None:
    assert env.object_store("") is None
    assert env.object_store("s3+https://k:s%2B@store.example:9000/box") == env.ObjectStore(
        "store.example:9000", "k", "s+", "box", secure=True
    )
    with pytest.raises(env.OddSetting, match="OBJECT_STORE_URL must be"):
        env.object_store("s3+https://store.example/box")


def test_the_key_is_made_once_and_read_by_its_owner_only(tmp_path: Path) -> None:
    first = env.secret_key("", tmp_path / "var")
    assert len(first) == 96 and env.secret_key("", tmp_path / "var") == first
    assert stat.S_IMODE((tmp_path / "var/secret-key").stat().st_mode) == 0o600
    assert env.secret_key("given", tmp_path) == "given"
