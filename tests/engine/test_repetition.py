"""Multi-instance activities, parallel and one after the other, standard loops; a branch more or less."""

from __future__ import annotations

import pytest

from tests.engine.drawing import Course, loop, many
from workflow.bpmn.conditions import expressions
from workflow.bpmn.support import unsupported
from workflow.engine import intents as want
from workflow.engine.advance import Refused
from workflow.engine.state import Mode

pytestmark = pytest.mark.pure

OUT = ("results", "result")


def repeated(characteristics: str, tag: str = "userTask") -> str:
    """An activity that is repeated, and work after it."""
    return f"start > a > last > end\na: {tag} | {characteristics}"


def runs_of(course: Course) -> list[dict[str, object]]:
    """What each open run knows of itself, in the order they began."""
    open_runs = [course.state.tokens[wait.token] for wait in course.state.waits.values()]
    return [dict(course.state.variables[token.scope]) for token in open_runs]


def finish(course: Course, number: int, **variables: object) -> None:
    """Complete one of the open runs."""
    course.ask(want.Complete([*course.state.waits][number], variables))


@pytest.mark.parametrize("sequential", [False, True], ids=["parallel", "sequential"])
def test_each_run_has_its_number_and_its_item(sequential: bool) -> None:
    course = Course(repeated(many("people", sequential=sequential)))
    course.start(people=["課長", "部長", "局長"])
    seen = []
    while course.waiting != ["last"]:
        seen += runs_of(course)[:1]
        finish(course, 0)
    assert seen == [{"loopCounter": n, "item": who} for n, who in enumerate(["課長", "部長", "局長"])]
    assert course.times_left["a"] == 4  # three runs, and the whole
    assert course.value("item") is None


def test_parallel_runs_are_open_together_and_the_others_one_after_the_other() -> None:
    together, in_turn = (Course(repeated(many(times="3", sequential=s))) for s in (False, True))
    together.start()
    in_turn.start()
    assert (together.waiting, in_turn.waiting) == (["a", "a", "a"], ["a"])


@pytest.mark.parametrize("sequential", [False, True], ids=["parallel", "sequential"])
def test_counters_tell_how_many_runs_there_are(sequential: bool) -> None:
    course = Course(repeated(many(times="3", sequential=sequential)))
    course.start()
    seen = []
    while course.waiting != ["last"]:
        token = next(iter(course.state.waits))
        whole = course.state.variables[course.state.scopes[course.state.tokens[token].scope].parent]
        seen.append([whole[f"nrOf{name}Instances"] for name in ("", "Active", "Completed")])
        finish(course, 0)
    assert seen == ([[3, 1, 0], [3, 1, 1], [3, 1, 2]] if sequential else [[3, 3, 0], [3, 2, 1], [3, 1, 2]])


def test_results_are_gathered_in_the_order_of_the_items_whoever_is_first() -> None:
    course = Course(repeated(many("people", out=OUT)))
    course.start(people=["x", "y", "z"])
    for number, value in ((2, "C"), (0, "A"), (0, "B")):
        finish(course, number, result=value)
    assert course.value("results") == ["A", "B", "C"] and course.value("result") is None


def test_data_objects_of_bpmn_are_read_and_gathered() -> None:
    characteristics = (
        "<multiInstanceLoopCharacteristics><loopDataInputRef>list</loopDataInputRef>"
        '<loopDataOutputRef>sums</loopDataOutputRef><inputDataItem id="one" name="one"/>'
        '<outputDataItem id="sum" name="sum"/></multiInstanceLoopCharacteristics>'
    )
    course = Course(
        'list: dataObject name="list"\nsums: dataObject name="sums"\n'
        + repeated(characteristics, "subProcess")
        + ' [\nstart2 > s > end2\ns: scriptTask c:resultVariable="sum" | <script>one * 2</script>\n]',
        lawful=False,
    )
    course.start(list=[1, 2])
    assert course.waiting == ["last"] and course.value("sums") == [2, 4]


@pytest.mark.parametrize("sequential", [False, True], ids=["parallel", "sequential"])
def test_the_completion_condition_ends_the_whole(sequential: bool) -> None:
    course = Course(repeated(many(times="4", sequential=sequential, until="nrOfCompletedInstances >= 2")))
    course.start()
    finish(course, 0)
    assert "a" in course.waiting
    finish(course, 0)
    assert course.waiting == ["last"]
    assert course.voided.count("a") == (0 if sequential else 2)


def test_the_completion_condition_sees_what_the_runs_say() -> None:
    course = Course(repeated(many(times="3", until='verdict = "no"')))
    course.start(verdict="")
    finish(course, 0, verdict="yes")
    assert course.waiting == ["a", "a"]
    finish(course, 0, verdict="no")
    assert course.waiting == ["last"]


