"""Expressions in ${…}: what they give, what they refuse, and what hostile ones cannot do."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from workflow.juel.context import Context
from workflow.juel.errors import JuelError
from workflow.juel.templates import compile_template

pytestmark = pytest.mark.pure
NOW = dt.datetime(2026, 4, 1, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=9)))
VARIABLES = {
    "a": 7,
    "rate": 0.1,
    "name": "佐久間",
    "yes": True,
    "nothing": None,
    "list": ["x", "y", 3],
    "blank": "",
    "order": {"price": 250, "lines": [{"sku": "A1"}], "open": True},
    "orderly": 1,
    "json": '{"who": {"name": "白井"}, "n": [1, 2.5]}',
    "部署": "デジタル課",
    "due": "2026-03-31T00:00:00+09:00",
}
CONTEXT = Context(
    business_key="起-1",
    instance_id="42",
    activity_id="review",
    user="200401",
    groups=("課長", "係長"),
    now=NOW,
    task={"assignee": "200301", "name": "審査"},
    beans={"genderBean.say": lambda value: f"<{value}>", "double": lambda value: value * 2},
)
GIVES = [
    ("${a}", 7), ("#{a}", 7), (" ${a}\n", 7), ("plain", "plain"), ("", ""), ("${a}-${a}", "7-7"), ("x${nothing}y", "xy"),
    (r"\${a}", "${a}"), ("${'}'}", "}"), ("${'it\\'s'}", "it's"), ('${"b"}', "b"), ("${ 'b' }", "b"),
    ("${a + 1}", 8), ("${5-2}", 3), ("${2 + 3 * 4}", 14), ("${(2 + 3) * 4}", 20), ("${7 / 2}", Decimal("3.5")),
    ("${7 div 7}", 1), ("${7 % 4}", 3), ("${-7 mod 4}", -3), ("${-a}", -7), ("${rate + 0.2}", Decimal("0.3")),
    ("${nothing + 1}", 1), ("${'3' + 4}", 7), ("${a-1}", 6), ("${1.5e2}", 150),
    ("${a == 7}", True), ("${a == '7'}", True), ("${a eq 8}", False), ("${a ne 8}", True), ("${a != 7}", False),
    ("${a lt 8 and a gt 6}", True), ("${a <= 7 && a >= 7}", True), ("${a le 6 || a ge 8}", False),
    ("${!yes}", False), ("${not yes or yes}", True), ("${yes == 'true'}", True), ("${nothing == null}", True),
    ("${nothing == 0}", False), ("${nothing < 1}", False), ("${name == '佐久間'}", True), ("${name < 'zz'}", False),
    ("${a > 5 ? 'big' : 'small'}", "big"), ("${a > 9 ? 1 : a > 5 ? 2 : 3}", 2),
    ("${empty nothing}", True), ("${empty blank}", True), ("${empty list}", False), ("${!empty name}", True),
    ("${order.price}", 250), ("${order['price'] > 100 && order.price <= 250}", True), ("${order.lines[0].sku}", "A1"),
    ("${order.none}", None), ("${order.none.deeper}", None), ("${list[5]}", None), ("${list[0]}", "x"),
    ("${order.getPrice()}", 250), ("${order.isOpen()}", True), ("${orderly}", 1), ("${部署}", "デジタル課"),
    ("${list.size()}", 3), ("${list.contains('x')}", True), ("${list.isEmpty()}", False), ("${list.get(1)}", "y"),
    ("${name.startsWith('佐')}", True), ("${name.length()}", 3), ("${name.concat('様')}", "佐久間様"),
    ("${name.equals('佐久間')}", True), ("${'abc'.substring(1, 2)}", "b"), ("${a.toString()}", "7"),
    ("${'a-b'.split('-')}", ["a", "b"]), ("${'A'.toLowerCase().equals('a')}", True), ("Sum ${1.50}", "Sum 1.50"),
    ("${execution.getVariable('a')}", 7), ("${execution.hasVariable('zz')}", False),
    ("${execution.processBusinessKey}", "起-1"),
    ("${execution.processInstanceId}", "42"), ("${execution.getProcessInstanceId()}", "42"), ("${execution.id}", "42"),
    ("${execution.currentActivityId}", "review"), ("${task.assignee}", "200301"), ("${task.getName()}", "審査"),
    ("${currentUser()}", "200401"), ("${currentUserGroups()}", ["課長", "係長"]), ("${now()}", NOW),
    ("${dateTime().plusDays(2).toDate()}", NOW + dt.timedelta(days=2)), ("${dateTime().plusWeeks(1)}", NOW + dt.timedelta(7)),
    ("${dateTime().plusMonths(11).getMonthOfYear()}", 3), ("${due < now()}", True), ("${now().year}", 2026),
    ("${S(json).prop('who').prop('name').value()}", "白井"), ("${S(json).prop('n').elements().size()}", 2),
    ("${order.prop('price').numberValue()}", 250), ("${S(json).hasProp('x')}", False),
    ("${genderBean.say(name)}", "<佐久間>"), ("${double(a)}", 14), ("${true}", True), ("${null}", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), GIVES, ids=[text for text, _ in GIVES])
def test_expressions_give(text, value):
    found = compile_template(text).evaluate(VARIABLES, CONTEXT)
    assert found == value
    assert type(found) is type(value) or not isinstance(value, bool)


REFUSED = [
    ("${a +}", "syntax", 5), ("x ${a b}", "syntax", 6), ("${a", "unclosed", 0), ("${}", "empty", 2), ("${a..b}", "syntax", 4),
    ("${'abc}", "unclosed", 0), ("${a = 1}", "syntax", 4), ("${now(1)}", "arguments", 2), ("${a; b}", "syntax", 3),
    ("${[1,2]}", "syntax", 2), ("${x -> x}", "syntax", 5), ("${a ? 1}", "syntax", 7),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code", "position"), REFUSED, ids=[text for text, *_ in REFUSED])
def test_what_cannot_be_read_says_where(text, code, position):
    with pytest.raises(JuelError) as odd:
        compile_template(text)
    assert (odd.value.code, odd.value.position) == (code, position)
    assert odd.value.ja and odd.value.en


FAILS = [
    ("${nobody}", "unknown_variable"), ("${'a' + 'b'}", "no_number"), ("${a / 0}", "arithmetic"),
    ("${a ? 1 : 2}", "no_truth"),
    ("${name.nope()}", "unknown_method"), ("${nothing.size()}", "unknown_method"), ("${other()}", "unknown_function"),
    ("${execution.engine}", "unknown_property"), ("${execution.getProcessEngineServices()}", "unknown_property"),
    ("${execution.setVariable('x', 1)}", "no_setting"), ("${list < 3}", "no_number"), ("${name.charAt(9)}", "no_place"),
    ("${name.substring('x')}", "no_number"), ("${S('{')}", "no_json"), ("${list.get(9)}", "no_place"),
    ("${name.equals()}", "bad_call"), ("${order.price.foo}", "unknown_property"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code"), FAILS, ids=[text for text, _ in FAILS])
def test_what_has_no_value_says_why(text, code):
    with pytest.raises(JuelError) as odd:
        compile_template(text).evaluate(VARIABLES, CONTEXT)
    assert odd.value.code == code
    assert odd.value.position >= 2


HOSTILE = [
    "${name.__class__}", "${list.__class__.__mro__}", "${order.__class__.__init__()}", "${name.format(a)}",
    "${list.append(1)}", "${order.pop('price')}", "${order.update(order)}", "${now().__reduce__()}", "${name.encode('x')}",
    "${genderBean.__globals__}", "${execution.__class__}", "${execution.context}", "${task.__dict__}",
    "${double.__globals__}", "${S(json).__class__}", "${''['__class__']}", "${list['__class__']}", "${a.real}",
    "${T(java.lang.Runtime)}", "${''.getClass().forName('java.lang.Runtime')}", "${name.mro()}", "${list.sort()}",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_of_python_is_in_reach(text):
    with pytest.raises(JuelError):
        compile_template(text).evaluate(VARIABLES, CONTEXT)


def test_a_mapping_answers_only_what_it_holds():
    assert compile_template("${order.__class__}").evaluate(VARIABLES, CONTEXT) is None
    assert compile_template("${order['__class__']}").evaluate(VARIABLES, CONTEXT) is None


BOMBS = [
    "${" + "(" * 2_000 + "1" + ")" * 1_990 + "}",
    "${" + "!" * 200 + "true}",
    "${" + "a" * 5_000 + "}",
    "${" + " * ".join(["9999999999"] * 300) + "}",
    "${1e9999 * 1e9999}",
    "${long" + ".replace('a', long)" * 3 + "}",
    "${" + ".".join(["long", *["concat(long)"] * 9]) + "}",
    "${S(deep)}",
    "${dateTime().plusYears(99999)}",
    "${dateTime().plusDays(999999999)}",
    "${'1e999999'.concat('') + 1}",
    "${" + "-" * 100 + "1}",
]


@pytest.mark.parametrize("text", BOMBS, ids=range(len(BOMBS)))
def test_bounds_hold(text):
    variables = {"long": "a" * 20_000, "deep": "[" * 50_000, **VARIABLES}
    with pytest.raises(JuelError):
        compile_template(text).evaluate(variables, CONTEXT)


def test_brackets_around_do_not_deepen_and_a_long_text_without_expression_is_a_text():
    assert compile_template("${" + "(" * 50 + "1" + ")" * 50 + "}").evaluate({}) == 1
    assert compile_template("x" * 50_000).evaluate({}) == "x" * 50_000


def test_a_value_nested_too_deeply_for_a_text_is_refused():
    deep: list = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(JuelError):
        compile_template("x ${deep}").evaluate({"deep": deep})
    while deep:
        deep = deep[0]


def test_variables_are_set_only_through_the_one_who_takes_them():
    taken = {}
    context = Context(set_variable=taken.__setitem__)
    found = compile_template("${execution.setVariable('x', 5)}${x + 1}").evaluate({}, context)
    assert (taken, found) == ({"x": 5}, "6")


def test_names_and_beans_are_known_without_evaluating():
    template = compile_template("${order.price > limit and execution.id == mailBean.send(name, now())} ${f(x)}")
    assert template.names == {"order", "limit", "name", "x", "mailBean"}
    assert [call.name for call in template.beans] == ["mailBean.send", "f"]
    assert compile_template("${order.getPrice()} ${list.size()}").beans == ()


def test_one_text_is_compiled_once():
    assert compile_template("${a + 41}") is compile_template("${a + 41}")


def test_numbers_of_thousands_of_digits_are_refused_in_words():
    for text in ("${a.foo(1)}", "${list.get(a)}", "${a ? 1 : 2}", "${'x' < a}", "${a + 1}"):
        with pytest.raises(JuelError):
            compile_template(text).evaluate({"a": 10**5000, "list": [1]}, CONTEXT)
    assert compile_template("${a == 1}").evaluate({"a": 10**5000}) is False


def test_a_bean_that_is_asked_wrongly_or_fails_is_told_at_its_place():
    def broken(value):
        raise KeyError(value)

    beans = {"rates.of": lambda kind: 3, "rates.broken": broken}
    for text, code in (
        ("${rates.of()}", "bad_call"),
        ("${rates.of(1, 2)}", "bad_call"),
        ("${rates.broken(1)}", "bean_failed"),
    ):
        with pytest.raises(JuelError) as odd:
            compile_template(text).evaluate({}, Context(beans=beans))
        assert (odd.value.code, odd.value.position) == (code, 2)
    assert compile_template("${rates.of('x')}").evaluate({}, Context(beans=beans)) == 3


def test_what_nobody_set_is_null_where_it_is_only_asked_for():
    asked = {"${nobody == null}": True, "${nobody != null}": False, "${empty nobody}": True, "${not empty nobody}": False,
             "${null eq nobody}": True, "${nobody == 'x'}": False}  # fmt: skip
    assert {text: compile_template(text).evaluate({}) for text in asked} == asked
    with pytest.raises(JuelError):
        compile_template("${nobody > 1}").evaluate({})


def test_comparing_lists_is_bounded():
    big = list(range(2_000))
    assert compile_template("${a.containsAll(b)}").evaluate({"a": big, "b": [1_999, 5]}) is True
    assert compile_template("${a.containsAll(b)}").evaluate({"a": [1], "b": [1, 2]}) is False
    with pytest.raises(JuelError) as odd:
        compile_template("${a.containsAll(b)}").evaluate({"a": big, "b": big})
    assert odd.value.code == "steps"


def test_work_is_changed_only_through_the_one_who_takes_it():
    told = []
    context = Context(task={"assignee": None}, set_task=lambda name, value: told.append((name, value)))
    compile_template("${task.setAssignee('200401')}").evaluate({}, context)
    compile_template("${task.addCandidateGroup(group)}").evaluate({"group": "課長"}, context)
    assert told == [("assignee", "200401"), ("candidateGroup", "課長")]
    for text in ("${task.setAssignee('x')}", "${execution.setAssignee('x')}"):
        with pytest.raises(JuelError):
            compile_template(text).evaluate({}, Context(task={}))


def test_what_is_wrapped_is_set_plain_and_a_bean_may_look_at_all_variables():
    told = {}
    context = Context(set_variable=told.__setitem__, beans={"sums.of": lambda seen: seen["a"] + seen["b"]})
    compile_template("${execution.setVariable('x', S(text).prop('n'))}").evaluate({"text": '{"n": {"m": 1}}'}, context)
    assert told == {"x": {"m": 1}}
    assert compile_template("${sums.of(execution)}").evaluate({"a": 1, "b": 2}, context) == 3
    assert compile_template("${sums.of(execution)}").names == {"sums"}
