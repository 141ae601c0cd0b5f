"""The door, and what everybody does for themselves: the view's own tests are tests/people/sign_in."""

from tests.roles.table import HIDDEN, SIGN_IN, WITHOUT_SESSION, YES, Role, act, page

OPEN = {**WITHOUT_SESSION, "auditor": YES}
OWN = {"auditor": YES}
NONE = {role.name.lower(): HIDDEN for role in Role}
"""What is not set up, or what the person has not: a provider, a second factor."""
NOT_YET = NONE | {"nobody": SIGN_IN}

ENTRIES = [
    page("login", "sign in", **OPEN),
    act("login", "sign in", **OPEN),
    page("account_login", "sign in", **OPEN),
    act("account_login", "sign in", **OPEN),
    act("logout", "sign out", **OPEN),
    act("set_language", "choose a language", **OPEN),
    page("account_inactive", "what somebody reads who is no longer active", **OPEN),
    page("mfa_authenticate", "the second factor", **OPEN),
    act("mfa_authenticate", "give the second factor", **OPEN),
    page("account_reset_password", "a forgotten password", **OPEN),
    act("account_reset_password", "ask for a new password", **OPEN),
    page("account_reset_password_done", "where the link was sent", **OPEN),
    page(
        "account_reset_password_from_key",
        "a link that nobody was given",
        lambda h: ["1", "set-password"],
        **OPEN,
    ),
    act("account_reset_password_from_key", "the same", lambda h: ["1", "set-password"], **OPEN),
    page("account_reset_password_from_key_done", "the password is new", **OPEN),
    act("company_login", "go to the company's provider, where there is none", **NONE),
    page("openid_connect_callback", "back from the provider, where there is none", **NONE),
    page("socialaccount_login_cancelled", "back without signing in", **OPEN),
    page("mfa_index", "one's own sign-in and security"),
    page("account_change_password", "one's own password"),
    act("account_change_password", "change one's own password", **OWN),
    page("account_reauthenticate", "confirm that it is oneself"),
    act("account_reauthenticate", "confirm that it is oneself", **OWN),
    page("mfa_reauthenticate", "confirm by code"),
    act("mfa_reauthenticate", "confirm by code", **OWN),
    page("mfa_activate_totp", "one's own second factor"),
    act("mfa_activate_totp", "turn on one's own second factor", **OWN),
    page("mfa_deactivate_totp", "turn off one's own second factor, without one", **NOT_YET),
    act("mfa_deactivate_totp", "turn it off, without one", **NOT_YET),
    page("mfa_view_recovery_codes", "one's own recovery codes, without a second factor", **NOT_YET),
    page("mfa_generate_recovery_codes", "new recovery codes of one's own"),
    act("mfa_generate_recovery_codes", "make new recovery codes of one's own", **OWN),
    page("mfa_download_recovery_codes", "recovery codes as a file, without a second factor", **NOT_YET),
]
