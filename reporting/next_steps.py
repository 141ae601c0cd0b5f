"""The one specific thing to do about a miss: the promise's own playbook, else what its state asks for."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agreements.enums import Kind
from agreements.terms.kinds import ChecklistTerms
from agreements.terms.values import Promise, ResponseTerms
from agreements.texts import localized
from measurement.enums import ClockState
from measurement.models import Clock
from measurement.steps import missing_steps
from measurement.wording.kinds import any_of
from measurement.wording.steps import step_name
from reporting.enums import BreachState, BreachType


def next_step(
    *,
    playbook: Any,
    type: str,
    handled: str,
    state: str | None,
    owner: str | None,
    assigned: bool,
    acts: str = "",
    mine: bool = False,
    kind: str | None = None,
) -> str:
    """One sentence or two in the reader's language; empty where nothing is left to do.

    ``playbook``: a text or {language: text}. ``handled``: the breach's state. ``state``: its clock's.
    ``owner``: how the person who does it may be called, None where the reader may not see names.
    ``acts``: what was promised, as ``acts_of`` says it. ``mine``: the reader is the one who does it.
    ``kind``: of the promise, for a period that was missed as a whole.
    ``assigned``: whether there is anybody to do it; without one, finding somebody comes first.
    """
    if handled not in BreachState.live:
        return ""
    if handled == BreachState.DISPUTED:
        return _("It is disputed: a manager of the other team waives it or says why it stands.")
    if type == BreachType.PERIOD:
        return localized(playbook, get_language() or "en") or _of_period(kind)
    if state == ClockState.LATE:
        return _done_late(owner, mine)
    todo = localized(playbook, get_language() or "en") or _to_do(state, owner, acts, mine)
    return todo if assigned else " ".join([_("Nobody owns it: the manager gives it to somebody now."), todo])


def _of_period(kind: str | None) -> str:
    said: dict[str, str] = {
        Kind.RATE: _("Look at the cases that count against it, complete what can be, and note the cause."),
        Kind.VOLUME: _("Agree on what is done this period so that it keeps pace, and note the cause."),
        Kind.COVERAGE: _("Look at the gaps, settle who covers these hours, and note the cause."),
    }
    together = _("Look at the misses of this period together, agree on one change, and note the cause.")
    return said.get(kind or "", together)


def _done_late(owner: str | None, mine: bool) -> str:
    if mine:
        return _("It was done, but late: note what held it up.")
    if owner is None:
        return _("It was done, but late: the owner notes what held it up.")
    return _("It was done, but late: %(owner)s notes what held it up.") % {"owner": owner}


def _to_do(state: str | None, owner: str | None, acts: str, mine: bool) -> str:
    if state == ClockState.FAILED:
        return _("It can no longer be done: make up for it with the customer, then note the cause.")
    who = {"owner": owner, "acts": acts}
    if mine:
        own = _("Do it now (%(acts)s), then note what held it up.")
        return own % who if acts else _("Do it now, then note what held it up.")
    if owner:
        named = _("%(owner)s does it now (%(acts)s), then notes what held it up.")
        return named % who if acts else _("%(owner)s does it now, then notes what held it up.") % who
    unnamed = _("The owner does it now (%(acts)s), then notes what held it up.")
    return unnamed % who if acts else _("The owner does it now, then notes what held it up.")


def acts_left(promise: Promise, clock: Clock, *, as_of: datetime) -> str:
    """What is still to be done: of a checklist the steps that are missing, else what keeps the promise.

    ``promise`` is the wording by which the clock is judged.
    """
    if not isinstance(promise.terms, ChecklistTerms):
        return acts_of(promise)
    left = [step.value for step in missing_steps(clock, promise.terms, as_of)]
    return _steps(left) if left else acts_of(promise)


def _steps(names: Sequence[str]) -> str:
    return ", ".join(step_name(name, get_language() or "en") for name in names)


def acts_of(promise: Promise) -> str:
    """What keeps the promise, in the reader's language: "a call, an e-mail or a booked meeting".

    Of a checklist its steps.
    """
    if isinstance(promise.terms, ChecklistTerms):
        return _steps([name for name, _time in promise.terms.steps.within])
    if not isinstance(promise.terms, ResponseTerms):
        return ""
    kinds = [kind for selector in promise.terms.stop for kind in selector.events]
    return any_of(kinds, (get_language() or "en").split("-")[0], {})
