"""Soundness: what is found in drawings that stick, double or never end, and nothing in their lawful twins."""

from __future__ import annotations

import pytest

from tests.workflow.soundness_drawings import drawn, found, read, said, xml
from workflow.bpmn.soundness import soundness

pytestmark = pytest.mark.pure

STICKS, STICKS_ALWAYS = ("warning", "deadlock"), ("error", "deadlock")
TWICE, UNREACHED = ("warning", "unsynchronised"), ("warning", "unreachable")
ENDLESS, ENDLESS_AT_ONCE = ("warning", "endless_loop"), ("error", "endless_loop")
Found = tuple[tuple[str, str], str]  # level and code; element

REJECTED = "start > and1 > a|b, b > and2 > end2, a > xor1, xor1 > and2 if ok, xor1 > {} else"
GATES: dict[str, tuple[str, list[Found]]] = {
    "and_and": ("start > and1 > a|b > and2 > z > end", []),
    "xor_xor": ("start > xor1 > a|b > xor2 > z > end", []),
    "or_or": ("start > or1 > a|b > or2 > z > end", []),
    "xor_or": ("start > xor1 > a|b > or2 > z > end", []),
    "and_or": ("start > and1 > a|b > or2 > z > end", []),
    "or_complex": ("start > or1 > a|b > some2 > z > end", []),
    "choice_xor": ("start > choice1 > catch1|catch2 > xor2 > z > end", []),
    "xor_and": ("start > xor1 > a|b > and2 > z > end", [(STICKS, "and2")]),
    "or_and": ("start > or1 > a|b > and2 > z > end", [(STICKS, "and2")]),
    "choice_and": ("start > choice1 > catch1|catch2 > and2 > z > end", [(STICKS, "and2")]),
    "and_xor": ("start > and1 > a|b > xor2 > z > end", [(TWICE, "xor2")]),
    "or_xor": ("start > or1 > a|b > xor2 > z > end", [(TWICE, "xor2")]),
    "task_split_and_merge": ("start > a > b|c > d > end", [(TWICE, "d")]),
    "task_split_and_join": ("start > a > b|c > and1 > end", []),
    "merged_at_the_end": ("start > a > b|c > end", []),
    "merged_before_the_end": ("start > a > b|c > xor1 > end", []),
    "message_sent_twice": ("start > a > b|c > tell", [(TWICE, "tell")]),
    "conditional_flows": ("start > a, a > b if x, a > c if y, b|c > d > end", [(TWICE, "d")]),
    "condition_or_default": ("start > a, a > b if x, a > c else, b|c > d > end", []),
    "inclusive_or_default": ("start > or1, or1 > b if x, or1 > c else, b|c > d > end", []),
    "joined_in_steps": ("start > and1 > a|b|c, a|b > and2, and2|c > and3 > end", []),
    "joined_crosswise": ("start > and1 > and2|a, and2 > b|c, a|b > and3, and3|c > and4 > end", []),
    "rejected_beside": (REJECTED.format("end"), [(STICKS, "and2")]),
    "rejected_stops_all": (REJECTED.format("stop"), []),
    "rejected_fails": (REJECTED.format("fail"), []),
    "waits_for_itself": ("start > and1 > a > xor1 > end, xor1 > and1", [(STICKS_ALWAYS, "and1")]),
    "merges_with_itself": ("start > xor2 > a > xor1 > end, xor1 > xor2", []),
    "only_the_first_sticks": (
        "start > and0 > xor1|c, xor1 > a|b > and2 > and3 > end, c > and3",
        [(STICKS, "and2")],
    ),
    "only_the_first_doubles": ("start > and1 > a|b > xor1 > xor2 > c|d > e > end", [(TWICE, "xor1")]),
    "doubled_then_joined": ("start > and1 > a|b|c, a|b > d > and2 > z > end, c > and2", [(TWICE, "d")]),
    "two_merges": ("start > and1 > a|b|c, a|b > d > e > end, c > e", [(TWICE, "d"), (TWICE, "e")]),
    "two_flows_to_one": ("start > a > b > end, a > b", [(TWICE, "b")]),
    "inclusive_circle": (
        "start > and0 > or1|or2, or1 > a > xor1 > end1|or2, or2 > b > xor2 > end2|or1",
        [(STICKS, "or1")],
    ),
    "jump": ("start > jump, land > a > end", []),
    "jump_nowhere": ("start > jump", []),
    "land_alone": ("start > end, land > a > end", [(UNREACHED, "land"), (UNREACHED, "a")]),
}
BOUNDARIES: dict[str, tuple[str, list[Found]]] = {
    "late": ("start > a > end1, a / late, late > b > end2", []),
    "late_goes_on": ("start > a > b > end, a / late, late > b", []),
    "late_again": ("start > a > end, a / late, late > a", []),
    "late_has_no_way": ("start > a > end, a / late", []),
    "late_leaves_a_join_alone": (
        "start > and1 > a|b > and2 > end, a / late, late > c > end2",
        [(STICKS, "and2")],
    ),
    "late_stops_all": ("start > and1 > a|b > and2 > end, a / late, late > c > stop", []),
    "late_comes_to_the_join": ("start > and1 > a|b, late > c, a|c > xor1 > and2 > end, b > and2, a / late", []),
    "reminder": ("start > a > end1, a // late, late > b > end2", []),
    "reminder_merges": ("start > a > b > end, a // late, late > b", [(TWICE, "b")]),
    "reminder_joined": ("start > a > and1 > end, a // late, late > and1", [(STICKS, "and1")]),
    "boundary_of_unreached": (
        "start > end, a > end, a / late, late > b > end",
        [(UNREACHED, "a"), (UNREACHED, "late"), (UNREACHED, "b")],
    ),
    "handler": ("start > a > end, a / undo, handler", []),
}
PARTS: dict[str, tuple[str, list[Found]]] = {
    "part_sticks": (
        "start > part > end, part: start1 > xor1 > a|b > and2 > end1",
        [(STICKS, "and2")],
    ),
    "part_sticks_always": (
        "start > part > end, part: start1 > and2 > a > and2, part: a > end1",
        [(STICKS_ALWAYS, "and2")],
    ),
    "part_sticks_till_late": (
        "start > part > end, part / late, late > end, part: start1 > and2 > a > and2, part: a > end1",
        [(STICKS, "and2")],
    ),
    "part_always_fails": (
        "start > and1 > part|b, part > and2, late > and2, b > and2 > end, part / late, part: start1 > fail",
        [(STICKS_ALWAYS, "and2")],
    ),
    "part_fails_uncaught": ("start > and1 > part|b > and2 > end, part: start1 > fail", []),
    "part_fails_and_is_caught": (
        "start > and1 > part|b, late|b > and2 > end, part / late, part: start1 > fail",
        [],
    ),
    "part_may_fail": (
        "start > and1 > part|b, late|b|part > and2 > end, part / late, part: start1 > xor1 > fail|end1",
        [(STICKS, "and2")],
    ),
    "part_without_start": ("start > part > end, part: a, part: b > c", []),
    "part_half_reached": (
        "start > part > end, part: start1 > a, part: b > c",
        [(UNREACHED, "b"), (UNREACHED, "c")],
    ),
    "aside": ("start > a > end, aside, aside: when > b > end1", []),
    "aside_half_reached": ("start > a > end, aside, aside: when > end1, aside: b > end1", [(UNREACHED, "b")]),
    "adhoc": ("start > adhoc > end, adhoc: a, adhoc: b|d > c", []),
    "letters": ("letter1|letter2 > a > end", []),
    "first_of_two": ("first > catch1|catch2 > a > end", []),
    "two_starts": ("start1|start2 > a > end", []),
    "two_starts_joined": ("start1|start2 > and1 > end", [(STICKS, "and1")]),
    "no_start": ("a|b > and1 > end", []),
    "no_start_merged": ("a|b > c > end", [(TWICE, "c")]),
    "several_tokens": ("start > double > end", [(("warning", "not_examined"), "process")]),
}
POLLING = "part: start1 > a > catch1 > a"
LOOPS: dict[str, tuple[str, list[Found]]] = {
    "left_by_choice": ("start > a > xor1 > end|a", []),
    "left_in_the_middle": ("start > xor1 > a > xor2 > b > xor1, xor2 > end", []),
    "never_left": ("start > a > b > a", [(ENDLESS, "a")]),
    "never_left_once_chosen": ("start > xor1 > end|a, a > b > a", [(ENDLESS, "a")]),
    "never_left_nor_waiting": ("start > script1 > script2 > script1", [(ENDLESS_AT_ONCE, "script1")]),
    "left_by_boundary": ("start > a > b > a, b / late, late > end", []),
    "stopped_beside": ("start > and1 > a|b, a > catch1 > a, b > stop", []),
    "not_stopped_beside": ("start > and1 > a|b, a > catch1 > a, b > end", [(ENDLESS, "a")]),
    "stopped_from_outside": (f"start > part > end, part / late, late > end, {POLLING}", []),
    "not_stopped_from_outside": (f"start > part > end, part // late, late > end, {POLLING}", [(ENDLESS, "a")]),
    "stopped_by_an_event": ("start > a > b > a, aside, aside: when > end", []),
    "gateways_only": ("start > xor1 > pass1 > xor2 > xor1|end", [(ENDLESS_AT_ONCE, "xor1")]),
    "gateways_and_script": ("start > xor1 > script1 > xor2 > xor1|end", []),
    "gateways_and_time": ("start > xor1 > catch1 > xor2 > xor1|end", []),
    "split_in_a_loop": ("start > xor1 > a > and1 > xor1|end", [(ENDLESS, "xor1")]),
    "more_with_each_round": (
        "start > and0 > xor1|c, xor1 > a > and1 > xor1|b, b|c > and2 > end",
        [(ENDLESS, "xor1"), (TWICE, "and2")],
    ),
    "parallel_in_a_loop": ("start > xor1 > and1 > a|b > and2 > xor2 > xor1|end", []),
    "inclusive_in_a_loop": ("start > xor1 > or1 > a|b > or2 > xor2 > xor1|end", []),
    "loop_beside": ("start > and1 > xor1|b, xor1 > a > xor2 > xor1|and2, b > and2 > end", []),
}
ALL = GATES | BOUNDARIES | PARTS | LOOPS


