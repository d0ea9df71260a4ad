"""What may be done to a version, and what must be right before it is published."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _

from approvals.regulation import bench, check
from approvals.regulation.enums import Level, State
from approvals.regulation.models import Regulation
from approvals.regulation.table import Asked, Matter, Row, Rulebook, Unanswered
from config import clock
from config.errors import Conflict, Invalid

MAX_ROWS = 60  # of one matter
MAX_AMOUNT = 10**15


def check_draft(regulation: Regulation) -> None:
    """Raises Conflict when the version can no longer be changed."""
    if regulation.state != State.DRAFT:
        raise Conflict(_("この版は作成中ではないため、変えられません。写しを作ってください。"), code="not_draft")


def check_revision(regulation: Regulation, seen: int) -> None:
    """Raises Conflict when somebody else wrote meanwhile."""
    if regulation.revision != seen:
        raise Conflict(_("ほかの人がこの版を変えました。開き直して、もう一度入れてください。"), code="stale")


def check_rows(matter: Matter, rows: Sequence[Row]) -> None:
    """Raises Invalid with the sentence at each cell that cannot stand (`rows-2-high`)."""
    fields: dict[str, list[str]] = {}
    if not matter.code.strip() or not matter.name.strip():
        fields["name"] = [_("記号と事案区分を入れてください。")]
    if not 1 <= len(rows) <= MAX_ROWS:
        fields[""] = [_("行は1行から%(most)d行までにしてください。") % {"most": MAX_ROWS}]
    for at, row in enumerate(rows):
        for cell, sentence in check.row_faults(row):
            fields.setdefault(f"rows-{at}-{cell}", []).append(_(sentence))
        if max(row.low or 0, row.high or 0) > MAX_AMOUNT:
            fields.setdefault(f"rows-{at}-high", []).append(_("金額が大きすぎます。"))
    if fields:
        raise Invalid(_("入力を確かめてください。"), code="bad_rows", fields={k: list(v) for k, v in fields.items()})


def check_publishable(book: Rulebook, cases: Sequence[bench.Case]) -> None:
    """Raises Invalid that names every gap, overlap and failing row of the bench."""
    sentences = [finding_sentence(finding) for finding in check.check(book)]
    if not book.matters:
        sentences.append(_("事案区分がありません。"))
    if not cases:
        sentences.append(_("試験の行がありません。"))
    sentences += [failure_sentence(result) for result in bench.run(book, cases) if not result.passed]
    tested = {case.question.matter for case in cases}
    untested = [matter.name for matter in book.matters if matter.code not in tested]
    if cases and untested:
        sentences.append(_("試験に行のない事案区分: %(matters)s") % {"matters": ", ".join(untested)})
    if sentences:
        raise Invalid(
            _("この版は公布できません。"), code="not_publishable", fields={"": list(sentences)}, findings=len(sentences)
        )


def check_day(day: dt.date, latest: dt.date | None) -> None:
    """Raises Invalid for a day before today, or not after the newest version; the first version may look back."""
    if latest is None:
        return
    if day <= latest:
        sentence = _("施行日は、いま公布されている版の施行日(%(day)s)より後にしてください。") % {
            "day": latest.isoformat()
        }
    elif day < clock.today():
        sentence = _("施行日は今日以後にしてください。")
    else:
        return
    raise Invalid(sentence, code="bad_day", fields={"effective_from": [sentence]})


def finding_sentence(finding: check.Finding) -> str:
    """A fault of the table in the language of the request."""
    return _(finding.template) % _spoken(finding.params)


def problem_sentence(problem: Unanswered) -> str:
    """Why there is no answer, in the language of the request."""
    return _(problem.template) % _spoken(problem.params)


def _spoken(params: Mapping[str, Any]) -> dict[str, Any]:
    """Amounts in the language of the request."""
    return {name: _in_words(value) for name, value in params.items()}


def _in_words(value: Any) -> Any:
    if isinstance(value, check.Span):
        return span(value.low, value.high)
    if isinstance(value, Asked):
        asked = value.question
        amount = "" if asked.amount is None else _("%(amount)s円") % {"amount": f"{asked.amount:,}"}
        return " ".join(part for part in (asked.condition, amount) if part)
    return value


def span(low: int | None, high: int | None) -> str:
    """Amounts as they are read."""
    if low is None and high is None:
        return "—"
    if high is None:
        return _("%(low)s円以上") % {"low": f"{low or 0:,}"}
    if not low:
        return _("%(high)s円未満") % {"high": f"{high:,}"}
    return _("%(low)s円以上%(high)s円未満") % {"low": f"{low:,}", "high": f"{high:,}"}


def failure_sentence(result: bench.Result) -> str:
    """How a row of the bench failed."""
    about = {"number": result.case.number}
    answer, expected = result.answer, result.case.expected
    if result.problem is not None:
        return _("試験%(number)d: %(problem)s") % {**about, "problem": problem_sentence(result.problem)}
    if answer is None:
        return ""
    parts = []
    if "level" in result.differs:
        parts.append(
            _("決裁者は%(wanted)sのはずが%(got)s")
            % {"wanted": Level(expected.level).label, "got": Level(answer.level).label}
        )
    if "offices" in result.differs:
        wanted = ", ".join(sorted(expected.offices)) or _("なし")
        got = ", ".join(sorted(answer.offices)) or _("なし")
        parts.append(_("合議・審査は%(wanted)sのはずが%(got)s") % {"wanted": wanted, "got": got})
    if "deputy" in result.differs:
        parts.append(_("代決の可否が違います"))
    return _("試験%(number)d(行%(row)s): %(parts)s") % {**about, "row": answer.row.name, "parts": "; ".join(parts)}


def fingerprint(book: Rulebook) -> str:
    """SHA-256 of the table as canonical JSON: what the ledger says was published."""
    return hashlib.sha256(json.dumps(asdict(book), ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def told(rows: Sequence[Row]) -> list[str]:
    """Rows as short lines for the ledger."""
    return [
        f"{row.name}|{row.condition}|{row.low or 0}-{'' if row.high is None else row.high}|{row.level}{row.post}"
        f"|{','.join(f'{o.name}:{o.kind}:{o.when}' for o in row.offices)}|{int(row.deputy)}{int(row.council)}"
        f"|{row.source}|{','.join(row.raised_by)}"
        for row in rows
    ]
