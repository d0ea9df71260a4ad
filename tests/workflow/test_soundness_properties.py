"""Whatever is drawn: nested blocks are sound, one wrong gateway is noticed, and making a net smaller hides nothing."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from tests.workflow.soundness_drawings import drawn, found, said
from workflow.bpmn.soundness.explore import Explored, explore
from workflow.bpmn.soundness.graph import scopes
from workflow.bpmn.soundness.net import build
from workflow.bpmn.soundness.reduce import reduce

pytestmark = pytest.mark.pure

Block = tuple[str, list["Block"]]
LEAVES: st.SearchStrategy[Block] = st.sampled_from([("task", []), ("task", []), ("script", []), ("late", [])])
SORTS = ("row", "xor", "and", "or", "loop", "part")
BLOCKS: st.SearchStrategy[Block] = st.recursive(
    LEAVES,
    lambda inner: st.tuples(st.sampled_from(SORTS), st.lists(inner, min_size=2, max_size=3)),
    max_leaves=14,
)


class Drawing:
    """Draws nested blocks; everything inside one lies between two elements."""

    def __init__(self, block: Block) -> None:
        self.parts: list[str] = []
        self.number = 0
        self.between("start", block, "last", "")
        self.flow("last", "end", "")

    @property
    def text(self) -> str:
        return ", ".join(self.parts)

    def name(self, sort: str) -> str:
        self.number += 1
        return f"{sort}{self.number}"

    def flow(self, source: str, target: str, scope: str) -> None:
        self.parts.append(f"{scope}{source} > {target}")

    def between(self, source: str, block: Block, target: str, scope: str) -> None:
        sort, inner = block
        if sort in ("xor", "and", "or"):
            split, join = self.name(sort), self.name(sort)
            self.flow(source, split, scope)
            for branch in inner:
                self.between(split, branch, join, scope)
            self.flow(join, target, scope)
        elif sort == "loop":
            merge, choice = self.name("xor"), self.name("xor")
            self.flow(source, merge, scope)
            self.between(merge, inner[0], choice, scope)
            self.between(choice, inner[1], merge, scope)
            self.flow(choice, target, scope)
        elif sort == "row":
            for one in inner[:-1]:
                step = self.name("step")
                self.between(source, one, step, scope)
                source = step
            self.between(source, inner[-1], target, scope)
        elif sort == "part":
            self.part(source, inner, target, scope)
        else:
            self.work(source, sort, target, scope)

    def part(self, source: str, inner: list[Block], target: str, scope: str) -> None:
        name = self.name("part")
        self.flow(source, name, scope)
        self.flow(name, target, scope)
        begin, last, end = self.name("start"), self.name("z"), self.name("end")
        self.between(begin, ("row", inner), last, f"{name}: ")
        self.flow(last, end, f"{name}: ")

    def work(self, source: str, sort: str, target: str, scope: str) -> None:
        name = self.name("script" if sort == "script" else "task")
        self.flow(source, name, scope)
        if sort == "late":
            late, after = self.name("late"), self.name("xor")
            self.parts.append(f"{scope}{name} / {late}")
            self.flow(name, after, scope)
            self.flow(late, after, scope)
            self.flow(after, target, scope)
        else:
            self.flow(name, target, scope)


@settings(max_examples=300, deadline=None)
@given(BLOCKS)
def test_nested_blocks_are_sound_and_need_hardly_any_states(block: Block) -> None:
    assert said(Drawing(block).text) == []
    for scope in scopes(drawn(Drawing(block).text)):
        net = build(scope, scope.reached(), (), ())
        reduce(net)
        assert len(net.edges) == 0


@settings(max_examples=300, deadline=None)
@given(BLOCKS, st.integers(0, 40))
@example(("and", [("task", []), ("xor", [("task", []), ("late", [])])]), 1)
def test_one_gateway_of_the_wrong_kind_is_noticed(block: Block, which: int) -> None:
    text = Drawing(block).text
    gateways = sorted(set(re.findall(r"\b(?:xor|and)\d+", text)))
    assume(gateways)
    wrong = gateways[which % len(gateways)]
    other = ("and8" if wrong.startswith("xor") else "xor8") + wrong[3:]
    assert found(re.sub(rf"\b{wrong}\b", other, text)) != []


NODES = ("xor1", "xor2", "and1", "and2", "or1", "a", "b", "c")


@st.composite
def tangles(draw: st.DrawFn, *, forward: bool = False) -> str:
    """Any flows between a few elements, lawful or not; `forward` without a loop."""
    nodes = draw(st.permutations(NODES)) if forward else NODES
    flows = {("start", nodes[0] if forward else draw(st.sampled_from(nodes)))}
    for place, source in enumerate(nodes):
        onward = (*(nodes[place + 1 :] if forward else nodes), "end", "stop")
        targets = draw(st.lists(st.sampled_from(onward), min_size=1, max_size=3, unique=True))
        flows |= {(source, target) for target in targets}
    boundary = draw(st.sampled_from(["", ", a / late, late > end", ", a // late, late > end"]))
    if not forward:
        boundary = draw(st.sampled_from([boundary, ", a / late, late > c", ", a // late, late > xor1"]))
    return ", ".join(f"{source} > {target}" for source, target in sorted(flows)) + boundary


def outlook(seen: Explored) -> tuple[bool, ...]:
    """What can happen at all."""
    return bool(seen.dead), bool(seen.rounds()), seen.ends(), bool(seen.meetings), bool(seen.floods)


def both(text: str) -> tuple[Explored, Explored]:
    """The states of the whole net and of the smaller one."""
    (scope,) = scopes(drawn(text))
    whole, small = (build(scope, scope.reached(), (), ()) for _ in range(2))
    reduce(small)
    assert len(small.edges) <= len(whole.edges)
    of_whole = explore(whole, 3_000)
    assume(of_whole.complete)
    return of_whole, explore(small, 3_000)


@settings(max_examples=300, deadline=None)
@given(tangles())
def test_a_smaller_net_sticks_circles_and_ends_exactly_when_the_whole_does(text: str) -> None:
    of_whole, of_small = both(text)
    if outlook(of_whole)[3:] == (False, False):  # what follows from doubled tokens is told in another order
        assert outlook(of_small) == outlook(of_whole), text


@settings(max_examples=300, deadline=None)
@given(tangles(forward=True))
def test_without_loops_a_smaller_net_doubles_exactly_when_the_whole_does(text: str) -> None:
    of_whole, of_small = both(text)
    assert bool(of_small.meetings) == bool(of_whole.meetings), text


@settings(max_examples=400, deadline=None)
@given(tangles())
def test_whatever_is_drawn_there_is_an_answer(text: str) -> None:
    elements = set(drawn(text).elements)
    for finding in found(text):
        assert finding.element_id in elements | {"process"} and finding.ja and finding.en
