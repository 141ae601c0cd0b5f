"""The door, and what everybody does for themselves."""

from tests.roles.table import WITHOUT_SESSION, YES, act, page

ENTRIES = [
    page("login", "sign in", **WITHOUT_SESSION),
    act("login", "sign in", auditor=YES, **WITHOUT_SESSION),
    act("logout", "sign out", auditor=YES, **WITHOUT_SESSION),
    act("set_language", "choose a language", auditor=YES, **WITHOUT_SESSION),
]
