"""Addresses of the pages about feeds, imports, quarantine, and why there is no clock."""

from django.urls import path

from reporting.views import data, imports, quarantine, why

urlpatterns = [
    path("", data.feeds, name="feeds"),
    path("imports/", imports.imports, name="imports"),
    path("imports/<int:pk>/", imports.import_job, name="import_job"),
    path("imports/<int:pk>/start/", imports.import_start, name="import_start"),
    path("imports/<int:pk>/discard/", imports.import_discard, name="import_discard"),
    path("imports/<int:pk>/progress/", imports.import_progress, name="import_progress"),
    path("imports/<int:pk>/rejected.csv", imports.import_rejected, name="import_rejected"),
    path("quarantine/", quarantine.quarantine, name="quarantine"),
    path("quarantine.csv", quarantine.quarantine_csv, name="quarantine_csv"),
    path("quarantine/replay/", quarantine.quarantine_replay, name="quarantine_replay"),
    path("quarantine/<int:pk>/", quarantine.quarantined_row, name="quarantined_row"),
    path("why/", why.why_no_clock, name="why_no_clock"),
]
