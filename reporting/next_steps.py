"""The one specific thing to do about a miss: the promise's own playbook, else what its state asks for."""

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agreements.texts import localized
from measurement.enums import ClockState
from reporting.enums import BreachState, BreachType


def next_step(
    *, playbook: Any, type: str, handled: str, state: str | None, owner: str | None, assigned: bool
) -> str:
    """One sentence or two in the reader's language; empty where nothing is left to do.

    ``playbook``: a text or {language: text}. ``handled``: the breach's state. ``state``: its clock's.
    ``owner``: how the person who does it may be called, None where the reader may not see names.
    ``assigned``: whether there is anybody to do it; without one, finding somebody comes first.
    """
    if handled not in BreachState.live:
        return ""
    if type == BreachType.PERIOD:
        return localized(playbook, get_language() or "en") or _(
            "Look at the misses of this period together, agree on one change, and note the cause."
        )
    if state == ClockState.LATE:
        return _done_late(owner)
    todo = localized(playbook, get_language() or "en") or _to_do(state, owner)
    return todo if assigned else " ".join([_("Nobody owns it: the manager gives it to somebody now."), todo])


def _done_late(owner: str | None) -> str:
    if owner is None:
        return _("It was done, but late: the owner notes what held it up.")
    return _("It was done, but late: %(owner)s notes what held it up.") % {"owner": owner}


def _to_do(state: str | None, owner: str | None) -> str:
    if state == ClockState.FAILED:
        return _("It can no longer be done: make up for it with the customer, then note the cause.")
    if owner is None:
        return _("The owner does it now, then notes what held it up.")
    return _("%(owner)s does it now, then notes what held it up.") % {"owner": owner}
