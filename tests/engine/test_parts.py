"""Broad repeated work in parts: what lies apart, which steps get along with one part, and which need the whole."""

from __future__ import annotations

import pytest

from tests.engine.apart import stored
from tests.engine.drawing import Course, many
from workflow.engine import intents as want
from workflow.engine import parts
from workflow.engine.advance import advance
from workflow.engine.draft import replay
from workflow.engine.world import World

pytestmark = pytest.mark.pure

OUT = ("results", "result")
BODY = " [\nstart2 > s > t > end2\n]"


def course_of(characteristics: str, tag: str = "userTask", inside: str = "", more: str = "") -> Course:
    text = f"start > a > last > end\na: {tag} | {characteristics}{inside}"
    return Course(text + more, lawful=False)


@pytest.mark.parametrize(
    ("tag", "inside", "apart"),
    [
        ("userTask", "", True),
        ("task", "", False),  # done at once: nothing is left that could lie apart
        ("subProcess", BODY, True),
        ("subProcess", " [\nstart2 > xor\nxor > s else\nxor > end2 if false\ns > end2\n]", True),
        ("subProcess", " [\nstart2 > s > end2\nlate @ s {after:P1D}\nlate > end2\n]", False),
        ("subProcess", " [\nstart2 > and1 > s > and2 > end2\nand1 > t > and2\n]", False),
        ("subProcess", " [\nstart2 > s > w > end2\nw: intermediateCatchEvent {after:P1D}\n]", False),
        ("subProcess", " [\nstart2 > i > end2\ni: subProcess [\nstart3 > s > end3\n]\n]", True),
    ],
)
def test_only_runs_that_have_nothing_to_do_with_each_other_lie_apart(tag: str, inside: str, apart: bool) -> None:
    course = course_of(many(times="3"), tag, inside)
    course.start()
    assert bool(parts.wholes(course.state)) is apart
    main, _variables, rows = stored(course.state)
    assert [(key.number, bool(part.state)) for key, part in rows.items()] == ([(n, True) for n in range(3)] * apart)
    if apart:
        assert len(main["tokens"]) == 1 and len(main["scopes"]) == 2, "only what hosts the runs is left"


@pytest.mark.parametrize("runs", [20, 21])
def test_few_runs_stay_together(monkeypatch: pytest.MonkeyPatch, runs: int) -> None:
    monkeypatch.setattr(parts, "APART", 20)
    course = course_of(many(times=str(runs)))
    course.start()
    assert len(stored(course.state)[2]) == (runs if runs > 20 else 0)


def test_one_after_the_other_does_not_lie_apart() -> None:
    course = course_of(many(times="3", sequential=True))
    course.start()
    assert not parts.wholes(course.state) and stored(course.state)[2] == {}


def test_runs_within_runs_lie_with_them() -> None:
    course = course_of(many(times="2"), "subProcess", " [\nstart2 > s > end2\ns: userTask | " + many(times="3") + "\n]")
    course.start()
    _main, _variables, rows = stored(course.state)
    assert [len(part.state["waits"]) for part in rows.values()] == [3, 3]
    assert parts.wholes(course.state) == {next(iter(rows)).whole}


def test_all_runs_but_the_last_need_only_themselves() -> None:
    course = course_of(many("people", out=OUT))
    course.start(people=["x", "y", "z"])
    course.alone.clear()
    for value in "ABC":
        course.complete("a", result=value)
    assert course.alone == [True, True, False]
    assert course.value("results") == ["A", "B", "C"] and course.waiting == ["last"]
    assert stored(course.state)[2] == {}


def test_results_lie_with_their_runs_until_the_whole_is_over() -> None:
    course = course_of(many("people", out=OUT))
    course.start(people=["x", "y", "z"])
    course.complete("a", result="A")
    main, _variables, rows = stored(course.state)
    assert [(part.result, bool(part.state)) for part in rows.values()] == [(["A"], False), ([], True), ([], True)]
    (notes,) = [row[5] for row in main["scopes"] if row[4] == "multi"]
    assert (notes["out"], notes["items"], notes["done"]) == ({}, [], 1)


def test_what_ends_the_whole_early_needs_all_of_it() -> None:
    enough = course_of(many(times="4", until="nrOfCompletedInstances >= 2"))
    enough.start()
    enough.complete("a")
    enough.complete("a")
    assert enough.alone[-2:] == [True, False] and enough.voided.count("a") == 2

    caught = course_of(
        many(times="3"),
        "subProcess",
        " [\nstart2 > s > fail\nfail: endEvent {error:E1}\n]",
        "\nedge @ a {error:E1}\nedge > last",
    )
    caught.start()
    caught.complete("s")
    assert caught.alone[-1] is False and caught.waiting == ["last"]


def test_a_branch_more_has_a_part_of_its_own_and_one_less_leaves_none() -> None:
    course = course_of(many("people"))
    course.start(people=["x", "y"])
    course.ask(want.AddBranch(course.tokens_at("a")[0].id, "z"))
    assert [key.number for key in stored(course.state)[2]] == [0, 1, 2]
    assert course.state.variables[course.tokens_at("a")[3].scope]["item"] == "z"
    course.ask(want.RemoveBranch(course.tokens_at("a")[2].id, "不要"))
    assert [key.number for key in stored(course.state)[2]] == [0, 2]
    course.complete("a")
    course.complete("a")
    assert course.waiting == ["last"] and course.alone[-2:] == [True, False]


def test_without_the_part_the_work_is_not_there() -> None:
    course = course_of(many(times="3"))
    course.start()
    main, variables, rows = stored(course.state)
    key = next(iter(rows))
    near = parts.join(main, variables, {key: rows[key]}, whole=False)
    assert near.absent == {key.whole} and len(near.waits) == 1
    with pytest.raises(parts.Incomplete):
        advance(course.process, near, want.Cancel("やめる"), World())
    token = next(iter(near.waits))
    after = replay(near, advance(course.process, near, want.Complete(token, {}), World()))
    assert after.absent == near.absent and not after.waits
