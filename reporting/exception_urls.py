"""Addresses of the pages about exceptions."""

from django.urls import path

from reporting.views import exception_acts as acts
from reporting.views import exceptions

urlpatterns = [
    path("", exceptions.exceptions, name="exceptions"),
    path("exceptions.csv", exceptions.exceptions_csv, name="exceptions_csv"),
    path("<int:pk>/", exceptions.exception, name="exception"),
    path("<int:pk>/acknowledge/", acts.exception_acknowledge, name="exception_acknowledge"),
    path("<int:pk>/assign/", acts.exception_assign, name="exception_assign"),
    path("<int:pk>/resolve/", acts.exception_resolve, name="exception_resolve"),
    path("<int:pk>/dispute/", acts.exception_dispute, name="exception_dispute"),
    path("<int:pk>/take-back/", acts.exception_take_back, name="exception_take_back"),
    path("<int:pk>/waive/", acts.exception_waive, name="exception_waive"),
    path("<int:pk>/refuse/", acts.exception_refuse, name="exception_refuse"),
    path("<int:pk>/comment/", acts.exception_comment, name="exception_comment"),
    path("<int:pk>/undo/", acts.exception_undo, name="exception_undo"),
]
