"""Files of decisions, read and checked before they are deployed."""

from __future__ import annotations

from django.utils.translation import gettext as _

from config.errors import Invalid
from workflow.dmn.check import check
from workflow.dmn.decisions import Decisions
from workflow.dmn.model import Element
from workflow.dmn.reader import read_model
from workflow.dmn.variables import declared, own


def read_decisions(xml: bytes) -> tuple[Element, ...]:
    """The decisions of a file.  Raises Invalid with everything that is wrong."""
    ready = Decisions(declared(read_model(xml)))
    found = check(ready)
    if found:
        sentence = _("判断表に誤りが%(count)d件あります。") % {"count": len(found)}
        raise Invalid(sentence, code="bad_model", fields={"file": [sentence]}, findings=found)
    return own(ready.model)
