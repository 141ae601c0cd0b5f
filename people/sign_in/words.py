"""What happened at the door, as a person says it."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from people.sign_in import acts

WORDS: dict[str, Promise] = {
    acts.SIGNED_IN: _("Signed in"),
    acts.SIGNED_OUT: _("Signed out"),
    acts.REFUSED: _("Sign-in refused"),
    acts.LOCKED: _("Sign-in locked after too many attempts"),
    acts.PASSWORD_ASKED: _("A link for a new password was asked for"),
    acts.PASSWORD_CHANGED: _("Password changed"),
    acts.PASSWORD_RESET: _("New password chosen by mail"),
    acts.SECOND_FACTOR_ON: _("Second factor turned on"),
    acts.SECOND_FACTOR_OFF: _("Second factor turned off"),
    acts.RECOVERY_CODES: _("New recovery codes made"),
}
WHY: dict[str, Promise] = {
    "password": _("wrong password or unknown address"),
    "second_factor": _("wrong code"),
    "unknown": _("nobody here has this address"),
    "unverified": _("the provider does not vouch for the address"),
    "provider": _("the provider did not confirm it"),
}
MEANS: dict[str, Promise] = {
    "password": _("with the password"),
    "mfa": _("with a code"),
    "socialaccount": _("through the company's sign-in"),
}


def in_words(verb: str, details: Mapping[str, Any]) -> str:
    """For example "Signed in (with the password, with a code)"."""
    said = [WHY[details["why"]]] if details.get("why") in WHY else []
    said += [MEANS[how] for how in details.get("by_means_of", ()) if how in MEANS]
    word = str(WORDS.get(verb, verb))
    return f"{word} ({', '.join(map(str, said))})" if said else word
