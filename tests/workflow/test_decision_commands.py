"""Deploying decisions: all of a file or none, in versions, refused with the place of what is wrong."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from config.errors import Invalid, NotAllowed
from tests.workflow.decided import DMN, RANKS, dmn, table
from tests.workflow.people import SYSTEM, People, last_entry, ledger
from workflow import commands
from workflow.bpmn.model import Finding
from workflow.models import DecisionDefinition

GOOD = dmn(table(RANKS, tag="令和7年度"), table(RANKS, key="again", name="再掲", needs=["rank"]))


def refused(xml: bytes) -> list[Finding]:
    """What is found wrong; nothing is stored and nothing recorded."""
    with pytest.raises(Invalid) as answer:
        commands.deploy_decisions(xml=xml, actor=SYSTEM)
    assert not DecisionDefinition.objects.exists()
    assert ledger() == []
    return list(answer.value.details["findings"])


def line_with(xml: bytes, text: str) -> int:
    return next(number for number, line in enumerate(xml.decode().splitlines(), 1) if text in line)


def test_every_decision_of_a_file_becomes_a_version(people: People) -> None:
    admin = people.actor("管理者")
    first = commands.deploy_decisions(xml=GOOD, actor=admin)
    assert [(view.key, view.version, view.name, view.is_new) for view in first] == [
        ("again", 1, "再掲", True),
        ("rank", 1, "決裁区分", True),
    ]
    rows = list(DecisionDefinition.objects.order_by("key"))
    assert [(row.version_tag, bytes(row.xml) == GOOD) for row in rows] == [("", True), ("令和7年度", True)]
    assert len({row.deployment for row in rows}) == 1
    who, details = last_entry("workflow.decision.deployed")
    assert (who, details["key"], details["version"], details["version_tag"], details["sha256"]) == (
        "システム管理者", "rank", 1, "令和7年度", rows[0].sha256,
    )  # fmt: skip
    assert commands.deploy_decisions(xml=dmn(table(RANKS)), actor=admin)[0].version == 2
    assert DecisionDefinition.objects.values("deployment").distinct().count() == 2


def test_the_same_file_again_makes_no_version_but_is_recorded(people: People) -> None:
    commands.deploy_decisions(xml=GOOD, actor=SYSTEM)
    again = commands.deploy_decisions(xml=GOOD, actor=SYSTEM)
    assert [(view.version, view.is_new) for view in again] == [(1, False), (1, False)]
    assert ledger() == ["workflow.decision.deployed"] * 2 + ["workflow.decision.unchanged"] * 2


def test_a_file_is_deployed_whole_when_one_of_its_decisions_has_changed_since(people: People) -> None:
    commands.deploy_decisions(xml=GOOD, actor=SYSTEM)
    commands.deploy_decisions(xml=dmn(table(RANKS)), actor=SYSTEM)
    views = commands.deploy_decisions(xml=GOOD, actor=SYSTEM)
    assert [(view.key, view.version) for view in views] == [("again", 2), ("rank", 3)]


def test_only_an_administrator_or_the_system_deploys(people: People) -> None:
    for name in ("三田村", "仁科", "佐久間"):
        with pytest.raises(NotAllowed) as answer:
            commands.deploy_decisions(xml=GOOD, actor=people.actor(name))
        assert answer.value.code == "not_administrator"
    assert not DecisionDefinition.objects.exists()
    assert ledger() == []
    assert commands.deploy_decisions(xml=GOOD, actor=people.actor("管理者"))


def test_a_bad_cell_is_told_with_table_rule_column_and_line(people: People) -> None:
    good = dmn(table([("< 100", '"課長"'), ("< 200", '"部長"')]), table(RANKS, key="other", name="別"))
    bad = good.replace(b"200", b"").replace(
        "部長&quot;</text></outputEntry></rule>\n</dec".encode(), "部長</text></outputEntry></rule>\n</dec".encode()
    )
    found = refused(bad)
    line = line_with(bad, "部長</text>")
    assert [(each.code, each.element_id, each.line) for each in found] == [("feel", "rank", line)] * 2
    assert "「決裁区分」の規則2、入力「金額」「<」" in found[0].ja
    assert "「決裁区分」の規則2、出力「区分」" in found[1].ja
    assert "“決裁区分”, rule 2, output “区分”" in found[1].en
    assert len(commands.deploy_decisions(xml=good, actor=SYSTEM)) == 2


NAMED = table(RANKS, inputs=[("金額 +", "number")])
TWINS = [
    (b"no xml at all", "not_xml"),
    (b'<!DOCTYPE x [<!ENTITY a "b">]>' + GOOD.split(b"\n", 1)[1], "doctype"),
    (b"<definitions xmlns='urn:other'/>", "not_dmn"),
    (dmn('<inputData id="i" name="i"/>'), "no_decision"),
    (dmn('<decision id="x" name="x"/>'), "no_logic"),
    (dmn('<decision name="x"><literalExpression><text>1</text></literalExpression></decision>'), "bad_key"),
    (dmn(table(RANKS, key="x" * 101)), "bad_key"),
    (dmn(NAMED), "feel"),
    (dmn('<decision id="x" name="x"><literalExpression><text>1 +</text></literalExpression></decision>'), "feel"),
    (dmn(table(RANKS, needs=["nowhere"])), "dangling"),
    (dmn(table(RANKS, needs=["rank"])), "cycle"),
    (dmn(table(RANKS, needs=["b"]), table(RANKS, key="b", name="b", needs=["rank"])), "cycle"),
    (dmn(table(RANKS, policy="LAST")), "hit_policy"),
    (dmn(table(RANKS, policy="COLLECT", more='aggregation="AVG"')), "aggregation"),
    (dmn(table(RANKS, policy="FIRST", more='aggregation="SUM"')), "aggregation"),
    (dmn(table(RANKS, policy="PRIORITY")), "no_priority"),
    (dmn(table([("1",)])), "uneven"),
    (dmn(table(RANKS, outputs=(), policy="FIRST")), "no_output"),
    (dmn(table(RANKS), table(RANKS)), "twice"),
    (GOOD.replace(b"<inputExpression", b'<inputExpression expressionLanguage="groovy"', 1), "language"),
    (dmn(f'<import name="o" namespace="urn:o" importType="{DMN}"/>', table(RANKS)), "import"),
]  # fmt: skip


@pytest.mark.parametrize(("xml", "code"), TWINS, ids=[f"{number}-{code}" for number, (_, code) in enumerate(TWINS)])
def test_a_file_with_errors_is_refused_whole(people: People, xml: bytes, code: str) -> None:
    found = refused(xml)
    assert code in {each.code for each in found}
    assert all(each.ja and each.en and each.level == "error" for each in found)


ORDER = "><outputValues><text>&quot;課長&quot;,&quot;部長&quot;,&quot;市長&quot;</text></outputValues></output>"
LAWFUL = [
    dmn(table(RANKS, policy="U")),
    dmn(table(RANKS, policy="COLLECT", more='aggregation="COUNT"')),
    dmn(table(RANKS, policy="PRIORITY").replace('typeRef="string"/>', ORDER)),
    dmn(table(RANKS, needs=["b"]), table(RANKS, key="b", name="b")),
    dmn('<decision id="x" name="x"><literalExpression><text>1 + 税率</text></literalExpression></decision>'),
    GOOD.replace(b"<inputExpression", b'<inputExpression expressionLanguage="feel"', 1),
]  # fmt: skip


@pytest.mark.parametrize("xml", LAWFUL)
def test_the_twin_without_the_error_is_taken(people: People, xml: bytes) -> None:
    assert commands.deploy_decisions(xml=xml, actor=SYSTEM)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE workflow_decisiondefinition SET xml = 'x'",
        "UPDATE workflow_decisiondefinition SET version_tag = 'x'",
        "DELETE FROM workflow_decisiondefinition",
    ],
)
def test_the_database_refuses_to_change_a_version(people: People, statement: str) -> None:
    commands.deploy_decisions(xml=GOOD, actor=SYSTEM)
    before = list(DecisionDefinition.objects.order_by("pk").values_list("key", "version", "version_tag"))
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert list(DecisionDefinition.objects.order_by("pk").values_list("key", "version", "version_tag")) == before


def test_truncate_is_refused_where_it_exists(people: People) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no TRUNCATE")
    commands.deploy_decisions(xml=GOOD, actor=SYSTEM)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("TRUNCATE workflow_decisiondefinition CASCADE")
    assert DecisionDefinition.objects.count() == 2
