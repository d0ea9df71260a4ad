"""Every module of the engine can be the first that is imported."""

from __future__ import annotations

import json
import pkgutil
import subprocess
import sys
from pathlib import Path

import workflow.engine

ROOT = Path(__file__).parents[2]
SCRIPT = """
import importlib, json, sys
failed = {}
own = set(sys.modules)
for name in json.loads(sys.argv[1]):
    for loaded in [m for m in sys.modules if m not in own and m.partition(".")[0] == "workflow"]:
        del sys.modules[loaded]
    try:
        importlib.import_module(name)
    except ImportError as odd:
        failed[name] = str(odd)
print(json.dumps(failed))
"""


def test_every_module_may_be_imported_first() -> None:
    found = pkgutil.walk_packages(workflow.engine.__path__, "workflow.engine.")
    names = ["workflow.engine", *(module.name for module in found)]
    assert {"workflow.engine.catching", "workflow.engine.nodes.tasks"} <= set(names)
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, json.dumps(names)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == {}
