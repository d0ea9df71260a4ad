"""Everything that changes a process."""

from workflow.commands.claims import give_back_item, take_item
from workflow.commands.decisions import deploy_decisions
from workflow.commands.definitions import deploy_definition
from workflow.commands.expiring import expire_item
from workflow.commands.handing import hand_on_item
from workflow.commands.incidents import move_token, retry_incident
from workflow.commands.instances import cancel_instance, retitle_instance, return_to, start_instance, suspend_instance
from workflow.commands.items import complete_item
from workflow.commands.loans import start_loan
from workflow.commands.migration import migrate_instance
from workflow.queries import open_item

__all__ = [
    "cancel_instance",
    "complete_item",
    "deploy_decisions",
    "deploy_definition",
    "expire_item",
    "give_back_item",
    "hand_on_item",
    "migrate_instance",
    "move_token",
    "open_item",
    "retitle_instance",
    "retry_incident",
    "return_to",
    "start_instance",
    "start_loan",
    "suspend_instance",
    "take_item",
]
