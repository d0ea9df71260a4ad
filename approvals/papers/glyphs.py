"""Characters that the fonts of papers have, and what is printed for those they lack (外字)."""

from __future__ import annotations

import functools
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from fontTools.ttLib import TTFont

PACKAGES = "node_modules/@expo-google-fonts"
FOLDERS = (
    "biz-udmincho/400Regular",
    "biz-udmincho/700Bold",
    "biz-udgothic/400Regular",
    "biz-udgothic/700Bold",
    "noto-serif-jp/400Regular",  # has what the others lack: 𠮷 and the variants of the family registers
    "noto-serif-jp/700Bold",
)
GETA = "〓"
_KEPT = "\n"


def folders() -> list[Path]:
    """Where the fonts lie."""
    return [Path(settings.ROOT) / PACKAGES / folder for folder in FOLDERS]


@dataclass(frozen=True, slots=True)
class Coverage:
    """What can be printed: characters that every kind of letter has, and pairs of a character and its variant."""

    letters: frozenset[int]
    variants: frozenset[tuple[int, int]]


@functools.cache
def coverage() -> Coverage:
    """Of the regular letters: each family, helped out by the last."""
    found: dict[str, tuple[set[int], set[tuple[int, int]]]] = {}
    for folder in folders():
        for path in folder.glob("*_400Regular.ttf"):
            found[folder.parent.name] = _read(path)
    rest_letters, rest_variants = found.pop("noto-serif-jp")
    letters = [own | rest_letters for own, _ in found.values()]
    variants = [own | rest_variants for _, own in found.values()]
    return Coverage(frozenset(set.intersection(*letters)), frozenset(set.intersection(*variants)))


def _read(path: Path) -> tuple[set[int], set[tuple[int, int]]]:
    letters: set[int] = set()
    variants: set[tuple[int, int]] = set()
    with TTFont(path, lazy=True) as font:
        for table in font["cmap"].tables:
            if table.format == 14:
                for selector, pairs in table.uvsDict.items():
                    variants |= {(letter, selector) for letter, _ in pairs}
            elif table.isUnicode():
                letters |= set(table.cmap)
    return letters, variants


def is_selector(letter: str) -> bool:
    """Whether it chooses a variant of the character before it."""
    return "\ufe00" <= letter <= "\ufe0f" or "\U000e0100" <= letter <= "\U000e01ef"


@dataclass(slots=True)
class Printing:
    """Makes texts printable, and remembers what could not be printed as it is."""

    lacking: dict[str, str] = field(default_factory=dict)
    plain: dict[str, str] = field(default_factory=dict)

    def text(self, value: str) -> str:
        """The text with 〓 for characters that no font has; control characters are left out."""
        known, made = coverage(), [""]
        previous = ""
        for letter in value.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "　"):
            if is_selector(letter):
                self._variant(made, previous, letter)
            elif letter in _KEPT or ord(letter) in known.letters:
                made.append(letter)
            elif unicodedata.category(letter) in ("Cc", "Cf"):
                continue
            else:
                made.append(GETA)
                self.lacking.setdefault(letter, f"U+{ord(letter):04X}")
            previous = letter
        return "".join(made)

    def _variant(self, made: list[str], base: str, selector: str) -> None:
        if base and made[-1] == base and (ord(base), ord(selector)) in coverage().variants:
            made.append(selector)
        elif base and not "\ufe00" <= selector <= "\ufe0f":
            self.plain.setdefault(base + selector, f"{base} U+{ord(base):04X} U+{ord(selector):04X}")

    def data(self, value: Any) -> Any:
        """The same for every text in a structure."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {name: self.data(part) for name, part in value.items()}
        return [self.data(part) for part in value] if isinstance(value, list | tuple) else value

    def remarks(self) -> list[str]:
        """What a reader has to know: which characters stand for what."""
        said = []
        if self.lacking:
            said.append(f"「{GETA}」は印字できない文字です: {'、'.join(self.lacking.values())}")
        if self.plain:
            said.append(f"次の文字は、異体字を区別せずに印字しています: {'、'.join(self.plain.values())}")
        return said
