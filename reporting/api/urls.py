"""Addresses of breaches and reports within the API."""

from django.urls import path

from reporting.api import breaches, deciding, declarations, mending, reports

urlpatterns = [
    path("breaches/", breaches.BreachList.as_view(), name="api-breaches"),
    path("breaches/<int:pk>/", breaches.BreachDetail.as_view(), name="api-breach"),
    path("breaches/<int:pk>/acknowledge/", breaches.Acknowledge.as_view(), name="api-breach-acknowledge"),
    path("breaches/<int:pk>/assign/", breaches.Assign.as_view(), name="api-breach-assign"),
    path("breaches/<int:pk>/resolve/", breaches.Resolve.as_view(), name="api-breach-resolve"),
    path("declarations/", declarations.Declarations.as_view(), name="api-declarations"),
    path(
        "declarations/<int:pk>/confirm/",
        declarations.Confirm.as_view(),
        name="api-declaration-confirm",
    ),
    path("declarations/<int:pk>/refute/", declarations.Refute.as_view(), name="api-declaration-refute"),
    path("contacts/<path:natural>/erase/", mending.EraseContact.as_view(), name="api-contact-erase"),
    path(
        "records/<str:type>/<path:natural>/correct/",
        mending.CorrectRecord.as_view(),
        name="api-record-correct",
    ),
    path(
        "records/<str:type>/<path:natural>/delete/",
        mending.DeleteRecord.as_view(),
        name="api-record-delete",
    ),
    path(
        "records/<str:type>/<path:natural>/merge/",
        mending.MergeRecord.as_view(),
        name="api-record-merge",
    ),
    path("events/<path:natural>/retract/", mending.RetractEvent.as_view(), name="api-event-retract"),
    path("breaches/<int:pk>/dispute/", deciding.Disputing.as_view(), name="api-breach-dispute"),
    path("breaches/<int:pk>/take-back/", deciding.TakingBack.as_view(), name="api-breach-take-back"),
    path("breaches/<int:pk>/waive/", deciding.Waiving.as_view(), name="api-breach-waive"),
    path("breaches/<int:pk>/refuse/", deciding.Refusing.as_view(), name="api-breach-refuse"),
    path("breaches/<int:pk>/comments/", deciding.Comments.as_view(), name="api-breach-comments"),
    path("breaches/<int:pk>/undo/", deciding.Undoing.as_view(), name="api-breach-undo"),
    path("reports/", reports.ReportList.as_view(), name="api-reports"),
    path("reports/<str:day>/", reports.ReportDetail.as_view(), name="api-report"),
]
