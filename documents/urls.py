"""Pages of this app."""

from django.urls import path

from documents.views import binders, files, records, search, uploads

app_name = "documents"
urlpatterns = [
    path("search/", search.search, name="search"),
    path("<int:pk>/", records.record, name="record"),
    path("<int:pk>/original/", files.original, name="original"),
    path("files/<int:pk>/", files.view, name="view"),
    path("files/<int:pk>/content/", files.content, name="content"),
    path("files/<int:pk>/text/", files.text, name="text"),
    path("files/<int:pk>/download/", files.download, name="download"),
    path("binders/", binders.binders, name="binders"),
    path("binders/<int:pk>/", binders.binder, name="binder"),
    path("uploads/", uploads.create, name="uploads"),
    path("uploads/<uuid:upload_id>/", uploads.piece, name="piece"),
    path("uploads/<uuid:upload_id>/finish/", uploads.finish, name="finish"),
]
