"""Addresses of the pages about agreements."""

from django.urls import path

from reporting.views import agreement_review as review
from reporting.views import agreement_writing as writing
from reporting.views import agreements, trials

VERSION = "<slug:key>/<int:number>"

urlpatterns = [
    path("", agreements.agreements, name="agreements"),
    path("upload/", writing.agreement_upload, name="agreement_upload"),
    path("<slug:key>/", agreements.agreement, name="agreement"),
    path("<slug:key>/yaml/", writing.agreement_write, name="agreement_write"),
    path("<slug:key>/new-version/", writing.agreement_new_version, name="agreement_new_version"),
    path(f"{VERSION}/", agreements.agreement_version, name="agreement_version"),
    path(f"{VERSION}.pdf", agreements.agreement_pdf, name="agreement_pdf"),
    path(f"{VERSION}.yaml", agreements.agreement_yaml, name="agreement_yaml"),
    path(f"{VERSION}/print/", agreements.agreement_print, name="agreement_print"),
    path(f"{VERSION}/diff/", agreements.agreement_diff, name="agreement_diff"),
    path(f"{VERSION}/review/", review.agreement_review, name="agreement_review"),
    path(f"{VERSION}/review/previews/", review.agreement_previews, name="agreement_previews"),
    path(f"{VERSION}/review/send/", review.agreement_send, name="agreement_send"),
    path(f"{VERSION}/review/take-back/", review.agreement_take_back, name="agreement_take_back"),
    path(f"{VERSION}/comments/", review.agreement_comment, name="agreement_comment"),
    path(
        f"{VERSION}/comments/<int:pk>/resolve/",
        review.agreement_comment_resolve,
        name="agreement_comment_resolve",
    ),
    path(f"{VERSION}/sign/", review.agreement_sign, name="agreement_sign"),
    path(f"{VERSION}/trial/", trials.agreement_trial, name="agreement_trial"),
    path(f"{VERSION}/trial/start/", trials.agreement_trial_start, name="agreement_trial_start"),
    path(f"{VERSION}/trial/measure/", trials.agreement_trial_measure, name="agreement_trial_measure"),
    path(f"{VERSION}/trial/end/", trials.agreement_trial_end, name="agreement_trial_end"),
    path(f"{VERSION}/edit/<slug:part>/", writing.agreement_edit, name="agreement_edit"),
]
