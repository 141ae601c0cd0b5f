"""Addresses of agreements within the API."""

from django.urls import path

from agreements.api.views import AgreementDetail, AgreementList, CommitmentList

urlpatterns = [
    path("agreements/", AgreementList.as_view(), name="agreement-list"),
    path("agreements/<slug:key>/", AgreementDetail.as_view(), name="agreement-detail"),
    path("commitments/", CommitmentList.as_view(), name="commitment-list"),
]
