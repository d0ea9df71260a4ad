"""決裁履歴証明: what the system finds when it verifies a decided case: its 原議, its files, its 経過 and its ledger."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import translation

from approvals import access, snapshot
from approvals.models import Act, Case
from approvals.papers import content
from config.calendar import wareki
from config.clock import TOKYO
from documents import queries as documents
from documents.ledger import queries as ledger

KIND = "決裁履歴証明"
NUMBER_PATTERN = "証-{era}-{value:05d}"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was compared with what was kept of it."""

    what: str
    value: str
    ok: bool


@dataclass(frozen=True, slots=True)
class Proof:
    """Everything that was compared, and how far the ledger was read."""

    checks: tuple[Check, ...]
    entries: int
    up_to: int

    @property
    def ok(self) -> bool:
        """Whether nothing was found to be changed."""
        return all(check.ok for check in self.checks)


def verify(case: Case) -> Proof:
    """Read everything again and compare.  Raises TypeError for a case without 原議."""
    acts = list(access.acts_of(case))
    original = case.record.original
    if original is None:
        raise TypeError("only decided cases have a 原議")
    kept = documents.content_of(original)
    told: dict[str, Any] = json.loads(kept) if kept is not None else {}
    whole = kept is not None and hashlib.sha256(kept).hexdigest() == original.sha256
    checks = [Check("原議", f"SHA-256 {original.sha256}", whole)]
    checks.append(_version(case, told))
    checks += _files(case, told)
    checks.append(_acts(acts, told))
    lines = ledger.entries_for_record(case.record_id)
    checks.append(_entries(lines, original.sha256))
    return Proof(tuple(checks), len(lines), lines[-1].entry.pk if lines else 0)


def _version(case: Case, told: dict[str, Any]) -> Check:
    """The decided version: kept apart, and in the 原議."""
    row = case.versions.get(number=case.version)
    same = snapshot.sha256(row.content) == row.sha256 == told.get("sha256") and row.content == told.get("case")
    return Check(f"決裁された版(第{row.number}版)", f"SHA-256 {row.sha256}", same)


def _files(case: Case, told: dict[str, Any]) -> list[Check]:
    """Each file of today: its bytes, and whether the 原議 names it or it was added after the 決裁."""
    named = {part["sha256"] for part in told.get("case", {}).get("attachments", [])}
    decided = case.record.decided_at
    checks = []
    found = documents.current_files(case.record_id)
    for place, file in enumerate(found, 1):
        later = file.blob_id not in named and decided is not None and file.uploaded_at > decided
        what = f"添付 {place} {file.name}{'(決裁後の追加)' if later else ''}"
        known = later or file.blob_id in named
        checks.append(Check(what, f"SHA-256 {file.blob_id}", known and documents.is_intact(file.blob)))
    gone = named - {file.blob_id for file in found}
    return [*checks, *(Check("添付(見つかりません)", f"SHA-256 {sha256}", False) for sha256 in sorted(gone))]


def _acts(acts: Sequence[Act], told: dict[str, Any]) -> Check:
    """The 経過 up to the 決裁, as the 原議 tells it; what was done later only adds to it."""
    kept = told.get("acts", [])
    rows = [(a.version, a.verb, a.at.isoformat(), a.staff_name, a.post_name, a.right, a.comment) for a in acts]
    names = ("version", "verb", "at", "name", "post", "right", "comment")
    same = bool(kept) and rows[: len(kept)] == [tuple(act[name] for name in names) for act in kept]
    return Check("決裁までの経過", f"{len(kept)}件", same)


def _entries(lines: Sequence[ledger.Line], original: str) -> Check:
    """The record's entries in the ledger, each against its own hash; among them the 決裁 that names this 原議."""
    leaves = hashlib.sha256(b"".join(bytes(line.entry.leaf) for line in lines)).hexdigest()
    decided = [line for line in lines if line.entry.action == "case.decided"]
    named = [line.details.get("original") for line in decided] == [original]
    span = f"通番 {lines[0].entry.pk}から{lines[-1].entry.pk}まで {len(lines)}件" if lines else "0件"
    return Check("台帳", f"{span}\n各行のハッシュを連ねた SHA-256\n{leaves}", named and all(e.is_intact for e in lines))


def sheet(case: Case, proof: Proof, *, number: str, at: dt.datetime) -> dict[str, Any]:
    """What the certificate tells."""
    with translation.override("ja"):
        base = content.frame(KIND, case, at)
        city = base["city"]
        facts = [("件名", case.record.title), *content.facts_of_decision(case)]
        return base | {
            "number": number,
            "statement": f"{city}の電子決裁システムは、次の事案の{STORED}を、保存した時のハッシュと照合しました。",
            "facts": content.laid_out(facts, wide=("件名",)),
            "checks": [
                {"what": c.what, "value": c.value, "ok": c.ok, "result": "一致" if c.ok else "不一致"}
                for c in proof.checks
            ],
            "acts": content.act_rows(list(access.acts_of(case))),
            "closing": CLOSING[proof.ok],
            "made_on": wareki(at.astimezone(TOKYO).date()),
            "maker": f"{city} 電子決裁システム",
        }


STORED = "原議、添付、経過および台帳の記録"
CLOSING = {
    True: "照合した記録は、保存した時から変わっていないことを証明します。",
    False: "照合した記録に、保存した時と一致しないものがあります。変わっていないことは証明できません。",
}
