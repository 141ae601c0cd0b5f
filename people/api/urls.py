"""Addresses of people within the API."""

from django.urls import path

from people.api import absences

urlpatterns = [
    path("absences/", absences.AbsenceList.as_view(), name="api-absences"),
    path("absences/<int:pk>/", absences.AbsenceDetail.as_view(), name="api-absence"),
]
