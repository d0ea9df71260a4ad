"""提出 and 再提出: freeze a draft, give it its number, lay out its route and send it on its way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from approvals import access, requirements, routing, rules, snapshot
from approvals.actions import CaseSubmitted
from approvals.commands.acting import instance_of, note_act
from approvals.commands.onward import prepare_next, told_of
from approvals.commands.resuming import Resumption, resumption
from approvals.consulting import united
from approvals.models import Case, CaseState, CaseVersion, RouteStep, StepState, Verb
from approvals.stops import Completion, Consent, Kind, Wanted
from config import clock
from config.calendar import fiscal_year
from config.commands import Actor, command
from config.errors import Invalid
from documents import commands as documents
from documents import queries as records
from documents.access import fileable_binders
from documents.ledger.writer import record
from workflow import commands as workflow
from workflow.organization import queries as organization
from workflow.organization.chart import Chart

PROCESS = "standard"
# What nobody has said in a version stays unsaid when its approvals count in the next one.
AS_BEFORE = {str(state): state for state in (StepState.DEEMED, StepState.UNNEEDED)}
NUMBER_PATTERN = "起-{era}-{scope}-{value:05d}"


@command
def submit_draft(*, case_id: int, seen_revision: int, actor: Actor) -> Case:
    """Freeze a draft as version 1, take its 起案番号 and hand it to the first person of its route.

    Raises Invalid for what is missing or when nobody may decide, Conflict for a stale page, NotAllowed when it is on
    its way already.  A refused submission takes no number, so none is left out.
    """
    case = access.draft_for(case_id=case_id, actor=actor, lock=True)
    rules.check(rules.may_submit(access.standing_of(case, actor)), _("この案件は提出できません。"))
    rules.check_revision(case, seen_revision)
    _check_content(case, actor)
    chart = organization.chart(on=clock.today())
    route = plan_route(case, chart)

    case.number = documents.take_number(
        kind="draft",
        scope=_scope(case, chart),
        year=fiscal_year(clock.today()),
        pattern=NUMBER_PATTERN,
        actor=actor,
    )
    case.version = 1
    case.submitted_at = clock.now()
    version = _freeze(case, route, {})
    case.save(update_fields=["number", "version", "submitted_at"])
    started = workflow.start_instance(
        key=PROCESS,
        title=documents.shown_title(case.record),
        business_key=case.number,
        variables={"more_reviews": False, "members": [], "group_done": True},
        actor=actor,
    )
    case.instance_id = started.id
    documents.set_record_number(record_id=case.record_id, number=case.number, actor=actor)
    _send(case, version, route, None, verb=Verb.SUBMIT, comment="", actor=actor)
    return case


@command
def resubmit(*, case_id: int, seen_revision: int, comment: str = "", actor: Actor) -> Case:
    """Send a case on its way again after 差戻し or 引戻し: same number, next version.

    From the first step, or from whoever returned it where he said so and nothing changed that chooses the route.
    Earlier versions, comments and files stay.  Raises as submit_draft does.
    """
    case = access.draft_for(case_id=case_id, actor=actor, lock=True)
    rules.check(rules.may_resubmit(access.standing_of(case, actor)), _("この案件は再提出できません。"))
    rules.check_revision(case, seen_revision)
    _check_content(case, actor)
    route = plan_route(case, organization.chart(on=clock.today()))
    goes_on = resumption(case, route)

    case.version += 1
    version = _freeze(case, route, goes_on.carried)
    case.save(update_fields=["version"])
    _send(case, version, route, goes_on, verb=Verb.RESUBMIT, comment=comment.strip(), actor=actor)
    return case


def plan_route(
    case: Case, chart: Chart, *, level: int | None = None, mandatory: Iterable[Wanted] | None = None
) -> routing.Route:
    """The route of a draft as of today.  Raises Invalid with the sentence when there is none.

    `mandatory` is whom the 決裁規程 wants asked (when not given, what is registered as required); what was mandatory in an
    earlier version stays so, and the drafter's own additions come to it.
    """
    facts = routing.Facts(
        drafter_id=case.drafter_id,
        post_id=case.drafter_post_id,
        level=case.level if level is None else level,
        on=clock.today(),
    )
    required = requirements.of(case, chart) if mandatory is None else mandatory
    wanted = united([*required, *_mandatory_before(case)], _added(case))
    try:
        return routing.plan(facts, chart, [_of_today(one, chart) for one in wanted])
    except routing.RouteProblem as problem:
        sentence = _(problem.template) % problem.params
        raise Invalid(sentence, code=f"route_{problem.code}", fields={"level": [sentence]}) from problem


def _mandatory_before(case: Case) -> list[Wanted]:
    """What an earlier version had to ask: it can only become more."""
    if not case.version:
        return []
    steps = case.steps.filter(is_mandatory=True).order_by("version", "position")
    return [
        Wanted(
            kind=Kind(step.kind),
            post_id=step.wanted_post_id or step.post_id,
            reason=step.wanted_reason or step.reason,
            consent=Consent(step.consent or Consent.AGREE),
            completion=Completion(step.completion),
            needed=step.needed,
            days=step.days,
        )
        for step in steps
    ]


def _added(case: Case) -> list[Wanted]:
    """What the drafter added."""
    return [
        Wanted(
            kind=Kind(row.kind),
            post_id=row.post_id,
            reason=row.reason,
            consent=Consent(row.consent),
            group=row.group,
            completion=Completion(row.completion),
            needed=row.needed,
            days=row.days,
        )
        for row in case.consultations.all()
    ]


def _of_today(wanted: Wanted, chart: Chart) -> Wanted:
    """The same for the post that took over, where the post itself is gone."""
    if wanted.post_id in chart.posts:
        return wanted
    heir = organization.present_post(post_id=wanted.post_id, on=chart.on)
    return replace(wanted, post_id=heir.pk) if heir is not None else wanted


def _check_content(case: Case, actor: Actor) -> None:
    missing = rules.missing_fields(
        case, title=case.record.title, binder_id=case.record.binder_id, disclosure=case.record.disclosure
    )
    rules.check_complete(missing)
    binder_id = case.record.binder_id
    if binder_id is None or not fileable_binders(actor).filter(pk=binder_id).exists():
        sentence = _("この簿冊には綴れません。")
        raise Invalid(sentence, fields={"binder": [sentence]})


def _scope(case: Case, chart: Chart) -> str:
    """The 課 in whose name the number is given, by its short name."""
    section = chart.section_of(case.unit_id)
    if section is None:
        unit = chart.units.get(case.unit_id)
        return (unit.short_name or unit.name) if unit else case.unit_name
    return section.short_name or section.symbol


def _freeze(case: Case, route: routing.Route, carried: Mapping[int, RouteStep]) -> CaseVersion:
    """The submitted version: its content as canonical JSON with the attachments' hashes, and the rows of its route."""
    content = content_of(case, route)
    version = CaseVersion(
        case=case,
        number=case.version,
        content=content,
        sha256=snapshot.sha256(content),
        submitted_at=clock.now(),
    )
    version.save(force_insert=True)
    RouteStep.objects.bulk_create(
        _row(case, position, step, carried.get(position)) for position, step in enumerate(route.steps, start=1)
    )
    return version


