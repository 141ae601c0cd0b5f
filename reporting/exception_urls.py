"""Addresses of the pages about exceptions."""

from django.urls import path

from reporting.views import exceptions

urlpatterns = [
    path("", exceptions.exceptions, name="exceptions"),
    path("<int:pk>/", exceptions.exception, name="exception"),
    path("<int:pk>/acknowledge/", exceptions.exception_acknowledge, name="exception_acknowledge"),
    path("<int:pk>/resolve/", exceptions.exception_resolve, name="exception_resolve"),
]
