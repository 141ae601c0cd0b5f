"""Addresses of the pages."""

from django.urls import include, path, register_converter

from reporting.converters import IsoDate
from reporting.views import clocks, commitments, exceptions, mailbox, overview, readings, reports

register_converter(IsoDate, "isodate")

urlpatterns = [
    path("", overview.overview, name="overview"),
    path("commitments/<slug:key>/", commitments.commitment, name="commitment"),
    path("commitments/<slug:key>/buying-groups/", commitments.buying_groups, name="buying_groups"),
    path("commitments/<slug:key>/baseline/", commitments.baseline_pin, name="baseline_pin"),
    path("readings/<int:pk>/", readings.reading, name="reading"),
    path("exceptions/", exceptions.exceptions, name="exceptions"),
    path("exceptions/<int:pk>/", exceptions.exception, name="exception"),
    path("exceptions/<int:pk>/acknowledge/", exceptions.exception_acknowledge, name="exception_acknowledge"),
    path("exceptions/<int:pk>/resolve/", exceptions.exception_resolve, name="exception_resolve"),
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
]
