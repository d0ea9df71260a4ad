"""The node types the engine can execute, one small class in one file each.  Pure.

A new type is a new file and a line here; subclassing `NodeType` registers it under its BPMN tag.
"""

from workflow.engine.nodes.base import Arrival, NodeType, Trouble, node_type, supported
from workflow.engine.nodes.end_event import EndEvent
from workflow.engine.nodes.exclusive_gateway import ExclusiveGateway
from workflow.engine.nodes.start_event import StartEvent
from workflow.engine.nodes.user_task import UserTask

__all__ = [
    "Arrival",
    "EndEvent",
    "ExclusiveGateway",
    "NodeType",
    "StartEvent",
    "Trouble",
    "UserTask",
    "node_type",
    "supported",
]