@pytest.mark.parametrize("sequential", [False, True])
def test_nothing_to_repeat_is_passed(sequential: bool) -> None:
    course = Course(repeated(many("people", sequential=sequential, out=OUT)))
    course.start(people=[])
    assert course.waiting == ["last"] and course.value("results") == []


@pytest.mark.parametrize(
    ("characteristics", "given", "code"),
    [(many("people"), "not a list", "no_collection"), (many(times="n"), -1, "no_cardinality"),
     (many(times="n"), "many", "no_cardinality"), (many(times="n"), 10_001, "too_many_runs")],
)  # fmt: skip
def test_what_cannot_be_repeated_is_an_incident_that_can_be_mended(
    characteristics: str, given: object, code: str
) -> None:
    course = Course(repeated(characteristics))
    course.start(people=given, n=given)
    assert course.incidents == [("a", code)]
    course.ask(want.Retry(course.tokens_at("a")[0].id, {"people": [1, 2], "n": 2}))
    assert course.waiting == ["a", "a"]


def test_a_completion_condition_with_trouble_can_be_mended() -> None:
    course = Course(repeated(many(times="2", sequential=True, until="${nrOfCompletedInstances >= limit}")))
    course.start()
    finish(course, 0)
    assert course.incidents == [("a", "expression_error")]
    (stuck,) = [token for token in course.state.tokens.values() if token.mode is Mode.INCIDENT]
    course.ask(want.Retry(stuck.id, {"limit": 2}))
    assert course.waiting == ["a"]
    finish(course, 0)
    assert course.waiting == ["last"]


def test_sub_processes_are_repeated_each_with_its_own_variables() -> None:
    course = Course(repeated(many("people"), "subProcess") + " [\nstart2 > b > c > end2\n]")
    course.start(people=["x", "y"])
    assert course.waiting == ["b", "b"]
    course.complete("b")
    assert course.waiting == ["b", "c"]
    assert course.value("item", "c") == "x" and course.value("item", "b") == "y"
    for element in ("c", "b", "c"):
        course.complete(element)
    assert course.waiting == ["last"] and course.times_left["a"] == 3


def test_repeated_work_within_repeated_work() -> None:
    course = Course(repeated(many("rows"), "subProcess") + f" [\nstart2 > b > end2\nb: userTask | {many('item')}\n]")
    course.start(rows=[[1, 2], [3]])
    assert [row["item"] for row in runs_of(course)] == [1, 2, 3]
    for _ in range(3):
        finish(course, 0)
    assert course.waiting == ["last"]


@pytest.mark.parametrize("before", [False, True], ids=["after", "before"])
@pytest.mark.parametrize(("rounds", "most", "done"), [(0, None, 0), (2, None, 2), (5, 3, 3)])
def test_a_loop_goes_round_while_its_condition_holds(before: bool, rounds: int, most: int | None, done: int) -> None:
    course = Course(repeated(loop("n > 0", before=before, most=most)))
    course.start(n=rounds)
    seen = []
    while course.waiting == ["a"]:
        seen.append(runs_of(course)[0]["loopCounter"])
        rounds -= 1
        finish(course, 0, n=rounds)
    assert seen == [*range(done if before else max(done, 1))]
    assert course.waiting == ["last"]


@pytest.mark.parametrize("sequential", [False, True], ids=["parallel", "sequential"])
def test_a_branch_is_added_to_running_work(sequential: bool) -> None:
    course = Course(repeated(many("people", sequential=sequential)))
    course.start(people=["x", "y"])
    (whole,) = [token for token in course.state.tokens.values() if token.mode is Mode.HOSTING]
    course.ask(want.AddBranch(whole.id, "z"))
    seen = []
    while course.waiting != ["last"]:
        seen.append(runs_of(course)[0]["item"])
        finish(course, 0)
    assert seen == ["x", "y", "z"]


def test_a_branch_is_added_to_work_that_is_counted() -> None:
    course = Course(repeated(many(times="1")))
    course.start()
    (whole,) = [token for token in course.state.tokens.values() if token.mode is Mode.HOSTING]
    course.ask(want.AddBranch(whole.id))
    course.ask(want.AddBranch(whole.id))
    assert course.waiting == ["a", "a", "a"]
    assert course.state.variables["s1"]["nrOfInstances"] == 3


@pytest.mark.parametrize("sequential", [False, True], ids=["parallel", "sequential"])
def test_a_branch_is_taken_away_and_the_others_go_on(sequential: bool) -> None:
    course = Course(repeated(many("people", sequential=sequential, out=("who", "item"))))
    course.start(people=["x", "y", "z"])
    course.ask(want.RemoveBranch(next(iter(course.state.waits)), "担当者の異動"))
    while course.waiting != ["last"]:
        finish(course, 0)
    assert course.value("who") == ["y", "z"] and course.voided == ["a"]


def test_the_last_branch_taken_away_ends_the_whole() -> None:
    course = Course(repeated(many(times="1")))
    course.start()
    course.ask(want.RemoveBranch(next(iter(course.state.waits))))
    assert course.waiting == ["last"]


