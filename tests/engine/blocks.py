"""Random diagrams of blocks that are sound by construction, and what must come of each, worked out without an engine.

A diagram is a tree.  Whatever is decided while it runs (which way, once more, which event) follows from the seed, the place,
and how often it was decided there before: so the same work is done whichever order it is done in, and by whichever engine.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.engine.drawing import many

LEAVES = ("work", "work", "work", "task", "many")
NESTS = ("xor", "xor", "and", "and", "or", "fork", "loop", "loop", "sub", "edge", "edge", "beside", "fail", "first")
TRIGGERS = ("signal", "signal", "signal", "message", "timer")
DEEPEST = 3
JOINS = ("and", "or", "fork")


@dataclass
class Block:
    """A part with one way in and one way out."""

    kind: str
    number: int
    parts: list[list[Block]] = field(default_factory=list)  # branches, each a sequence
    said: str = ""  # message, signal or timer of an event; number of runs
    deep: int = 0

    def walk(self) -> Iterator[Block]:
        """This block and all within."""
        yield self
        for branch in self.parts:
            for part in branch:
                yield from part.walk()


class Diagram:
    """The random diagram of a seed, without these kinds of blocks (and `timer`)."""

    def __init__(self, seed: int, *, without: frozenset[str] = frozenset()) -> None:
        self.seed = seed
        self.leaves = tuple(kind for kind in LEAVES if kind not in without)
        self.nests = tuple(kind for kind in NESTS if kind not in without)
        self.triggers = tuple(kind for kind in TRIGGERS if kind not in without)
        self.dice = random.Random(seed)
        self.numbers = 0
        self.room = self.dice.randint(3, 16)  # about so many blocks
        self.brittle = 0  # how many sub-processes are around that an error may end: nothing runs beside in them
        self.body = self._sequence(0, begins_with_work=True)

    # --- growing

    def _sequence(self, deep: int, *, begins_with_work: bool = False) -> list[Block]:
        first = [self._block("work", deep)] if begins_with_work else []
        return [*first, *(self._grow(deep) for _ in range(self.dice.randint(1, 3 if deep < 2 else 2)))]

    def _block(self, kind: str, deep: int) -> Block:
        self.numbers += 1
        self.room -= 1
        return Block(kind, self.numbers, deep=deep)

    def _grow(self, deep: int) -> Block:
        small = deep >= DEEPEST or self.room <= 0
        kinds = [
            kind for kind in (*self.leaves, *(() if small else self.nests)) if kind != "beside" or not self.brittle
        ]
        block = self._block(self.dice.choice(kinds), deep)
        kind, deep = block.kind, deep + 1
        if kind == "many":
            block.said = str(self.dice.randint(1, 3)) + self.dice.choice(["", " one by one"])
        elif kind in ("xor", "and", "or", "fork", "first"):
            block.parts = [self._sequence(deep) for _ in range(self.dice.randint(2, 3))]
        elif kind in ("loop", "sub"):
            block.parts = [self._sequence(deep)]
        elif kind == "edge":  # work, or a sub-process, and the way that an event on its edge leads
            host = [] if self.dice.random() < 0.5 else self._sequence(deep, begins_with_work=True)
            block.parts = [host, self._sequence(deep)]
        elif kind == "beside":
            block.parts = [[], [self._block("work", deep)]]
        elif kind == "fail":
            self.brittle += 1
            block.parts = [self._sequence(deep)]
            self.brittle -= 1
            block.parts.append(self._sequence(deep))
        if kind in ("edge", "beside", "first"):
            block.said = self.dice.choice(self.triggers)
        return block

    # --- looking

    def walk(self) -> Iterator[Block]:
        """Every block."""
        for block in self.body:
            yield from block.walk()

    @property
    def hard(self) -> bool:
        """Whether a join lies inside a loop, or an event on the edge of an activity."""
        loops = (block for block in self.walk() if block.kind == "loop")
        in_loop = any(inner.kind in JOINS for block in loops for inner in block.walk())
        return in_loop or any(block.kind in ("edge", "beside", "fail") for block in self.walk())

    @property
    def has_timers(self) -> bool:
        """Whether time has to pass."""
        return any(block.said == "timer" for block in self.walk())

    def depth(self, event: str) -> int:
        """How deep an event lies: an outer one comes before an inner one."""
        number = int(event.strip("abcdefghijklmnopqrstuvwxyz").partition("_")[0])
        return next(block.deep for block in self.walk() if block.number == number)

    # --- deciding

    def decide(self, what: str, number: int, ways: int) -> int:
        """What is decided at a place the number-th time."""
        return random.Random(f"{self.seed} {what} {number}").randrange(ways)

    def again(self, what: str, number: int) -> int:
        """Whether a loop goes round once more: never for ever."""
        return 0 if number % 3 == 2 else self.decide(what, number, 2)

    def answers(self, element: str, number: int) -> dict[str, int]:
        """The variables that come of the number-th completion of a work item."""
        if element[0] == "g":
            return {element: self.again(element, number)}
        if element[0] != "d":
            return {}
        block = next(block for block in self.walk() if block.number == int(element[1:]))
        if block.kind == "or":
            mask = self.decide(element, number, 1 << (len(block.parts) - 1))
            return {f"{element}_{way}": mask >> way & 1 for way in range(len(block.parts) - 1)}
        return {element: self.decide(element, number, 2 if block.kind == "fail" else len(block.parts))}

    # --- what must come of it

    def expected(self) -> Counter[str]:
        """How often each activity and each join is passed."""
        done: Counter[str] = Counter()
        asked: Counter[str] = Counter()
        self._pass(self.body, done, asked)
        return done

    def _pass(self, blocks: list[Block], done: Counter[str], asked: Counter[str]) -> None:
        for block in blocks:
            getattr(self, f"_{block.kind}")(block, done, asked)

    def _answer(self, element: str, done: Counter[str]) -> dict[str, int]:
        done[element] += 1
        return self.answers(element, done[element] - 1)

    def _fires(self, element: str, ways: int, asked: Counter[str]) -> int:
        asked[element] += 1
        return self.decide(element, asked[element] - 1, ways)

    def _work(self, block: Block, done: Counter[str], asked: Counter[str]) -> None:
        done[f"w{block.number}"] += 1

    def _task(self, block: Block, done: Counter[str], asked: Counter[str]) -> None:
        done[f"t{block.number}"] += 1

    def _many(self, block: Block, done: Counter[str], asked: Counter[str]) -> None:
        done[f"m{block.number}"] += int(block.said.split()[0])

    def _xor(self, block: Block, done: Counter[str], asked: Counter[str]) -> None:
        element = f"d{block.number}"
        self._pass(block.parts[self._answer(element, done)[element]], done, asked)

    def _or(self, block: Block, done: Counter[str], asked: Counter[str]) -> None:
        chosen = [branch for branch, taken in zip(block.parts, self._answer(f"d{block.number}", done).values(), strict=False)
                  if taken]  # fmt: skip
        for branch in chosen or block.parts[-1:]:
            self._pass(branch, done, asked)
        done[f"or{block.number}9"] += 1

    def _and(self, block: Block, done: Counter[str], asked: Counter[str]) -> None:
        for branch in block.parts:
            self._pass(branch, done, asked)
        done[f"and{block.number}9"] += 1

    def _fork(self, block: Block, done: Counter[str], asked: Counter[str]) -> None:
        done[f"w{block.number}"] += 1
        self._and(block, done, asked)

    def _loop(self, block: Block, done: Counter[str], asked: Counter[str]) -> None:
        more = 1
        while more:
            self._pass(block.parts[0], done, asked)
            more = self._answer(f"g{block.number}", done)[f"g{block.number}"]
        done[f"t{block.number}"] += 1

    def _sub(self, block: Block, done: Counter[str], asked: Counter[str]) -> None:
        self._pass(block.parts[0], done, asked)
        done[f"s{block.number}"] += 1

    def _edge(self, block: Block, done: Counter[str], asked: Counter[str]) -> None:
        if self._fires(f"b{block.number}", 2, asked):
            self._pass(block.parts[1], done, asked)
            return
        self._pass(block.parts[0], done, asked)
        done[f"s{block.number}" if block.parts[0] else f"w{block.number}"] += 1

    def _beside(self, block: Block, done: Counter[str], asked: Counter[str]) -> None:
        if self._fires(f"b{block.number}", 2, asked):
            self._pass(block.parts[1], done, asked)
        done[f"w{block.number}"] += 1

    def _fail(self, block: Block, done: Counter[str], asked: Counter[str]) -> None:
        self._pass(block.parts[0], done, asked)
        if self._answer(f"d{block.number}", done)[f"d{block.number}"]:
            self._pass(block.parts[1], done, asked)
        else:
            done[f"s{block.number}"] += 1

    def _first(self, block: Block, done: Counter[str], asked: Counter[str]) -> None:
        self._pass(block.parts[self._fires(f"first{block.number}", len(block.parts), asked)], done, asked)

    # --- drawing

    def text(self) -> str:
        """The lines of the drawing."""
        lines: list[str] = []
        way_in, way_out = self._draw(self.body, lines)
        return "\n".join(["start > " + way_in, *lines, f"{way_out} > end"])

    def _draw(self, blocks: list[Block], lines: list[str]) -> tuple[str, str]:
        ends = [getattr(self, f"_draw_{block.kind}")(block, f"{block.number}", lines) for block in blocks]
        lines += [f"{out} > {into}" for (_, out), (into, _) in zip(ends, ends[1:], strict=False)]
        return ends[0][0], ends[-1][1]

    def _branches(self, block: Block, lines: list[str], join: str) -> list[str]:
        ways = [self._draw(branch, lines) for branch in block.parts]
        lines += [f"{out} > {join}" for _, out in ways]
        return [into for into, _ in ways]

    def _event(self, block: Block, name: str) -> str:
        return "{after:P1D}" if block.said == "timer" else f"{{{block.said}:x{name}}}"

    def _draw_work(self, block: Block, n: str, lines: list[str]) -> tuple[str, str]:
        lines.append(f"w{n}: userTask")
        return f"w{n}", f"w{n}"

    def _draw_task(self, block: Block, n: str, lines: list[str]) -> tuple[str, str]:
        lines.append(f"t{n}: task")
        return f"t{n}", f"t{n}"

    def _draw_many(self, block: Block, n: str, lines: list[str]) -> tuple[str, str]:
        times, _, in_turn = block.said.partition(" ")
        lines.append(f"m{n}: userTask | {many(times=times, sequential=bool(in_turn))}")
        return f"m{n}", f"m{n}"

    def _draw_xor(self, block: Block, n: str, lines: list[str]) -> tuple[str, str]:
        ways = self._branches(block, lines, f"xor{n}9")
        lines += [f"xor{n}0 > {into} if d{n} = {way}" for way, into in enumerate(ways[:-1])]
        lines += [f"xor{n}0 > {ways[-1]} else", f"d{n} > xor{n}0"]
        return f"d{n}", f"xor{n}9"

    def _draw_or(self, block: Block, n: str, lines: list[str]) -> tuple[str, str]:
        ways = self._branches(block, lines, f"or{n}9")
        lines += [f"or{n}0 > {into} if d{n}_{way} = 1" for way, into in enumerate(ways[:-1])]
        lines += [f"or{n}0 > {ways[-1]} else", f"d{n} > or{n}0"]
        return f"d{n}", f"or{n}9"

    def _draw_and(self, block: Block, n: str, lines: list[str]) -> tuple[str, str]:
        lines += [f"and{n}0 > {into}" for into in self._branches(block, lines, f"and{n}9")]
        return f"and{n}0", f"and{n}9"

    def _draw_fork(self, block: Block, n: str, lines: list[str]) -> tuple[str, str]:
        lines.append(f"w{n}: userTask")
        lines += [f"w{n} > {into}" for into in self._branches(block, lines, f"and{n}9")]
        return f"w{n}", f"and{n}9"

    def _draw_loop(self, block: Block, n: str, lines: list[str]) -> tuple[str, str]:
        into, out = self._draw(block.parts[0], lines)
        lines += [f"xor{n}0 > {into}", f"{out} > g{n} > xor{n}9", f"xor{n}9 > xor{n}0 if g{n} = 1"]
        lines += [f"t{n}: task", f"xor{n}9 > t{n} else"]
        return f"xor{n}0", f"t{n}"

    def _part(self, n: str, branch: list[Block], lines: list[str], *, fails: bool = False) -> None:
        inside: list[str] = []
        into, out = self._draw(branch, inside)
        last = [f"{out} > end{n}0"]
        if fails:
            last = [f"{out} > d{n} > xor{n}0", f"xor{n}0 > fail{n} if d{n} = 1", f"xor{n}0 > end{n}0 else",
                    f"fail{n}: endEvent {{error:e{n}}}"]  # fmt: skip
        lines += [f"s{n}: subProcess [", f"start{n} > {into}", *inside, *last, "]"]

    def _draw_sub(self, block: Block, n: str, lines: list[str]) -> tuple[str, str]:
        self._part(n, block.parts[0], lines)
        return f"s{n}", f"s{n}"

    def _draw_edge(self, block: Block, n: str, lines: list[str]) -> tuple[str, str]:
        host = f"s{n}" if block.parts[0] else f"w{n}"
        if block.parts[0]:
            self._part(n, block.parts[0], lines)
        into, out = self._draw(block.parts[1], lines)
        lines += [f"b{n} @ {host} {self._event(block, n)}", f"b{n} > {into}", f"{out} > xor{n}9", f"{host} > xor{n}9"]
        return host, f"xor{n}9"

    def _draw_beside(self, block: Block, n: str, lines: list[str]) -> tuple[str, str]:
        into, out = self._draw(block.parts[1], lines)
        lines += [f"b{n} @- w{n} {self._event(block, n)}", f"b{n} > {into}", f"{out} > end{n}9"]
        return f"w{n}", f"w{n}"

    def _draw_fail(self, block: Block, n: str, lines: list[str]) -> tuple[str, str]:
        self._part(n, block.parts[0], lines, fails=True)
        into, out = self._draw(block.parts[1], lines)
        lines += [f"c{n} @ s{n} {{error:e{n}}}", f"c{n} > {into}", f"{out} > xor{n}9", f"s{n} > xor{n}9"]
        return f"s{n}", f"xor{n}9"

    def _draw_first(self, block: Block, n: str, lines: list[str]) -> tuple[str, str]:
        for way, into in enumerate(self._branches(block, lines, f"xor{n}9")):
            lines.append(f"c{n}_{way}: intermediateCatchEvent {self._event(block, f'{n}_{way}')}")
            lines.append(f"first{n} > c{n}_{way} > {into}")
        return f"first{n}", f"xor{n}9"
