"""Structural checks of foreign files by reading bytes: nothing here renders, executes or unpacks to disk.

Which kinds are admitted (domain.md K08, Z06; documents.md 7.3): PDF, Word, Excel and PowerPoint without macros, their
open cousins ODT, ODS and ODP, Ichitaro and the old binary Office formats where settings allow them, pictures that a
browser or the viewer can show, plain text and CSV, mail (.eml, how other offices send their 照会), and ZIP one level deep
with admitted kinds only.  Refused as a kind: programs, scripts, HTML and SVG (they act in a browser), disk images,
installers, macro formats, and what cannot be looked into (DocuWorks, RTF, nested archives).  A password on a file is a
refusal too: nobody could read it in twenty years.

No Django, no settings: the checks run in a child process that can be killed (`documents.inspection.child`).
"""

from documents.inspection.kinds import KINDS, Finding, Kind, Problem
from documents.inspection.look import look

__all__ = ["KINDS", "Finding", "Kind", "Problem", "look"]
