"""Addresses of the pages about the audit trail."""

from django.urls import path

from reporting.views import audit

urlpatterns = [
    path("", audit.audit, name="audit"),
    path("audit.csv", audit.audit_csv, name="audit_csv"),
]
