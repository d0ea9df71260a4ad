"""What the pages of this app show: read models of instances, tasks and definitions, for those who may look."""

from workflow.inbox import name_of_task
from workflow.sheets.drawn import instance_sheet
from workflow.sheets.lists import begun, definitions, stuck, versions
from workflow.sheets.loan import loan_sheet
from workflow.sheets.outline import outline, wanted_values
from workflow.sheets.sheet import Sheet

__all__ = [
    "Sheet",
    "begun",
    "definitions",
    "instance_sheet",
    "loan_sheet",
    "name_of_task",
    "outline",
    "stuck",
    "versions",
    "wanted_values",
]
