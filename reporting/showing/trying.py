"""A test fact as its page shows it: what would be sent, and how far what was sent is."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from agreements.terms.values import Promise
from measurement.models import Clock
from measurement.sample_facts import SOURCE
from measurement.states import state_at
from people.models import User
from reporting import words
from reporting.showing.explanations import explanation_of
from reporting.showing.promises import in_short, title_of
from reporting.showing.reader import Reader
from reporting.trying_facts import made_up, standing_of


@dataclass(frozen=True, slots=True)
class ShownStanding:
    """How far a test is, in words; ``waits``: the page asks again in a moment."""

    name: str
    received_at: datetime
    judged: bool
    clock: Clock | None
    state: str
    state_label: str
    sentence: str
    reasons: list[str]
    answered: bool
    taken_back: bool

    @property
    def waits(self) -> bool:
        """Whether the worker has not come to it yet."""
        return not self.judged or (self.taken_back and self.clock is not None)


def shown_sample(promise: Promise, *, by: User, as_of: datetime) -> dict[str, Any]:
    """The promise in short, and the request that a CRM would send."""
    made, owner = made_up(promise, by=by, as_of=as_of.replace(microsecond=0))
    bodies = [
        (f"{settings.SITE_URL}/api/v1/sync/{resource}/", _json({"source": SOURCE, "records": rows}))
        for resource, rows in made.deliveries
    ]
    return {
        "title": title_of(promise),
        "short": in_short(promise),
        "bodies": bodies,
        "owner": owner,
        "not_yet": promise.starts_at if promise.starts_at > as_of else None,
    }


def shown_standing(name: str, promise: Promise, user: Any, *, as_of: datetime) -> ShownStanding | None:
    """How far it is; none for a name that no test has."""
    found = standing_of(name, promise, as_of=as_of)
    if found is None:
        return None
    clock = found.clock
    state = str(state_at(clock, as_of)) if clock else ""
    explanation = explanation_of(clock, Reader(user, as_of=as_of)) if clock else None
    language = (get_language() or "en").split("-")[0]
    return ShownStanding(
        name=name,
        received_at=found.event.received_at,
        judged=found.judged,
        clock=clock,
        state=state,
        state_label=words.clock_state(state) if state else "",
        sentence=explanation.sentence if explanation else "",
        reasons=[reason.text.get(language, reason.text["en"]) for reason in found.reasons],
        answered=found.answered,
        taken_back=found.taken_back,
    )


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, default=str)
