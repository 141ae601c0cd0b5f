"""Addresses of breaches and reports within the API."""

from django.urls import path

from reporting.api import breaches, reports

urlpatterns = [
    path("breaches/", breaches.BreachList.as_view(), name="api-breaches"),
    path("breaches/<int:pk>/", breaches.BreachDetail.as_view(), name="api-breach"),
    path("breaches/<int:pk>/acknowledge/", breaches.Acknowledge.as_view(), name="api-breach-acknowledge"),
    path("breaches/<int:pk>/assign/", breaches.Assign.as_view(), name="api-breach-assign"),
    path("breaches/<int:pk>/resolve/", breaches.Resolve.as_view(), name="api-breach-resolve"),
    path("reports/", reports.ReportList.as_view(), name="api-reports"),
    path("reports/<str:day>/", reports.ReportDetail.as_view(), name="api-report"),
]
