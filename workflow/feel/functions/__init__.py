"""The built-in functions of FEEL (DMN 1.5, 10.3.4); null for arguments they cannot take.  Pure."""

from workflow.feel.functions import contexts, lists, numbers, range_texts, ranges, texts, times
from workflow.feel.functions.registry import FUNCTIONS

__all__ = ["FUNCTIONS", "contexts", "lists", "numbers", "range_texts", "ranges", "texts", "times"]
