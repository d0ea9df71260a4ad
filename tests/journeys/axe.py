"""Accessibility findings of a page, by axe-core, under the page's own content security policy."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

SOURCE = Path(__file__).resolve().parent.parent.parent / "node_modules" / "axe-core" / "axe.min.js"
# JIS X 8341-3 follows WCAG; 2.2 AA is what the product promises.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@cache
def _source() -> str:
    return SOURCE.read_text(encoding="utf-8")


def violations(page: Page, *, without: tuple[str, ...] = ()) -> list[str]:
    """One line for each element that breaks a rule: rule, element, what to do.  Parts named by `without` are left out.

    The script runs through the browser's debugging channel, which the policy does not concern, so that the page is
    looked at exactly as it is served.
    """
    page.evaluate(f"{_source()}\n;undefined")
    found: list[dict[str, Any]] = page.evaluate(
        """async ([tags, without]) => {
            const context = { include: [document], exclude: without.map((part) => [part]) };
            const rules = { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] };
            const answer = await axe.run(context, rules);
            return answer.violations.flatMap((rule) => rule.nodes.map((node) => ({
                rule: rule.id, place: node.target.join(" "), remedy: node.failureSummary.replace(/\\s+/g, " "),
            })));
        }""",
        [TAGS, list(without)],
    )
    return [f"{row['rule']}: {row['place']}: {row['remedy']}" for row in found]
