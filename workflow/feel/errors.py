"""What can be wrong with an expression.  Pure."""

from __future__ import annotations


class FeelError(Exception):
    """An expression that cannot be read or reckoned.  `position` counts characters from 0; sentences in both languages."""

    def __init__(self, ja: str, en: str, position: int = 0) -> None:
        super().__init__(en)
        self.ja, self.en, self.position = ja, en, position
