"""Pages of this app."""

from django.urls import path

from documents.views import binders, files, readers, records, search, uploads, viewing

app_name = "documents"
urlpatterns = [
    path("search/", search.search, name="search"),
    path("<int:pk>/", records.record, name="record"),
    path("<int:pk>/original/", files.original, name="original"),
    path("files/<int:pk>/", viewing.view, name="view"),
    path("files/<int:pk>/shown/", viewing.shown, name="shown"),
    path("files/<int:pk>/shown/again/", viewing.again, name="again"),
    path("files/<int:pk>/pdf/", files.rendition, name="rendition"),
    path("files/<int:pk>/printed/", files.printed, name="printed"),
    path("files/<int:pk>/content/", files.content, name="content"),
    path("files/<int:pk>/text/", viewing.text, name="text"),
    path("files/<int:pk>/download/", files.download, name="download"),
    path("uploads/", uploads.create, name="uploads"),
    path("uploads/<uuid:upload_id>/", uploads.piece, name="piece"),
    path("uploads/<uuid:upload_id>/finish/", uploads.finish, name="finish"),
    path("<int:pk>/readers/", readers.RecordReadersView.as_view(), name="record_readers"),
    path("binders/", binders.binders, name="binders"),
    path("binders/<int:pk>/", binders.binder, name="binder"),
    path("binders/<int:pk>/readers/", readers.BinderReadersView.as_view(), name="binder_readers"),
    path("classes/<str:code>/readers/", readers.ClassReadersView.as_view(), name="class_readers"),
]
