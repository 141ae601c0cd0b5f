"""The words by which agreements are asked for."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery

from agreements.enums import Kind, VersionState


class AgreementVersionQuerySet(models.QuerySet):
    """Versions of agreements."""

    def _all(self) -> Self:
        return type(self)(self.model)

    def signed(self) -> Self:
        """Those that bind, from their start on."""
        return self.filter(state=VersionState.SIGNED)

    def drafts(self) -> Self:
        """Those still being written."""
        return self.filter(state=VersionState.DRAFT)

    def with_end(self) -> Self:
        """Annotate ``ends_at``: the start of the next signed version, null for the last."""
        later = (
            self._all().signed().filter(agreement=OuterRef("agreement"), starts_at__gt=OuterRef("starts_at"))
        )
        return self.annotate(ends_at=Subquery(later.order_by("starts_at").values("starts_at")[:1]))

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

    def measured(self) -> Self:
        """Signed commitments of a kind that is measured."""
        return self.signed().filter(kind=Kind.RESPONSE)
