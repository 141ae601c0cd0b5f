"""Addresses of the pages about single records."""

from django.urls import path

from reporting.views import records

urlpatterns = [
    path("", records.records, name="records"),
    path("act/<int:pk>/<slug:act>/", records.record_act, name="record_act"),
    path("act/<int:pk>/retract/<int:event>/", records.record_retract, name="record_retract"),
    path("<slug:type>/<str:source>/<path:external_id>/", records.record, name="record"),
]
