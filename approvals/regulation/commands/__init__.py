"""Changing the 決裁規程."""

from approvals.regulation.commands.versions import (
    add_bench_rows,
    draft_regulation,
    publish_regulation,
    remove_bench_row,
    remove_matter,
    withdraw_regulation,
    write_matter,
)

__all__ = [
    "add_bench_rows",
    "draft_regulation",
    "publish_regulation",
    "remove_bench_row",
    "remove_matter",
    "withdraw_regulation",
    "write_matter",
]
