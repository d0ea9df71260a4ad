"""What the README says of files and commands is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.pure

ROOT = Path(__file__).resolve().parent.parent.parent
TEXTS = ["README.md", "docs/architecture.md", "docs/developing.md"]


def missing_paths(text: str, root: Path = ROOT) -> list[str]:
    """The paths in `code` (anything with a slash or a file ending) that match nothing in the tree."""
    named = re.findall(r"`((?:[\w.*-]+/)+[\w.*-]*|[\w-]+\.(?:py|md|yml|toml|json))`", text)
    ours = [name for name in named if not name.startswith(("var/", ".venv/", "node_modules/", "../"))]
    # A folder named alone (`demo/`) may lie inside the one its row speaks of.
    return [name for name in ours if not any(root.glob(name.rstrip("/"))) and not _inner_folder(name, root)]


def _inner_folder(name: str, root: Path) -> bool:
    return name.count("/") == 1 and name.endswith("/") and any(root.glob(f"*/{name.rstrip('/')}"))


def missing_targets(text: str, makefile: str) -> list[str]:
    """The `make …` targets that the Makefile does not have."""
    named = {word for line in re.findall(r"`make ([a-z -]+)", text) for word in line.split()}
    have = set(re.findall(r"^([a-z-]+):", makefile, flags=re.MULTILINE))
    return sorted(named - have)


def question_table(text: str) -> str:
    """The rows of the table of questions."""
    return text.split("## Question → file")[1].split("\n## ")[0]


@pytest.mark.parametrize("name", ["README.md"])
def test_every_file_of_the_readme_exists(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert missing_paths(text) == []


def test_every_make_command_of_the_texts_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert {name: missing_targets((ROOT / name).read_text(encoding="utf-8"), makefile) for name in TEXTS} == {
        name: [] for name in TEXTS
    }


def test_every_picture_and_link_exists() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    targets = [target for target in re.findall(r"\]\(([^)]+)\)", text) if "://" not in target]
    pictures = sorted(target for target in targets if target.endswith(".png"))
    kept = {str(path.relative_to(ROOT)) for path in (ROOT / "docs/images").iterdir()}
    assert kept == set(pictures) and len(pictures) == 13
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_every_question_names_a_file() -> None:
    rows = [line for line in question_table((ROOT / "README.md").read_text(encoding="utf-8")).splitlines() if line]
    answers = [row for row in rows if row.startswith("|")][2:]
    assert len(answers) > 15
    assert [row for row in answers if "`" not in row.split("|")[2]] == []


def test_the_check_itself_sees_what_is_wrong() -> None:
    assert missing_paths("see `config/nowhere.py` and `config/env.py`") == ["config/nowhere.py"]
    assert missing_targets("run `make fly test`", "test:\n") == ["fly"]
