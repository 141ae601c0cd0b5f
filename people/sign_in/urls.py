"""Addresses of the door; of django-allauth only what is used, under the names that it looks for."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.socialaccount import views as social
from allauth.socialaccount.providers.openid_connect import views as openid
from django.urls import URLPattern, path, re_path
from django.views.generic import RedirectView

from people.sign_in import views
from people.sign_in.company import PROVIDER

login, logout = views.Login.as_view(), views.Logout.as_view()

urlpatterns = [
    path("login/", login, name="login"),
    path("login/", login, name="account_login"),
    path("logout/", logout, name="logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("login/code/", mfa.authenticate, name="mfa_authenticate"),
    # a forgotten password
    path("password/forgotten/", account.password_reset, name="account_reset_password"),
    path("password/forgotten/sent/", account.password_reset_done, name="account_reset_password_done"),
    path(
        "password/link/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^password/link/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.PasswordFromLink.as_view(),
        name="account_reset_password_from_key",
    ),
    # one's own account
    path("security/", views.Index.as_view(), name="mfa_index"),
    path("security/password/", views.PasswordChange.as_view(), name="account_change_password"),
    path("security/confirm/", account.reauthenticate, name="account_reauthenticate"),
    path("security/confirm/code/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("security/second-factor/", views.SecondFactorOn.as_view(), name="mfa_activate_totp"),
    path("security/second-factor/off/", views.SecondFactorOff.as_view(), name="mfa_deactivate_totp"),
    path("security/codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("security/codes/new/", views.NewRecoveryCodes.as_view(), name="mfa_generate_recovery_codes"),
    path("security/codes/file/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    # the company's provider
    path("company/", views.to_the_company, name="company_login"),
    path("company/callback/", openid.callback, {"provider_id": PROVIDER}, name="openid_connect_callback"),
    path("company/cancelled/", social.login_cancelled, name="socialaccount_login_cancelled"),
]


def behind_the_same_door(prefix: str) -> list[URLPattern]:
    """The admin site's own pages for signing in, out and changing a password lead here; put before its urls.

    Whoever is signed in and may not enter gets a 403 and no second form.
    """
    return [
        path(f"{prefix}login/", views.admin_login),
        path(f"{prefix}logout/", logout),
        path(f"{prefix}password_change/", RedirectView.as_view(pattern_name="account_change_password")),
    ]
