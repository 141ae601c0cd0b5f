"""The words by which verdicts are asked for."""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from typing import Any, Self

from django.db import models
from django.db.models import Case, CharField, F, Q, Value, When
from django.db.models.functions import Coalesce

from agreements.models import Commitment
from leads.models import Member
from measurement.enums import ClockState, UnitState
from people.visibility import Sight

#: The deadline, the end of time while none is known: never null.
URGENCY = Coalesce("due_at", Value(datetime.max.replace(tzinfo=UTC, microsecond=0)))


def _past_due(as_of: datetime) -> Q:
    return Q(ended_at__isnull=True, state=ClockState.RUNNING, due_at__lt=as_of)


def members_of(user_ids: Collection[int]) -> list[int]:
    """The ref ids of the members that these people are; one statement.

    Looked up and not joined: an index by owner is only read in its order for owners that are known.
    """
    return list(Member.objects.filter(user_id__in=user_ids).values_list("ref_id", flat=True))


def acting_members(sight: Sight) -> list[int]:
    """The members that a reader is or stands in for; asked once a sight."""
    if "members" not in sight.looked_up:
        sight.looked_up["members"] = members_of(sight.acting_ids)
    found: list[int] = sight.looked_up["members"]
    return found


class OwnedQuerySet(models.QuerySet):
    """Verdicts about records, each owed by a team and owned by a member or nobody."""

    def for_commitment(self, keys: str | Iterable[str]) -> Self:
        """Those of this commitment, or of any of these."""
        return self.filter(commitment_key__in=[keys] if isinstance(keys, str) else list(keys))

    def owned_by(self, user: Any) -> Self:
        """Owned (last) by this person, in whatever system."""
        return self.filter(owner_id__in=members_of([user.pk]))

    def owned_by_any(self, user_ids: Collection[int]) -> Self:
        """Owned (last) by any of these people, in whatever system."""
        return self.filter(owner_id__in=members_of(user_ids))

    def visible_to(self, user: Any, *, as_of: datetime) -> Self:
        """What a person may look at row by row.

        Everything for a program, whose scopes were asked for, and for whoever may see all names; for others
        their own rows and those of whom they cover, those of nobody, and what the teams owe whose members
        they may see by name.
        """
        sight = Sight.of(user, as_of=as_of)
        if user.pk is None or sight.is_admin or sight.is_auditor:
            return self
        seen = Q(owner_id__isnull=True) | Q(owner_id__in=acting_members(sight))
        if sight.named_team_ids:
            seen |= Q(commitment_id__in=_owed_by_teams(sight))
        return self.filter(seen)

    def of_nobody(self) -> Self:
        """Those that nobody owns."""
        return self.filter(owner_id__isnull=True)


def _owed_by_teams(sight: Sight) -> list[int]:
    """The commitments, of all versions, that the teams owe whose members the reader may see by name."""
    if "commitments" not in sight.looked_up:
        owed = Commitment.objects.filter(owner_id__in=sight.named_team_ids)
        sight.looked_up["commitments"] = list(owed.values_list("pk", flat=True))
    found: list[int] = sight.looked_up["commitments"]
    return found


