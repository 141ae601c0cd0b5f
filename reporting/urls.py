"""Addresses of the pages."""

from django.urls import include, path, register_converter

from reporting.converters import IsoDate
from reporting.views import clocks, commitments, mailbox, overview, readings, reports

register_converter(IsoDate, "isodate")

urlpatterns = [
    path("", overview.overview, name="overview"),
    path("commitments/<slug:key>/", commitments.commitment, name="commitment"),
    path("commitments/<slug:key>/buying-groups/", commitments.buying_groups, name="buying_groups"),
    path("commitments/<slug:key>/baseline/", commitments.baseline_pin, name="baseline_pin"),
    path("readings/<int:pk>/", readings.reading, name="reading"),
    path("exceptions/", include("reporting.exception_urls")),
    path("reports/", reports.reports, name="reports"),
    path("reports/<isodate:day>/<slug:team>/", reports.report, name="report"),
    path("my/clocks/", clocks.my_clocks, name="my_clocks"),
    path("clocks/<int:pk>/", clocks.clock, name="clock"),
    path("agreements/", include("reporting.guided_urls")),
    path("agreements/", include("reporting.agreement_urls")),
    path("mailbox/", mailbox.mailbox, name="mailbox"),
    path("mailbox/<int:pk>/", mailbox.mail, name="mail"),
    path("mailbox/<int:pk>/html/", mailbox.mail_html, name="mail_html"),
    path("", include("reporting.insight_urls")),
    path("names/", include("reporting.naming_urls")),
    path("people/", include("reporting.absence_urls")),
    path("notices/", include("reporting.notice_urls")),
    path("declare/", include("reporting.declare_urls")),
    path("records/", include("reporting.record_urls")),
    path("data/", include("reporting.data_urls")),
    path("setup/", include("reporting.setup_urls")),
    path("audit/", include("reporting.audit_urls")),
    path("health/", include("reporting.operation_urls")),
]
