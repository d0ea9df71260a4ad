"""What can be wrong with an expression of Camunda 7.  Pure."""

from __future__ import annotations


class JuelError(Exception):
    """An expression that cannot be read or evaluated; `position` counts characters of the whole text from 0."""

    def __init__(self, ja: str, en: str, code: str, position: int = 0) -> None:
        super().__init__(en)
        self.ja, self.en, self.code, self.position = ja, en, code, position