@pytest.mark.parametrize("case", ALL)
def test_what_is_found_and_where(case: str) -> None:
    drawing, expected = ALL[case]
    assert said(drawing) == [(level, code, element) for (level, code), element in expected]


@pytest.mark.parametrize("case", [case for case in ALL if ALL[case][1]])
def test_each_finding_stands_at_its_element_in_both_languages(case: str) -> None:
    drawing, _ = ALL[case]
    text = xml(drawing)
    for finding in found(drawing):
        line = text[: text.index(f' id="{finding.element_id}"')].count("\n") + 1
        assert finding.line == line and finding.column >= 1
        assert finding.ja.endswith("。") and finding.en.endswith(".")
        assert (
            finding.ja.count("「") == finding.ja.count("」") > 0 and finding.en.count("“") == finding.en.count("”") > 0
        )


def sentence(case: str) -> tuple[str, str]:
    (finding,) = found(ALL[case][0])
    return finding.ja, finding.en


def test_a_join_that_waits_says_for_what_and_which_choice_keeps_it_waiting() -> None:
    ja, en = sentence("rejected_beside")
    assert ja == (
        "「and2」は「b」から来た後、「xor1」からも来るまで待ちます。"
        "「xor1」で「end」へ進むと「xor1」からは来ないので、案件はここで止まり、先へ進みません。"
    )
    assert en == (
        "After “b”, “and2” waits until “xor1” has come too. If “xor1” goes to “end”, nothing comes from “xor1”: "
        "the case stops here and goes no further."
    )
    assert "「a」の途中で「late」が起きると「a」からは来ないので" in sentence("late_leaves_a_join_alone")[0]


