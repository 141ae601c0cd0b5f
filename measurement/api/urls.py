"""Addresses of verdicts under /api/v1/."""

from django.urls import path

from measurement.api import readings, views
from measurement.api.buying_groups import BuyingGroupList
from measurement.api.conversion import Conversion
from measurement.api.trials import Trial

urlpatterns = [
    path("clocks/", views.ClockList.as_view(), name="clock-list"),
    path("clocks/<int:pk>/", views.ClockDetail.as_view(), name="clock-detail"),
    path("clocks/<int:pk>/explanation/", views.ClockExplanation.as_view(), name="clock-explanation"),
    path("why-not/", views.WhyNot.as_view(), name="why-not"),
    path("readings/", readings.ReadingList.as_view(), name="reading-list"),
    path("readings/<int:pk>/", readings.ReadingDetail.as_view(), name="reading-detail"),
    path("readings/<int:pk>/explanation/", readings.ReadingExplanation.as_view(), name="reading-explanation"),
    path("commitments/<slug:key>/baseline/", readings.CommitmentBaseline.as_view(), name="baseline"),
    path("commitments/<slug:key>/compliance/", views.CommitmentCompliance.as_view(), name="compliance"),
    path("agreements/<slug:key>/<int:number>/trial/", Trial.as_view(), name="agreement-trial"),
    path("buying-groups/", BuyingGroupList.as_view(), name="buying-group-list"),
    path("conversion/", Conversion.as_view(), name="conversion-table"),
]
