"""Pages of the 決裁規程."""

from django.urls import path

from approvals.regulation import views

app_name = "regulation"
urlpatterns = [
    path("", views.versions, name="list"),
    path("new/", views.DraftView.as_view(), name="new"),
    path("<int:pk>/", views.version, name="version"),
    path("<int:pk>/copy/", views.CopyView.as_view(), name="copy"),
    path("<int:pk>/matters/new/", views.MatterView.as_view(), name="matter_new"),
    path("<int:pk>/matters/<str:code>/", views.MatterView.as_view(), name="matter"),
    path("<int:pk>/bench/", views.BenchView.as_view(), name="bench"),
    path("<int:pk>/try/", views.trial, name="trial"),
    path("<int:pk>/publish/", views.PublishView.as_view(), name="publish"),
    path("<int:pk>/withdraw/", views.WithdrawView.as_view(), name="withdraw"),
]
