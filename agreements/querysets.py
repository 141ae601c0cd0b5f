"""The words by which agreements are asked for."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When

from agreements.enums import Standing, VersionState
from people.memberships import team_tree
from people.models import Team
from people.visibility import Sight


class AgreementQuerySet(models.QuerySet):
    """Agreements."""

    def visible_to(self, user: Any, *, as_of: datetime) -> Self:
        """Those that the person may read: of their teams and the teams above these, in any version; all of
        them for administrators, auditors and whoever may look at agreements in the admin."""
        sight = Sight.of(user, as_of=as_of)
        if sight.is_admin or sight.is_auditor or user.has_perm("agreements.view_agreementversion"):
            return self
        version = self.model._meta.apps.get_model("agreements", "AgreementVersion")
        naming = version.objects.naming(line_of(sight.team_ids | sight.managed_team_ids))
        return self.filter(Exists(naming.filter(agreement=OuterRef("pk"))))


def line_of(team_ids: Iterable[int]) -> set[str]:
    """The slugs of these teams and of all above them."""
    tree, slugs = team_tree(), dict(Team.objects.order_by().values_list("id", "slug"))
    return {slugs[above] for team in team_ids for above in tree[team]}


class AgreementVersionQuerySet(models.QuerySet):
    """Versions of agreements."""

    def _all(self) -> Self:
        return type(self)(self.model)

    def signed(self) -> Self:
        """Those that bind, from their start on."""
        return self.filter(state=VersionState.SIGNED)

    def drafts(self) -> Self:
        """Those still being written, in review or not: what can be changed."""
        return self.exclude(state=VersionState.SIGNED)

    def naming(self, teams: Iterable[str]) -> Self:
        """Those in which one of these teams (slugs) is a party, a further team, or owes something."""
        slugs = list(teams)
        owed = self.model._meta.apps.get_model("agreements", "Commitment")._default_manager.filter(
            version=OuterRef("pk"), owner__slug__in=slugs
        )
        named = Q(document__parties__has_any_keys=slugs) | Q(document__teams__has_any_keys=slugs)
        return self.filter(named | Exists(owed))

    def with_end(self) -> Self:
        """Annotate ``ends_at``: the start of the next signed version, null for the last."""
        later = (
            self._all().signed().filter(agreement=OuterRef("agreement"), starts_at__gt=OuterRef("starts_at"))
        )
        return self.annotate(ends_at=Subquery(later.order_by("starts_at").values("starts_at")[:1]))

    def on_trial(self) -> Self:
        """Unsigned versions that are measured."""
        return self.exclude(state=VersionState.SIGNED).filter(trial_since__isnull=False)

    def newest(self) -> Self:
        """The newest version of each agreement, draft or signed."""
        newest = self._all().filter(agreement=OuterRef("agreement")).order_by("-number")
        return self.filter(number=Subquery(newest.values("number")[:1]))

    def in_force(self, as_of: datetime) -> Self:
        """Signed versions whose period contains the instant."""
        still = Q(ends_at__isnull=True) | Q(ends_at__gt=as_of)
        return self.signed().with_end().filter(still, starts_at__lte=as_of)


class CalendarVersionQuerySet(models.QuerySet):
    """What calendars said."""

    def with_frozen(self) -> Self:
        """Annotate ``frozen``: whether a signed version of an agreement uses it, so that it never changes."""
        use = self.model._meta.apps.get_model("agreements", "CalendarUse")
        return self.annotate(
            frozen=Exists(
                use._default_manager.filter(calendar=OuterRef("pk"), version__state=VersionState.SIGNED)
            )
        )

    def frozen(self) -> Self:
        """Those that never change."""
        return self.with_frozen().filter(frozen=True)

    def in_force(self, as_of: datetime) -> Self:
        """Those that an agreement in force at the instant uses."""
        versions = self.model._meta.apps.get_model("agreements", "AgreementVersion").objects.in_force(as_of)
        return self.filter(uses__version__in=versions.values("pk")).distinct()

    def unused(self) -> Self:
        """Those that no version of any agreement uses."""
        return self.filter(uses__isnull=True, commitments__isnull=True)


class CommitmentQuerySet(models.QuerySet):
    """Commitments of versions."""

    def signed(self) -> Self:
        """Commitments of signed versions."""
        return self.filter(version__state=VersionState.SIGNED)

    def with_end(self) -> Self:
        """Annotate ``ends_at``: when the next signed version of the agreement starts, null for the last."""
        version = self.model._meta.apps.get_model("agreements", "AgreementVersion")
        later = version.objects.signed().filter(
            agreement=OuterRef("version__agreement"), starts_at__gt=OuterRef("version__starts_at")
        )
        return self.annotate(ends_at=Subquery(later.order_by("starts_at").values("starts_at")[:1]))

    def with_standing(self) -> Self:
        """Annotate ``standing``: the state of the version, trial where it is measured unsigned."""
        tried = Q(version__trial_since__isnull=False) & ~Q(version__state=VersionState.SIGNED)
        return self.annotate(
            standing=Case(When(tried, then=Value(Standing.TRIAL.value)), default=F("version__state"))
        )

    def measured(self) -> Self:
        """Signed commitments: every kind is measured."""
        return self.signed()


class VersionCommentQuerySet(models.QuerySet):
    """What was said about versions."""

    def open(self) -> Self:
        """Those that nobody has dealt with."""
        return self.filter(resolved_at__isnull=True)
