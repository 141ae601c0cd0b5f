"""Addresses of the guided pages: a new agreement, and the promises of a draft."""

from django.urls import path

from reporting.views import guided, guided_promises

PROMISES = "<slug:key>/<int:number>/promises"

urlpatterns = [
    path("new/", guided.agreement_new, name="agreement_new"),
    path(f"{PROMISES}/add/", guided_promises.promise_catalogue, name="promise_catalogue"),
    path(f"{PROMISES}/<slug:commitment>/edit/", guided_promises.promise_edit, name="promise_edit"),
    path(f"{PROMISES}/<slug:commitment>/remove/", guided_promises.promise_remove, name="promise_remove"),
    path(f"{PROMISES}/add/<slug:start>/", guided_promises.promise_new, name="promise_new"),
]
