"""The words by which breaches and reports are asked for."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from agreements.models import Commitment
from measurement.querysets import acting_members, members_of
from people.memberships import team_tree
from people.models import Team
from people.visibility import Sight
from reporting.enums import BreachState, BreachType

_OF_NOBODY = Q(assignee__isnull=True, owner_id__isnull=True)


def _owed_by(user_ids: Collection[int], members: Collection[int]) -> Q:
    return Q(assignee_id__in=user_ids) | Q(assignee__isnull=True, owner_id__in=members)


class BreachQuerySet(models.QuerySet):
    """Breaches."""

    def live(self) -> Self:
        """Still to be dealt with."""
        return self.filter(state__in=BreachState.live)

    def tellable(self) -> Self:
        """Those that people hear of: historic ones are counted and listed on request only."""
        return self.filter(historic=False)

    def historic(self) -> Self:
        """Those that were old news when they became known."""
        return self.filter(historic=True)

    def visible_to(self, user: Any, *, as_of: datetime) -> Self:
        """Everything for a program (its scopes were asked for) and whoever may see all names; to others
        their own rows and those of whom they cover, those of nobody, what the teams owe whose members they
        may see by name, and to a manager what the other parties of the team's agreements dispute, since they
        decide on it."""
        sight = Sight.of(user, as_of=as_of)
        if user.pk is None or sight.is_admin or sight.is_auditor:
            return self
        seen = (
            _owed_by(sight.acting_ids, acting_members(sight))
            | _OF_NOBODY
            | Q(team_id__in=sight.named_team_ids)
        )
        return self.filter(seen | self._disputed_before(sight))

    def latest_of_promise(self, key: str, user: Any, *, most: int, as_of: datetime) -> Self:
        """The latest misses of a promise that the reader may see, the latest first.

        Each reason for seeing one is asked apart, through an index of its own: somebody who may see little
        costs no more than somebody who may see everything.
        """
        of_promise = self.filter(commitment_key=key)
        sight = Sight.of(user, as_of=as_of)
        if user.pk is None or sight.is_admin or sight.is_auditor:
            return of_promise.order_by("-missed_at", "-id")[:most]
        reasons = [
            *(Q(assignee_id=user_id) for user_id in sight.acting_ids),
            Q(assignee__isnull=True, owner_id__isnull=True),
            *(Q(assignee__isnull=True, owner_id=member) for member in acting_members(sight)),
            *([Q(team_id__in=sight.named_team_ids)] if sight.named_team_ids else []),
            *([self._disputed_before(sight)] if sight.managed_team_ids else []),
        ]
        found = [of_promise.filter(one).order_by("-missed_at", "-id").values("pk")[:most] for one in reasons]
        return self.filter(pk__in=found[0].union(*found[1:], all=True)).order_by("-missed_at", "-id")[:most]

    def _disputed_before(self, sight: Sight) -> Q:
        """Disputed ones, decided or not, under agreements to which a team of the manager is a party."""
        if not sight.managed_team_ids:
            return Q(pk__in=[])
        keys = Commitment.objects.signed().filter(version__agreement__parties__in=sight.managed_team_ids)
        dispute = self.model._meta.apps.get_model("reporting", "Dispute")
        disputed = Exists(dispute._default_manager.filter(breach=OuterRef("pk")))
        return Q(commitment_key__in=keys.values("key")) & Q(disputed)

    def owed_by(self, user: Any) -> Self:
        """What this person owed, in whatever system, or was given to deal with."""
        return self.filter(_owed_by([user.pk], members_of([user.pk])))

    def of_nobody(self) -> Self:
        """What nobody owned and nobody was given."""
        return self.filter(_OF_NOBODY)

    def told_by(self, as_of: datetime) -> Self:
        """Those whose settle time was over."""
        return self.filter(told_at__lte=as_of)

    def standing(self, as_of: datetime) -> Self:
        """Told and not yet closed at an instant; what facts undid since never stood."""
        open_then = Q(state__in=BreachState.live) | Q(closed_at__gt=as_of)  # the live are those not closed
        return self.tellable().told_by(as_of).exclude(state=BreachState.WITHDRAWN).filter(open_then)

    def newly_told(self, *, after: datetime, until: datetime) -> Self:
        """Told in (after, until] and never undone."""
        return self.tellable().told_by(until).filter(told_at__gt=after).exclude(state=BreachState.WITHDRAWN)

    def decided(self, *, after: datetime, until: datetime) -> Self:
        """Acknowledged, resolved or withdrawn in (after, until]."""
        span = {"gt": after, "lte": until}
        closed = Q(**{f"closed_at__{op}": instant for op, instant in span.items()})
        acknowledged = Q(**{f"acknowledged_at__{op}": instant for op, instant in span.items()})
        return self.tellable().filter(closed | acknowledged)

    def about_clocks(self, keys: Collection[tuple[str, int, str]], clock_ids: Collection[int]) -> Self:
        """About these clocks by natural key (commitment, subject, start), or rows that had these ids."""
        by_key = Q(
            commitment_key__in={key for key, _, _ in keys},
            subject_id__in={subject for _, subject, _ in keys},
            start_key__in={start for _, _, start in keys},
        )
        return self.filter(by_key | Q(clock_id__in=clock_ids), type=BreachType.CLOCK)

    def about_periods(self, keys: Collection[tuple[str, datetime, str]]) -> Self:
        """About these periods (commitment, start, each), and all live ones about periods."""
        commitments, starts = {key for key, _, _ in keys}, {start for _, start, _ in keys}
        by_key = Q(commitment_key__in=commitments, period_start__in=starts)
        return self.filter(by_key | Q(state__in=BreachState.live), type=BreachType.PERIOD)


class DisputeQuerySet(models.QuerySet):
    """Disputes of breaches."""

    def undecided(self) -> Self:
        """Those that wait for the other team."""
        return self.filter(outcome__isnull=True)

    def open_at(self, as_of: datetime) -> Self:
        """Those that waited for the other team at an instant."""
        return self.filter(Q(decided_at__isnull=True) | Q(decided_at__gt=as_of), at__lte=as_of)

    def breach_ids(self, breaches: Iterable[Any]) -> set[int]:
        """Which of these breaches they are about; no statement where there is none."""
        wanted = [breach.pk for breach in breaches]
        return set(self.filter(breach__in=wanted).values_list("breach_id", flat=True)) if wanted else set()


class DailyReportQuerySet(models.QuerySet):
    """Frozen reports."""

    def visible_to(self, user: Any, *, as_of: datetime) -> Self:
        """Reports of the reader's teams, of those above and managed, and of the parties of their agreements.

        What is in them shows names by sight, row by row. Everything for programs and whoever sees all names.
        """
        sight = Sight.of(user, as_of=as_of)
        if user.pk is None or sight.is_admin or sight.is_auditor:
            return self
        tree = team_tree()
        own = {above for team in sight.team_ids for above in tree[team]} | sight.managed_team_ids
        partners = Team.objects.filter(agreements__parties__in=own)
        return self.filter(Q(team_id__in=own) | Q(team__in=partners))

    def before(self, day: date) -> Self:
        """Reports of earlier days, the latest first."""
        return self.filter(day__lt=day).order_by("-day")

    def later_than(self, day: date) -> Self:
        """Reports of later days."""
        return self.filter(day__gt=day)

    def undelivered(self) -> Self:
        """Not yet told to anybody."""
        return self.filter(delivered_at__isnull=True)
