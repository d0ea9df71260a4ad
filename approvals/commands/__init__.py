"""Everything that changes a case."""

from approvals.commands.completion import complete_case
from approvals.commands.decisions import approve_step, decide, take_back
from approvals.commands.drafts import (
    attach_to_draft,
    create_draft,
    discard_draft,
    remove_from_draft,
    reorder_draft_files,
    save_draft,
    text_of,
)
from approvals.commands.opening import note_opened
from approvals.commands.opposing import oppose
from approvals.commands.returning import return_case
from approvals.commands.routes import add_consultation, apply_route, forget_route, remove_consultation, save_route
from approvals.commands.submission import resubmit, submit_draft

__all__ = [
    "add_consultation",
    "apply_route",
    "approve_step",
    "attach_to_draft",
    "complete_case",
    "create_draft",
    "decide",
    "discard_draft",
    "forget_route",
    "note_opened",
    "oppose",
    "remove_consultation",
    "remove_from_draft",
    "reorder_draft_files",
    "resubmit",
    "return_case",
    "save_draft",
    "save_route",
    "submit_draft",
    "take_back",
    "text_of",
]
