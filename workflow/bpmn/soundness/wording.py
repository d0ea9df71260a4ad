"""What is said of a scope that is not sound, in words for who drew it.  Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from workflow.bpmn.model import Element, Finding, Process
from workflow.bpmn.soundness.graph import GATEWAYS, Scope, Way, spread

SHOWN = 5  # elements of a loop that are named


@dataclass(frozen=True, slots=True)
class Words:
    """The same in both languages."""

    ja: str
    en: str


def called(scope: Scope, element_id: str) -> Words:
    """An element by its name; one without is found by the nearest named one before it."""
    element = scope.elements[element_id]
    plain = Words(f"「{_shown(element)}」", f"“{_shown(element)}”")
    if element.name.strip():
        return plain
    before = _named_before(scope, element_id)
    ja, en = _sort(scope, element)
    if before is None or not ja:
        return plain
    return Words(f"「{before}」の後の{ja}({element_id})", f"the {en} {element_id} after “{before}”")


def _shown(element: Element) -> str:
    return " ".join(element.name.split()) or element.id


def _sort(scope: Scope, element: Element) -> tuple[str, str]:
    if element.type not in GATEWAYS:
        return "", ""
    return ("合流", "join") if len(scope.into.get(element.id, ())) > 1 else ("分岐", "split")


def _named_before(scope: Scope, element_id: str) -> str | None:
    seen, queue = {element_id}, [element_id]
    for at in queue:
        for way in scope.into.get(at, ()):
            if way.source not in seen:
                if scope.elements[way.source].name.strip():
                    return _shown(scope.elements[way.source])
                seen.add(way.source)
                queue.append(way.source)
    return None


def _all(scope: Scope, elements: Iterable[str], ja: str = "と", en: str = " and ") -> Words:
    words = [called(scope, element) for element in dict.fromkeys(elements)]
    return Words(ja.join(w.ja for w in words), en.join(w.en for w in words))


def _finding(level: str, code: str, place: Element | Process, words: Words) -> Finding:
    return Finding(level, code, words.ja, words.en, place.id, place.line, place.column)


def unreachable(scope: Scope, element: Element) -> Finding:
    """Nothing leads there."""
    name = called(scope, element.id)
    return _finding(
        "warning",
        "unreachable",
        element,
        Words(
            f"{name.ja}へは開始から届かないので、行われることはありません。",
            f"{_capital(name.en)} cannot be reached from the start, so it will never be done.",
        ),
    )


def deadlock(
    scope: Scope,
    element: Element,
    arrived: Sequence[Way],
    missing: Sequence[Way],
    *,
    always: bool,
    never: bool,
    level: str,
) -> Finding:
    """A join waits for what does not come.  `never`: it cannot come in any run; `always`: every run sticks there."""
    name = called(scope, element.id)
    here = _all(scope, (way.source for way in arrived))
    gone = _all(scope, (way.source for way in missing))
    if never:  # it lies behind the join itself, or behind nothing
        why = Words(f"{gone.ja}から来ることは決してないので、", f"Nothing can ever come from {gone.en}: ")
    elif always:
        why = Words("両方がそろうことはないので、", "They never come together: ")
    else:
        choice = decided(scope, missing[0], element.id)
        lost = _all(scope, [missing[0].source])
        why = Words(f"{choice.ja}{lost.ja}からは来ないので、", f"{choice.en}nothing comes from {lost.en}: ")
    end = Words(
        "案件は必ずここで止まり、終わりません。" if always else "案件はここで止まり、先へ進みません。",
        "every case stops here and never ends." if always else "the case stops here and goes no further.",
    )
    return _finding(
        level,
        "deadlock",
        element,
        Words(
            f"{name.ja}は{here.ja}から来た後、{gone.ja}からも来るまで待ちます。{why.ja}{end.ja}",
            f"After {here.en}, {name.en} waits until {gone.en} has come too. {why.en}{end.en}",
        ),
    )


def vicious(scope: Scope, elements: Sequence[str]) -> Finding:
    """Inclusive joins that wait for one another."""
    names = _all(scope, elements)
    return _finding(
        "warning",
        "deadlock",
        scope.elements[elements[0]],
        Words(
            f"{names.ja}は、互いに相手の先から来るものを待つことがあり、その場合は案件がここで止まります。",
            f"{_capital(names.en)} may wait for what comes from one another; then the case stops here.",
        ),
    )


def decided(scope: Scope, missing: Way, join: str) -> Words:
    """Which choice keeps a way from being taken: the nearest one before it with another way out."""
    leading = {missing.source}
    queue = [missing.source]
    for at in queue:
        host = scope.elements[at].attached_to
        before = [way.source for way in scope.into.get(at, ())] + ([host] if host else [])
        queue += [b for b in dict.fromkeys(before) if b not in leading and b != join]
        leading.update(queue)
    for at in queue:
        aside = next(_aside(scope, at, leading, missing), None)
        if aside is not None:
            return aside
    return Words("進み方によっては", "In some cases ")


def _aside(scope: Scope, at: str, leading: set[str], missing: Way) -> Iterator[Words]:
    element = scope.elements[at]
    other = [w for w in scope.out.get(at, ()) if w.id != missing.id and w.target not in leading]
    choosing = element.type in ("exclusiveGateway", "inclusiveGateway", "complexGateway", "eventBasedGateway")
    if other and (choosing or any(way.conditional for way in scope.out[at])):
        name, to = called(scope, at), _all(scope, (way.target for way in other[:2]), "や", " or ")
        yield Words(f"{name.ja}で{to.ja}へ進むと", f"If {name.en} goes to {to.en}, ")
    for boundary in scope.boundaries.get(at, ()):
        if boundary.interrupts and boundary.id not in leading:
            name, host = called(scope, boundary.id), called(scope, at)
            yield Words(f"{host.ja}の途中で{name.ja}が起きると", f"If {name.en} happens during {host.en}, ")


def unsynchronised(scope: Scope, element: Element, one: Way, other: Way, *, maybe: bool) -> Finding:
    """Two tokens come to a merge that does not wait."""
    name, both = called(scope, element.id), _all(scope, (one.source, other.source))
    if one.source == other.source:
        both = Words(f"{both.ja}から2つの", f"two flows from {both.en}")
    else:
        both = Words(f"{both.ja}からの", both.en)
    onward = [way.target for way in scope.out.get(element.id, ())]
    what = name
    if element.type in GATEWAYS and onward:
        after = _all(scope, onward)
        what = Words(f"その次の{after.ja}", f"what follows ({after.en})")
    ja = "行われることがあります" if maybe else "行われます"
    return _finding(
        "warning",
        "unsynchronised",
        element,
        Words(
            f"{name.ja}には{both.ja}流れが同時に進んで来ますが、そろうのを待たないので、{what.ja}から先が2回{ja}。"
            "1回にするには、そろうのを待つ合流(並列か包含)を置いてください。",
            f"{_capital(both.en)} lead to {name.en} at the same time, which does not wait for both: {what.en} "
            f"{'may be' if maybe else 'is'} done twice. To do it once, put a join there that waits (parallel or inclusive).",
        ),
    )


def flooded(scope: Scope, way: Way) -> Finding:
    """A loop that makes new tokens each time round."""
    name = called(scope, way.target)
    return _finding(
        "warning",
        "unsynchronised",
        scope.elements[way.target],
        Words(
            f"{name.ja}へは、前の分が済まないうちに次の流れが来ます。繰り返すたびに増え、そこから先が何回も行われます。",
            f"{_capital(name.en)} is come to again before the last time is over: with each round there is one more.",
        ),
    )


def endless(scope: Scope, elements: Sequence[str], *, level: str, idle: bool = False) -> Finding:
    """A loop without a way out; `idle`: there is one, but nothing in the loop could make it be taken."""
    round_ = in_order(scope, elements)
    shown = _all(scope, round_[:SHOWN], "→", " → ")
    more = Words(" → …", " → …") if len(round_) > SHOWN else Words("", "")
    if idle:
        why = Words(
            "作業も待つところもないので条件が変わらず、一度戻ると抜けられません。",
            "has neither work nor a wait in it: conditions stay as they are, and who goes back once never leaves.",
        )
    else:
        why = Words("抜ける道がないので、案件が終わりません。", "cannot be left, so the case never ends.")
    return _finding(
        level,
        "endless_loop",
        scope.elements[round_[0]],
        Words(f"{shown.ja}{more.ja}の繰り返しは、{why.ja}", f"The loop {shown.en}{more.en} {why.en}"),
    )


def in_order(scope: Scope, elements: Iterable[str]) -> list[str]:
    """The elements of a loop as they follow one another, beginning with the one that is entered from outside."""
    inside = set(elements)
    drawn = [element for element in scope.elements if element in inside]
    entered = [e for e in drawn if any(way.source not in inside for way in scope.into.get(e, ()))]
    order: list[str] = []
    spread([(entered or drawn)[0]], lambda at: _note(order, at, [n for n in scope.after(at) if n in inside]))
    return order


def _note(order: list[str], at: str, following: list[str]) -> list[str]:
    order.append(at)
    return following


def unknown(place: Element | Process, *, quantities: bool = False) -> Finding:
    """Too many states, or activities that take or give several tokens, whose states are not counted."""
    name = " ".join(place.name.split()) or place.id
    why = Words("分岐と合流の組み合わせが多すぎるので", "there are too many combinations of splits and joins")
    if quantities:
        why = Words("一度に複数の流れを扱う作業があるので", "an activity takes or gives several tokens at once")
    return _finding(
        "warning",
        "not_examined",
        place,
        Words(
            f"「{name}」には{why.ja}、途中で止まったり2回行われたりしないかを最後までは調べていません。",
            f"Whether “{name}” can stick or do things twice was not fully examined: {why.en}.",
        ),
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
