"""What single clocks give to tell: that they started, are at risk, and that a step of escalation is reached.

Asked only of clocks whose verdict changed and of those whose instant has come, never of history. What was
told is known by its key, so that asking again tells nothing twice; where more is to come, a mark for that
instant lets the clock be looked at again.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction

from agreements.promises import in_force_history
from agreements.terms.values import Promise
from core import heartbeats
from core.enums import MarkKind
from core.marks import mark
from leads.enums import RecordType
from measurement.enums import ClockState
from measurement.models import Clock
from measurement.states import state_at
from people.models import User
from reporting.enums import BreachState, NoticeKind
from reporting.models import Breach
from reporting.noticing.channels import tell_channels
from reporting.noticing.news import SWEEP, looked_until, news_since
from reporting.noticing.qualifying import reasons_of
from reporting.noticing.recipients import Recipients
from reporting.noticing.steps import Step, steps_of
from reporting.noticing.telling import Telling, tell_all

BATCH = 1_000
LONGEST_START = 48
SILENT, LIVE = "none", "live"
OPEN = frozenset({ClockState.RUNNING, ClockState.PAUSED})
OWED = frozenset({ClockState.RUNNING, ClockState.OVERDUE})
ARGUED = (BreachState.DISPUTED, BreachState.WAIVED, BreachState.RESOLVED)


@dataclass(frozen=True, slots=True)
class News:
    """One thing that a clock gives to tell, from ``at`` on; ``step`` of an escalation."""

    kind: NoticeKind
    at: datetime
    step: Step | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """An open clock of a signed promise, as it stands at an instant; ``is_argued``: its miss is disputed, or
    was dealt with, so that it climbs no further."""

    clock: Clock
    promise: Promise
    as_of: datetime
    is_argued: bool = False

    @property
    def steps(self) -> Iterator[Step]:
        """The steps of its escalation; none while its deadline is not known."""
        if self.clock.due_at is not None and self.promise.terms.escalate:
            yield from steps_of(self.promise, self.clock.started_at, self.clock.due_at)

    def news(self) -> Iterator[News]:
        """What there is to tell by now, whether or not it was told already."""
        clock, terms = self.clock, self.promise.terms
        state = state_at(clock, self.as_of)
        if terms.announce and state in OPEN:
            yield News(NoticeKind.ANNOUNCED, clock.started_at)
        is_told = terms.notify != SILENT and state == ClockState.RUNNING
        if is_told and clock.warn_at is not None and clock.warn_at <= self.as_of:
            yield News(NoticeKind.AT_RISK, clock.warn_at)
        if state in OWED and not self.is_argued:
            for step in self.steps:
                if step.at <= self.as_of:
                    yield News(NoticeKind.ESCALATED, step.at, step)


def tell_due(*, as_of: datetime) -> int:
    """Tell of the clocks that came to be at risk since the last sweep; how many notices.

    Batch by batch; a killed sweep is done again from its beginning, and tells nobody twice.
    """
    as_of = as_of.replace(microsecond=0)
    since = looked_until(as_of)
    warned = list(Clock.objects.warned(after=since, until=as_of).values_list("id", flat=True))
    told = 0
    for first in range(0, len(warned), BATCH):
        with transaction.atomic():
            told += tell_about(Clock.objects.filter(id__in=warned[first : first + BATCH]), as_of=as_of)
    heartbeats.beat(SWEEP, at=as_of, detail={"looked": len(warned), "told": told})
    return told


def tell_about(clocks: Iterable[Clock], *, as_of: datetime) -> int:
    """Tell what these clocks give to tell now, in the caller's transaction; how many notices."""
    looks = _looks(clocks, as_of)
    _look_again(looks, as_of)
    since = news_since(as_of) if looks else as_of
    found = [(look, news) for look in looks for news in look.news() if news.at >= since]
    if not found:
        return 0
    recipients = Recipients((look.clock.owner_id for look, _news in found), as_of=as_of)
    reasons = reasons_of(_announced_leads(found), as_of=as_of)
    tellings = [_telling(look, news, recipients, reasons) for look, news in found]
    told = tell_all(tellings, as_of=as_of)
    tell_channels([telling for telling in tellings if telling.key in told.first], as_of=as_of)
    return told.notices


def _looks(clocks: Iterable[Clock], as_of: datetime) -> list[Look]:
    rows = [clock for clock in clocks if clock.ended_at is None]
    promises = {promise.commitment_id: promise for promise in in_force_history()} if rows else {}
    known = [clock for clock in rows if clock.commitment_id in promises]  # others are on trial: no mails
    argued = set(
        Breach.objects.filter(clock_id__in=[clock.pk for clock in known], state__in=ARGUED).values_list(
            "clock_id", flat=True
        )
    )
    return [Look(one, promises[one.commitment_id], as_of, is_argued=one.pk in argued) for one in known]


def _look_again(looks: Iterable[Look], as_of: datetime) -> None:
    """Time alone brings the next step: the clock is looked at again then."""
    by_instant: dict[datetime, list[int]] = defaultdict(list)
    for look in looks:
        ahead = [step.at for step in look.steps if step.at > as_of]
        if ahead:
            by_instant[min(ahead)].append(look.clock.id)
    for instant, ids in by_instant.items():
        mark(MarkKind.VERDICT, ids, as_of=as_of, ready_at=instant)


def _announced_leads(found: Iterable[tuple[Look, News]]) -> set[int]:
    return {
        look.clock.subject_id
        for look, news in found
        if news.kind == NoticeKind.ANNOUNCED and look.clock.subject_type == RecordType.LEAD
    }


def _telling(
    look: Look, news: News, recipients: Recipients, reasons: Mapping[int, dict[str, Any]]
) -> Telling:
    clock, promise = look.clock, look.promise
    escalation = {"share": float(news.step.escalation.at), "to": news.step.escalation.to} if news.step else {}
    why = reasons.get(clock.subject_id) if news.kind == NoticeKind.ANNOUNCED else None
    return Telling(
        kind=news.kind,
        to=_recipients(look, news, recipients),
        key=_key(news, clock),
        clock_id=clock.id,
        commitment_key=clock.commitment_key,
        body={
            "team": promise.team_id,
            "subject": clock.subject_id,
            "due": clock.due_at.isoformat() if clock.due_at else None,
            **escalation,
            **({"why": why} if why else {}),
        },
        live=promise.terms.notify == LIVE,
        once=news.step is not None,
    )


def _recipients(look: Look, news: News, recipients: Recipients) -> tuple[User, ...]:
    owner, team_id = look.clock.owner_id, look.promise.team_id
    if news.step is None:
        return recipients.of_owner(owner, team_id)
    return recipients.in_role(news.step.escalation.to, owner, team_id)


def _key(news: News, clock: Clock) -> str:
    """The natural key of the clock, so that a row built anew is still the same; never too long for a key."""
    start = clock.start_key
    if len(start) > LONGEST_START:
        start = sha256(start.encode()).hexdigest()[:LONGEST_START]
    step = f":{news.step.number}" if news.step else ""
    return f"{news.kind}:{clock.commitment_key}:{clock.subject_id}:{start}{step}"
