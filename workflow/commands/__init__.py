"""Everything that changes a process."""

from workflow.commands.definitions import deploy_definition
from workflow.commands.incidents import move_token, retry_incident
from workflow.commands.instances import cancel_instance, return_to, start_instance
from workflow.commands.items import complete_item
from workflow.queries import open_item

__all__ = [
    "cancel_instance",
    "complete_item",
    "deploy_definition",
    "move_token",
    "open_item",
    "retry_incident",
    "return_to",
    "start_instance",
]