def _row(case: Case, position: int, step: routing.Step, carried: RouteStep | None) -> RouteStep:
    """A step as planned; of one that was approved before also by whom and when."""
    row = RouteStep(
        case=case,
        version=case.version,
        position=position,
        kind=step.kind.value,
        post_id=step.post_id,
        post_name=step.post_name,
        rank=step.rank,
        person_name=step.person_name,
        reason=step.reason,
        expected_on=step.expected_on,
        group=step.group,
        is_mandatory=step.is_mandatory,
        state=StepState.SKIPPED if step.skipped else StepState.PLANNED,
    )
    if step.wanted is not None:
        row.wanted_post_id, row.wanted_reason = step.wanted.post_id, step.wanted.reason
        row.consent = step.wanted.consent.value if step.kind is Kind.CONSULT else ""
        row.completion, row.needed, row.days = step.wanted.completion.value, step.wanted.needed, step.wanted.days
    if carried is not None:
        row.state, row.carried_from = AS_BEFORE.get(carried.state, StepState.CARRIED), carried.carried_from or carried
        row.person_name, row.acted_at, row.acted_by_id = carried.person_name, carried.acted_at, carried.acted_by_id
    return row


def content_of(case: Case, route: routing.Route) -> dict[str, Any]:
    """鑑: everything the deciders see, as plain values."""
    kept = case.record
    return {
        "format": snapshot.FORMAT,
        "number": case.number,
        "version": case.version,
        "title": kept.title,
        "inquiry": case.inquiry,
        "grounds": case.grounds,
        "level": case.level,
        "disclosure": kept.disclosure,
        "binder": {"id": kept.binder_id, "name": str(kept.binder)},
        "urgent": case.urgent_reason if case.is_urgent else "",
        "wanted_on": case.wanted_on.isoformat() if case.wanted_on else None,
        "drafter": {"name": case.drafter_name, "post": case.drafter_post_name, "unit": case.unit_name},
        "attachments": [
            {"name": file.name, "version": file.number, "sha256": file.blob_id, "media_type": file.media_type}
            for file in records.current_files(case.record_id)
        ],
        "route": [
            {
                "kind": step.kind.value,
                "post": step.post_name,
                "reason": step.reason,
                "skipped": step.skipped.value if step.skipped else None,
                "group": step.group,
                "mandatory": step.is_mandatory,
                "consent": step.wanted.consent.value if step.wanted and step.kind is Kind.CONSULT else None,
            }
            for step in route.steps
        ],
    }


def _send(
    case: Case,
    version: CaseVersion,
    route: routing.Route,
    goes_on: Resumption | None,
    *,
    verb: Verb,
    comment: str,
    actor: Actor,
) -> None:
    """Hand the frozen version to the first step, and tell the ledger."""
    case.state = CaseState.CIRCULATING
    case.revision += 1
    case.save(update_fields=["state", "revision", "instance"])
    case.record = documents.set_record_state(record_id=case.record_id, state="circulating", actor=actor)
    way = goes_on.way if goes_on is not None else None
    note_act(case, verb=verb, step=None, comment=comment, resume=way, actor=actor)
    asked = prepare_next(case, actor)
    workflow.complete_item(
        item_id=workflow.open_item(instance_id=instance_of(case), element_id="draft").id,
        seen_revision=None,
        variables=told_of(asked),
        actor=actor,
    )
    record(
        CaseSubmitted,
        subject=case,
        actor=actor,
        record_id=case.record_id,
        number=case.number,
        title=case.record.title,
        version=case.version,
        sha256=version.sha256,
        level=case.level,
        route=[[step.kind.value, step.post_name, bool(step.skipped)] for step in route.steps],
        resume=way.value if way is not None else "",
        forced=goes_on.forced if goes_on is not None else "",
    )
