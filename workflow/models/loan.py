"""備品貸出: what the hand-written flow of workflow/flows.py keeps, in viewflow's own Process row."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from viewflow import jsonstore
from viewflow.workflow.models import Process


class EquipmentLoan(Process):
    """One loan.  The fields lie in the process' JSON column."""

    title = jsonstore.CharField(_("件名"), max_length=400)
    item = jsonstore.CharField(_("品名"), max_length=100)
    lent_from = jsonstore.DateField(_("貸出日"))
    lent_to = jsonstore.DateField(_("返却予定日"))
    purpose = jsonstore.CharField(_("目的"), max_length=200)
    starter_id = jsonstore.IntegerField()
    starter_code = jsonstore.CharField(max_length=20)
    starter_name = jsonstore.CharField(max_length=100)
    starter_post = jsonstore.CharField(max_length=100, blank=True)
    revision = jsonstore.IntegerField(default=1)

    class Meta:
        proxy = True
