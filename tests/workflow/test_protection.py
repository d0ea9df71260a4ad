"""What the database itself refuses, whatever the program does: raw SQL on the bare connection."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from tests.workflow.people import MANAGER, STARTER, People, complete, deploy, start
from workflow import commands
from workflow.models import ElementHistory, ProcessDefinition

REFUSED = [
    "UPDATE workflow_processdefinition SET xml = 'x'",
    "UPDATE workflow_processdefinition SET version = 9",
    "UPDATE workflow_processdefinition SET deployed_at = '2020-01-01'",
    "DELETE FROM workflow_processdefinition",
    "UPDATE workflow_elementhistory SET actor_name = 'nobody'",
    "UPDATE workflow_elementhistory SET left_at = '2020-01-01'",
    "UPDATE workflow_elementhistory SET reason = ''",
    "UPDATE workflow_elementhistory SET outcome = 'cancelled'",
    "UPDATE workflow_elementhistory SET voided_at = NULL WHERE voided_at IS NOT NULL",
    "DELETE FROM workflow_elementhistory",
]


@pytest.fixture
def returned(people: People) -> None:
    """A definition, and a history with a return in it."""
    deploy(("ask", STARTER), ("look", MANAGER))
    instance = start(people)
    complete(people, instance, "ask", "佐久間")
    commands.return_to(instance_id=instance.id, element_id="ask", reason="直す", actor=people.actor("三田村"))


def contents() -> list[list[tuple[object, ...]]]:
    definitions = [(row[0], bytes(row[1])) for row in ProcessDefinition.objects.values_list("version", "xml")]
    return [definitions, list(ElementHistory.objects.order_by("pk").values_list())]


@pytest.mark.parametrize("statement", REFUSED)
def test_a_statement_that_rewrites_the_past_is_refused(returned: None, statement: str) -> None:
    before = contents()
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert contents() == before


def test_truncate_is_refused_where_it_exists(returned: None) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no TRUNCATE")
    before = contents()
    for table in ("workflow_processdefinition", "workflow_elementhistory"):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"TRUNCATE {table} CASCADE")
    assert contents() == before


def test_a_version_and_a_place_in_the_history_exist_once(returned: None) -> None:
    copies = [
        "INSERT INTO workflow_processdefinition (key, version, name, xml, sha256, deployed_at) "
        "SELECT key, version, name, xml, sha256, deployed_at FROM workflow_processdefinition",
        "INSERT INTO workflow_elementhistory (instance_id, sequence, element_id, element_type, element_name, token_id, "
        "opened_at, left_at, outcome, reason, actor_code, actor_name, actor_post, actor_unit, actor_right, "
        "actor_behalf_of) SELECT instance_id, sequence, element_id, element_type, element_name, token_id, opened_at, "
        "left_at, outcome, reason, actor_code, actor_name, actor_post, actor_unit, actor_right, actor_behalf_of "
        "FROM workflow_elementhistory",
    ]
    for statement in copies:
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
