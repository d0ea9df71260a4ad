"""The node types the engine can execute.  Pure.

A new type is a class in a module that is named here; subclassing `NodeType` registers it under its BPMN tag.
"""

from workflow.engine.nodes.base import NodeType, Trouble, node_type, supported  # isort: skip - the others build on it
from workflow.engine.nodes import (
    event_nodes,
    exclusive_gateway,
    inclusive_gateway,
    parallel_gateway,
    scopes,
    tasks,
)

__all__ = [
    "NodeType",
    "Trouble",
    "event_nodes",
    "exclusive_gateway",
    "inclusive_gateway",
    "node_type",
    "parallel_gateway",
    "scopes",
    "supported",
    "tasks",
]
