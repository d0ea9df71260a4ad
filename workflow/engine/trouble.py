"""What the engine makes an incident of.  Pure; it stands below everything else of the engine."""


class Trouble(Exception):
    """The model makes no sense here.  The engine makes an incident of it; a node asks before it lets anything happen."""

    def __init__(self, code: str, ja: str, en: str) -> None:
        super().__init__(en)
        self.code, self.ja, self.en = code, ja, en
