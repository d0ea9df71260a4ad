"""Pages of this app."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from workflow.enums import Family
from workflow.views import decisions, definitions, inbox, instances, items, migration, operations


class FamilyConverter(StringConverter):
    """bpmn or flow."""

    regex = "|".join(Family.values)


register_converter(FamilyConverter, "family")

app_name = "workflow"
urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("work/<family:family>/<int:pk>/", items.ItemView.as_view(), name="item"),
    path("work/<family:family>/<int:pk>/hold/", items.HoldView.as_view(), name="hold"),
    path("processes/", instances.begun, name="begun"),
    path("processes/loan/", items.LoanView.as_view(), name="loan"),
    path("processes/operation/", operations.operations, name="operations"),
    path("processes/operation/<int:pk>/", operations.OperationView.as_view(), name="operation"),
    path("processes/operation/<int:pk>/migrate/", migration.MigrationView.as_view(), name="migrate"),
    path("processes/stuck/", instances.incidents, name="incidents"),
    path("processes/bpmn/<int:pk>/model/", instances.diagram, name="diagram"),
    path("processes/bpmn/<int:pk>/return/", instances.ReturnView.as_view(), {"family": "bpmn"}, name="return"),
    path("processes/bpmn/<int:pk>/mend/", instances.MendView.as_view(), {"family": "bpmn"}, name="mend"),
    path("processes/<family:family>/<int:pk>/", instances.InstanceView.as_view(), name="instance"),
    path("definitions/", definitions.DefinitionsView.as_view(), name="definitions"),
    path("definitions/decisions/", decisions.DecisionsView.as_view(), name="decisions"),
    path("definitions/decisions/<str:key>/<int:version>/", decisions.decision, name="decision"),
    path("definitions/decisions/<str:key>/<int:version>/try/", decisions.TrialView.as_view(), name="decision_trial"),
    path("definitions/decisions/<str:key>/<int:version>/model/", decisions.decision_model, name="decision_model"),
    path("definitions/<str:key>/start/", definitions.StartView.as_view(), name="start"),
    path("definitions/<str:key>/<int:version>/", definitions.definition, name="definition"),
    path("definitions/<str:key>/<int:version>/model/", definitions.model, name="model"),
]
