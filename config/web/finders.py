"""Where static files come from: our own apps, and named files of npm packages.  Nothing is vendored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import AppDirectoriesFinder, BaseFinder
from django.core.files.storage import FileSystemStorage

PREFIX = "npm/"
# What pages ask for; a whole package would bring ten times as much.
NAMED = (
    "@digital-go-jp/design-tokens/dist/tokens.css",
    "@fontsource-variable/noto-sans-jp/wght.css",
    "bpmn-js/dist/assets/bpmn-js.css",
    "bpmn-js/dist/assets/diagram-js.css",
    "pdfjs-dist/build/pdf.worker.min.mjs",
    "pdfjs-dist/web/pdf_viewer.css",
)
FOLDERS = (
    "@fontsource-variable/noto-sans-jp/files",
    *(f"pdfjs-dist/{name}" for name in ("cmaps", "standard_fonts", "wasm", "iccs", "web/images")),
)


class OwnAppsFinder(AppDirectoriesFinder):
    """The apps of this project only: viewflow alone would bring 49 MB that no page asks for."""

    def __init__(self, app_names: Sequence[str] | None = None, *args: Any, **kwargs: Any) -> None:
        root = Path(settings.ROOT)
        own = [
            app.name for app in apps.get_app_configs() if Path(app.path).is_relative_to(root / app.name.split(".")[0])
        ]
        super().__init__(own, *args, **kwargs)


class NodeModulesFinder(BaseFinder):
    """Named files of node_modules, under static/npm/.  Finds nothing where the packages are not installed."""

    def __init__(self, app_names: Sequence[str] | None = None, *args: Any, **kwargs: Any) -> None:
        self.root = Path(settings.ROOT) / "node_modules"
        self.storage = FileSystemStorage(location=self.root)
        self.storage.prefix = PREFIX.rstrip("/")  # type: ignore[attr-defined]  # read by collectstatic
        super().__init__(*args, **kwargs)

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """The file behind static/npm/<package>/…, when it is one of the named."""
        name = path.removeprefix(PREFIX)
        named = path.startswith(PREFIX) and (name in NAMED or name.startswith(tuple(f"{f}/" for f in FOLDERS)))
        found = self.root / name
        if not named or ".." in Path(name).parts or not found.is_file():
            return [] if find_all else None
        return [str(found)] if find_all else str(found)

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, FileSystemStorage]]:
        """Every named file that is there."""
        for name in NAMED:
            if (self.root / name).is_file():
                yield name, self.storage
        for folder in FOLDERS:
            for file in sorted((self.root / folder).glob("*")):
                if file.is_file():
                    yield str(file.relative_to(self.root)), self.storage
