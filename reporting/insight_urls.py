"""Addresses of the pages of figures: what comes of leads, and whether the goals are met."""

from django.urls import path

from reporting.views import conversion

urlpatterns = [
    path("insights/conversion/", conversion.conversion, name="conversion"),
    path("insights/conversion.csv", conversion.conversion_csv, name="conversion_csv"),
]
