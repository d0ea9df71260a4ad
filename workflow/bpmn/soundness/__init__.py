"""Soundness of a drawing: no join waits for ever, nothing is done twice unasked, all is reached and ends."""

from workflow.bpmn.soundness.examine import soundness

__all__ = ["soundness"]
