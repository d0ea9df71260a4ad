"""Where static files come from: our own apps, and named files of npm packages."""

from __future__ import annotations

from django.contrib.staticfiles.finders import AppDirectoriesFinder, FileSystemFinder


class OwnAppsFinder(AppDirectoriesFinder):
    """The apps of this project only: viewflow alone would bring 49 MB that no page asks for."""


class NodeModulesFinder(FileSystemFinder):
    """Named files of node_modules."""
