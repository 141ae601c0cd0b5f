"""Every address: operations, sign-in, admin, API; everything else is a page of reporting."""

from django.contrib import admin
from django.urls import include, path

from people.sign_in.urls import behind_the_same_door
from people.views import choose_language
from reporting.views import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("accounts/", include("people.sign_in.urls")),
    path("i18n/language/", choose_language, name="set_language"),
    *behind_the_same_door("admin/"),
    path("admin/", admin.site.urls),
    path("api/v1/", include("slahub.api_urls")),
    path("", include("reporting.urls")),
]
