"""Pages of this app."""

from django.urls import path

from approvals.papers import views as papers
from approvals.views import case, draft, files, lists, returning, route

app_name = "approvals"
urlpatterns = [
    path("", lists.own, name="list"),
    path("new/", draft.new, name="new"),
    path("of/<int:instance_id>/", case.of_instance, name="open"),
    path("<int:pk>/", case.CaseView.as_view(), name="case"),
    path("<int:pk>/papers/certificate/", papers.certificate, name="certificate"),
    path("<int:pk>/papers/<str:name>/", papers.paper, name="paper"),
    path("<int:pk>/return/", returning.ReturnView.as_view(), name="return"),
    path("<int:pk>/draft/", draft.DraftView.as_view(), name="draft"),
    path("<int:pk>/draft/save/", draft.autosave, name="save"),
    path("<int:pk>/draft/route/", route.RouteView.as_view(), name="route"),
    path("<int:pk>/draft/files/", files.attach, name="attach"),
    path("<int:pk>/draft/files/order/", files.reorder, name="reorder"),
    path("<int:pk>/draft/files/<int:attachment_id>/remove/", files.detach, name="detach"),
]
