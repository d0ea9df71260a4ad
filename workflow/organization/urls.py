"""Pages of the organisation."""

from django.urls import path

from workflow.organization import views

app_name = "organization"
urlpatterns = [
    path("post/", views.choose_post, name="choose_post"),
]
