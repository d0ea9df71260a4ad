"""Pages of the organisation."""

from django.urls import path

from workflow.organization.views import chart, imports, post, reform, sight, staff

app_name = "organization"
urlpatterns = [
    path("", chart.chart, name="chart"),
    path("post/", post.choose_post, name="choose_post"),
    path("exceptions/", chart.exceptions, name="exceptions"),
    path("exceptions/<str:key>/", chart.RescueView.as_view(), name="rescue"),
    path("correspondence/", chart.correspondence, name="correspondence"),
    path("reform/", reform.choose, name="reform"),
    path("reform/units/", reform.ReformView.as_view(), name="reform_units"),
    path("reform/<str:code>/rename/", reform.RenameView.as_view(), name="rename"),
    path("sight/", sight.find, name="sight_find"),
    path("sight/<str:code>/", sight.sight, name="sight"),
    path("staff/", staff.people, name="people"),
    path("staff/<str:code>/", staff.person, name="person"),
    path("staff/<str:code>/leave/", staff.LeaveView.as_view(), name="leave"),
    path("staff/<str:code>/back/", staff.BackView.as_view(), name="back"),
    path("staff/<str:code>/appoint/", staff.AppointView.as_view(), name="appoint"),
    path("staff/<str:code>/appointments/<int:number>/end/", staff.EndView.as_view(), name="end_appointment"),
    path("imports/", imports.batches, name="batches"),
    path("imports/new/", imports.ImportView.as_view(), name="import"),
    path("imports/templates/<str:kind>/<str:charset>/", imports.template, name="template"),
    path("imports/<int:number>/", imports.BatchView.as_view(), name="batch"),
    path("imports/<int:number>/roll-back/", imports.RollBackView.as_view(), name="roll_back"),
    path("imports/<int:number>/files/<str:kind>/", imports.file, name="batch_file"),
]
