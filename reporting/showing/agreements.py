"""Agreements as lists show them: each version with where it stands at one instant."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from agreements.enums import VersionState
from agreements.models import Agreement, AgreementVersion, Signature
from people.models import Team
from reporting.showing.agreement_words import here, standing


@dataclass(frozen=True, slots=True)
class ShownVersion:
    """One version: ``state`` is draft, review, upcoming, in_force or superseded; ``until`` its last day."""

    version: AgreementVersion
    key: str
    number: int
    title: str
    parties: str
    state: str
    since: date
    until: date | None
    signatures: Sequence[Signature]
    missing: Sequence[str]

    @property
    def state_label(self) -> str:
        return standing(self.state)

    @property
    def is_open(self) -> bool:
        """Whether it can still be changed."""
        return self.state in ("draft", "review")

    @property
    def seal(self) -> str:
        """The SHA-256 of what was signed, in groups that can be compared by eye."""
        sha256 = self.version.sha256
        return " ".join(sha256[start : start + 8] for start in range(0, len(sha256), 8))


@dataclass(frozen=True, slots=True)
class ShownAgreement:
    """An agreement with its versions, newest first; ``current`` binds now, ``draft`` is being written."""

    agreement: Agreement
    key: str
    title: str
    versions: list[ShownVersion]

    @property
    def current(self) -> ShownVersion | None:
        return self._first("in_force")

    @property
    def upcoming(self) -> ShownVersion | None:
        return self._first("upcoming")

    @property
    def draft(self) -> ShownVersion | None:
        return self._first("draft", "review")

    @property
    def shown(self) -> ShownVersion | None:
        """What the agreement is now: what binds, else what will, else what is written."""
        return self.current or self.upcoming or self.draft

    def _first(self, *states: str) -> ShownVersion | None:
        return next((version for version in self.versions if version.state in states), None)

    def numbered(self, number: int) -> ShownVersion | None:
        """The version of this number."""
        return next((version for version in self.versions if version.number == number), None)

    def before(self, number: int) -> ShownVersion | None:
        """The version that another one followed: the newest signed one before it, else the one before."""
        earlier = [version for version in self.versions if version.number < number]
        return next((version for version in earlier if not version.is_open), None)


def shown_agreements(agreements: Any, *, as_of: datetime) -> list[ShownAgreement]:
    """The agreements of a queryset; four statements whatever their number."""
    found = agreements.prefetch_related("versions__signatures__party")
    teams = dict(Team.objects.order_by().values_list("slug", "name"))
    return [_shown(agreement, teams, as_of) for agreement in found]


def _shown(agreement: Agreement, teams: dict[str, str], as_of: datetime) -> ShownAgreement:
    rows = sorted(agreement.versions.all(), key=lambda row: -row.number)
    signed = sorted((row for row in rows if row.state == VersionState.SIGNED), key=lambda row: row.starts_at)
    followers = {row.pk: later for row, later in pairwise([*signed, None]) if row}
    versions = [_version(agreement, row, followers.get(row.pk), teams, as_of) for row in rows]
    return ShownAgreement(
        agreement=agreement,
        key=agreement.key,
        title=_title(
            agreement,
            next((v for v in versions if v.state == "in_force"), None) or next(iter(versions), None),
        ),
        versions=versions,
    )


def _title(agreement: Agreement, version: ShownVersion | None) -> str:
    return version.title if version else agreement.key


def _version(
    agreement: Agreement,
    row: AgreementVersion,
    follower: AgreementVersion | None,
    teams: dict[str, str],
    as_of: datetime,
) -> ShownVersion:
    row.agreement = agreement
    signatures = sorted(row.signatures.all(), key=lambda signature: (signature.at, signature.pk))
    have = {signature.party.slug for signature in signatures}
    parties = row.document.get("parties", ())
    return ShownVersion(
        version=row,
        key=agreement.key,
        number=row.number,
        title=here(row.title) or agreement.key,
        parties=" – ".join(teams.get(slug, slug) for slug in parties),
        state=_state(row, follower, as_of),
        since=row.effective_from,
        until=follower.effective_from - timedelta(days=1) if follower else None,
        signatures=signatures,
        missing=[]
        if row.state == VersionState.SIGNED
        else [teams.get(slug, slug) for slug in parties if slug not in have],
    )


def _state(row: AgreementVersion, follower: AgreementVersion | None, as_of: datetime) -> str:
    if row.state != VersionState.SIGNED:
        return str(row.state)
    if row.starts_at > as_of:
        return "upcoming"
    return "superseded" if follower and follower.starts_at <= as_of else "in_force"