def test_a_branch_of_a_repeated_sub_process_is_taken_away_whole() -> None:
    course = Course(repeated(many(times="2"), "subProcess") + " [\nstart2 > and > b > end2\nand > c > end3\n]")
    course.start()
    assert course.waiting == ["b", "b", "c", "c"]
    course.ask(want.RemoveBranch(course.tokens_at("b")[0].id))
    assert course.waiting == ["b", "c"]


def test_branches_are_refused_where_nothing_is_repeated() -> None:
    course = Course("start > sub > end\nsub: subProcess [\nstart2 > a > end2\n]")
    course.start()
    for intent in (want.AddBranch(course.tokens_at("sub")[0].id), want.RemoveBranch(course.tokens_at("a")[0].id),
                   want.AddBranch(course.tokens_at("a")[0].id)):  # fmt: skip
        with pytest.raises(Refused) as refused:
            course.ask(intent)
        assert refused.value.code == "not_repeated"


def test_many_runs_end_once() -> None:
    course = Course(repeated(many(times="300", out=("all", "loopCounter"))))
    course.start()
    for _ in range(300):
        finish(course, 0)
    assert course.waiting == ["last"] and course.value("all") == [*range(300)]


NONE = (
    '<multiInstanceLoopCharacteristics behavior="None" noneBehaviorEventRef="told"{0}>{1}'
    "</multiInstanceLoopCharacteristics>"
)
ONE = NONE.replace("None", "One").replace("none", "one")
ALL = '<multiInstanceLoopCharacteristics behavior="All"{0}>{1}</multiInstanceLoopCharacteristics>'
COMPLEX = (
    '<multiInstanceLoopCharacteristics behavior="Complex"{0}>{1}<complexBehaviorDefinition>'
    '<condition xsi:type="tFormalExpression">nrOfCompletedInstances >= 2</condition>'
    '<event id="ev"><signalEventDefinition signalRef="signal_s"/></event>'
    "</complexBehaviorDefinition></multiInstanceLoopCharacteristics>"
)
THREE = '<loopCardinality xsi:type="tFormalExpression">3</loopCardinality>'


def telling(characteristics: str, *, goes_on: bool, sequential: bool) -> Course:
    """Three runs that throw a signal, and what catches it on the edge."""
    said = characteristics.format(' isSequential="true"' if sequential else "", THREE)
    course = Course(
        f"start > a > last > end\na: userTask | {said}\nedge @{'-' if goes_on else ''} a {{signal:s}}\nedge > then > end9",
        lawful=False,
        roots='<signalEventDefinition id="told" signalRef="signal_s"/>',
    )
    course.start()
    return course


@pytest.mark.parametrize("sequential", [False, True], ids=["parallel", "sequential"])
@pytest.mark.parametrize(
    ("characteristics", "told"),
    [(NONE, [1, 2, 3]), (ONE, [1, 1, 1]), (ALL, [0, 0, 0]), (COMPLEX, [0, 1, 2])],
    ids=["None", "One", "All", "Complex"],
)
def test_runs_that_are_done_tell_it_as_their_behaviour_says(
    characteristics: str, told: list[int], sequential: bool
) -> None:
    course = telling(characteristics, goes_on=True, sequential=sequential)
    seen = []
    for _ in range(3):
        course.complete("a")
        seen.append(course.waiting.count("then"))
    assert seen == told and "last" in course.waiting and "a" not in course.waiting


@pytest.mark.parametrize("sequential", [False, True], ids=["parallel", "sequential"])
@pytest.mark.parametrize(
    ("characteristics", "done"), [(NONE, 1), (ONE, 1), (COMPLEX, 2)], ids=["None", "One", "Complex"]
)
def test_an_interrupting_edge_that_hears_of_a_run_ends_the_whole(
    characteristics: str, done: int, sequential: bool
) -> None:
    course = telling(characteristics, goes_on=False, sequential=sequential)
    for _ in range(done):
        assert set(course.waiting) == {"a"}
        course.complete("a")
    assert (course.waiting, course.times_left["a"], set(course.state.scopes)) == (["then"], done, {"root"})


def test_what_runs_cannot_throw_is_refused() -> None:
    for odd in (ONE.replace("One", "Some", 1), COMPLEX.replace("signalEventDefinition", "compensateEventDefinition")):
        course = telling(odd, goes_on=True, sequential=False)
        assert [finding.code for finding in unsupported(course.process)] == ["unsupported"]
    assert list(unsupported(telling(COMPLEX, goes_on=True, sequential=False).process)) == []


def test_the_condition_of_a_behaviour_is_read_when_it_is_deployed() -> None:
    course = telling(COMPLEX.replace("nrOfCompletedInstances >= 2", "1 +"), goes_on=True, sequential=False)
    assert [(finding.code, finding.element_id) for finding in expressions(course.process)] == [("expression", "a")]