class ClockQuerySet(OwnedQuerySet):
    """Clocks. An open one is stored running or paused; whether it is overdue, the moment decides."""

    def open(self) -> Self:
        """Neither done nor ended."""
        return self.filter(ended_at__isnull=True)

    def with_state(self, as_of: datetime) -> Self:
        """Annotate ``state_now``: the state at the instant (as ``measurement.states.state_at`` for now)."""
        overdue = When(_past_due(as_of), then=Value(ClockState.OVERDUE.value))
        return self.annotate(state_now=Case(overdue, default=F("state"), output_field=CharField()))

    def in_state(self, states: Iterable[str], as_of: datetime) -> Self:
        """Those in any of these states at the instant."""
        wanted = {str(state) for state in states}
        found = Q(state__in=wanted)
        if ClockState.RUNNING not in wanted:
            found &= ~Q(state=ClockState.RUNNING)
        elif ClockState.OVERDUE not in wanted:
            found &= ~_past_due(as_of)
        if ClockState.OVERDUE in wanted:
            found |= _past_due(as_of)
        return self.filter(found)

    def overdue(self, as_of: datetime) -> Self:
        """Past due and not done: still open, or ended as such."""
        return self.filter(_past_due(as_of) | Q(state=ClockState.OVERDUE))

    def missed(self, as_of: datetime) -> Self:
        """Overdue, late or failed."""
        return self.filter(_past_due(as_of) | Q(state__in=ClockState.missed))

    def running(self, as_of: datetime) -> Self:
        """Open, not paused, and not past due."""
        return self.in_state([ClockState.RUNNING], as_of)

    def at_risk(self, as_of: datetime) -> Self:
        """Running and past the share of its time at which it warns."""
        return self.running(as_of).filter(warn_at__lte=as_of)

    def warned(self, *, after: datetime, until: datetime) -> Self:
        """Still open, and past their warning since: in (after, until]."""
        return self.open().filter(warn_at__gt=after, warn_at__lte=until).order_by("warn_at", "id")

    def counted_between(self, start: datetime | None, end: datetime | None) -> Self:
        """Those that a period counts: due in [start, end), or begun in it where no deadline is known."""
        counted = self.annotate(counts_at=Coalesce("due_at", "started_at"))
        if start is not None:
            counted = counted.filter(counts_at__gte=start)
        return counted if end is None else counted.filter(counts_at__lt=end)

    def by_counting(self) -> Self:
        """In the order in which ``counted_between`` counts them."""
        return self.order_by(Coalesce("due_at", "started_at"), "id")

    def fell_due(self, *, since: datetime | None, before: datetime) -> Self:
        """Still open, with a deadline in [since, before), earliest first; without ``since``: ever before."""
        due = self.open().filter(due_at__lt=before).order_by("due_at", "id")
        return due if since is None else due.filter(due_at__gte=since)

    def in_sight(self, keys: Collection[str], *, since: datetime, as_of: datetime, until: datetime) -> Self:
        """Clocks of these commitments that a report looks at: begun, and with a deadline after ``since``.

        Of those still running, the ones past their warning or due before ``until``.
        """
        settled_or_near = Q(ended_at__isnull=False) | Q(due_at__lt=until) | Q(warn_at__lte=as_of)
        of_late = self.annotate(counts_at=Coalesce("due_at", "started_at")).filter(
            commitment_key__in=keys, counts_at__gt=since, due_at__isnull=False
        )
        return of_late.filter(settled_or_near, started_at__lte=as_of)

    def judged(self, as_of: datetime) -> Self:
        """Met or missed."""
        return self.filter(Q(state__in={ClockState.MET, *ClockState.missed}) | _past_due(as_of))

    def not_due(self, as_of: datetime) -> Self:
        """Running, with the deadline ahead."""
        return self.open().filter(state=ClockState.RUNNING, due_at__gte=as_of)

    def left_out(self) -> Self:
        """Cancelled, excluded or unmeasurable."""
        return self.filter(state__in=ClockState.left_out)

    def by_urgency(self) -> Self:
        """Annotate ``urgency``, never null: the deadline, the end of time while none is known."""
        return self.annotate(urgency=URGENCY)


class UnitQuerySet(OwnedQuerySet):
    """What rates, volumes and coverage count: what happened at an instant, and what lasts."""

    def happened_between(self, start: datetime, end: datetime) -> Self:
        """What happened in [start, end)."""
        return self.filter(stretch=False, at__gte=start, at__lt=end)

    def lasting_at_end(self, end: datetime) -> Self:
        """What lasts at the end of a period: what ends at that very instant is within it."""
        return self.filter(Q(until__isnull=True) | Q(until__gte=end), stretch=True, at__lt=end)

    def lasting_at(self, instant: datetime) -> Self:
        """What lasts at an instant."""
        return self.filter(Q(until__isnull=True) | Q(until__gt=instant), stretch=True, at__lte=instant)

    def present_between(self, start: datetime, end: datetime) -> Self:
        """What lasts at any time of [start, end)."""
        return self.filter(Q(until__isnull=True) | Q(until__gt=start), stretch=True, at__lt=end)

    def for_each(self, eaches: Iterable[str]) -> Self:
        """Counted for any of these."""
        return self.filter(each__in=list(eaches))

    def counted(self) -> Self:
        """Those that have what they should have, and those that lack it."""
        return self.filter(state__in=UnitState.counted)

    def having(self) -> Self:
        """Those that have what they should have."""
        return self.filter(state=UnitState.HAVING)

    def left_out(self) -> Self:
        """Those that are not counted, each for its reason."""
        return self.filter(state=UnitState.LEFT_OUT)

    def mature(self, as_of: datetime) -> Self:
        """Those whose time is up."""
        return self.filter(Q(matures_at__isnull=True) | Q(matures_at__lte=as_of))

    def maturing(self, as_of: datetime) -> Self:
        """Those that may still come to have it."""
        return self.filter(matures_at__gt=as_of)


class BaselineQuerySet(models.QuerySet):
    """What baselines were when their versions were signed, and what was pinned."""

    def pinned(self) -> Self:
        """Those that somebody fixed by hand."""
        return self.filter(pinned_at__isnull=False)
