"""Every address: operations, sign-in, admin, API; everything else is a page of reporting."""

from django.contrib import admin
from django.contrib.auth import views as auth
from django.urls import include, path

from people.views import choose_language
from reporting.views import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("accounts/login/", auth.LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("accounts/logout/", auth.LogoutView.as_view(), name="logout"),
    path("i18n/language/", choose_language, name="set_language"),
    path("admin/", admin.site.urls),
    path("api/v1/", include("slahub.api_urls")),
    path("", include("reporting.urls")),
]
