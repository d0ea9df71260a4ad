"""Evaluations per second of the product's FEEL, of SpiffWorkflow's expressions and of feelin on Node, in one run.

The same conditions and sums, each in the language of its engine, through the door that each engine offers for evaluating a
text in a context; what an engine remembers of a text from one time to the next is its own affair.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

CONTEXT: dict[str, Any] = {
    "amount": 150_000,
    "level": "課長",
    "urgent": False,
    "days": 12,
    "lines": [{"price": 1200, "count": 3}, {"price": 800, "count": 10}, {"price": 50, "count": 7}],
}
# FEEL, and the same in Python, and what comes of it.
EXPRESSIONS: list[tuple[str, str, Any]] = [
    ("amount > 100000", "amount > 100000", True),
    ('level = "課長" and not(urgent)', 'level == "課長" and not urgent', True),
    ("amount * 1.1 + days * 250", "amount * 1.1 + days * 250", 168_000),
    ('if days > 10 then "late" else "in time"', '"late" if days > 10 else "in time"', "late"),
    ("count(lines[price > 100])", 'len([line for line in lines if line["price"] > 100])', 2),
    (
        "sum(for line in lines return line.price * line.count)",
        'sum(line["price"] * line["count"] for line in lines)',
        11_950,
    ),
]
FEELIN = Path(__file__).with_name("feel.mjs")


def own() -> Callable[[int], Any]:
    """The product's."""
    from workflow.feel.expressions import compile_expression

    return lambda number: compile_expression(EXPRESSIONS[number][0]).evaluate(CONTEXT)


def spiff() -> Callable[[int], Any]:
    """SpiffWorkflow's: Python, in its environment for tasks."""
    from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine

    environment = PythonScriptEngine().environment
    return lambda number: environment.evaluate(EXPRESSIONS[number][1], dict(CONTEXT))


def rate(evaluate: Callable[[int], Any], seconds: float) -> float:
    """Evaluations per second, after each expression gave what it should."""
    for number, (text, _python, meant) in enumerate(EXPRESSIONS):
        found = evaluate(number)
        exact = isinstance(meant, bool | str)
        if found != meant if exact else abs(float(found) - meant) > 1e-6:
            raise SystemExit(f"{text} gave {found}, expected {meant}")
    done, began = 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        for number in range(len(EXPRESSIONS)):
            evaluate(number)
        done += len(EXPRESSIONS)
    return done / (time.perf_counter() - began)


def feelin(seconds: float) -> float:
    """On Node."""
    node = shutil.which("node")
    if node is None:
        raise SystemExit("node is missing")
    asked = {
        "seconds": seconds,
        "context": CONTEXT,
        "expressions": [[text, meant] for text, _python, meant in EXPRESSIONS],
    }
    ended = subprocess.run([node, FEELIN], input=json.dumps(asked), stdout=subprocess.PIPE, text=True, check=False)
    if ended.returncode:
        raise SystemExit("feelin's run failed")
    return float(json.loads(ended.stdout)["rate"])


def measure(seconds: float = 2.0) -> dict[str, float]:
    """The product's evaluations per second as multiples of the others'."""
    mine, python, node = rate(own(), seconds), rate(spiff(), seconds), feelin(seconds)
    return {"spiff": mine / python, "feelin": mine / node}
