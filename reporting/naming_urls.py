"""Addresses of the pages about names of individuals."""

from django.urls import path

from reporting.views import naming

urlpatterns = [
    path("", naming.names, name="names"),
    path("edit/", naming.names_edit, name="names_edit"),
    path("read/", naming.names_read, name="names_read"),
    path("looks/", naming.name_looks, name="name_looks"),
    path("looks.csv", naming.name_looks_csv, name="name_looks_csv"),
]