def test_a_join_that_never_gets_both_says_so() -> None:
    assert "両方がそろうことはないので、案件は必ずここで止まり、終わりません。" in sentence("xor_and")[0]
    ja, en = sentence("waits_for_itself")
    assert "「xor1」から来ることは決してないので、案件は必ずここで止まり、終わりません。" in ja
    assert "Nothing can ever come from “xor1”: every case stops here" in en


def test_a_merge_says_what_is_done_twice_and_whether_always() -> None:
    assert "その次の「z」から先が2回行われます" in sentence("and_xor")[0]
    assert "その次の「z」から先が2回行われることがあります" in sentence("or_xor")[0]
    assert "「a」から2つの流れが" in sentence("two_flows_to_one")[0]


def test_gateways_without_a_name_are_told_by_what_comes_before() -> None:
    named = xml("start > xor1 > a|b > and2 > end").replace('id="a"', 'id="a" name="部長の確認"')
    (finding,) = soundness(read(named))
    assert finding.ja.startswith("「部長の確認」の後の合流(and2)は「部長の確認」から来た後、「b」からも")


def test_flows_without_an_id_lead_on_all_the_same() -> None:
    text = xml("start > a > end").replace(' id="start_a"', "").replace(' id="a_end"', "")
    assert soundness(read(text, lawful=False)) == []


def wide(branches: int) -> str:
    """Parallel branches, each a loop of two ways in and two ways out, with inclusive joins: nothing makes it smaller."""
    parts = ["start > and1", "and2 > end"]
    for n in range(10, 10 + branches):
        parts += [f"and1 > xor{n}1 > or{n}5|or{n}6", f"or{n}5 > b{n} > xor{n}2 > or{n}6|xor{n}4"]
        parts += [f"or{n}6 > c{n} > xor{n}3 > or{n}5|xor{n}4", f"xor{n}4 > and2"]
    return ", ".join(parts)


def test_what_has_too_many_states_is_said_to_be_examined_in_part() -> None:
    def codes(branches: int, budget: int) -> list[str]:
        return [finding.code for finding in soundness(drawn(wide(branches)), budget=budget)]

    assert codes(3, 20_000) == []
    assert codes(3, 20) == ["not_examined"]
    assert codes(20, 2_000) == ["not_examined"]


def test_choices_however_they_hang_together_are_no_burden() -> None:
    assert soundness(drawn(wide(20).replace("or", "xor").replace("xxor", "xor")), budget=2) == []
