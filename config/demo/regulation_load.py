"""Loads the 決裁規程 of the demo city through the commands of its pages, and publishes it."""

from __future__ import annotations

from approvals.regulation import commands
from approvals.regulation.enums import Body, State
from approvals.regulation.models import Regulation
from config.commands import Actor
from config.demo import data
from config.demo.regulation import MATTERS, TITLE
from config.demo.regulation_bench import CASES


def load(actor: Actor) -> None:
    """The first version, unless one is published; one that was left half loaded is gone on with."""
    of_mayor = Regulation.objects.filter(body=Body.MAYOR)
    if of_mayor.filter(state=State.PUBLISHED).exists():
        return
    draft = of_mayor.filter(state=State.DRAFT, title=TITLE).first() or commands.draft_regulation(
        body=Body.MAYOR, title=TITLE, actor=actor
    )
    known = set(draft.matters.values_list("code", flat=True))
    for matter, rows in MATTERS:
        if matter.code not in known:
            draft = commands.write_matter(
                regulation_id=draft.pk, seen_revision=draft.revision, matter=matter, rows=rows, actor=actor
            )
    if not draft.bench.exists():
        draft = commands.add_bench_rows(regulation_id=draft.pk, seen_revision=draft.revision, cases=CASES, actor=actor)
    commands.publish_regulation(
        regulation_id=draft.pk, seen_revision=draft.revision, effective_from=data.SINCE, actor=actor
    )
